"""Taking a client in within seconds, and whose client it then is."""
