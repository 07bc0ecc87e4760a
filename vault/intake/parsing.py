"""A pasted chat message becomes clients to choose from. Pure: text in, values out, nothing kept.

Whoever pastes sees every value in a field before anything is saved, so that a guess may be wrong; but a value
that is not in the text is never made up, and hostile text costs no more than its length.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from vault.formats import names
from vault.formats.identity import birth_date
from vault.formats.kinds import COMPANY, PERSON
from vault.intake.leftover import Doubt, doubts, left_over
from vault.intake.naming import addresses, companies, people
from vault.intake.spotting import Spot, cleaned, spots
from vault.records.labels import Field

_TITLES = (Field.NAME.value, Field.PHONE.value, Field.EMAIL.value, Field.ID_NUMBER.value)
MANY = 20  # people of one message to choose from
SENTENCES = 5  # that say what is wanted

_TIME = r"[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?"
_DAY = r"(?:[0-9]{2,4}[-/.年])?[0-9]{1,2}[-/.月][0-9]{1,2}日?|昨天|今天|星期[一二三四五六日天]"
# What chat programs put around forwarded messages: who, when, and rules between days.
_HEADER = re.compile(
    rf"^[^\n]{{0,40}}?(?:{_DAY})[ ]{{0,3}}(?:上午|下午|晚上|凌晨|中午)?[ ]{{0,3}}{_TIME}"
    r"[ ]{0,3}[^\n]{0,24}$"
    rf"|^[ ]{{0,3}}(?:上午|下午)?{_TIME}[ ]{{0,3}}$"
    r"|^[^\n]{0,30}的聊天记录[^\n]{0,4}$|^[-—–=_ ]{4,60}[^\n]{0,30}[-—–=_ ]{0,60}$"
    r"|^\[(?:图片|语音|视频|文件|位置|链接|表情|名片)\][^\n]{0,20}$",
    re.MULTILINE,
)
_SENTENCE = re.compile(r"[^\n。!?;]{2,200}")
_WANTS = re.compile(
    r"转让|收购|出售|接手|注销|注册|变更|股权|资质|执照|代账|记账|价格|多少钱|预算|想买|想卖|需要|求购|急出|\b(?:sell|buy|transfer)\b",
    re.IGNORECASE,
)
_AGREES = re.compile(
    r"(?<!不)同意|可以(?:随时)?(?:联系|打给|加)我|(?:请|麻烦|欢迎)(?:您|你)?(?:尽快|随时)?(?:跟我|与我)?(?:联系|致电|回电|打给|加)"
    r"|\b(?:i agree|(?:please |do )?(?:contact|call) me)\b",
    re.IGNORECASE,
)
_SYMBOLS = re.compile("[\u2190-\u2bff\u3030\ue000-\uf8ff\U0001f000-\U0001faff]")


@dataclass(frozen=True, slots=True)
class Candidate:
    """One person or company of the message: normalised values by field code."""

    kind: str
    values: dict[str, str] = field(repr=False)
    company: str = field(default="", repr=False)  # whose person it is

    @property
    def title(self) -> str:
        """What tells it from the others of the message."""
        return next((self.values[name] for name in _TITLES if name in self.values), "?")


@dataclass(frozen=True, slots=True)
class Parsed:
    """Those found, the likeliest first, the sentences that say what they want, and what was not understood:
    numbers that only look like something, and all the rest that says anything.

    `asks` for business, and `agrees` to be contacted, are what a lawful basis can rest on.
    """

    candidates: tuple[Candidate, ...]
    wants: str = field(default="", repr=False)
    doubts: tuple[Doubt, ...] = ()
    rest: str = field(default="", repr=False)
    asks: bool = False
    agrees: bool = False


def parse(raw: str) -> Parsed:
    """Whom the message is from or about. Empty for text with nobody in it; never raises."""
    text = _without_noise(cleaned(raw))
    numbers = spots(text)
    firms = _apart(sorted(companies(text)), [])
    places = _apart(sorted(addresses(text)), firms)
    found = _apart(sorted(people(text, numbers)), [*firms, *places])
    candidates = tuple(_candidates(numbers, found, firms, places))[:MANY]
    understood = list(_understood(candidates, [*numbers, *found, *firms, *places]))
    wanted = [match.span() for match in _wanted(text, numbers)]
    return Parsed(
        candidates,
        wants="\n".join(" ".join(text[start:end].split()) for start, end in wanted),
        doubts=doubts(text, numbers, [(spot.start, spot.end) for spot in understood]),
        rest=left_over(text, [*wanted, *((spot.start, spot.end) for spot in understood)]),
        asks=_WANTS.search(text) is not None,
        agrees=_AGREES.search(text) is not None,
    )


def without(raw: str, fields: Collection[str]) -> str:
    """The message with the values of these fields (numbers, codes, e-mails, addresses) struck out; as it is
    where there are none."""
    if not fields:
        return raw
    text = cleaned(raw)
    out = sorted(spot for spot in (*spots(text), *addresses(text)) if spot.field in fields)
    parts, at = [], 0
    for spot in _apart(out, []):
        parts += [text[at : spot.start], "…"]
        at = spot.end
    return "".join([*parts, text[at:]])


def _understood(candidates: tuple[Candidate, ...], every: list[Spot]) -> Iterator[Spot]:
    """The spots that somebody was given; a shorter form of somebody's name is understood with the name."""
    given = {value for one in candidates for value in (*one.values.values(), one.company)}
    called = [one.values[Field.NAME] for one in candidates if one.kind == PERSON and Field.NAME in one.values]
    for spot in every:
        if spot.value in given or (
            spot.field is Field.NAME and any(_same(spot.value, name) for name in called)
        ):
            yield spot


