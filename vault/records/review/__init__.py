"""Clients that nobody has confirmed for long: the queue, confirming, and what stops until somebody does."""
