"""E-mail addresses: the practical part of RFC 5321 and RFC 6531 (no quoted local parts, no literals)."""

import re
import unicodedata

from vault.formats.checked import Checked, FormatError
from vault.formats.text import clean

_LIMIT = 254  # RFC 5321, 4.5.3.1.3, less the angle brackets
_LOCAL_LIMIT = 64
_LOCAL = re.compile(r"[^\s@()<>\[\]\\,:;\"]{1,64}")
# What most addresses look like: nothing in them changes but the domain's case.
_PLAIN = re.compile(r"([A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*)@([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)")
_LABEL = re.compile(r"(?!-)[\w-]{1,63}(?<!-)")


def normalise(raw: str) -> Checked:
    """The address with its domain in lower case; the local part as written. Raises FormatError."""
    if len(raw) <= _LIMIT and (plain := _PLAIN.fullmatch(raw)):
        local, domain = plain[1], plain[2]
        if len(local) <= _LOCAL_LIMIT and all(map(_LABEL.fullmatch, domain.split("."))):
            return Checked(f"{local}@{domain.lower()}")
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
