"""The score of a questionnaire: pure, in whole numbers. The database counts the same (sql/partners.sql).

"Yes" gives a question's weight twice, "partly" once, anything else nothing; the score is the share of what
could be had, in percent, rounded down. A question that may not concern a firm and is said not to leaves the
count. An answer that is missing counts as "no".
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy


class Answer(TextChoices):
    YES = "yes", pgettext_lazy("questionnaire", "Yes")
    PARTLY = "partly", pgettext_lazy("questionnaire", "Partly")
    NO = "no", pgettext_lazy("questionnaire", "No")
    NOT_OURS = "na", pgettext_lazy("questionnaire", "Does not concern us")


MOST = 2
_POINTS = {Answer.YES: MOST, Answer.PARTLY: 1}


@dataclass(frozen=True, slots=True)
class Weighed:
    """One question with its answer; None: not answered."""

    weight: int
    answer: Answer | None
    knockout: bool = False
    may_skip: bool = False


@dataclass(frozen=True, slots=True)
class Score:
    """`percent` from 0 to 100; `knocked_out`: knock-outs not answered yes or partly."""

    percent: int
    knocked_out: int

    def passes(self, threshold: int) -> bool:
        return self.percent >= threshold and not self.knocked_out


def score_of(questions: Iterable[Weighed]) -> Score:
    """The score; 0 where no question counts, so that a firm that nothing concerns does not pass."""
    asked = list(questions)
    counted = [one for one in asked if not (one.may_skip and one.answer == Answer.NOT_OURS)]
    whole = sum(MOST * one.weight for one in counted)
    got = sum(_POINTS.get(one.answer, 0) * one.weight for one in counted if one.answer is not None)
    knocked = sum(one.knockout and one.answer not in _POINTS for one in asked)
    return Score(got * 100 // whole if whole else 0, knocked)
