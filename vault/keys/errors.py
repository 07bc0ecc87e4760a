"""What can go wrong with keys, in terms that a caller can act on."""


class KeyServiceError(Exception):
    """Base of the errors of this package."""


class KeyWithheld(KeyServiceError):
    """The database gave out no such key: destroyed, locked, or not named by a fresh, committed entry.

    One class for all causes: the reader of a page may not learn which.
    """

    def __init__(self, count: int) -> None:
        super().__init__(f"{count} keys are not to be had under this log entry")


class CompartmentFrozen(KeyWithheld):
    """The compartment is frozen. Told apart for the page's words alone: whoever comes here has passed the
    gate of the book or room, whose pages say so, too."""


class ProviderDown(KeyServiceError):
    """The root key provider does not answer; nothing was sealed or opened. Pages answer 503."""
