"""Officers set what a grade asks for: shown first, confirmed, logged, never out of order."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from audit.actions import Action
from audit.models import LogEntry
from audit.refusals import Refused
from people.roles.models import Role
from tests.cast import client_of, code_of
from tests.vault.records.makers import acting, add
from vault.masking.grades import Grade
from vault.records.errors import NotPossible
from vault.records.grading.policy import set_limit, set_rule
from vault.records.grading.rules import DECLARED, GradeRule, rules
from vault.records.models import ClientBook
from vault.records.reveals.limits import limits
from vault.records.reveals.models import RevealLimit

pytestmark = pytest.mark.django_db

FORM = {"step_up": "on", "second_person": "2", "weight": "10", "watermark": "on", "longest_days": "365"}


def test_the_effect_is_shown_then_confirmed_then_in_force(people: SimpleNamespace, book: ClientBook) -> None:
    add(book)
    address = reverse("vault:grade_rule", args=[4])
    browser = client_of(people.olivia)
    preview = browser.post(address, FORM)
    assert preview.status_code == 200
    assert rules()[Grade.L4] == DECLARED[Grade.L4]
    assert 'name="weight" value="10"' in browser.post(address, FORM | {"confirm": "1"}).content.decode()
    assert rules()[Grade.L4] == DECLARED[Grade.L4]
    sent = FORM | {"confirm": "1", "step_up_code": code_of(people.olivia)}
    assert browser.post(address, sent).status_code == 302
    assert rules()[Grade.L4].weight == 10
    entry = LogEntry.objects.get(action=Action.GRADE_RULE, actor=people.olivia.pk)
    assert (entry.actor, set(entry.fields)) == (
        people.olivia.pk,
        {"l4", "second_person", "weight", "longest_days"},
    )


def test_a_higher_grade_never_asks_less_than_a_lower_one(people: SimpleNamespace) -> None:
    with acting(people.olivia), pytest.raises(NotPossible):
        set_rule(actor=people.olivia, grade=Grade.L3, rule=replace(DECLARED[Grade.L3], weight=50))
    with acting(people.olivia), pytest.raises(NotPossible):
        set_rule(actor=people.olivia, grade=Grade.L4, rule=replace(DECLARED[Grade.L4], watermark=False))
    with acting(people.olivia), pytest.raises(NotPossible):
        set_rule(actor=people.olivia, grade=Grade.L3, rule=replace(DECLARED[Grade.L3], longest_days=90))


@pytest.mark.parametrize("name", ["ada", "ming", "lea", "aud", "bo"])
def test_nobody_else_sets_a_rule_or_a_limit(people: SimpleNamespace, name: str) -> None:
    actor = getattr(people, name)
    with acting(actor):
        with pytest.raises(Refused):
            set_rule(actor=actor, grade=Grade.L2, rule=DECLARED[Grade.L2])
        with pytest.raises(Refused):
            set_limit(actor=actor, role=Role.objects.get(pk="agent"), per_day=9_999)


def test_a_limit_is_set_for_a_role_that_reveals(people: SimpleNamespace) -> None:
    browser = client_of(people.olivia)
    assert browser.post(reverse("vault:reveal_limit", args=["agent"]), {"per_day": "7"}).status_code == 302
    assert limits() == {"agent": 7, "deal_lead": 150}
    assert LogEntry.objects.filter(action=Action.GRADE_LIMIT, actor=people.olivia.pk).exists()
    assert browser.post(reverse("vault:reveal_limit", args=["agent"]), {"per_day": "-1"}).status_code == 422


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"grade": 5}, "grade_rule_grade_known"),
        ({"second_person": 7}, "grade_rule_second_person_known"),
        ({"weight": 101}, "grade_rule_weight_sane"),
        ({"weight": 0}, "grade_rule_sensitive_counts"),
        ({"step_up": False}, "grade_rule_highest_confirms"),
        ({"longest_days": 1}, "grade_rule_days_sane"),
    ],
)
def test_the_database_refuses_a_senseless_rule(
    people: SimpleNamespace, values: dict[str, object], constraint: str
) -> None:
    sane = {"grade": 4, "step_up": True, "second_person": 0, "weight": 1, "watermark": True}
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        GradeRule.objects.create(**sane | values)


def test_the_database_refuses_a_senseless_limit(people: SimpleNamespace) -> None:
    with pytest.raises(IntegrityError, match="reveal_limit_sane"), transaction.atomic():
        RevealLimit.objects.create(role_id="agent", per_day=10_001)
