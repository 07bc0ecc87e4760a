"""A raw row becomes a checked client or a bad row with a reason per cell, never something between."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial

from vault.formats import bank_account, credit_code, dates, email, identity, names, phone, text
from vault.formats.checked import Checked, FormatError, Problem
from vault.formats.identity import Document
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
_NAME, _KIND, _ID, _DOCUMENT, _CODE, _BORN = (
    member.value
    for member in (
        *(Field.NAME, Field.KIND, Field.ID_NUMBER, Field.DOCUMENT),
        *(Field.CREDIT_CODE, Field.BIRTH_DATE),
    )
)
_DOCUMENTS = {
    Document.RESIDENT: "身份证 居民身份证 二代身份证 身份证号 idcard residentid",
    Document.HK_MACAO_TAIWAN: "港澳台居民居住证 港澳居民居住证 台湾居民居住证 居住证 residencepermit",
    Document.FOREIGNER: "外国人永久居留身份证 外国人永久居留证 外国人居留证 永居证 permanentresident",
    Document.HOME_RETURN: "回乡证 港澳居民来往内地通行证 港澳通行证 来往内地通行证 homereturnpermit",
    Document.TAIWAN_PERMIT: "台胞证 台湾居民来往大陆通行证 来往大陆通行证 taiwanpermit mtp",
    Document.PASSPORT: "护照 中国护照 外国护照 普通护照 passport",
}
_DOCUMENT_WORDS = {word: kind for kind, words in _DOCUMENTS.items() for word in words.split()}
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


def formats() -> dict[str, Callable[[str], Checked]]:
    """How each field is checked and normalised, as of today."""
    latest = dates.today()
    return {
        Field.NAME.value: names.normalise,
        Field.KIND.value: _kind,
        Field.ID_NUMBER.value: partial(identity.normalise, latest=latest),
        Field.DOCUMENT.value: text.normalise,
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
        of_field = formats()
        self.column = {name.value: column for name, column in columns.fields.items()}
        self.fields = [(name, column, of_field[name]) for name, column in self.column.items()]
        self.extras = tuple(columns.extras.items())
        self.known = columns.ignored | set(self.column.values()) | set(columns.extras.values())
        self.names_documents = _DOCUMENT in self.column and _ID in self.column
        self.seen: dict[str, int] = {}

    def parse(self, row: RawRow) -> ParsedRow | BadRow:
        cells = row.cells
        errors = self._check_shape(row)
        warnings: list[tuple[int, Problem]] = []
        values = self._values(cells, errors, warnings)
        if self.names_documents:
            self._check_document(cells, values, errors)
        extras = self._extras(cells, errors)
        self._check_together(values, errors, warnings)
        self._check_unique(row.number, values, errors)
        if errors:
            return BadRow(row.number, cells, errors)
        kind = values.pop(_KIND, None) or guess_kind(values)
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

    def _check_document(
        self, cells: tuple[str, ...], values: dict[str, str], errors: dict[int, Problem]
    ) -> None:
        """The number once more, as the document that the row names: some forms tell only by that.

        A word that is no document we know stays with the client, as an extra field does."""
        named = _DOCUMENT_WORDS.get(values.get(_DOCUMENT, "").casefold().replace(" ", ""))
        column = self.column[_ID]
        raw = cells[column] if column < len(cells) else ""
        if named is None or not raw.strip():
            return
        try:
            values[_ID] = identity.normalise(raw, named=named).value
        except FormatError as error:
            errors[column] = error.problem
        else:
            errors.pop(column, None)

    def _check_unique(self, number: int, values: Mapping[str, str], errors: dict[int, Problem]) -> None:
        for name in _UNIQUE:
            if value := values.get(name):
                first = self.seen.setdefault(identity.key_of(value), number)
                if first != number:
                    errors.setdefault(self.column[name], Problem("row.duplicate", {"other": first}))


def guess_kind(values: Mapping[str, str]) -> str:
    """The kind of a client whose row says none, from its normalised values."""
    if names.is_company(values.get(_NAME, "")):
        return COMPANY
    only_code = _CODE in values and _ID not in values
    return COMPANY if only_code else PERSON
