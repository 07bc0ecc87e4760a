"""What a client was before each change: shown masked, put back, agreed to by two, checked against the log."""