def _without_noise(text: str) -> str:
    """Headers of forwarded messages and pictures become blanks of the same length: places stay."""
    text = _SYMBOLS.sub(" ", text)
    return "\n".join(" " * len(line) if _HEADER.match(line) else line for line in text.split("\n"))


def _apart(mine: list[Spot], others: list[Spot]) -> list[Spot]:
    """Without those that overlap others, or an earlier one of their own."""
    taken = sorted((spot.start, spot.end) for spot in others)
    kept: list[Spot] = []
    at = 0
    for spot in mine:
        while at < len(taken) and taken[at][1] <= spot.start:
            at += 1
        if at < len(taken) and taken[at][0] < spot.end:
            continue
        if kept and spot.start < kept[-1].end:
            continue
        kept.append(spot)
    return kept


def _candidates(
    numbers: list[Spot], found: list[Spot], firms: list[Spot], places: list[Spot]
) -> Iterator[Candidate]:
    """Values belong to one person until a field comes a second time with another value: then to the next."""
    code = next((spot.value for spot in numbers if spot.field is Field.CREDIT_CODE), "")
    firm = firms[0].value if firms else ""
    rest = [spot for spot in numbers if spot.field is not Field.CREDIT_CODE]
    persons = list(_grouped(sorted([*rest, *found, *places])))
    named = [one for one in persons if Field.NAME in one]
    if firm and not named:
        yield _firm(firm, code, persons[0] if persons else {})
        return
    for one in named or persons:
        if number := one.get(Field.ID_NUMBER):
            one[Field.BIRTH_DATE] = birth_date(number) or ""
        yield Candidate(PERSON, {name.value: value for name, value in one.items() if value}, firm)
    if firm or code:
        yield _firm(firm, code, named[0] if len(named) == 1 else {})


def _firm(firm: str, code: str, contact: dict[Field, str]) -> Candidate:
    """The company itself, reached through the one person who wrote."""
    reach = (Field.PHONE, Field.EMAIL, Field.ADDRESS, Field.BANK_ACCOUNT)
    values = {Field.NAME: firm, Field.CREDIT_CODE: code}
    values |= {name: contact.get(name, "") for name in reach}
    return Candidate(COMPANY, {name.value: value for name, value in values.items() if value})


def _grouped(ordered: list[Spot]) -> Iterator[dict[Field, str]]:
    one: dict[Field, str] = {}
    for spot in ordered:
        known = one.get(spot.field)
        if (
            known is not None
            and known != spot.value
            and spot.field is Field.NAME
            and _same(known, spot.value)
        ):
            one[Field.NAME] = max(known, spot.value, key=len)
            continue
        if known is not None and known != spot.value:
            if spot.field not in (Field.NAME, Field.ID_NUMBER, Field.PHONE):
                continue  # a second mail or card: the first is kept, the message says the rest
            yield one
            one = {}
        one[spot.field] = spot.value
    if one:
        yield one


def _same(one: str, other: str) -> bool:
    """`王总` and `王小明` are likely one person."""
    return names.surname(one) == names.surname(other) and (len(one) == 2) != (len(other) == 2)


def _wanted(text: str, numbers: list[Spot]) -> Iterator[re.Match[str]]:
    """The sentences that say what is wanted, without those that hold numbers: these have their own fields."""
    starts = [spot.start for spot in numbers]
    said = at = 0
    for match in _SENTENCE.finditer(text):
        while at < len(starts) and starts[at] < match.start():
            at += 1
        holds_number = at < len(starts) and starts[at] < match.end()
        if not holds_number and _WANTS.search(match[0]):
            said += 1
            yield match
        if said == SENTENCES:
            return
