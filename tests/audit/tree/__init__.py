"""The sequencer and what it leaves in the database."""
