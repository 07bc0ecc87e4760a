"""Spotting values in a pasted chat message: where each stands, in what normal form. Pure; linear in the text.

Every pattern is bounded, and runs of digits are taken as whole groups: a number inside a longer number is no
number. What has a check digit is known by it; what has none (a bank account that is no card, a passport) only
counts behind a word that says what it is.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from vault.formats import bank_account, credit_code, email, identity, phone
from vault.formats.checked import FormatError
from vault.records.labels import Field

LIMIT = 20_000  # characters of a message; the rest is not read

_UNSEEN = re.compile("[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4}(?![A-Za-z0-9@])")
_GROUP = re.compile(r"\+?[A-Za-z0-9]+")
_JOINT = re.compile(r" {1,2}|-| - ")
_MOBILE = re.compile(r"(?:\+?86|0086)?1[3-9][0-9]{9}")
_LANDLINE = re.compile(r"0[1-9][0-9]{1,2}-?[2-9][0-9]{6,7}|400[0-9]{7}")
_ABROAD = re.compile(r"\+[1-9][0-9]{7,14}|85[23][0-9]{8}")
CARD = re.compile(r"[3-9][0-9]{14,18}")
_ACCOUNT = re.compile(r"[0-9]{8,30}")
_WINDOW = 6  # groups that one number may be written in

_ACCOUNT_WORDS = ("账号", "帐号", "账户", "帐户", "卡号", "银行卡", "account")
_ID_WORDS = ("身份证", "证件", "护照", "通行证", "回乡证", "passport", "id no")


class Spot(NamedTuple):
    """A value, its field, and where in the cleaned text it stands."""

    start: int
    end: int
    field: Field
    value: str


class _Group(NamedTuple):
    start: int
    end: int
    text: str


def cleaned(raw: str) -> str:
    """The message as it is read: NFKC (full-width digits, letters, colons), what is not seen left out."""
    text = unicodedata.normalize("NFKC", _UNSEEN.sub("", _CONTROL.sub(" ", raw[:LIMIT])))
    return text[: 2 * LIMIT]  # one character may become eighteen


def spots(text: str) -> list[Spot]:
    """Every number, code and e-mail of a cleaned text, in order; none overlaps another."""
    mails = list(_mails(text))
    rest, at = [], 0
    for mail in mails:
        rest += [text[at : mail.start], "@" * (mail.end - mail.start)]
        at = mail.end
    return sorted([*mails, *_numbers("".join([*rest, text[at:]]))])


def _mails(text: str) -> Iterator[Spot]:
    at = 0
    while (mark := text.find("@", at)) >= 0:
        # From the mark back: the pattern alone would start anew at every letter of a long word.
        start = mark
        while start > at and mark - start < 64 and _is_mail_letter(text[start - 1]):
            start -= 1
        at = mark + 1
        if match := _EMAIL.match(text, start):
            try:
                value = email.normalise(match[0].rstrip(".-")).value
            except FormatError:
                continue
            yield Spot(start, match.end(), Field.EMAIL, value)
            at = match.end()


def _is_mail_letter(letter: str) -> bool:
    return letter.isascii() and (letter.isalnum() or letter in "._%+-")


def _numbers(text: str) -> Iterator[Spot]:
    """Windows of neighbouring groups, the surest kind first and then the longest."""
    groups = [_Group(match.start(), match.end(), match[0]) for match in _GROUP.finditer(text)]
    at, known = 0, 0
    while at < len(groups):
        found = _at(text, groups, at, known)
        if found is None:
            at += 1
            continue
        yield found
        known = found.end
        while at < len(groups) and groups[at].start < known:
            at += 1


def _at(text: str, groups: list[_Group], at: int, known: int) -> Spot | None:
    """The number that begins with this group; `known` is where the last one ended."""
    first = groups[at]
    if _glued(text, first.start - 1, before=True) or not any(letter.isdigit() for letter in first.text):
        return None
    windows = []
    joined, end = "", first.start
    for group in groups[at : at + _WINDOW]:
        if group.start != end and not _JOINT.fullmatch(text, end, group.start):
            break
        joined, end = joined + group.text, group.end
        if len(joined) > 34:
            break
        if len(joined) >= 6:
            windows.append((joined, end))
    before = text[max(0, first.start - 12) : first.start].lower()
    # The later groups of a number that was not understood are not another number.
    tail = (
        at > 0 and groups[at - 1].end > known and _goes_on(text, groups[at - 1].end, groups[at - 1].text[-1])
    )
    for kind in (_identity, _credit_code, _phone, _card):
        for joined, end in reversed(windows):
            grouped = end != first.end
            if _glued(text, end, before=False) or (grouped and tail):
                continue
            if grouped and kind is _card and _goes_on(text, end, joined[-1]):
                continue  # nor are its first ones
            if found := kind(joined, before):
                return Spot(first.start, end, *found)
    return None


def _goes_on(text: str, end: int, last: str) -> bool:
    """Whether digits follow digits across a single space or dash."""
    return last.isdigit() and text[end : end + 1] in (" ", "-") and text[end + 1 : end + 2].isdigit()


def _glued(text: str, at: int, *, before: bool) -> bool:
    """Whether a dash, dot or the like ties the number to another: it is a part of something longer then."""
    if not 0 <= at < len(text) or text[at] not in "-_./*#+":
        return False
    beyond = at - 1 if before else at + 1
    return 0 <= beyond < len(text) and text[beyond].isascii() and text[beyond].isalnum()


def _identity(number: str, before: str) -> tuple[Field, str] | None:
    labelled = any(word in before for word in _ID_WORDS)
    if len(number) != 18 and not (labelled and 6 <= len(number) <= 15):
        return None
    try:
        return Field.ID_NUMBER, identity.normalise(number).value
    except FormatError:
        return None


def _credit_code(number: str, before: str) -> tuple[Field, str] | None:
    if len(number) != 18:
        return None
    try:
        return Field.CREDIT_CODE, credit_code.normalise(number).value
    except FormatError:
        return None


def _phone(number: str, before: str) -> tuple[Field, str] | None:
    if not (_MOBILE.fullmatch(number) or _LANDLINE.fullmatch(number) or _ABROAD.fullmatch(number)):
        return None
    try:
        return Field.PHONE, phone.normalise(number).value
    except FormatError:
        return None


def _card(number: str, before: str) -> tuple[Field, str] | None:
    labelled = any(word in before for word in _ACCOUNT_WORDS)
    if not (CARD.fullmatch(number) or (labelled and _ACCOUNT.fullmatch(number))):
        return None
    try:
        checked = bank_account.normalise(number)
    except FormatError:
        return None
    return None if checked.warnings and not labelled else (Field.BANK_ACCOUNT, checked.value)
