"""The fields of one disclosure group as bytes, and back (docs/crypto.md, "Payload").

    {"1":"text","7":"text","+":{"extra name":"text"}}       compact JSON, UTF-8, numbers rising, names rising

JSON because its scanner is C: for four fields of Chinese text it decodes in a quarter of the time of a
length-prefixed layout read in Python, and a page opens hundreds. Absent (None) takes no bytes, so that
it stays different from empty ("").

The reader trusts the shape: only bytes that `encode` wrote under the subject's key come out of an envelope.
"""

from collections.abc import Iterable, Mapping
from json import JSONDecoder
from json.encoder import encode_basestring as quote
from types import MappingProxyType

from vault.crypto.errors import SealBroken, WrongLength

MAX_FIELD_NUMBER = 255
_EXTRAS = "+"
_CODES = {str(number): number for number in range(1, MAX_FIELD_NUMBER + 1)}
_NO_EXTRAS: Mapping[str, str] = MappingProxyType({})
_scan = JSONDecoder(strict=False).scan_once


def encode(fields: Mapping[str, str | None], extras: Mapping[str, str] = _NO_EXTRAS) -> bytes:
    """Encode declared fields by number ("1" to "255"; None: absent) and extra fields by their non-empty name.

    Raises WrongLength for an undeclarable number, an empty name, or text with no UTF-8 form.
    """
    try:
        parts = [
            f'"{code}":{quote(fields[code])}'  # type: ignore[arg-type]
            for code in sorted(fields, key=_CODES.__getitem__)
            if fields[code] is not None
        ]
        if extras:
            named = ",".join(f"{quote(name)}:{quote(extras[name])}" for name in sorted(extras))
            parts.append(f'"{_EXTRAS}":{{{named}}}')
        encoded = f"{{{','.join(parts)}}}".encode()
    except KeyError:
        raise WrongLength("field numbers are 1 to 255") from None
    except UnicodeEncodeError:  # its own message would repeat the personal data
        raise WrongLength("text has no UTF-8 form") from None
    if "" in extras:
        raise WrongLength("an extra field has a name")
    return encoded


def decode(data: bytes) -> tuple[dict[str, str], dict[str, str] | None]:
    """Return (fields by number, extras by name or None); raises SealBroken for what is not JSON in UTF-8."""
    return decode_many((data,))[0]


def decode_many(texts: Iterable[bytes]) -> list[tuple[dict[str, str], dict[str, str] | None]]:
    """As `decode`, for the records of a page, in one loop without calls of our own."""
    decoded = []
    try:
        for data in texts:
            text = data.decode()
            fields, end = _scan(text, 0)
            if end != len(text):
                raise SealBroken
            decoded.append((fields, fields.pop(_EXTRAS, None)))
    except (UnicodeDecodeError, StopIteration, ValueError, AttributeError, TypeError):
        raise SealBroken from None
    return decoded
