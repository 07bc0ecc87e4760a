"""Reading a leaked sheet: every cell is taken for what it can be, since headings may be gone or renamed."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import BinaryIO

from vault.disclosures import forms_of_address
from vault.disclosures.incells import CELL_LIMIT, Inside, inside
from vault.disclosures.masked_marks import shown
from vault.formats import bank_account, credit_code, dates, email, identity, names, phone
from vault.formats.checked import Checked, FormatError
from vault.records.importing.sheets import COLUMN_LIMIT, is_blank, raw_rows
from vault.records.labels import Field

MAX_ROWS = 20_000
MAX_CELLS = 5_000_000
EFFORT = 1_000_000  # candidates; fifty in each row of the longest sheet that is looked at whole
_TEXT_EFFORT = 50  # characters that take as long as a candidate
_DIGITS = re.compile(r"\d")
_LONGEST_NAME = 60
_MOBILE = re.compile(r"\+?(?:86|0086)?1[3-9][0-9]{9}")
_MASKED = re.compile(r"[0-9@]|^[\u4e00-\u9fff]{1,3}\*{1,3}$")
_NUMBERS: tuple[tuple[Field, Callable[[str], Checked]], ...] = (
    (Field.ID_NUMBER, identity.normalise),
    (Field.CREDIT_CODE, credit_code.normalise),
    (Field.PHONE, phone.normalise),
    (Field.BANK_ACCOUNT, bank_account.normalise),
)
_LENGTHS = {  # of numbers without separators: what is of none of these is not put to the format
    Field.ID_NUMBER: range(6, 19),
    Field.CREDIT_CODE: range(18, 19),
    Field.PHONE: range(7, 18),
    Field.BANK_ACCOUNT: range(8, 31),
}
_LETTERED = {Field.ID_NUMBER, Field.CREDIT_CODE}
_AT = re.compile("[@\uff20\ufe6b]")


@dataclass(frozen=True, slots=True)
class LeakedRow:
    """What the cells of one row can be: normalised values by field, possible addresses, and masks."""

    values: dict[Field, list[str]] = field(repr=False)
    addresses: list[str] = field(repr=False)
    masks: list[str] = field(repr=False)

    def readings(self) -> Iterator[dict[str, str]]:
        """Each value by itself, and each name with each address and birth date: what can tell a person."""
        for kind, found in self.values.items():
            if kind not in (Field.NAME, Field.BIRTH_DATE):
                yield from ({kind.value: value} for value in found)
        for name in self.values.get(Field.NAME, ()):
            for address in self.addresses:
                yield {Field.NAME.value: name, Field.ADDRESS.value: address}
            for born in self.values.get(Field.BIRTH_DATE, ()):
                yield {Field.NAME.value: name, Field.BIRTH_DATE.value: born}

    @property
    def pairs(self) -> int:
        """How many readings are of a name with something else."""
        others = len(self.addresses) + len(self.values.get(Field.BIRTH_DATE, ()))
        return len(self.values.get(Field.NAME, ())) * others


@dataclass(frozen=True, slots=True)
class Leaked:
    """What was read of a file. `seen` rows were looked at; where it is `cut`, others follow that were not.

    Of `long_cells` only the beginning was looked at.
    """

    rows: list[LeakedRow] = field(repr=False, default_factory=list)
    seen: int = 0
    cut: bool = False
    long_cells: int = 0


def read_leaked(file: BinaryIO, filename: str) -> Leaked:
    """The rows of a CSV, or of all sheets of an XLSX, hidden ones too. Raises SheetError when it is neither.

    At most MAX_ROWS rows that hold anything are looked at, MAX_CELLS cells, empty ones too, and as much in
    them as EFFORT allows: what is not looked at is told, and an empty row takes no other's place.
    """
    rows: list[LeakedRow] = []
    seen = cells = effort = long_cells = 0
    for row in _narrow(raw_rows(file, filename)):
        cells += len(row) + 1
        if is_blank(row) and cells <= MAX_CELLS:
            continue
        if seen == MAX_ROWS or cells > MAX_CELLS or effort > EFFORT:
            return Leaked(rows, seen, cut=True, long_cells=long_cells)
        read = _row(row)
        seen, effort, long_cells = seen + 1, effort + read.effort, long_cells + read.long_cells
        if read.found.values or read.found.addresses or read.found.masks:
            rows.append(read.found)
    return Leaked(rows, seen, long_cells=long_cells)


def _narrow(rows: Iterator[tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    """Rows of a sheet's width: what a CSV holds beyond it counts as further rows."""
    for row in rows:
        for at in range(0, len(row) or 1, COLUMN_LIMIT):
            yield row[at : at + COLUMN_LIMIT]


