"""Why a change was refused, in words for the person who asked for it."""

from django.utils.functional import Promise


class NotPossible(ValueError):
    """The change is refused and nothing happened; the text says why, in the user's language."""

    def __init__(self, message: str | Promise) -> None:
        super().__init__(message)
        self.message = message


class ChangedMeanwhile(NotPossible):
    """Somebody else changed the client since the form was opened."""
