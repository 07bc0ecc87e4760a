"""E-mail addresses: the practical part of RFC 5321 and RFC 6531 (no quoted local parts, no literals)."""

import re
import unicodedata

from vault.formats.checked import Checked, FormatError
from vault.formats.text import clean

_LIMIT = 254  # RFC 5321, 4.5.3.1.3, less the angle brackets
_PART_LIMIT = 64  # RFC 5321, 4.5.3.1.1, for the local part; a label in a plain address has 61 at most
_LOCAL = re.compile(r"[^\s@()<>\[\]\\,:;\"]{1,64}")
# What most addresses look like: nothing in them changes.
_PLAIN = re.compile(
    r"[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*@[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9]+(?:-[a-z0-9]+)*)+"
)
_LABEL = re.compile(r"(?!-)[\w-]{1,63}(?<!-)")


def normalise(raw: str) -> Checked:
    """The address with its domain in lower case; the local part as written. Raises FormatError."""
    return thorough(raw) if plain(raw) is None else Checked(raw)


def plain(raw: str) -> str | None:
    """See `vault.formats`: `raw` when it is of the usual form, and so short that no part is too long."""
    return raw if len(raw) <= _PART_LIMIT and _PLAIN.fullmatch(raw) else None


def thorough(raw: str) -> Checked:
    """See `normalise`."""
    address = clean(raw, limit=_LIMIT).replace(" @", "@").replace("@ ", "@")
    local, at, domain = address.rpartition("@")
    if not at or not _LOCAL.fullmatch(local) or local.startswith(".") or local.endswith(".") or ".." in local:
        raise FormatError("email.form")
    labels = domain.replace("。", ".").split(".")
    if len(labels) < 2 or not all(_LABEL.fullmatch(label) for label in labels):
        raise FormatError("email.domain")
    return Checked(f"{local}@{'.'.join(labels).lower()}")


def search_key(raw: str) -> str:
    """Case-folded: no mail host in use tells two boxes apart by case."""
    return folded(normalise(raw).value)


def folded(address: str) -> str:
    """The search key of a normalised address."""
    return unicodedata.normalize("NFKC", address.casefold())
