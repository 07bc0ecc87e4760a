"""What the page of a draft shows: one page of the file with its rectangles, and what the whole holds."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from deals.redaction.boxes import Box
from deals.redaction.finding import Kind
from deals.redaction.forms import ApplyForm, MarkForm, SearchForm
from deals.redaction.models import Redaction
from deals.redaction.naming import proposed_name
from deals.redaction.work import Proposal, Work


@dataclass(frozen=True, slots=True)
class Rectangle:
    """A box as pages write it: for SVG in fractions, for people in hundredths, for a button as its name."""

    box: Box

    @property
    def svg(self) -> dict[str, str]:
        sides = {"x": self.box.left, "y": self.box.top, "width": self.box.width, "height": self.box.height}
        return {name: f"{side:.5f}" for name, side in sides.items()}

    @property
    def hundredths(self) -> dict[str, float]:
        box = self.box
        sides = {"left": box.left, "top": box.top, "width": box.width, "height": box.height}
        return {name: round(side * 100, 1) for name, side in sides.items()}

    @property
    def name(self) -> str:
        return " ".join(map(repr, self.box))


@dataclass(frozen=True, slots=True)
class Offer:
    """A proposal on the shown page."""

    proposal: Proposal
    rectangles: list[Rectangle]


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page in the list of pages: how much is marked and proposed on it."""

    number: int
    marks: int
    proposals: int
    textless: bool


def desk_of(redaction: Redaction, page: int) -> dict[str, Any]:
    """For the template; in an access that opens the redaction."""
    work = Work.read(redaction.marked)
    kinds = work.kinds if work.searched else [kind for kind in Kind if kind != Kind.WORD]
    asked = {"kinds": kinds, "words": "\n".join(work.words)}
    named = {"name": proposed_name(redaction.version.file.name, work.words)}
    here = [each for each in work.proposals if each.page == page]
    return {
        "page": page,
        "before": page - 1,
        "after": page + 1 if page < redaction.pages else 0,
        "leaves": _leaves(redaction, work),
        "rectangles": [Rectangle(box) for box in work.marks if box.page == page],
        "offers": [Offer(each, [Rectangle(box) for box in each.boxes]) for each in here],
        "counts": [(kind, count) for kind, count in sorted(work.counts().items())],
        "marked": len(work.marks),
        "work": work,
        "mark_form": MarkForm(initial={"page": page}, auto_id="mark_%s"),
        "search_form": SearchForm(initial=asked, auto_id="search_%s"),
        "apply_form": ApplyForm(initial=named, auto_id="apply_%s"),
    }


def _leaves(redaction: Redaction, work: Work) -> list[Leaf]:
    marks = Counter(box.page for box in work.marks)
    proposals = Counter(each.page for each in work.proposals)
    textless = set(work.textless)
    return [
        Leaf(number, marks[number], proposals[number], number in textless)
        for number in range(1, redaction.pages + 1)
    ]
