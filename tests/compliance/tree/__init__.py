"""Oversight of the log's tree."""