class _Row:
    """One row as it is read."""

    def __init__(self) -> None:
        self.found = LeakedRow({}, [], [])
        self.effort = self.long_cells = 0

    def add(self, cell: str) -> None:
        """Take a cell for what it is as a whole, and for what stands in it."""
        self.effort += 1
        whole = cell[:CELL_LIMIT]
        if shown(whole):
            self.found.masks.append(whole)
        else:
            self._add_all(_meanings(whole))
            if _may_be_an_address(whole):
                self.found.addresses.append(whole)
        if whole.isascii() and whole.isdigit():
            return
        within = inside(cell)
        self.effort += within.size + len(whole) // _TEXT_EFFORT
        self.long_cells += within.cut
        self._add_all(_meanings_inside(within))
        for part in within.parts:
            if _is_a_mask(part):
                self.found.masks.append(part)
            elif _may_be_an_address(part) and part not in self.found.addresses:
                self.found.addresses.append(part)

    def _add_all(self, meanings: Iterable[tuple[Field, str]]) -> None:
        for kind, value in meanings:
            known = self.found.values.setdefault(kind, [])
            if value not in known:
                known.append(value)


def _row(cells: Sequence[str]) -> _Row:
    row = _Row()
    for cell in cells:
        if cell.strip():
            row.add(cell)
    row.effort += row.found.pairs
    return row


def _meanings(cell: str) -> Iterator[tuple[Field, str]]:
    if _AT.search(cell):
        yield from _mail(cell)
    if _DIGITS.search(cell):
        for kind, normalise in _NUMBERS:
            with suppress(FormatError):
                yield kind, normalise(cell).value
        yield from _birth_date(cell)
    elif len(cell) <= _LONGEST_NAME and not _AT.search(cell):
        yield from _name(cell)


def _meanings_inside(within: Inside) -> Iterator[tuple[Field, str]]:
    for number in within.numbers:
        yield from ((kind, checked.value) for kind, checked in _checked(number))
    for number in within.joined:
        for kind, checked in _checked(number):
            # Pieces that happen to stand side by side make many a number that is not known to be none.
            if not checked.warnings or _MOBILE.fullmatch(number):
                yield kind, checked.value
    for mail in within.mails:
        yield from _mail(mail)
    for date in within.dates:
        yield from _birth_date(date)
    for name in within.names:
        yield from _name(name)


def _checked(number: str) -> Iterator[tuple[Field, Checked]]:
    """What a number without separators can be."""
    plain = number.removeprefix("+").isdigit()
    for kind, normalise in _NUMBERS:
        if len(number) in _LENGTHS[kind] and (plain or kind in _LETTERED):
            with suppress(FormatError):
                yield kind, normalise(number)


def _mail(text: str) -> Iterator[tuple[Field, str]]:
    with suppress(FormatError):
        yield Field.EMAIL, email.normalise(text).value


def _birth_date(text: str) -> Iterator[tuple[Field, str]]:
    with suppress(FormatError):
        yield Field.BIRTH_DATE, dates.birth_date(text).value


def _name(text: str) -> Iterator[tuple[Field, str]]:
    with suppress(FormatError):
        yield Field.NAME, names.normalise(text).value


def _is_a_mask(part: str) -> bool:
    """Whether a part of a cell is masked as numbers, mailboxes and short Chinese names are."""
    return bool(shown(part)) and bool(_MASKED.search(part))


def _may_be_an_address(cell: str) -> bool:
    text = forms_of_address.squeezed(cell)
    return len(text) >= 6 and sum(map(names.is_ideograph, text)) >= 4
