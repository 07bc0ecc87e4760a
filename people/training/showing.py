"""What the page of a paper shows: before it is handed in nothing of what is right, afterwards all of it."""

from dataclasses import dataclass
from uuid import UUID

from people.training.models import Question, QuestionKind
from people.training.records import Paper


@dataclass(frozen=True, slots=True)
class Option:
    """`place` is that on the paper."""

    place: int
    text: str
    chosen: bool = False
    right: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    number: int
    name: str  # of its field
    text: str
    several: bool
    options: list[Option]
    correct: bool = False
    why: str = ""


def shown(paper: Paper) -> list[Shown]:
    """The questions in their order. One query."""
    bank = {
        one.pk: one for one in Question.objects.filter(pk__in=[UUID(one["id"]) for one in paper.questions])
    }
    found = []
    for at, drawn in enumerate(paper.questions):
        question = bank[UUID(drawn["id"])]
        if paper.handed_in_at is None:
            found.append(_asked(at, question, drawn["order"]))
        else:
            found.append(_told(at, question, drawn["order"], (paper.answers or [])[at : at + 1]))
    return found


def _asked(at: int, question: Question, order: list[int]) -> Shown:
    options = [Option(place, question.options[one]) for place, one in enumerate(order)]
    several = question.kind == QuestionKind.MULTIPLE
    return Shown(at + 1, f"q{at}", question.text, several, options)


def _told(at: int, question: Question, order: list[int], answered: list[list[int]]) -> Shown:
    given = set(answered[0]) if answered else set()
    right = set(question.right)
    options = [
        Option(place, question.options[one], chosen=one in given, right=one in right)
        for place, one in enumerate(order)
    ]
    several = question.kind == QuestionKind.MULTIPLE
    return Shown(at + 1, f"q{at}", question.text, several, options, given == right, question.why)
