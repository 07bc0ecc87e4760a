"""A raw row becomes a checked client or a bad row with a reason per cell, never something between."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial

from vault.formats import bank_account, credit_code, dates, email, identity, names, phone, text
from vault.formats.checked import Checked, FormatError, Problem
from vault.records.importing.headings import Columns, Field
from vault.records.importing.sheets import CELL_LIMIT, RawRow, Sheet, is_blank

PERSON, COMPANY = "person", "company"
_KINDS = {
    PERSON: "个人 自然人 个人客户 人 person individual natural",
    COMPANY: "公司 企业 单位 法人 机构 组织 企业客户 公司客户 "
    "company organisation organization corporate business",
}
_KIND_WORDS = {word: kind for kind, words in _KINDS.items() for word in words.split()}
# Plain texts: an enum member's hash is a call in Python, and these are looked up for every row.
_NAME, _KIND, _ID, _CODE, _BORN = (
    member.value for member in (Field.NAME, Field.KIND, Field.ID_NUMBER, Field.CREDIT_CODE, Field.BIRTH_DATE)
)
_UNIQUE = (_ID, _CODE)


@dataclass(frozen=True, slots=True)
class ParsedRow:
    """A client ready to be stored. `values` holds normalised texts by field, without empty ones."""

    number: int
    kind: str
    values: Mapping[str, str] = field(repr=False)
    extras: Mapping[str, str] = field(repr=False)
    warnings: tuple[tuple[int, Problem], ...] = ()


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row as it came, with what is wrong by column (from 0)."""

    number: int
    cells: tuple[str, ...] = field(repr=False)
    errors: Mapping[int, Problem]


def parse_rows(sheet: Sheet) -> Iterator[ParsedRow | BadRow]:
    """Every row of a sheet that is not blank, in order."""
    parser = _Parser(sheet.columns)
    return (parser.parse(row) for row in sheet.rows if not is_blank(row.cells))


def _kind(raw: str) -> Checked:
    word = text.clean(raw, limit=text.LABEL_LIMIT).casefold()
    if word not in _KIND_WORDS:
        raise FormatError("row.kind")
    return Checked(_KIND_WORDS[word])


def _address(raw: str) -> Checked:
    return text.normalise(raw, limit=text.ADDRESS_LIMIT)


def _notes(raw: str) -> Checked:
    return text.normalise(raw, limit=text.NOTES_LIMIT, lines=True)


def _formats() -> dict[str, Callable[[str], Checked]]:
    latest = dates.today()
    return {
        Field.NAME.value: names.normalise,
        Field.KIND.value: _kind,
        Field.ID_NUMBER.value: partial(identity.normalise, latest=latest),
        Field.CREDIT_CODE.value: credit_code.normalise,
        Field.PHONE.value: phone.normalise,
        Field.EMAIL.value: email.normalise,
        Field.ADDRESS.value: _address,
        Field.BANK_ACCOUNT.value: bank_account.normalise,
        Field.BIRTH_DATE.value: partial(dates.birth_date, latest=latest),
        Field.SOURCE.value: text.normalise,
        Field.PURPOSE.value: text.normalise,
        Field.NOTES.value: _notes,
    }


class _Parser:
    """Knows the columns, and the numbers that earlier rows of the same file hold."""

    def __init__(self, columns: Columns) -> None:
        formats = _formats()
        self.column = {name.value: column for name, column in columns.fields.items()}
        self.fields = [(name, column, formats[name]) for name, column in self.column.items()]
        self.extras = tuple(columns.extras.items())
        self.known = columns.ignored | set(self.column.values()) | set(columns.extras.values())
        self.seen: dict[str, int] = {}

    def parse(self, row: RawRow) -> ParsedRow | BadRow:
        cells = row.cells
        errors = self._check_shape(row)
        warnings: list[tuple[int, Problem]] = []
        values = self._values(cells, errors, warnings)
        extras = self._extras(cells, errors)
        self._check_together(values, errors, warnings)
        self._check_unique(row.number, values, errors)
        if errors:
            return BadRow(row.number, cells, errors)
        kind = values.pop(_KIND, None) or _guess_kind(values)
        return ParsedRow(row.number, kind, values, extras, tuple(warnings))

    def _check_shape(self, row: RawRow) -> dict[int, Problem]:
        errors: dict[int, Problem] = {}
        for column, cell in enumerate(row.cells):
            if len(cell) > CELL_LIMIT:
                errors[column] = Problem("text.too_long", {"length": len(cell), "limit": CELL_LIMIT})
            elif column not in self.known and cell.strip():
                errors[column] = Problem("row.no_heading")
        if row.cut_off:
            errors[len(row.cells) - 1] = Problem("row.cut_off")
        return errors

    def _values(
        self, cells: tuple[str, ...], errors: dict[int, Problem], warnings: list[tuple[int, Problem]]
    ) -> dict[str, str]:
        values: dict[str, str] = {}
        for name, column, normalise in self.fields:
            raw = cells[column] if column < len(cells) else ""
            if not raw or raw.isspace():
                continue
            try:
                value, doubts = normalise(raw)
            except FormatError as error:
                errors.setdefault(column, error.problem)
                continue
            if value:
                values[name] = value
            if doubts:
                warnings += [(column, doubt) for doubt in doubts]
        return values

    def _extras(self, cells: tuple[str, ...], errors: dict[int, Problem]) -> dict[str, str]:
        extras: dict[str, str] = {}
        for heading, column in self.extras:
            if column >= len(cells) or not cells[column]:
                continue
            try:
                value = text.clean(cells[column], limit=text.EXTRA_LIMIT, lines=True)
            except FormatError as error:
                errors.setdefault(column, error.problem)
                continue
            if value:
                extras[heading] = value
        return extras

    def _check_together(
        self, values: Mapping[str, str], errors: dict[int, Problem], warnings: list[tuple[int, Problem]]
    ) -> None:
        if _NAME not in values:
            errors.setdefault(self.column[_NAME], Problem("name.missing"))
        id_number, born = values.get(_ID), values.get(_BORN)
        if id_number and born and identity.birth_date(id_number) not in (None, born):
            warnings.append((self.column[_BORN], Problem("row.birth_date")))

    def _check_unique(self, number: int, values: Mapping[str, str], errors: dict[int, Problem]) -> None:
        for name in _UNIQUE:
            if value := values.get(name):
                first = self.seen.setdefault(identity.expand(value), number)
                if first != number:
                    errors.setdefault(self.column[name], Problem("row.duplicate", {"other": first}))


def _guess_kind(values: Mapping[str, str]) -> str:
    if names.is_company(values[_NAME]):
        return COMPANY
    only_code = _CODE in values and _ID not in values
    return COMPANY if only_code else PERSON
