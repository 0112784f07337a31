"""How well messages are understood: held-out sets, figures with their floors, and a report (`bot evaluate`)."""
