"""What a checkpoint says (C2SP tlog-checkpoint): whose log, how many leaves, which root. Pure.

Extension lines are refused: no witness vouches for them, and an ML-DSA-44 signature does not cover them.
"""

import base64
import binascii
import re
from dataclasses import dataclass

_SIZE = re.compile(r"(0|[1-9][0-9]{0,18})\Z")


class NotABody(ValueError):
    """The text is no checkpoint's. The message says why, in English."""


@dataclass(frozen=True, slots=True)
class Body:
    """The three lines. `root` is the SHA-256 root (RFC 6962) of the first `size` leaves.

    Raises:
        NotABody: an origin that is empty or has a line break, a negative size, a root that is no SHA-256.
    """

    origin: str
    size: int
    root: bytes

    def __post_init__(self) -> None:
        if not self.origin or any(ord(c) < 0x20 for c in self.origin):
            raise NotABody("an origin is one line")
        if not 0 <= self.size < 2**63 or len(self.root) != 32:
            raise NotABody("a size below 2**63 and a root of 32 bytes")

    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    @classmethod
    def parse(cls, text: str) -> "Body":
        """Raises NotABody on anything that `text` would not have written."""
        lines = text.split("\n")
        if len(lines) != 4 or lines[3] or not _SIZE.match(lines[1]):
            raise NotABody("not three lines of origin, size and root")
        try:
            body = cls(lines[0], int(lines[1]), base64.b64decode(lines[2], validate=True))
        except binascii.Error:
            raise NotABody("the root is not base64") from None
        if body.text() != text:
            raise NotABody("not in the one form of its numbers and its root")
        return body
