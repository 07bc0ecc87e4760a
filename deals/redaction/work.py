"""What is under way in a redaction: marks, proposals, what was asked for. Sealed as one text with its row.

Where the marks stand and what proposals look like tells of the people in the file, so none of it is a column.
"""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from deals.redaction.boxes import Box
from deals.redaction.finding import Found, Kind

MOST_MARKS = 5000
MOST_PROPOSALS = 2000


@dataclass(frozen=True, slots=True)
class Proposal:
    """Something found that nobody has decided on; `number` is its name within the redaction."""

    number: int
    kind: Kind
    hint: str
    boxes: list[Box]

    @property
    def page(self) -> int:
        return self.boxes[0].page


@dataclass(slots=True)
class Work:
    """`textless`: the pages that the last search could not search, which somebody has to look through."""

    marks: list[Box] = field(default_factory=list)
    proposals: list[Proposal] = field(default_factory=list)
    kinds: list[Kind] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    textless: list[int] = field(default_factory=list)
    name: str = ""  # of the copy
    searched: bool = False
    cut: bool = False  # more was found than is kept

    @classmethod
    def read(cls, sealed: str) -> Self:
        stored: dict[str, Any] = json.loads(sealed)
        stored["marks"] = [Box(*box) for box in stored["marks"]]
        stored["kinds"] = [Kind(kind) for kind in stored["kinds"]]
        stored["proposals"] = [
            Proposal(each["number"], Kind(each["kind"]), each["hint"], [Box(*box) for box in each["boxes"]])
            for each in stored["proposals"]
        ]
        return cls(**stored)

    def text(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)

    def propose(self, found: Iterable[Found]) -> None:
        """What was found becomes proposals, but for what is marked already."""
        marked = set(self.marks)
        number = max((each.number for each in self.proposals), default=0)
        for kind, hint, boxes in found:
            if marked.issuperset(boxes):
                continue
            if len(self.proposals) >= MOST_PROPOSALS:
                self.cut = True
                return
            number += 1
            self.proposals.append(Proposal(number, kind, hint, boxes))

    def settle(self, *, chosen: Iterable[int], accept: bool) -> None:
        """Proposals become marks, or go."""
        numbers = set(chosen)
        if accept:
            for each in self.proposals:
                if each.number in numbers:
                    self.marks += [box for box in each.boxes if box not in self.marks]
        self.proposals = [each for each in self.proposals if each.number not in numbers]

    def counts(self) -> Counter[Kind]:
        return Counter(each.kind for each in self.proposals)
