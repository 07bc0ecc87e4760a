"""What stands between a person and plaintext: facets, a second person, the day's limit."""
