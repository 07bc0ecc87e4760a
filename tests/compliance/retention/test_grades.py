"""A grade's longest period really moves the day on which a client is due."""

from datetime import timedelta

import pytest
from django.utils import timezone

from compliance.retention.due import due_clients, rules_in_force
from compliance.retention.grades import retention_effects
from compliance.retention.models import Basis, RetentionRule
from tests.compliance import world
from vault.masking.grades import Grade
from vault.records.grading.rules import Rule
from vault.records.models import Client

pytestmark = pytest.mark.django_db


def due(rule: RetentionRule) -> set:
    return set(due_clients(rule, rules_in_force(), timezone.now()).values_list("pk", flat=True))


@pytest.fixture
def everybody():
    return world.people()


@pytest.fixture
def four_years_old(everybody) -> list:
    book = world.book_of(everybody["ming"])
    return world.clients_in(book, everybody["ming"], 2, age=timedelta(days=4 * 365))


def test_a_raised_client_is_due_sooner(everybody, four_years_old) -> None:
    raised, _other = four_years_old
    rule = world.rule_of(everybody["olivia"], period_days=3650)
    assert due(rule) == set()
    Client.objects.filter(pk=raised).update(grade=Grade.L4)
    assert due(rule) == {raised}


def test_it_also_shortens_the_other_rules_that_would_keep_it(everybody, four_years_old) -> None:
    raised, _other = four_years_old
    short = world.rule_of(everybody["olivia"], period_days=30)
    world.rule_of(everybody["olivia"], period_days=3650)
    assert due(short) == set()
    Client.objects.filter(pk=raised).update(grade=Grade.L4)
    assert due(short) == {raised}


def test_a_law_that_prescribes_the_period_is_not_undercut(everybody, four_years_old) -> None:
    Client.objects.update(grade=Grade.L4)
    short = world.rule_of(everybody["olivia"], period_days=30)
    by_law = world.rule_of(everybody["olivia"], period_days=3650, basis=Basis.LAW)
    assert due(short) == due(by_law) == set()


def test_the_effect_is_told_before_it_is_set(everybody, four_years_old) -> None:
    world.rule_of(everybody["olivia"], period_days=3650)
    world.rule_of(everybody["olivia"], period_days=3650, basis=Basis.LAW)
    told = [number for _words, number in retention_effects(Grade.L3, Rule(longest_days=365))]
    assert told == [1, 2]
    assert retention_effects(Grade.L3, Rule()) == []
