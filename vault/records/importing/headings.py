"""Chinese and English column headings, and the fields they stand for."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from vault.formats import text
from vault.formats.checked import FormatError
from vault.records.importing.problems import SheetError
from vault.records.importing.synonyms import SECOND, SYNONYMS


class Field(StrEnum):
    NAME = "name"
    KIND = "kind"
    ID_NUMBER = "id_number"
    DOCUMENT = "document"
    CREDIT_CODE = "credit_code"
    PHONE = "phone"
    EMAIL = "email"
    ADDRESS = "address"
    BANK_ACCOUNT = "bank_account"
    BIRTH_DATE = "birth_date"
    SOURCE = "source"
    PURPOSE = "purpose"
    NOTES = "notes"


def _by_word(synonyms: Mapping[str, str]) -> Mapping[str, Field]:
    return MappingProxyType({word: Field(code) for code, words in synonyms.items() for word in words.split()})


FIELDS, _SECOND = _by_word(SYNONYMS), _by_word(SECOND)
# Columns that our own sheets of bad rows carry; they are left out when such a sheet comes back.
REASON_HEADINGS = MappingProxyType({"zh-hans": "错误原因（不导入）", "en": "Reason (not imported)"})
ROW_HEADINGS = MappingProxyType({"zh-hans": "原行号（不导入）", "en": "Original row (not imported)"})

_PARTS = re.compile(r"[/、或]")
_NOISE = re.compile(r"[\s_\-.:*#]+|\([^()]*\)$")
_DATA = re.compile(r"[0-9]{5}|@|[0-9]{4}[-/年]")
_HEADING_LIMIT = 60
EXTRA, IGNORE = "extra", "ignore"
TARGETS = (*(field.value for field in Field), EXTRA, IGNORE)


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column (from 0) holds which field, which extra field, and which are not read."""

    fields: Mapping[Field, int]
    extras: Mapping[str, int]
    ignored: frozenset[int]


def known(cells: Sequence[str]) -> int:
    """How many cells are headings of fields."""
    return sum(1 for cell in cells if _first(cell))


def looks_like(cells: Sequence[str]) -> bool:
    """Whether a row is one of headings: some are known, and none looks like a client's data."""
    return known(cells) > 0 and not shows_data(cells)


def shows_data(cells: Sequence[str]) -> bool:
    """Whether a cell looks like a client's data, which no heading does."""
    return any(_DATA.search(cell) for cell in cells)


def guess(cell: str) -> str:
    """What a heading is taken for: a field's code, `extra` for any other, `ignore` for ours and for none."""
    if _fold(cell) in _OURS or not _fold(cell):
        return IGNORE
    field = _first(cell) or _SECOND.get(plain(cell))
    return field.value if field else EXTRA


def yields(cell: str) -> bool:
    """Whether a heading stands back where another column is the same field."""
    return _first(cell) is None


def _first(cell: str) -> Field | None:
    """The field of a heading, also of one that names it twice (电话/手机). A column of ID numbers takes the
    codes of companies, too (身份证号/信用代码)."""
    if whole := FIELDS.get(plain(cell)):
        return whole
    parts = {FIELDS.get(plain(part)) for part in _PARTS.split(_fold(cell))}
    if parts == {Field.ID_NUMBER, Field.CREDIT_CODE}:
        return Field.ID_NUMBER
    return parts.pop() if len(parts) == 1 else None


def columns_of(headings: Sequence[str], targets: Sequence[str]) -> Columns:
    """The columns of a list whose headings become `targets`; an extra field has its heading for a name.

    Raises SheetError: no name column, a field or heading twice, a heading that cannot be one.
    """
    fields: dict[Field, int] = {}
    extras: dict[str, int] = {}
    ignored: set[int] = set()
    for column, (cell, target) in enumerate(zip(headings, targets, strict=True)):
        if target == IGNORE:
            # A value below no heading is the row's problem; one that people chose to leave out is not.
            if _fold(cell):
                ignored.add(column)
        elif target == EXTRA:
            heading = _own_heading(cell) or column_letters(column)
            _refuse_twice(extras.setdefault(heading, column), column)
        else:
            _refuse_twice(fields.setdefault(Field(target), column), column)
    if Field.NAME not in fields:
        raise SheetError("headings.no_name")
    return Columns(MappingProxyType(fields), MappingProxyType(extras), frozenset(ignored))


def joined(above: Sequence[str], own: Sequence[str]) -> tuple[str, ...]:
    """Headings in two rows: where the lower has none, the upper one stands. A title has no neighbours."""
    if sum(1 for cell in above if cell.strip()) < 2:
        return tuple(own)
    return tuple(lower if lower.strip() else upper for upper, lower in zip(above, own, strict=True))


def column_letters(column: int) -> str:
    """As a spreadsheet shows it: 0 is A, 26 is AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _fold(heading: str) -> str:
    return unicodedata.normalize("NFKC", heading.replace("\ufeff", "")).casefold().strip()


def plain(heading: str) -> str:
    """Case, width, spaces, marks and a remark in brackets at the end do not tell headings apart."""
    return _NOISE.sub("", _fold(heading))


_OURS = frozenset(_fold(heading) for heading in (*REASON_HEADINGS.values(), *ROW_HEADINGS.values()))


def _own_heading(cell: str) -> str:
    try:
        return text.clean(cell, limit=_HEADING_LIMIT)
    except FormatError as error:
        raise SheetError(error.code, **error.problem.params) from None


def _refuse_twice(first: int, second: int) -> None:
    if first != second:
        raise SheetError("headings.twice", columns=f"{column_letters(first)}, {column_letters(second)}")
