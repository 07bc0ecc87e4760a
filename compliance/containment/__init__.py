"""Locking a person, a room, a deal or a book in one act; the case of it, its clocks, who was affected."""
