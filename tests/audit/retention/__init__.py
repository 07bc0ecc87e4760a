"""Months that leave the log."""
