"""Whose list is this? From a leaked sheet to the recipient of the export that it came from.

Four things are looked at, and all but the last can name anybody:

- invented people. Each belongs to one export alone. Two of them name it; one does where the rest of the sheet
  is of that export, too. A sheet of R rows that came from nowhere meets one of k by accident with a chance
  below R·k·10⁻⁸ (a telephone number of five ranges of 10⁸ which reach nobody; all other pairs are rarer).
- the forms of addresses. Each address carries up to two bits that the key drew for this export and this
  client; a sheet that is not of this export agrees in half of them. An export is named when its agreement
  would come about by accident once in a million of as many exports (exact binomial tail).
- masked sheets: invented rows known by the mask of one of their numbers, and the number of stars in other
  cells (masked_marks.py). Real masks meet invented ones by accident, ever more often in longer sheets; how
  often is known (`chance`), and the tail of that number and that of the stars are taken together (Fisher).
- the set of rows. It says which exports held these people. Others may have had the same list, or may have
  looked at the vault itself, so that alone it names candidates and nobody.

Nothing of it depends on order, on headings, on which other columns are there, or on half of the rows.

Invented rows can be pasted into another list by whoever holds both, to point at an innocent recipient. So the
marks and the rows have to tell the same: where an export's invented rows stand without its real ones, where
another export held more of the sheet, or where the addresses are in another's forms, the sheet is mixed. It
names nobody then, and every export concerned is listed with what of it is in the sheet.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import exp, lgamma, log
from uuid import UUID

from vault.crypto.blind import IndexKey
from vault.disclosures import forms_of_address
from vault.disclosures.marking import canary_count, form_bits

_MEETING = 1e-8  # chance that an unrelated row meets one invented person
_ENOUGH = 1e-6  # chance of accident from which agreeing forms name an export
_LEAST = 1e-300  # below it, a product of chances is nought to a float
_SHARE = 0.5  # of the sheet's rows that have to be of the export beside a single invented person
_TELLING = 1e-3  # chance of accident from which agreeing forms contradict another export's invented rows
_HEADINGS = 2  # rows of a sheet that may be its title and its headings, and are nobody


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for one export. It `held` the people of these rows; `agreeing` of `bits` forms.

    `size` people were asked for, of whom `alive` are in the vault still, so that a sheet can show them.
    `masked` invented rows were met by their masks; `chance` bounds how many an unrelated sheet of this kind
    would meet on average.
    """

    export: UUID
    canaries: int = 0
    size: int = 0
    alive: int = 0
    held: frozenset[int] = frozenset()
    bits: int = 0
    agreeing: int = 0
    masked: int = 0
    chance: float = 0.0

    @property
    def rows(self) -> int:
        """How many rows of the sheet are people that this export held."""
        return len(self.held)

    @property
    def invented(self) -> int:
        """How many invented rows of this export are in the sheet."""
        return self.canaries + self.masked


@dataclass(frozen=True, slots=True)
class Finding:
    """An export that the sheet came from. `accident`: an upper bound of the chance that it did not."""

    evidence: Evidence
    accident: float


@dataclass(frozen=True, slots=True)
class Trace:
    """`named`, surest first; `candidates` held people whom no named one held, and nothing tells them apart.

    `mixed`: marks and rows are of different exports. Nobody is named, and `candidates` are all concerned.
    `seen` rows were looked at; where the sheet is `cut`, others follow that were not. Of `long_cells` only
    the beginning was. `uncompared` people may be in the sheet and were too many to be opened.
    """

    sheet_rows: int
    known_rows: int
    named: list[Finding]
    candidates: list[Evidence]
    mixed: bool = False
    seen: int = 0
    cut: bool = False
    long_cells: int = 0
    uncompared: int = 0


def decide(
    sheet_rows: int, known_rows: int, evidence: Iterable[Evidence], canaries_each: int, phones: int = 0
) -> Trace:
    """Name exports by their marks.

    `canaries_each`: the most invented people that one export has. `phones`: how many different numbers the
    sheet holds; where a row has several, each can meet an invented one.
    """
    tries = max(sheet_rows, phones)
    found = list(evidence)
    named = [
        Finding(one, accident)
        for one in found
        if (accident := _accident(one, sheet_rows, tries * canaries_each, len(found))) is not None
    ]
    named.sort(key=lambda finding: finding.accident)
    marked = [finding.evidence for finding in named]
    explained = frozenset[int]().union(*(one.held for one in marked))
    taken = {one.export for one in marked}
    others = [one for one in found if one.export not in taken]
    # Of the others, those that held most of what of the sheet was in any export, but in none that is named.
    beyond = [one for one in others if one.held - explained]
    most = max((one.rows for one in beyond), default=0)
    if marked and (most > len(explained) or any(_misplaced(one, found, sheet_rows) for one in marked)):
        held = [one for one in others if one.rows]
        held.sort(key=lambda one: (len(one.held - explained), one.rows, one.agreeing), reverse=True)
        return Trace(sheet_rows, known_rows, [], [*marked, *held], mixed=True)
    return Trace(sheet_rows, known_rows, named, [one for one in beyond if one.rows >= 0.9 * most])


