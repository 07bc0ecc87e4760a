"""Oversight of the log's tree: what holds it up, and whether it holds every entry."""
