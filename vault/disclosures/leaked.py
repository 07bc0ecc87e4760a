"""Reading a leaked sheet: every cell is taken for what it can be, since headings may be gone or renamed."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from typing import BinaryIO

from vault.disclosures import forms_of_address
from vault.disclosures.masked_marks import shown
from vault.formats import bank_account, credit_code, dates, email, identity, names, phone
from vault.formats.checked import Checked, FormatError
from vault.records.importing.sheets import raw_rows
from vault.records.labels import Field

MAX_ROWS = 20_000
_DIGITS = re.compile(r"\d")
_LONGEST_NAME = 60
_NUMBERS: tuple[tuple[Field, Callable[[str], Checked]], ...] = (
    (Field.ID_NUMBER, identity.normalise),
    (Field.CREDIT_CODE, credit_code.normalise),
    (Field.PHONE, phone.normalise),
    (Field.BANK_ACCOUNT, bank_account.normalise),
    (Field.EMAIL, email.normalise),
)


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


def read_leaked(file: BinaryIO, filename: str) -> list[LeakedRow]:
    """The rows of a CSV or XLSX, at most MAX_ROWS. Raises SheetError when it is neither."""
    rows = (_row(cells) for cells in islice(raw_rows(file, filename), MAX_ROWS))
    return [row for row in rows if row.values or row.addresses or row.masks]


def _row(cells: Sequence[str]) -> LeakedRow:
    values: dict[Field, list[str]] = {}
    addresses: list[str] = []
    masks: list[str] = []
    for cell in cells:
        if not cell.strip():
            continue
        if shown(cell):
            masks.append(cell)
            continue
        for kind, value in _meanings(cell):
            values.setdefault(kind, []).append(value)
        if _may_be_an_address(cell):
            addresses.append(cell)
    return LeakedRow(values, addresses, masks)


def _meanings(cell: str) -> Iterator[tuple[Field, str]]:
    for kind, normalise in _NUMBERS:
        try:
            yield kind, normalise(cell).value
        except FormatError:
            continue
    with suppress(FormatError):
        yield Field.BIRTH_DATE, dates.birth_date(cell).value
    if len(cell) <= _LONGEST_NAME and not _DIGITS.search(cell) and "@" not in cell:
        with suppress(FormatError):
            yield Field.NAME, names.normalise(cell).value


def _may_be_an_address(cell: str) -> bool:
    text = forms_of_address.squeezed(cell)
    return len(text) >= 6 and sum(map(names.is_ideograph, text)) >= 4
