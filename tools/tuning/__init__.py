"""Tunes the encoder to the hotline's messages: ``python -m tools.tuning`` (about half an hour on two cores)."""
