"""Facts that a message carries: place, time, person, number. Nothing is invented."""
