"""Rasa's actions: one module a task of the dialogue. Each does one thing and answers."""
