"""Locks on a person, a room, a deal or a client book: set in one act, ended by two people."""
