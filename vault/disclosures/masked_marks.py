"""What makes a masked export tell whose it is: invented rows, and the number of stars in its cells.

Invented rows are drawn from the key of the marks as those of plaintext exports are (marking.py), in the form
in which the list shows real people: 138****1234 is nobody's number but the mask of ten thousand, so that
these rows need no ranges that reach nobody, and nothing tells them from the others. Each cell is some row's
of the list with its last four characters drawn anew; each is known again by itself.

Stars: 张* and 张**, z***@qq.com and z****@qq.com say the same. Whether a cell has an odd or an even number of
stars is drawn for this export and for what the cell shows, never for whose it is: the number tells nothing of
the value behind it, and a cell is read without knowing the person, whatever other columns are left. Masks
that keep the length of a number (138****1234) are left as they are: lists are matched by them.
"""

import random
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from vault.crypto.blind import IndexKey
from vault.demo.people import make_company
from vault.disclosures.forms_of_address import squeezed
from vault.disclosures.marking import Marked, Values, canary_count, canary_token, identifying
from vault.disclosures.marks import drawn
from vault.formats import names
from vault.records.labels import Field

ENDS = 10_000  # as many ends of four characters as an invented number can have, at least
NUMBERS = 3  # cells of one invented row that end so, at most: phone, ID or credit code, bank account
_STARS = re.compile(r"\*+")
_KEEPS_LENGTH = re.compile(r"[0-9a-z]{1,3}\*[0-9a-z]{0,4}")
_END = re.compile(r"(?<=\*)[0-9a-z]{4}$")
_WRITTEN_END = re.compile(r"(?<=\*)[0-9A-Za-z]{4}$")


class Stars(NamedTuple):
    """What a masked cell shows, each run of stars being one, and whether its last run is odd (1) or even."""

    shown: str
    odd: int


def mark_masked(key: IndexKey, export: UUID, people: Sequence[tuple[UUID, Mapping[str, str]]]) -> Marked:
    """Mark the rows of a masked export: (client, masks by field), in a fixed order."""
    rows = [(drawn(key, "row", export, client), dict(values)) for client, values in people]
    donors = [values for _, values in people]
    tokens: list[tuple[int, bytes]] = []
    for number in range(canary_count(len(people))):
        seed = int.from_bytes(drawn(key, "masked canary", export, number))
        invented = _invented(random.Random(seed), donors)  # noqa: S311 (the seed is the secret)
        tokens += [(number, canary_token(key, name)) for name in _known_by(invented)]
        rows.append((drawn(key, "row", export, number), invented))
    rows.sort(key=lambda pair: pair[0])
    return Marked(
        [{name: written(key, export, cell) for name, cell in row.items()} for _, row in rows], tokens
    )


def shown(cell: str) -> str:
    """What a cell shows, whatever the width, case, spaces and number of its stars; "" without any star."""
    text = squeezed(cell).casefold().lstrip("'").removeprefix("+86")
    return _STARS.sub("*", text) if "*" in text else ""


def stars(cell: str) -> Stars | None:
    """The reading of a cell; None where its stars carry nothing."""
    text = shown(cell)
    if not any(one.isalnum() for one in text) or _KEEPS_LENGTH.fullmatch(text):
        return None
    return Stars(text, len(_STARS.findall(squeezed(cell))[-1]) % 2)


def written(key: IndexKey, export: UUID, cell: str) -> str:
    """The cell as this export writes it, at most one star longer."""
    read = stars(cell)
    if read is None or read.odd == _drawn_odd(key, export, read.shown):
        return cell
    last = list(_STARS.finditer(cell))[-1]
    return f"{cell[: last.end()]}*{cell[last.end() :]}"


def agreement_of_stars(key: IndexKey, export: UUID, read: Iterable[Stars]) -> tuple[int, int]:
    """(cells read, cells whose stars are as the key drew them for this export)."""
    cells = list(read)
    return len(cells), sum(_drawn_odd(key, export, one.shown) == one.odd for one in cells)


def end_names(cells: Iterable[str]) -> set[str]:
    """Of what the cells of a sheet show, the names by which an invented row is known."""
    return {f"masked {cell}" for cell in cells if _END.search(cell)}


def most_alike(cells: Iterable[str]) -> int:
    """How many different cells share all but their last four, at most: the chance to meet an invented one."""
    stems = Counter(_END.sub("", cell) for cell in set(cells) if _END.search(cell))
    return max(stems.values(), default=0)


def _drawn_odd(key: IndexKey, export: UUID, text: str) -> int:
    return drawn(key, "stars", export, text)[0] & 1


def _known_by(row: Mapping[str, str]) -> set[str]:
    code = row.get(Field.CREDIT_CODE, "")
    whole = identifying({Field.CREDIT_CODE: code}) if "*" not in code else ()
    return end_names(map(shown, row.values())) | set(whole)


def _invented(rng: random.Random, donors: Sequence[Mapping[str, str]]) -> Values:
    """A row as the list has them: each cell from another row of the same shape, its end drawn anew."""
    shape = _shape(rng.choice(donors))
    alike = [row for row in donors if _shape(row) == shape]
    filled = [name for name in Field if alike[0].get(name)]
    made = {name: rng.choice(alike)[name] for name in filled}
    company = make_company(rng)
    for name, cell in made.items():
        if name in (Field.NAME, Field.CREDIT_CODE) and "*" not in cell:  # a company's, which are public
            made[name] = company[name]
        elif end := _WRITTEN_END.search(cell):
            made[name] = cell[: end.start()] + _end(rng, name)
    return {name.value: cell for name, cell in made.items()}


def _shape(row: Mapping[str, str]) -> tuple[bool, ...]:
    """Which cells are filled, and whether it is a company, whose name no mask hides."""
    return (*(bool(row.get(name)) for name in Field), names.is_company(row.get(Field.NAME, "")))


def _end(rng: random.Random, field: Field) -> str:
    digits = f"{rng.randrange(1000):03}"
    return digits + rng.choice("0123456789X" if field is Field.ID_NUMBER else "0123456789")
