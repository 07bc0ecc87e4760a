"""The fields of one disclosure group as bytes, and back (docs/crypto.md, "Payload").

    ["text of number 1",null,"text of number 3",{"extra name":"text"}]       compact JSON, UTF-8

JSON because its scanner is C: four fields of Chinese text decode in a quarter of the time that a
length-prefixed layout takes in Python, and a page opens hundreds. An absent field is null, so that it
stays different from an empty one.

The reader trusts the shape: only bytes that `encode` wrote under the subject's key come out of an envelope.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from json import JSONDecoder
from json.encoder import encode_basestring as quote
from typing import Any

from vault.crypto.errors import SealBroken, WrongLength

MAX_FIELDS = 255
Values = list[str | None]  # by declared number, less one; absent ones at the end are left out
Extras = dict[str, str]
_scan: Callable[[str, int], tuple[Any, int]] = vars(JSONDecoder(strict=False))["scan_once"]


def encode(values: Sequence[str | None], extras: Mapping[str, str] | None = None) -> bytes:
    """Encode the declared fields in the order of their numbers, and extra fields by their non-empty name.

    Raises WrongLength for over 255 fields, an empty name, or text with no UTF-8 form.
    """
    used = len(values)
    while used and values[used - 1] is None:
        used -= 1
    if used > MAX_FIELDS:
        raise WrongLength("a group has at most 255 fields")
    parts = ["null" if value is None else quote(value) for value in values[:used]]
    if extras:
        if "" in extras:
            raise WrongLength("an extra field has a name")
        parts.append(f"{{{','.join(f'{quote(name)}:{quote(extras[name])}' for name in sorted(extras))}}}")
    try:
        return f"[{','.join(parts)}]".encode()
    except UnicodeEncodeError:  # its own message would repeat the personal data
        raise WrongLength("text has no UTF-8 form") from None


def decode(data: bytes) -> tuple[Values, Extras | None]:
    """Return (values, extras or None); raises SealBroken for what is not one JSON array in UTF-8."""
    return decode_many((data,))[0]


def decode_many(texts: Iterable[bytes]) -> list[tuple[Values, Extras | None]]:
    """As `decode`, for the records of a page, whose bytes become text in one go.

    `encode` escapes every control character, so that no line end stands in what it wrote. Whoever stole a key
    could seal halves of arrays with one in between, though, and so reach into another record's line: there
    are then more lines than texts, and all fail. For the rest each line is read alone.
    """
    arrays = [*texts]
    if not arrays:
        return []
    try:
        lines = b"\n".join(arrays).decode().split("\n")
        found = [_scan(line, 0) for line in lines]
    except (UnicodeDecodeError, StopIteration, ValueError, RecursionError):
        raise SealBroken from None
    if len(lines) != len(arrays):
        raise SealBroken
    opened: list[tuple[Values, Extras | None]] = []
    for line, (values, end) in zip(lines, found, strict=True):
        if end != len(line) or type(values) is not list:
            raise SealBroken
        opened.append((values, values.pop() if values and type(values[-1]) is dict else None))
    return opened
