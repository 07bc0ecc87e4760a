"""Custody of the keys: rotations, recovery copies and drills, and the inventory that shows them."""
