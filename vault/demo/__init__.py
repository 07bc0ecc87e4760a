"""Invented people and companies with valid check digits, for the demo, tests and benches."""
