"""How long the log is kept, and how a month of it leaves the database."""
