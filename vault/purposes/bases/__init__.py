"""Which purposes a book may be used for, and what carries each (PIPL 13)."""