def _misplaced(one: Evidence, found: Sequence[Evidence], sheet_rows: int) -> bool:
    """Whether this export's invented rows stand in a list that is not its own."""
    if not one.invented:
        return False
    # Its real rows are missing while others are there: whichever half was taken, both come along alike.
    # Masked rows show nobody in particular, and people who were destroyed cannot be known again.
    lacks = one.canaries * one.alive > 2 * canary_count(one.size) * one.rows
    strange = 2 * one.rows < sheet_rows - one.invented - _HEADINGS
    agrees = len(found) * tail(one.bits, one.agreeing) <= _TELLING
    contradicted = not agrees and any(
        len(found) * tail(other.bits, other.agreeing) <= _TELLING for other in found
    )
    return (lacks and strange) or contradicted


def _accident(one: Evidence, sheet_rows: int, meetings: int, exports: int) -> float | None:
    """The chance that the sheet bears this export's marks by accident; None where that names nobody.

    `meetings`: how many pairs of somebody in the sheet and an invented person of one export there are.
    """
    by_canaries: float | None = None
    if one.canaries >= 2 or (one.canaries == 1 and one.rows >= _SHARE * sheet_rows):
        by_canaries = min(1.0, meetings * _MEETING) ** one.canaries
    by_forms = exports * together(tail(one.bits, one.agreeing), met(one.masked, one.chance))
    if by_forms > _ENOUGH:
        return by_canaries
    return by_forms if by_canaries is None else min(by_canaries, by_forms)


def tail(bits: int, agreeing: int) -> float:
    """Chance that `agreeing` or more of `bits` fair coins fall alike."""
    # By logarithms: the binomials themselves pass a float's range from 1,024 bits on.
    whole = lgamma(bits + 1) - bits * log(2)
    return min(
        1.0,
        sum(exp(whole - lgamma(n + 1) - lgamma(bits - n + 1)) for n in range(agreeing, bits + 1)),
    )


def met(hits: int, chance: float) -> float:
    """Chance to meet `hits` or more of rows of which `chance` or fewer are met on average.

    The Poisson tail bounds that of any sum of independent rare events from the mean plus one on (Anderson and
    Samuels, Some inequalities among binomial and Poisson probabilities, 1967); before, nothing is claimed.
    """
    if hits == 0 or hits < chance + 1:
        return 1.0
    first = exp(hits * log(chance) - chance - lgamma(hits + 1)) if chance else 0.0
    return min(1.0, first / (1 - chance / (hits + 1)))


def together(one: float, other: float) -> float:
    """Two independent chances of accident as one (Fisher, for two of them); 1 adds nothing."""
    if one == 1.0 or other == 1.0:
        return min(one, other)
    both = max(one * other, _LEAST)
    return min(1.0, both * (1 - log(both)))


Reading = tuple[UUID, forms_of_address.Forms]


def readings(pairs: Iterable[tuple[UUID, str, str]]) -> list[Reading]:
    """What the forms of (client, address on record, address in the sheet) say: None where nothing does."""
    return [
        (
            client,
            forms_of_address.Forms(
                *(
                    form if place is not None else None
                    for place, form in zip(
                        forms_of_address.places(recorded), forms_of_address.read(leaked), strict=True
                    )
                )
            ),
        )
        for client, recorded, leaked in pairs
        if forms_of_address.plain(leaked) == forms_of_address.plain(recorded)
    ]


def agreement(key: IndexKey, export: UUID, read: Iterable[Reading]) -> tuple[int, int]:
    """(bits read, bits that agree with what the key drew for this export)."""
    bits = agreeing = 0
    for client, forms in read:
        for form, drawn in zip(forms, form_bits(key, export, client), strict=True):
            if form is not None:
                bits += 1
                agreeing += form == drawn
    return bits, agreeing


def rows_in(
    clients_by_row: Sequence[set[UUID]], held: Mapping[UUID, set[UUID]]
) -> dict[UUID, frozenset[int]]:
    """Export → which rows of the sheet are of somebody whom it held. `held`: client → exports."""
    found: dict[UUID, set[int]] = {}
    for number, clients in enumerate(clients_by_row):
        for client in clients:
            for export in held.get(client, ()):
                found.setdefault(export, set()).add(number)
    return {export: frozenset(rows) for export, rows in found.items()}
