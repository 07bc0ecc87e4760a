"""Companies and their people, what was said to whom, and what is to be done next."""
