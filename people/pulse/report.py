"""What a round says, once it is over and never before.

Why no two reports differ by one person's answer: there is one report of a round, of when it closed, and the
database takes no answer after that. Why no subtraction within it does: a group is shown with five or more who
answered, and only where the groups left out, taken together, are nobody or five or more as well; else what is
left out could be had from the sum.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import pgettext

from people.charts import Bars, drawn
from people.pulse.models import VALUES, PulseCount, PulseRound, Question
from people.roles.permissions import Duty

FEWEST = 5

Counts = dict[str, dict[int, dict[int, int]]]  # group → question → value → how many


@dataclass(frozen=True, slots=True)
class Answered:
    """One question. `mean` of 1 to 5."""

    question: str
    mean: float
    bars: Bars


@dataclass(frozen=True, slots=True)
class Part:
    """Everybody, or one group that can be shown."""

    label: str | Promise
    people: int
    answers: list[Answered]


def report(pulse: PulseRound) -> list[Part] | None:
    """Everybody together first; None while it is open, or where fewer than five answered."""
    if pulse.is_open:
        return None
    counts = _counts(pulse)
    sizes = {group: sum(questions[Question.KNOW].values()) for group, questions in counts.items()}
    total = sum(sizes.values())
    if total < FEWEST:
        return None
    parts = [_part(pgettext("pulse", "Everybody"), total, _together(counts))]
    for group in shown(sizes):
        label = Duty(group).label if group else pgettext("pulse", "Without a role")
        parts.append(_part(label, sizes[group], counts[group]))
    return parts


def shown(sizes: dict[str, int]) -> list[str]:
    """The groups of which these many answered that can be shown, the smallest left out first."""
    keep = sorted(
        (group for group, size in sizes.items() if size >= FEWEST), key=lambda group: (sizes[group], group)
    )
    while keep:
        left_out = sum(size for group, size in sizes.items() if group not in keep)
        if left_out == 0 or left_out >= FEWEST:
            break
        keep.pop(0)
    return sorted(keep)


def _counts(pulse: PulseRound) -> Counts:
    found: Counts = {}
    for row in PulseCount.objects.filter(round=pulse):
        questions = found.setdefault(row.group, {question: {} for question in Question.values})
        questions[row.question][row.value] = row.count
    return found


def _together(counts: Counts) -> dict[int, dict[int, int]]:
    return {
        question: {
            value: sum(questions[question].get(value, 0) for questions in counts.values()) for value in VALUES
        }
        for question in Question.values
    }


def _part(label: str | Promise, people: int, questions: dict[int, dict[int, int]]) -> Part:
    answers = []
    for question in Question:
        values = {value: questions[question].get(value, 0) for value in VALUES}
        mean = sum(value * many for value, many in values.items()) / people
        bars = drawn([(f"{value}: {many}", many, 0) for value, many in values.items()], first="1", last="5")
        answers.append(Answered(str(question.label), round(mean, 1), bars))
    return Part(label, people, answers)
