"""How long the log is kept, and how a month leaves."""
