"""What can go wrong: stored bytes that do not verify, arguments that must not be used, a worn-out key."""


class CryptoError(Exception):
    """Base of the errors of this package."""


class SealBroken(CryptoError):
    """Stored bytes do not open here.

    One class and one message for every cause (header, length, key, place, counter, tag, padding):
    a caller that cannot tell the causes apart cannot be used as an oracle for any of them.
    """

    def __init__(self) -> None:
        super().__init__("sealed bytes do not open here")


class WrongLength(CryptoError, ValueError):
    """An argument of ours has the wrong size or range: a bug in the caller, found before any key is used."""


class WornOut(CryptoError):
    """A key would pass its bound of uses: the caller must make a new key first."""
