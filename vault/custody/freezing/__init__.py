"""Freezing a compartment at once, and ending that with a second person's word."""
