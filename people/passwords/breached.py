"""Whether a password stands on a list of those that came out elsewhere. The house chooses a list, or none.

Two kinds under one interface: a file of SHA-1 hashes on the house's own disk, and a service that speaks the
range protocol of Have I Been Pwned, which is told five hexadecimal digits of the hash and never the password
(k-anonymity: some 2^20 groups, each of thousands of hashes). SHA-1 is what both formats are; it protects
nothing here.

Where the list cannot be read, the password is taken and a line in the server's log says that it was not
compared: a service of somebody else must not keep people out of their accounts, and what a list would refuse
is mostly refused by the estimate (people.passwords.strength) as well.
"""

import hashlib
import logging
import os
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO, Protocol
from urllib.error import URLError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from people.accounts.models import User

logger = logging.getLogger(__name__)

PREFIX = 5  # hexadecimal digits that a service is told
SHORTEST_LINE = 16  # hexadecimal digits in a file: by 64 bits two passwords are not taken for each other
TIMEOUT = 3  # seconds
_LONGEST_LINE = 200
_MOST_ANSWERED = 2 << 20  # bytes; a range has some 40 kB


class ListDown(Exception):
    """The list cannot be asked now."""


class BreachedList(Protocol):
    def holds(self, digest: str) -> bool:
        """Whether the SHA-1, 40 upper-case hexadecimal digits, is on the list. Raises ListDown."""


class FileList:
    """A text file with one hash a line, in ascending order: 40 digits or their beginning, at least 16, and
    perhaps `:count`. Looked up by halving, so that a file of gigabytes costs some forty reads."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def holds(self, digest: str) -> bool:
        try:
            return self._holds(digest.encode())
        except OSError as problem:
            raise ListDown(type(problem).__name__) from None

    def _holds(self, digest: bytes) -> bool:
        with self._path.open("rb") as file:
            low, high = 0, file.seek(0, os.SEEK_END)
            while low < high:
                middle = (low + high) // 2
                line = _line_after(file, middle)
                if line and digest.startswith(line):
                    return len(line) >= SHORTEST_LINE
                if line and line < digest:
                    low = middle + 1
                else:
                    high = middle
        return False


class RangeList:
    """A service that answers `<address>/range/ABCDE` with lines of `SUFFIX:COUNT`; what it adds as filling
    has a count of 0."""

    def __init__(self, address: str) -> None:
        self._address = address.rstrip("/")
        self._opener = build_opener(_NoRedirect())

    def holds(self, digest: str) -> bool:
        address = f"{self._address}/range/{digest[:PREFIX]}"
        request = Request(address, headers={"User-Agent": "Sealroom", "Add-Padding": "true"})  # noqa: S310
        try:
            with self._opener.open(request, timeout=TIMEOUT) as answer:
                found: bytes = answer.read(_MOST_ANSWERED)
            return digest[PREFIX:] in _counted(found.decode("ascii").splitlines())
        except (OSError, URLError, ValueError) as problem:
            raise ListDown(type(problem).__name__) from None


class _NoRedirect(HTTPRedirectHandler):
    """The house named one address; another one is not asked."""

    def redirect_request(self, *_: object) -> None:
        return None


def chosen_list() -> BreachedList | None:
    """What BREACHED_PASSWORDS names: an address, a file, or nothing."""
    named: str = settings.BREACHED_PASSWORDS
    if not named:
        return None
    return RangeList(named) if named.startswith(("http://", "https://")) else FileList(Path(named))


class BreachedValidator:
    def validate(self, password: str, user: User | None = None) -> None:
        chosen = chosen_list()
        if chosen is None:
            return
        digest = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper()
        try:
            found = chosen.holds(digest)
        except ListDown as problem:
            logger.warning("A new password was not compared with the list of breached ones: %s", problem)
            return
        if found:
            raise ValidationError(
                _(
                    "This password came out in a breach of another site, so it is on the lists of those who"
                    " guess. Choose one that you have used nowhere."
                ),
                code="password_breached",
            )

    def get_help_text(self) -> str:
        return _("One that you use nowhere else.")


def _line_after(file: BinaryIO, place: int) -> bytes:
    """The hash on the first line that begins after this place, or at the very start; empty at the end."""
    file.seek(place)
    if place:
        file.readline(_LONGEST_LINE)
    return file.readline(_LONGEST_LINE).split(b":")[0].strip().upper()


def _counted(lines: Iterable[str]) -> set[str]:
    pairs = (line.strip().partition(":") for line in lines)
    return {suffix.upper() for suffix, _colon, count in pairs if count.strip() not in ("", "0")}
