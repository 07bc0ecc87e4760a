"""What a pasted message says beyond what was understood, and which of its numbers only look like something.
Pure; linear in the text, as `vault.intake.spotting`.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from vault.formats import bank_account
from vault.intake.spotting import CARD, Spot
from vault.records.labels import Field

Stretch = tuple[int, int]
MOST = 10  # doubtful numbers that are shown
PIECES = 200  # of what is left over: a message of more is kept as a whole or not at all

_CLAUSE = re.compile(r"(?:[^\n。!?;,、]|(?<=[0-9]),(?=[0-9]))+")
_NUMBER = re.compile(r"(?<![A-Za-z0-9])[0-9A-Za-z](?:[ -]?[0-9A-Za-z]){9,23}(?![A-Za-z0-9])")
_LETTER_RUN = re.compile(r"[A-Za-z]{3}")
_ID = re.compile(r"[1-9][0-9]{5}(?:18|19|20)[0-9]{9}[0-9Xx]")
_CODE = re.compile(r"(?=.*[A-Za-z])[0-9A-Za-z]{2}[0-9]{6}[0-9A-Za-z]{10}")
_MOBILE = re.compile(r"(?:\+?86)?1[3-9][0-9]{8}(?:[0-9]{2})?")
# Words that only say what stands beside them, greetings, and what joins clauses.
_EMPTY = re.compile(
    r"姓名|名字|联系人|联系方式|联系电话|手机号码?|手机|电话号码|电话|微信同号|微信|邮箱|邮件|住址|地址|身份证号码?|身份证|证件号码?"
    r"|银行卡号?|卡号|[账帐][号户]|统一社会信用代码|信用代码|公司名称|我们公司|我公司|公司|号码|我是|我叫|我的|我们|我|你好|您好|在吗|同号|[是叫在的和及]"
    r"|\b(?:name|contact|phone|mobile|tel|email|e-mail|mail|address|id|no|account|card|company|hello|hi|my|is|i|am|and|the)\b"
    r"|[^0-9A-Za-z\u3400-\u9fff]",
    re.IGNORECASE,
)


class Looks(TextChoices):
    """What a number looks like, and why it was not taken for it."""

    BANK = "bank", _("looks like a bank card, but its check digit is wrong")
    CODE = "code", _("looks like a unified social credit code, but its last character does not fit")
    IDENTITY = "identity", _("looks like an ID number, but its birth date or its last character does not fit")
    PHONE = "phone", _("looks like a mobile number, but has a digit too few or too many")


@dataclass(frozen=True, slots=True)
class Doubt:
    """A number as it was written."""

    looks: Looks
    number: str = field(repr=False)


def left_over(text: str, covered: Iterable[Stretch]) -> str:
    """The clauses of a cleaned text that say something outside the covered stretches, a line each; of a
    clause, what is outside."""
    rest = _outside(text, covered)
    said = []
    for clause in _CLAUSE.finditer(rest):
        if len("".join(_EMPTY.split(clause[0]))) > 1:
            said.append(" ".join(clause[0].split()).strip(" :-_/|()[]\"'"))
        if len(said) == PIECES:
            break
    return "\n".join(said)


def doubts(text: str, spots: Iterable[Spot], covered: Iterable[Stretch]) -> tuple[Doubt, ...]:
    """Numbers outside the covered stretches that look like a card, a document or a phone and fail its check,
    and accounts that were taken at their word although a card's check digit would be wrong."""
    taken = [
        Doubt(Looks.BANK, text[spot.start : spot.end])
        for spot in spots
        if spot.field is Field.BANK_ACCOUNT and bank_account.normalise(spot.value).warnings
    ]
    return (*taken, *_failing(_outside(text, covered)))[:MOST]


def _failing(rest: str) -> Iterator[Doubt]:
    for match in _NUMBER.finditer(rest):
        for written in (match[0], *match[0].split()):
            if looks := _looks(written.replace(" ", "").replace("-", "")):
                yield Doubt(looks, written)
                break


def _looks(number: str) -> Looks | None:
    if _ID.fullmatch(number):
        return Looks.IDENTITY
    if _CODE.fullmatch(number) and not _LETTER_RUN.match(number):
        return Looks.CODE
    if CARD.fullmatch(number):
        return Looks.BANK
    return Looks.PHONE if _MOBILE.fullmatch(number) else None


def _outside(text: str, covered: Iterable[Stretch]) -> str:
    """The text with a break instead of what is covered: what stands on both sides is not one number, nor one
    clause."""
    kept, at = [], 0
    for start, end in sorted(covered):
        kept += [text[at:start], "\n"]
        at = max(at, end)
    return "".join([*kept, text[at:]])
