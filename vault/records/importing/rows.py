"""A raw row becomes a checked client or a bad row with a reason per cell, never something between."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

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
_UNIQUE = (Field.ID_NUMBER, Field.CREDIT_CODE)


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


_FORMATS: Mapping[Field, Callable[[str], Checked]] = {
    Field.NAME: names.normalise,
    Field.KIND: _kind,
    Field.ID_NUMBER: identity.normalise,
    Field.CREDIT_CODE: credit_code.normalise,
    Field.PHONE: phone.normalise,
    Field.EMAIL: email.normalise,
    Field.ADDRESS: _address,
    Field.BANK_ACCOUNT: bank_account.normalise,
    Field.BIRTH_DATE: dates.birth_date,
    Field.SOURCE: text.normalise,
    Field.PURPOSE: text.normalise,
    Field.NOTES: _notes,
}


class _Parser:
    """Knows the columns, and the numbers that earlier rows of the same file hold."""

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        self.known = columns.ignored | set(columns.fields.values()) | set(columns.extras.values())
        self.seen: dict[str, int] = {}

    def parse(self, row: RawRow) -> ParsedRow | BadRow:
        cells = row.cells
        errors = self._check_shape(row)
        values: dict[Field, str] = {}
        warnings: list[tuple[int, Problem]] = []
        for name, column in self.columns.fields.items():
            raw = cells[column] if column < len(cells) else ""
            if not raw or (raw.isspace() and name is not Field.NAME):
                continue
            try:
                checked = _FORMATS[name](raw)
            except FormatError as error:
                errors.setdefault(column, error.problem)
                continue
            values[name] = checked.value
            warnings += [(column, warning) for warning in checked.warnings]
        extras = self._extras(cells, errors)
        self._check_together(row.number, values, errors, warnings)
        if errors:
            return BadRow(row.number, cells, errors)
        kind = values.pop(Field.KIND, None) or _guess_kind(values)
        filled = {name.value: value for name, value in values.items() if value}
        return ParsedRow(row.number, kind, filled, extras, tuple(warnings))

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

    def _extras(self, cells: tuple[str, ...], errors: dict[int, Problem]) -> dict[str, str]:
        extras: dict[str, str] = {}
        for heading, column in self.columns.extras.items():
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
        self,
        number: int,
        values: Mapping[Field, str],
        errors: dict[int, Problem],
        warnings: list[tuple[int, Problem]],
    ) -> None:
        name_column = self.columns.fields[Field.NAME]
        if Field.NAME not in values:
            errors.setdefault(name_column, Problem("name.missing"))
        if (id_number := values.get(Field.ID_NUMBER)) and (born := values.get(Field.BIRTH_DATE)):
            stated = identity.birth_date(id_number)
            if stated and stated != born:
                warnings.append((self.columns.fields[Field.BIRTH_DATE], Problem("row.birth_date")))
        for name in _UNIQUE:
            if name not in values:
                continue
            key = identity.expand(values[name]) if name is Field.ID_NUMBER else values[name]
            first = self.seen.setdefault(key, number)
            if first != number:
                errors.setdefault(self.columns.fields[name], Problem("row.duplicate", {"other": first}))


def _guess_kind(values: Mapping[Field, str]) -> str:
    if names.is_company(values[Field.NAME]):
        return COMPANY
    only_code = Field.CREDIT_CODE in values and Field.ID_NUMBER not in values
    return COMPANY if only_code else PERSON
