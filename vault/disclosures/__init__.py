"""What leaves the house: counted, approved, marked so that a leak can be traced."""
