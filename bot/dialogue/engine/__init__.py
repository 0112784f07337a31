"""Where Rasa is joined to the service: actions in process, conversations in our store, replies collected."""
