"""What comes due, and the list that follows it."""

import threading
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from compliance.destruction import services
from compliance.destruction.models import DestructionItem, RunState
from compliance.retention.due import due_clients, rules_in_force
from compliance.retention.forms import RuleForm
from compliance.retention.models import RetentionRule, Trigger
from compliance.retention.services import edit_rule
from compliance.retention.tasks import propose_due
from tests.compliance import world
from vault.purposes.catalogue import Holding
from vault.records.models import Client

pytestmark = pytest.mark.django_db


@pytest.fixture
def everybody():
    return world.people()


def due(rule: RetentionRule) -> set:
    return set(due_clients(rule, rules_in_force(), timezone.now()).values_list("pk", flat=True))


def test_only_what_is_old_enough_and_in_scope_is_due(everybody) -> None:
    book, other = world.book_of(everybody["ming"]), world.book_of(everybody["ming"], "Others")
    old = world.clients_in(book, everybody["ming"], 2, age=world.LONG_AGO)
    world.clients_in(book, everybody["ming"], 1)
    world.clients_in(other, everybody["ming"], 1, age=world.LONG_AGO)
    assert due(world.rule_of(everybody["olivia"], book=book)) == set(old)
    assert due(world.rule_of(everybody["olivia"], book=book, holding=Holding.ENTRUSTED)) == set()


def test_a_change_begins_the_period_anew_where_the_rule_says_so(everybody) -> None:
    book = world.book_of(everybody["ming"])
    [client] = world.clients_in(book, everybody["ming"], 1, age=world.LONG_AGO)
    Client.objects.filter(pk=client).update(updated_at=timezone.now())
    assert due(world.rule_of(everybody["olivia"], trigger=Trigger.UPDATED, book=book)) == set()


def test_the_last_rule_that_keeps_a_client_decides(everybody) -> None:
    book = world.book_of(everybody["ming"])
    world.clients_in(book, everybody["ming"], 1, age=world.LONG_AGO)
    short = world.rule_of(everybody["olivia"])
    assert len(due(short)) == 1
    long = world.rule_of(everybody["olivia"], book=book, period_days=3650)
    assert due(short) == set()
    edit_rule(actor=everybody["olivia"], rule=long, values={"active": False})
    assert len(due(short)) == 1


def test_the_proposed_list_follows_reality(everybody) -> None:
    book = world.book_of(everybody["ming"])
    first = world.clients_in(book, everybody["ming"], 2, age=world.LONG_AGO)
    rule = world.rule_of(everybody["olivia"])
    run = world.proposed(everybody["olivia"])
    more = world.clients_in(book, everybody["ming"], 1, age=world.LONG_AGO)
    assert world.proposed(everybody["olivia"]).pk == run.pk
    assert set(run.items.values_list("client_id", flat=True)) == {*first, *more}
    Client.objects.filter(pk__in=first).update(created_at=timezone.now())
    assert world.proposed(everybody["olivia"]).size == 1
    edit_rule(actor=everybody["olivia"], rule=rule, values={"active": False})
    assert services.propose_due(actor=everybody["olivia"]) is None
    run.refresh_from_db()
    assert run.state == RunState.DROPPED


def test_proposing_twice_changes_nothing(everybody) -> None:
    book = world.book_of(everybody["ming"])
    world.clients_in(book, everybody["ming"], 3, age=world.LONG_AGO)
    world.rule_of(everybody["olivia"])
    propose_due()
    before = list(DestructionItem.objects.values())
    propose_due()
    assert list(DestructionItem.objects.values()) == before


def test_the_command_proposes(everybody, capsys) -> None:
    book = world.book_of(everybody["ming"])
    world.clients_in(book, everybody["ming"], 3, age=world.LONG_AGO)
    world.rule_of(everybody["olivia"])
    call_command("destroy_due", "--as", "olivia", "--json")
    assert '"records": 3' in capsys.readouterr().out


def test_i8_due_takes_one_query_whatever_the_number(everybody) -> None:
    book = world.book_of(everybody["ming"])
    rule = world.rule_of(everybody["olivia"])
    counts = []
    for more in (1, 200):
        world.clients_in(book, everybody["ming"], more, age=world.LONG_AGO)
        with CaptureQueriesContext(
            connection,
        ) as caught:
            due(rule)
        counts.append(len(caught))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"name": ""}, "rule_has_a_name"),
        ({"trigger": "moon"}, "rule_trigger_known"),
        ({"basis": "custom"}, "rule_basis_known"),
        ({"holding": "stolen"}, "rule_holding_known"),
        ({"source": "rumour"}, "rule_source_known"),
        ({"purpose": "fun"}, "rule_purpose_known"),
        ({"period_days": 0}, "rule_period_sane"),
        ({"period_days": 40_000}, "rule_period_sane"),
    ],
)
def test_the_database_refuses_a_senseless_rule(everybody, values, constraint) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        world.rule_of(everybody["olivia"], **values)


def test_a_client_is_on_one_live_list(everybody) -> None:
    book = world.book_of(everybody["ming"])
    world.clients_in(book, everybody["ming"], 1, age=world.LONG_AGO)
    world.rule_of(everybody["olivia"])
    run = world.proposed(everybody["olivia"])
    item = run.items.get()
    other = type(run).objects.create(proposed_by=everybody["olivia"], size=1)
    item.pk, item.run = None, other
    with pytest.raises(IntegrityError, match="item_on_one_live_list"), transaction.atomic():
        item.save()


def test_a_rule_is_reviewed_in_the_future(everybody) -> None:
    form = RuleForm({"next_review": timezone.localdate() - timedelta(days=1), "period_days": 0})
    assert {"next_review", "period_days"} <= form.errors.keys()


@pytest.mark.django_db(transaction=True)
def test_two_proposers_at_once_make_one_list(everybody) -> None:
    book = world.book_of(everybody["ming"])
    world.clients_in(book, everybody["ming"], 3, age=world.LONG_AGO)
    world.rule_of(everybody["olivia"])
    at_once = threading.Barrier(2)

    def propose() -> None:
        try:
            at_once.wait()
            propose_due()
        finally:
            connection.close()

    threads = [threading.Thread(target=propose) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert DestructionItem.objects.count() == 3
    assert DestructionItem.objects.values("run").distinct().count() == 1
