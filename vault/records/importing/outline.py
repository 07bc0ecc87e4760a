"""What an uploaded list looks like from above: its sheets, their first rows, how long each is.

Made once, when the whole file is checked, and sealed beside it: the page on which columns are mapped reads
this and not a file of a hundred thousand rows.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import BinaryIO

from vault.formats import credit_code, email, identity, phone
from vault.formats.checked import FormatError
from vault.records.importing import headings
from vault.records.importing.headings import EXTRA, IGNORE, Field
from vault.records.importing.plan import Plan
from vault.records.importing.problems import SheetError
from vault.records.importing.sheets import HEADING_SEARCH, is_blank, open_list, padded
from vault.records.importing.sniffing import TextForm

TOP = 20  # rows kept of each sheet
CELL = 300  # characters kept of each cell
_PROVES = (  # what a value of its form can hardly be by chance, strongest first
    (Field.ID_NUMBER, identity.normalise),
    (Field.CREDIT_CODE, credit_code.normalise),
    (Field.EMAIL, email.normalise),
    (Field.PHONE, phone.normalise),
)


@dataclass(frozen=True, slots=True)
class Top:
    """One sheet from above; `rows` are its first rows, blank ones too."""

    name: str = field(repr=False)
    height: int
    merged: int
    rows: list[list[str]] = field(repr=False)

    @property
    def width(self) -> int:
        return max((len(row) for row in self.rows), default=0)

    @property
    def header(self) -> int:
        """The row that reads like headings, counted from 1; 0 where none does."""
        for number, cells in enumerate(self.rows[:HEADING_SEARCH], start=1):
            if headings.looks_like(cells):
                return number
        return 0

    def names(self, header: int) -> tuple[str, ...]:
        """The headings in this row, one for each column."""
        above = self.rows[header - 2] if header > 1 else []
        own = self.rows[header - 1] if 0 < header <= len(self.rows) else []
        return headings.joined(padded(above, self.width), padded(own, self.width))

    def below(self, header: int) -> list[list[str]]:
        """The first rows of clients."""
        return [row for row in self.rows[header:] if not is_blank(row)]


@dataclass(frozen=True, slots=True)
class Outline:
    sheets: list[Top]
    form: TextForm | None

    @property
    def longest(self) -> int:
        """Rows below the headings of the longest sheet: at most what an import could take."""
        return max(top.height - top.header for top in self.sheets)

    def as_bytes(self) -> bytes:
        form = None if self.form is None else [self.form.encoding, self.form.delimiter]
        sheets = [[top.name, top.height, top.merged, top.rows] for top in self.sheets]
        return json.dumps([sheets, form], ensure_ascii=False).encode("utf-8", "surrogatepass")

    @classmethod
    def from_bytes(cls, data: bytes) -> "Outline":
        sheets, form = json.loads(data.decode("utf-8", "surrogatepass"))
        return cls([Top(*top) for top in sheets], None if form is None else TextForm(*form))

    def propose(
        self,
        sheet: int | None = None,
        header: int | None = None,
        *,
        remembered: Callable[[str], str | None] = lambda _: None,
    ) -> "Proposal":
        """How to read the list, as far as it says itself or was said before of headings like these."""
        if sheet is None:
            sheet = next((at for at, top in enumerate(self.sheets) if top.header), 0)
        top = self.sheets[sheet]
        header = top.header if header is None else header
        names = top.names(header)
        targets = [_target(top, header, at, name, remembered) for at, name in enumerate(names)]
        yielding = [remembered(name) is None and headings.yields(name) for name in names]
        doubles = _doubles(targets, yielding)
        targets = [EXTRA if at in doubles else target for at, target in enumerate(targets)]
        return Proposal(Plan(sheet, header, tuple(targets), self.form), names, doubles)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A plan, the headings that it is about, and the columns that would have been a field a second time."""

    plan: Plan
    names: tuple[str, ...] = field(repr=False)
    doubles: tuple[int, ...]


def outline_of(file: BinaryIO, filename: str) -> Outline:
    """Look at a whole file. Raises SheetError: it is none that can be read to its end."""
    opened = open_list(file, filename)
    tops = []
    for at, name in enumerate(opened.names):
        sheet = opened.sheet(at)
        rows = [[cell[:CELL] for cell in row.cells] for row in islice(sheet.rows(), TOP)]
        tops.append(Top(name, sheet.height(), sheet.merged, rows))
    if not any(top.height for top in tops):
        raise SheetError("sheet.empty")
    return Outline(tops, opened.form)


def _target(top: Top, header: int, column: int, name: str, remembered: Callable[[str], str | None]) -> str:
    if header:
        return (remembered(name) if name.strip() else None) or headings.guess(name)
    cells = [row[column] for row in top.rows if column < len(row) and row[column].strip()]
    return next((proven.value for proven, check in _PROVES if cells and _all(check, cells)), IGNORE)


def _doubles(targets: Sequence[str], yielding: Sequence[bool]) -> tuple[int, ...]:
    """The columns whose field another one is already: the first is, of those that do not yield."""
    seen: set[str] = set()
    doubles = []
    for at in sorted(range(len(targets)), key=yielding.__getitem__):
        if targets[at] in seen - {EXTRA, IGNORE}:
            doubles.append(at)
        seen.add(targets[at])
    return tuple(sorted(doubles))


def _all(check: Callable[[str], object], cells: list[str]) -> bool:
    try:
        for cell in cells:
            check(cell)
    except FormatError:
        return False
    return True
