"""Why something in a deal was refused, in words for the person who asked for it."""

from django.utils.functional import Promise


class NotPossible(ValueError):
    """Nothing happened; the text says why, in the user's language."""

    def __init__(self, message: str | Promise) -> None:
        super().__init__(message)
        self.message = message
