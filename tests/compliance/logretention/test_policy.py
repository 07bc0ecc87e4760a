"""How long the log is kept: never less than the law has, longer by one officer, shorter by two."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from audit.actions import Action
from audit.models import LogEntry
from audit.origin import Origin, acting_as
from audit.refusals import Refused
from compliance.logretention.forms import PolicyForm
from compliance.logretention.models import LogMonth, LogPolicy
from compliance.logretention.months import bounds
from compliance.logretention.policy import Policy, change_policy, policy
from people.approvals.models import State
from tests.compliance.logretention.doing import agreed

pytestmark = pytest.mark.django_db


def change(officer: Any, months: int, years: int = 3, words: str = "The law asks for no more.") -> Any:
    with acting_as(Origin(actor=officer.pk)):
        return change_policy(actor=officer, months=months, years=years, words=words)


def test_at_first_three_years(people: dict[str, Any]) -> None:
    assert policy() == Policy(36, 3)


def test_longer_is_in_force_at_once(people: dict[str, Any]) -> None:
    assert change(people["olivia"], 48, 4) is None
    assert policy() == Policy(48, 4)
    entry = LogEntry.objects.get(action=Action.LOG_KEEP, actor=people["olivia"].pk)
    assert (entry.actor, entry.fields) == (people["olivia"].pk, ["months-48", "years-4"])


def test_shorter_takes_a_second_officer(people: dict[str, Any]) -> None:
    request = change(people["olivia"], 12)
    assert policy() == Policy(36, 3)
    assert agreed(people["otto"], request).state == State.CARRIED_OUT
    row = LogPolicy.objects.get()
    assert (row.months, row.set_by, row.decided_by) == (12, people["olivia"], people["otto"])


def test_what_was_changed_since_voids_the_request(people: dict[str, Any]) -> None:
    request = change(people["olivia"], 12)
    change(people["otto"], 60)
    with pytest.raises(Exception, match="closed"):
        agreed(people["otto"], request)
    assert policy() == Policy(60, 3)


def test_shorter_needs_words(people: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        change(people["olivia"], 12, words="")


@pytest.mark.parametrize("who", ["aud", "ming"])
def test_only_officers_change_it(people: dict[str, Any], who: str) -> None:
    with pytest.raises(Refused):
        change(people[who], 48)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("log_policy_months_lawful", {"months": 5}),
        ("log_policy_months_lawful", {"months": 601}),
        ("log_policy_years_lawful", {"subject_years": 2}),
        ("log_policy_years_lawful", {"subject_years": 51}),
        ("log_policy_is_one", {"id": 2}),
        ("log_policy_by_two_people", {"decided": True}),
    ],
)
def test_attack_a_policy_that_no_form_would_take(
    people: dict[str, Any], name: str, values: dict[str, Any]
) -> None:
    if values.pop("decided", False):
        values["decided_by"] = people["olivia"]
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        LogPolicy.objects.create(set_by=people["olivia"], **values)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("log_month_begins", {"month": date(2023, 5, 2)}),
        ("log_month_trouble_known", {"trouble": "drop.other"}),
        ("log_month_bundle_whole", {"bundle": bytes(32)}),
        ("log_month_leaves_of_a_bundle", {"leaves": "leaves-0"}),
        ("log_month_ordered_by_someone", {"ordered": "11111111-1111-4111-8111-111111111111"}),
        ("log_month_left_by_order", {"left_at": datetime(2026, 1, 1, tzinfo=UTC)}),
    ],
)
def test_a_month_that_cannot_be(name: str, values: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        LogMonth.objects.create(**{"month": date(2023, 5, 1)} | values)


@pytest.mark.parametrize(
    ("language", "months", "years"),
    [("en", "six months at least", "At least three years"), ("zh-hans", "六个月", "三年")],
)
def test_the_form_says_what_the_law_has(language: str, months: str, years: str) -> None:
    with override(language):
        form = PolicyForm({"months": "5", "years": "2"}, now=Policy())
        assert months in str(form.errors["months"])
        assert years in str(form.errors["years"])


@given(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)), st.integers(6, 600))
def test_a_month_is_due_when_it_ended_that_long_ago(now: datetime, months: int) -> None:
    rule, moment = Policy(months), now.replace(tzinfo=UTC)
    newest = rule.newest_due(moment)
    assert rule.is_due(newest, moment)
    number = newest.year * 12 + newest.month - 1
    follows = date((number + 1) // 12, (number + 1) % 12 + 1, 1)
    assert not rule.is_due(follows, moment)
    ended = bounds(newest)[1]
    whole = (moment.year - ended.year) * 12 + moment.month - ended.month
    assert whole == months
