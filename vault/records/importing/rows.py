"""A raw row becomes a checked client or a bad row with a reason per cell, never something between."""

import datetime
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache, partial
from itertools import count
from typing import NamedTuple

from vault.formats import bank_account, credit_code, dates, email, identity, names, phone, text
from vault.formats.checked import Checked, FormatError, Problem
from vault.formats.identity import Document
from vault.formats.kinds import COMPANY, PERSON, kind_of
from vault.records.importing.headings import Columns, Field
from vault.records.importing.sheets import CELL_LIMIT, RawRow, Sheet, is_blank

_KINDS = {
    PERSON: "个人 自然人 个人客户 人 person individual natural",
    COMPANY: "公司 企业 单位 法人 机构 组织 企业客户 公司客户 "
    "company organisation organization corporate business",
}
_KIND_WORDS = {word: kind for kind, words in _KINDS.items() for word in words.split()}
# Plain texts: an enum member's hash is a call in Python, and these are looked up for every row.
_NAME, _KIND, _ID, _DOCUMENT, _CODE = (
    member.value for member in (Field.NAME, Field.KIND, Field.ID_NUMBER, Field.DOCUMENT, Field.CREDIT_CODE)
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


class ParsedRow(NamedTuple):
    """A client ready to be stored. `values` holds normalised texts by field, without empty ones."""

    number: int
    kind: str
    values: Mapping[str, str]
    extras: Mapping[str, str]

    def __repr__(self) -> str:
        return f"ParsedRow({self.number}, {self.kind})"


class BadRow(NamedTuple):
    """A row as it came, with what is wrong by column (from 0)."""

    number: int
    cells: tuple[str, ...]
    errors: Mapping[int, Problem]

    def __repr__(self) -> str:
        return f"BadRow({self.number}, {self.errors})"


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


def code_in(raw: str) -> str:
    """The credit code that stands where an ID number was looked for; "" without one."""
    try:
        return credit_code.normalise(raw).value
    except FormatError:
        return ""


def _notes(raw: str) -> Checked:
    return text.normalise(raw, limit=text.NOTES_LIMIT, lines=True)


def formats(latest: datetime.date) -> dict[str, Callable[[str], Checked]]:
    """How each field is checked and normalised; no one is born after `latest`."""
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


def _plain_forms(latest: datetime.date) -> dict[str, Callable[[str], str | None]]:
    """Of each field what tells most of its values without a closer look (see `vault.formats`).

    Labels repeat themselves all down a column, so those are remembered, for as long as the list is read.
    """
    label = lru_cache(maxsize=1024)(text.plain)
    return {
        Field.NAME.value: names.plain,
        Field.KIND.value: _KIND_WORDS.get,
        Field.ID_NUMBER.value: partial(identity.plain, latest=identity.digits_of(latest)),
        Field.DOCUMENT.value: label,
        Field.CREDIT_CODE.value: credit_code.plain,
        Field.PHONE.value: phone.plain,
        Field.EMAIL.value: email.plain,
        Field.ADDRESS.value: partial(text.plain, limit=text.ADDRESS_LIMIT),
        Field.BANK_ACCOUNT.value: bank_account.plain,
        Field.BIRTH_DATE.value: partial(dates.plain_birth_date, latest=latest.isoformat()),
        Field.SOURCE.value: label,
        Field.PURPOSE.value: label,
        Field.NOTES.value: partial(text.plain, limit=text.NOTES_LIMIT, lines=True),
    }


class _Parser:
    """Knows the columns, and the numbers that earlier rows of the same file hold."""

    def __init__(self, columns: Columns) -> None:
        self.latest = dates.today()
        of_field, plain = formats(self.latest), _plain_forms(self.latest)
        self.column = {name.value: column for name, column in columns.fields.items()}
        self.fields = [(name, column, plain[name], of_field[name]) for name, column in self.column.items()]
        self.extras = tuple(columns.extras.items())
        self.known = columns.ignored | set(self.column.values()) | set(columns.extras.values())
        self.width = next(column for column in count() if column not in self.known)
        self.names_documents = _DOCUMENT in self.column and _ID in self.column
        # Lists of people and companies have one column for the numbers of both.
        self.codes_among_ids = _ID in self.column and _CODE not in self.column
        if self.codes_among_ids:
            self.column[_CODE] = self.column[_ID]
        self.seen: dict[str, int] = {}

    def parse(self, row: RawRow) -> ParsedRow | BadRow:
        cells = row.cells
        errors = {} if self._is_shapely(row) else self._check_shape(row)
        values = self._values(cells, errors)
        if self.names_documents:
            self._check_document(cells, values, errors)
        extras = self._extras(cells, errors)
        if _NAME not in values:
            errors.setdefault(self.column[_NAME], Problem("name.missing"))
        self._check_unique(row.number, values, errors)
        if errors:
            return BadRow(row.number, cells, errors)
        kind = kind_of(values, said=values.pop(_KIND, ""))
        return ParsedRow(row.number, kind, values, extras)

    def _is_shapely(self, row: RawRow) -> bool:
        """Whether nothing can be wrong with its shape: no cell is longer than all of them together."""
        return len(row.cells) <= self.width and len("".join(row.cells)) <= CELL_LIMIT and not row.cut_off

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

    def _values(self, cells: tuple[str, ...], errors: dict[int, Problem]) -> dict[str, str]:
        values: dict[str, str] = {}
        width = len(cells)
        for name, column, plain, normalise in self.fields:
            if column >= width or not (raw := cells[column]):
                continue
            if found := plain(raw):
                values[name] = found
                continue
            if raw.isspace():
                continue
            try:
                value = normalise(raw).value
            except FormatError as error:
                if name == _ID and self.codes_among_ids and (code := code_in(raw)):
                    values[_CODE] = code
                else:
                    errors.setdefault(column, error.problem)
                continue
            if value:
                values[name] = value
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
            values[_ID] = identity.normalise(raw, latest=self.latest, named=named).value
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
