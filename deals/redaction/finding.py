"""Proposals: what on a page looks like a number of somebody, by the house's own formats, and typed words.

A number is proposed when its check character fits (or its form is beyond doubt), however it is spaced and
though a line ends within it. What has no text (a scan, a photograph) proposes nothing.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterator, Sequence
from math import isfinite
from typing import NamedTuple

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy

from deals.redaction.boxes import Box
from deals.viewer.rendering import Character
from vault.formats import bank_account, credit_code, email, identity, phone
from vault.formats.checked import Checked, FormatError
from vault.masking import masks

MOST_CANDIDATES = 20_000  # on a page; one of nothing but spaced digits would take minutes
AIR = 0.12  # around what is found, as a part of its smaller side: no stroke of a letter sticks out


class Kind(TextChoices):
    IDENTITY = "identity", pgettext_lazy("redaction", "ID number")
    CREDIT_CODE = "credit_code", pgettext_lazy("redaction", "Credit code")
    PHONE = "phone", pgettext_lazy("redaction", "Phone number")
    CARD = "card", pgettext_lazy("redaction", "Bank card")
    EMAIL = "email", pgettext_lazy("redaction", "E-mail")
    WORD = "word", pgettext_lazy("redaction", "Typed word")


class Crowded(Exception):
    """More on one page looks like numbers than is ever printed on one: it cannot be searched."""


class Found(NamedTuple):
    """One thing found; `hint` is its mask, by which a person tells it from others."""

    kind: Kind
    hint: str
    boxes: list[Box]


class _Form(NamedTuple):
    """How a kind looks, and what proves it. The pattern captures one candidate, overlapping ones as well."""

    kind: Kind
    pattern: re.Pattern[str]
    check: Callable[[str], Checked]
    mask: Callable[[str], str]


# Between two digits of a number: spaces, dashes, the end of a line, and what readers put for a hyphen there.
_GAP_CHARACTER = r"[\s\u00ad\u200b\u2010-\u2015\u2212\ufffe\x02-]"
_GAP = _GAP_CHARACTER + "{0,3}"
_BEFORE, _AFTER = r"(?<![0-9A-Za-z])", r"(?![0-9A-Za-z])"


def _spaced(*parts: tuple[str, int]) -> re.Pattern[str]:
    """A candidate: so many of each class of characters, with gaps. By look-ahead, so that two may overlap."""
    characters = [group for group, count in parts for _ in range(count)]
    return re.compile(f"{_BEFORE}(?=({_GAP.join(characters)}){_AFTER})")


def _of_known_region(raw: str) -> Checked:
    """An ID number of the old form, which has no check character: its region has to be one that there is."""
    checked = identity.normalise(raw)
    if any(warning.code == "id.region" for warning in checked.warnings):
        raise FormatError("id.form", length=len(raw))
    return checked


_D, _C = "[0-9]", "[0-9A-HJ-NP-RTUWXYa-hj-np-rtuwxy]"
_FORMS = (
    _Form(Kind.IDENTITY, _spaced((_D, 17), ("[0-9Xx]", 1)), identity.normalise, masks.id_number),
    _Form(
        Kind.IDENTITY, re.compile(rf"{_BEFORE}(?=([0-9]{{15}}){_AFTER})"), _of_known_region, masks.id_number
    ),
    _Form(Kind.IDENTITY, _spaced(("[A-Z]", 1), (_D, 8)), identity.normalise, masks.id_number),
    _Form(Kind.IDENTITY, _spaced(("[A-Z]", 2), (_D, 7)), identity.normalise, masks.id_number),
    _Form(Kind.CREDIT_CODE, _spaced((_C, 2), (_D, 6), (_C, 10)), credit_code.normalise, masks.code_end),
    _Form(Kind.PHONE, _spaced(("1", 1), ("[3-9]", 1), (_D, 9)), phone.normalise, masks.phone),
    _Form(
        Kind.PHONE,
        re.compile(rf"(?<![0-9A-Za-z+])(?=((?:\+|00)86{_GAP}1[3-9](?:{_GAP}[0-9]){{9}}){_AFTER})"),
        phone.normalise,
        masks.phone,
    ),
    _Form(
        Kind.PHONE,
        re.compile(rf"{_BEFORE}(?=(\(?0(?:10|2[0-9]|[3-9][0-9]{{2}})\)?[ -]?[2-9][0-9]{{6,7}}){_AFTER})"),
        phone.normalise,
        masks.phone,
    ),
    *(
        _Form(Kind.CARD, _spaced((_D, length)), bank_account.normalise, masks.bank_account)
        for length in range(19, 12, -1)
    ),
    _Form(
        Kind.EMAIL,
        re.compile(
            r"(?<![A-Za-z0-9_.+-])(?=([A-Za-z0-9_.+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8})"
            r"(?![A-Za-z0-9_-]))"
        ),
        email.normalise,
        masks.email,
    ),
)
# A number that its form alone proves nothing about, and a card whose Luhn digit does not fit.
_DOUBTFUL = {"id.foreign_passport", "id.taiwan_permit", "bank.luhn"}


class _Text(NamedTuple):
    """A page's text in half-width characters, and for each which of the page's characters it is."""

    text: str
    at: list[int]


def find(
    page: int, characters: Sequence[Character], kinds: Collection[Kind], words: Collection[str]
) -> list[Found]:
    """What there is of these kinds on the page, and where it names one of the words. Raises Crowded."""
    text = _text(characters)
    taken: list[tuple[int, int]] = []
    found = []
    for kind, hint, start, end in (*_numbers(text, kinds), *_words(text, words)):
        # The digits of an ID number are no bank card's as well; the forms come in the order of their proof.
        if kind != Kind.WORD and any(first < end and start < last for first, last in taken):
            continue
        boxes = _boxes(page, [characters[at] for at in sorted({*text.at[start:end]})])
        if boxes:
            taken.append((start, end))
            found.append(Found(kind, hint, boxes))
    return found


def kinds_in(text: str, words: Collection[str]) -> set[Kind]:
    """What a short text, such as a file's name, tells: kinds of numbers, and whether one of the words."""
    plain = _Text(unicodedata.normalize("NFKC", text), [])
    return {kind for kind, *_ in (*_numbers(plain, Kind), *_words(plain, words))}


