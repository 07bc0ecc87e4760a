"""The base of every object that holds a raw key."""

from typing import NoReturn

from vault.crypto.errors import WrongLength

KEY_LENGTH = 32
MAX_KEY_ID = 2**63 - 1  # ids live in a signed 64-bit column


class KeyHolder:
    """A 256-bit key and its id, ready for use in this process only.

    It refuses to be pickled or copied, so that a key cannot end up in a cache, a task argument or
    a session by accident, and its repr, which tracebacks and error reports print, names the id alone.
    Python cannot wipe memory: the bound on key life in memory is the key cache's time limit.
    """

    __slots__ = ("key_id", "secret")

    def __init__(self, key_id: int, secret: bytes) -> None:
        """Take a key; raises WrongLength unless `secret` is 32 bytes and `key_id` in 1..2**63-1."""
        if len(secret) != KEY_LENGTH or not 0 < key_id <= MAX_KEY_ID:
            raise WrongLength("a key is 32 bytes and its id a positive 63-bit number")
        self.key_id = key_id
        self.secret = secret

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.key_id}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("keys are never pickled or copied")
