"""Where the city's ticket backend reports what happened to a case."""
