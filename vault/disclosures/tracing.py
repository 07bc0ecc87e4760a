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
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import exp, lgamma, log
from uuid import UUID

from vault.crypto.blind import IndexKey
from vault.disclosures import forms_of_address
from vault.disclosures.marking import form_bits

_MEETING = 1e-8  # chance that an unrelated row meets one invented person
_ENOUGH = 1e-6  # chance of accident from which agreeing forms name an export
_LEAST = 1e-300  # below it, a product of chances is nought to a float
_SHARE = 0.5  # of the sheet's rows that have to be of the export beside a single invented person


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for one export. `rows` of the sheet are people that it held; `agreeing` of `bits` forms.

    `masked` invented rows were met by their masks; `chance` bounds how many an unrelated sheet of this kind
    would meet on average.
    """

    export: UUID
    canaries: int = 0
    size: int = 0
    rows: int = 0
    bits: int = 0
    agreeing: int = 0
    masked: int = 0
    chance: float = 0.0

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
    """`named`, surest first; `candidates` held these people, and nothing tells them apart."""

    sheet_rows: int
    known_rows: int
    named: list[Finding]
    candidates: list[Evidence]


def decide(sheet_rows: int, known_rows: int, evidence: Iterable[Evidence], canaries_each: int) -> Trace:
    """Name exports by their marks. `canaries_each`: the most invented people that one export has."""
    found = list(evidence)
    named = [
        Finding(one, accident)
        for one in found
        if (accident := _accident(one, sheet_rows, canaries_each, len(found))) is not None
    ]
    named.sort(key=lambda finding: finding.accident)
    taken = {finding.evidence.export for finding in named}
    # Of the others, those that held most of what of the sheet was in any export.
    most = max((one.rows for one in found), default=0)
    candidates = [one for one in found if one.rows and one.rows >= 0.9 * most and one.export not in taken]
    return Trace(sheet_rows, known_rows, named, [] if named else candidates)


def _accident(one: Evidence, sheet_rows: int, canaries_each: int, exports: int) -> float | None:
    """The chance that the sheet bears this export's marks by accident; None where that names nobody."""
    by_canaries: float | None = None
    if one.canaries >= 2 or (one.canaries == 1 and one.rows >= _SHARE * sheet_rows):
        by_canaries = min(1.0, sheet_rows * canaries_each * _MEETING) ** one.canaries
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


def rows_in(clients_by_row: Sequence[set[UUID]], held: Mapping[UUID, set[UUID]]) -> dict[UUID, int]:
    """Export → how many rows of the sheet are of somebody whom it held. `held`: client → exports."""
    counts: dict[UUID, int] = {}
    for clients in clients_by_row:
        exports = set().union(*(held.get(client, set()) for client in clients)) if clients else set()
        for export in exports:
            counts[export] = counts.get(export, 0) + 1
    return counts