def _text(characters: Sequence[Character]) -> _Text:
    text, at = [], []
    for number, character in enumerate(characters):
        written = unicodedata.normalize("NFKC", chr(character.code)) if character.code < 0x110000 else ""
        text.append(written)
        at += [number] * len(written)
    return _Text("".join(text), at)


def _numbers(text: _Text, kinds: Collection[Kind]) -> Iterator[tuple[Kind, str, int, int]]:
    looked_at = 0
    for form in _FORMS:
        if form.kind in kinds:
            for match in form.pattern.finditer(text.text):
                looked_at += 1
                if looked_at > MOST_CANDIDATES:
                    raise Crowded
                value = _proved(form, match[1])
                if value is not None:
                    yield form.kind, form.mask(value), *match.span(1)


def _proved(form: _Form, candidate: str) -> str | None:
    """The number as it is stored, if it is one beyond doubt."""
    try:
        value, warnings = form.check(re.sub(_GAP, "", candidate) if form.kind != Kind.EMAIL else candidate)
    except FormatError:
        return None
    return None if any(warning.code in _DOUBTFUL for warning in warnings) else value


def letters_of(word: str) -> str:
    """What of a word is looked for. What may stand between letters is none of them: a dash that could be a
    letter or a gap would be tried as either, in every way that there is."""
    return re.sub(f"{_GAP_CHARACTER}+", "", unicodedata.normalize("NFKC", word))


def _words(text: _Text, words: Collection[str]) -> Iterator[tuple[Kind, str, int, int]]:
    for word in words:
        for match in re.finditer(_GAP.join(map(re.escape, letters_of(word))), text.text, re.IGNORECASE):
            yield Kind.WORD, masks.name(word), *match.span()


def _boxes(page: int, characters: Sequence[Character]) -> list[Box]:
    """A box for each line that the characters stand on, in whichever direction it runs."""
    lines: list[list[tuple[float, float, float, float]]] = []
    for character in characters:
        place = character[1:]
        if not all(map(isfinite, place)) or place[2] <= place[0] or place[3] <= place[1]:
            continue  # what the reader put in (a space, the end of a line) stands nowhere
        if lines and _side_by_side(lines[-1][-1], place):
            lines[-1].append(place)
        else:
            lines.append([place])
    boxes = [Box.around(page, line, air=AIR) for line in lines]
    return [box for box in boxes if box.is_sound]


def _side_by_side(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    """Whether two characters stand on one line: each overlaps the other by half in one direction."""
    for low, high in ((0, 2), (1, 3)):
        shared = min(one[high], other[high]) - max(one[low], other[low])
        if shared > min(one[high] - one[low], other[high] - other[low]) / 2:
            return True
    return False
