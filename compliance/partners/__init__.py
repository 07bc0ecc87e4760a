"""What partner firms were given, read from the log and the registers, and having it back."""
