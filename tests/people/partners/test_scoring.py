"""The score: pure, and the same as the database counts."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from people.partners.models import Partner
from people.partners.records import Assessment, AssessmentAnswer, PartnerQuestion, Questionnaire
from people.partners.scoring import Answer, Score, Weighed, score_of
from tests.people.partners.making import recorded

ANSWERS = st.sampled_from([*Answer, None])


@st.composite
def questions(draw: Any) -> Weighed:
    knockout = draw(st.booleans())
    return Weighed(draw(st.integers(1, 10)), draw(ANSWERS), knockout, draw(st.booleans()) and not knockout)


@given(st.lists(questions(), max_size=40))
def test_between_nothing_and_all(asked: list[Weighed]) -> None:
    found = score_of(asked)
    assert 0 <= found.percent <= 100
    assert 0 <= found.knocked_out <= sum(one.knockout for one in asked)


@given(st.lists(questions(), min_size=1, max_size=30), st.data())
def test_a_better_answer_never_costs(asked: list[Weighed], data: Any) -> None:
    place = data.draw(st.integers(0, len(asked) - 1))
    one = asked[place]
    steps = [Answer.NO, Answer.PARTLY, Answer.YES]
    scores = []
    for answer in steps:
        changed = [
            *asked[:place],
            Weighed(one.weight, answer, one.knockout, one.may_skip),
            *asked[place + 1 :],
        ]
        scores.append(score_of(changed))
    assert [one.percent for one in scores] == sorted(one.percent for one in scores)
    assert [one.knocked_out for one in scores] == sorted((one.knocked_out for one in scores), reverse=True)


@given(st.lists(questions(), max_size=30))
def test_the_order_does_not_matter(asked: list[Weighed]) -> None:
    assert score_of(asked) == score_of(reversed(asked))


@given(st.lists(questions(), max_size=30))
def test_what_is_missing_counts_as_no(asked: list[Weighed]) -> None:
    told = [Weighed(one.weight, one.answer or Answer.NO, one.knockout, one.may_skip) for one in asked]
    assert score_of(asked) == score_of(told)


def test_by_hand() -> None:
    asked = [
        Weighed(5, Answer.YES, knockout=True),
        Weighed(3, Answer.PARTLY),
        Weighed(2, Answer.NO),
        Weighed(9, Answer.NOT_OURS, may_skip=True),
        Weighed(1, Answer.NOT_OURS),  # may not be skipped: nothing
    ]
    assert score_of(asked) == Score(59, 0)  # 13 of 22, rounded down
    assert Score(59, 0).passes(59)
    assert not Score(58, 0).passes(59)
    assert not Score(100, 1).passes(50)
    assert score_of([Weighed(5, Answer.NOT_OURS, may_skip=True)]) == Score(0, 0)


@pytest.mark.django_db
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(questions(), min_size=1, max_size=12))
def test_the_database_counts_the_same(people: SimpleNamespace, asked: list[Weighed]) -> None:
    """It takes exactly the score that the rule gives, and no other."""
    with transaction.atomic():
        firm = Partner.objects.filter(name="Cedar Law").first() or recorded(people)
        paper = _paper(people, firm, asked)
        found = score_of(asked)
        for percent in {found.percent, (found.percent + 1) % 101}:
            paper.handed_in_at, paper.handed_in_by, paper.score = timezone.now(), people.lea, percent
            paper.knocked_out, paper.passed = found.knocked_out, found.passes(70)
            if percent == found.percent:
                with transaction.atomic():
                    paper.save()
                    transaction.set_rollback(True)
            else:
                with (
                    pytest.raises(IntegrityError, match="assessment_score_as_answered"),
                    transaction.atomic(),
                ):
                    paper.save()
        transaction.set_rollback(True)


def _paper(people: Any, firm: Partner, asked: list[Weighed]) -> Assessment:
    made = Questionnaire.objects.create(version=99, threshold=70)
    rows = [
        PartnerQuestion(
            questionnaire=made,
            position=place,
            text_zh="问",
            text_en="q",
            why_zh="因",
            why_en="w",
            weight=one.weight,
            knockout=one.knockout,
            may_skip=one.may_skip,
        )
        for place, one in enumerate(asked)
    ]
    PartnerQuestion.objects.bulk_create(rows)
    paper = Assessment.objects.create(partner=firm, questionnaire=made, asked_by=people.lea, by_firm=False)
    for row, one in zip(rows, asked, strict=True):
        if one.answer is not None:
            AssessmentAnswer.objects.create(assessment=paper, question=row, answer=one.answer)
    return paper
