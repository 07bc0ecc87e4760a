"""Free text, and the cleaning that every other format starts from."""

import re
import unicodedata
from typing import Literal

from vault.formats.checked import Checked, FormatError

ADDRESS_LIMIT = 300
LABEL_LIMIT = 100
NOTES_LIMIT = 5_000
EXTRA_LIMIT = 2_000

# Unicode TR9: these reorder what a reader sees, so that one name can pass for another.
_BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# Soft hyphen, zero-width space and joiners, word joiner, BOM: carried along by copying, seen by nobody.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200d\u2060-\u2064\ufeff]")
# C0 and C1 controls except those that Python counts as white space, and lone surrogates (no UTF-8 form).
_CONTROL = re.compile("[\x01-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff]")
_DASHES = re.compile(r"[\s\u2010-\u2015\u2212\u30fc\u00b7_-]+")
_FORM: tuple[Literal["NFKC"], Literal["NFC"]] = ("NFKC", "NFC")  # of a label, and of prose in lines
_SCIENTIFIC = re.compile(r"\d\.\d+E\+?\d+", re.IGNORECASE)


def normalise(raw: str, *, limit: int = LABEL_LIMIT, lines: bool = False) -> Checked:
    """Text in NFKC with single spaces; `lines` keeps line breaks (and NFC: notes are prose, not keys).

    Raises FormatError: NUL and control characters, bidi controls, more than `limit` characters.
    """
    return Checked(clean(raw, limit=limit, lines=lines))


def clean(raw: str, *, limit: int, lines: bool = False) -> str:
    """See `normalise`."""
    found = plain(raw, limit=limit, lines=lines)
    return thorough(raw, limit=limit, lines=lines) if found is None else found


def plain(raw: str, *, limit: int = LABEL_LIMIT, lines: bool = False) -> str | None:
    """`raw` where nothing has to be done to it: printable, which no line break is, and normalised already."""
    if len(raw) > limit or not raw.isprintable() or not unicodedata.is_normalized(_FORM[lines], raw):
        return None
    return raw if " " not in raw or " ".join(raw.split()) == raw else None


def thorough(raw: str, *, limit: int, lines: bool = False) -> str:
    """The length is checked first: what is too long is not worth scanning."""
    refuse_too_long(raw, limit)
    if not raw.isprintable():  # line breaks, or one of the characters below
        refuse_controls(raw)
        if _BIDI.search(raw):
            raise FormatError("text.bidi")
        raw = _INVISIBLE.sub("", raw)
    text = unicodedata.normalize(_FORM[lines], raw)
    text = _trim_lines(text) if lines else " ".join(text.split())
    refuse_too_long(text, limit)  # NFKC can lengthen: one code point may become eighteen
    return text


def _trim_lines(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.splitlines()).strip()


def compact(raw: str, *, limit: int = 100) -> str:
    """For numbers and codes: NFKC, upper case, no spaces, dashes or invisible characters.

    Bidi marks are dropped here rather than refused: phones' address books put them around numbers,
    and no reordering survives a check of what the characters are.
    """
    refuse_too_long(raw, limit)
    if not raw.isprintable():
        refuse_controls(raw)
        raw = without_invisible(raw)
    raw = unicodedata.normalize("NFKC", raw)
    if raw.isalnum():
        return raw.upper()
    if _SCIENTIFIC.fullmatch(raw.strip()):
        raise FormatError("number.rounded")
    return _DASHES.sub("", raw).upper()


def without_invisible(raw: str) -> str:
    """Without what nobody sees: soft hyphens, zero-width characters, bidi marks."""
    return raw if raw.isprintable() else _BIDI.sub("", _INVISIBLE.sub("", raw))


def refuse_controls(raw: str) -> None:
    if "\0" in raw:
        raise FormatError("text.nul")
    if _CONTROL.search(raw):
        raise FormatError("text.control")


def refuse_too_long(raw: str, limit: int) -> None:
    if len(raw) > limit:
        raise FormatError("text.too_long", length=len(raw), limit=limit)
