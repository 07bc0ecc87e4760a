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


_SYNONYMS = {
    Field.NAME: "姓名 名称 客户姓名 客户名称 客户 公司名称 企业名称 单位名称 name fullname "
    "clientname customername client customer companyname",
    Field.KIND: "类型 客户类型 类别 客户类别 主体类型 kind type clienttype customertype",
    Field.ID_NUMBER: "身份证 身份证号 身份证号码 证件号 证件号码 公民身份号码 居民身份证号 "
    "护照 护照号 护照号码 回乡证 回乡证号 港澳通行证号 台胞证 台胞证号 居住证号 港澳台居民居住证 永居证号 "
    "外国人永久居留身份证 idnumber idno id idcard residentid identitynumber passport passportno "
    "passportnumber",
    Field.DOCUMENT: "证件类型 证件种类 证件名称 身份证件类型 idtype documenttype typeofid typeofdocument",
    Field.CREDIT_CODE: "统一社会信用代码 社会信用代码 信用代码 统一信用代码 税号 纳税人识别号 营业执照号 "
    "creditcode uscc unifiedsocialcreditcode socialcreditcode",
    Field.PHONE: "手机 手机号 手机号码 电话 电话号码 联系电话 联系方式 移动电话 联系手机 "
    "phone mobile telephone tel phonenumber mobilephone mobilenumber cellphone",
    Field.EMAIL: "邮箱 电子邮箱 电子邮件 邮件 邮箱地址 邮件地址 email emailaddress mail",
    Field.ADDRESS: "地址 住址 联系地址 通讯地址 家庭住址 注册地址 详细地址 住所 address homeaddress",
    Field.BANK_ACCOUNT: "银行账号 银行帐号 银行账户 银行卡 银行卡号 卡号 账号 帐号 收款账号 bankaccount "
    "accountnumber bankcard cardnumber bankaccountnumber account",
    Field.BIRTH_DATE: "出生日期 生日 出生年月日 出生年月 birthdate dateofbirth birthday dob",
    Field.SOURCE: "来源 客户来源 渠道 来源渠道 数据来源 source leadsource channel",
    Field.PURPOSE: "用途 使用目的 处理目的 目的 purpose",
    Field.NOTES: "备注 说明 附注 备注信息 notes note remark remarks comment comments",
}
FIELDS: Mapping[str, Field] = MappingProxyType(
    {synonym: field for field, synonyms in _SYNONYMS.items() for synonym in synonyms.split()}
)
# Columns that our own sheets of bad rows carry; they are left out when such a sheet comes back.
REASON_HEADINGS = MappingProxyType({"zh-hans": "错误原因（不导入）", "en": "Reason (not imported)"})
ROW_HEADINGS = MappingProxyType({"zh-hans": "原行号（不导入）", "en": "Original row (not imported)"})

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
    return sum(1 for cell in cells if plain(cell) in FIELDS)


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
    field = FIELDS.get(plain(cell))
    return field.value if field else EXTRA


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
