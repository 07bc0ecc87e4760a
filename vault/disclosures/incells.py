"""Values inside a cell that holds more than one: words before a number, several values side by side.

Patterns only say where a value can stand; the formats decide what it is. Numbers are joined from neighbouring
runs of letters and digits, so that whatever stands around and between them is passed over.

The work is bounded: no pattern goes back over what it has passed, a cell is read up to CELL_LIMIT characters,
and at most MOST candidates of each kind come out of it.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from vault.formats import names
from vault.formats.text import without_invisible

CELL_LIMIT = 10_000  # characters
MOST = 1_000
_RUNS = 6  # a card's number stands in five groups, after the code of a country
_GAP = 3  # characters between two groups of one number
_LONGEST = 30  # characters of an account
_RUN = re.compile(r"[0-9A-Za-z]+")
_DIGITS = re.compile(r"[0-9]{7,30}[Xx]?")
_CODE = 18  # characters of a credit code
_DATE = re.compile(r"(?<![0-9])[0-9]{4}[-/.年][0-9]{1,2}[-/.月][0-9]{1,2}日?(?![0-9])")
_BETWEEN = re.compile(r"[\s,;:=/|、。()<>\[\]{}\"'【】「」《》]+")
_IDEOGRAPHS = re.compile("[\u4e00-\u9fff·]+")
_LOCAL_BACKWARDS = re.compile(r"[A-Za-z0-9._%+-]{1,64}")
_DOMAIN = re.compile(r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_ADDRESS_LIMIT = 254  # RFC 5321


@dataclass(frozen=True, slots=True)
class Inside:
    """What can stand in a cell, beside the cell as a whole. `joined` numbers are of several runs, so that an
    accident looks like one more easily. `cut`: the cell holds more than was looked at."""

    numbers: list[str] = field(repr=False)
    joined: list[str] = field(repr=False)
    mails: list[str] = field(repr=False)
    dates: list[str] = field(repr=False)
    names: list[str] = field(repr=False)
    parts: list[str] = field(repr=False)  # between separators: addresses, masks
    cut: bool

    @property
    def size(self) -> int:
        return sum(map(len, (self.numbers, self.joined, self.mails, self.dates, self.names, self.parts)))


def inside(cell: str) -> Inside:
    """The candidates of a cell. Never raises; the work grows with the first CELL_LIMIT characters alone."""
    text = _cleaned(cell)
    runs = [(found[0], found.start(), found.end()) for found in _RUN.finditer(text)]
    kinds = (
        _numbers(text, runs),
        _joined(text, runs),
        _mails(text),
        _dates(text),
        _names(text),
        _parts(text),
    )
    drawn = [list(islice(found, MOST)) for found in kinds]
    cut = len(cell) > CELL_LIMIT or any(len(found) == MOST for found in drawn)
    numbers, joined, mails, dates, people, parts = (list(dict.fromkeys(found)) for found in drawn)
    return Inside(numbers, joined, mails, dates, people, parts, cut)


def _cleaned(cell: str) -> str:
    """The beginning of a cell in one width, with plain digits, without what nobody sees."""
    text = unicodedata.normalize("NFKC", without_invisible(cell[:CELL_LIMIT]))
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(one)) if one.isdecimal() else one for one in text)


Run = tuple[str, int, int]  # what it is, where it begins and ends


def _numbers(text: str, runs: Iterable[Run]) -> Iterator[str]:
    for run, start, _ in runs:
        yield from _readings(run, text[max(start - 1, 0) : start])


def _joined(text: str, runs: list[Run]) -> Iterator[str]:
    """Each run with one to five that follow it closely."""
    for first, (joined, start, last) in enumerate(runs):
        for run, begins, ends in runs[first + 1 : first + _RUNS]:
            gap = text[last:begins]
            if len(gap) > _GAP or any(map(str.isalnum, gap)) or len(joined) > _LONGEST:
                break
            joined, last = joined + run, ends  # noqa: PLW2901 (grows by each)
            yield from _readings(joined, text[max(start - 1, 0) : start])


def _readings(run: str, before: str) -> Iterator[str]:
    """A run of letters and digits as it stands, and without what of it can be a word's."""
    if run.isdigit():
        if _DIGITS.fullmatch(run):
            yield run
            if before == "+":
                yield f"+{run}"
        return
    if len(run) <= _LONGEST:
        yield run
    for found in _DIGITS.finditer(run):
        yield found[0]
        if not found[0].isdigit():
            yield found[0][:-1]
    yield from _lettered(run)


def _lettered(run: str) -> Iterator[str]:
    """Codes with letters in them: the ends of a run that a word is written against."""
    letters = len(run) - len(run.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"))
    for before in (1, 2, 3):  # a travel document's, after which six digits stand at least
        if before < letters and run[letters : letters + 6].isdigit():
            yield run[letters - before : letters - before + _LONGEST]
    if len(run) > _CODE:
        yield from (run[-_CODE:], run[:_CODE], run[letters : letters + _CODE])


def _mails(text: str) -> Iterator[str]:
    at = text.find("@")
    while at >= 0:
        local = _LOCAL_BACKWARDS.match(text[max(at - 64, 0) : at][::-1])
        domain = _DOMAIN.match(text, at + 1, at + _ADDRESS_LIMIT)
        if local and domain:
            yield f"{local[0][::-1].lstrip('.')}@{domain[0].rstrip('-')}"
        at = text.find("@", at + 1)


def _dates(text: str) -> Iterator[str]:
    return (found[0] for found in _DATE.finditer(text))


def _names(text: str) -> Iterator[str]:
    """Stretches of Chinese that are as long as a person's name, or end as a company's does."""
    for found in _IDEOGRAPHS.finditer(text):
        stretch = found[0]
        if 2 <= len(stretch) <= 4 or (len(stretch) <= names.LIMIT and names.is_company(stretch)):
            yield stretch


def _parts(text: str) -> Iterator[str]:
    """What stands between separators; of a part with stars what stands between Chinese words, too."""
    for part in _BETWEEN.split(text):
        if part and part != text:
            yield part
        if "*" in part:
            yield from (piece for piece in _IDEOGRAPHS.split(part) if "*" in piece and piece != part)
