"""Columns of a list that no purpose of the book needs: not proposed, and refused where they are chosen.

Apart from the plan and the outline, which the parser's own process reads without Django.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace

from vault.records.importing.headings import EXTRA, IGNORE, Field
from vault.records.importing.outline import Proposal
from vault.records.labels import EXTRAS, HELD


def stores(target: str) -> str:
    """The code (`labels.HELD`) of what a column of this target stores; "" for none. The kind of a document is
    kept as an extra field."""
    if target in (EXTRA, Field.DOCUMENT.value):
        return EXTRAS
    return target if target in HELD else ""


def codes_of(targets: Iterable[str]) -> set[str]:
    """Of everything that a list with such columns stores of its clients."""
    return {code for target in targets if (code := stores(target))}


def needless_columns(proposal: Proposal, codes: Collection[str]) -> frozenset[int]:
    """The columns, from 0, that would become one of these."""
    return frozenset(at for at, target in enumerate(proposal.plan.targets) if stores(target) in codes)


def without(proposal: Proposal, columns: Collection[int]) -> Proposal:
    """The same, with these columns left out."""
    targets = tuple(IGNORE if at in columns else target for at, target in enumerate(proposal.plan.targets))
    return replace(proposal, plan=replace(proposal.plan, targets=targets))
