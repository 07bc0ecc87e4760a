"""Whether the rows about clients are what the log says that was stored. Nothing is opened."""
