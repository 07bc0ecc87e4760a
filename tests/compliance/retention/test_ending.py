"""A stale client is handed over: an officer decides, it comes due, and the next list holds it."""

from types import SimpleNamespace

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import translation

from audit.actions import Action
from audit.models import LogEntry
from audit.refusals import Refused
from compliance.destruction.models import DestructionItem, RunState
from compliance.destruction.services import propose_due
from compliance.retention.ending import ask_to_end
from compliance.retention.models import Basis, EndOfUse, EndReason
from people.approvals.models import State
from people.approvals.services import NotDecidable, open_preview
from tests.cast import client_of
from tests.compliance import world
from tests.people.helpers import confirm_identity, logged
from tests.vault.records.makers import acting
from vault.records.errors import NotPossible
from vault.records.models import Client, ClientState
from vault.records.review.queue import queue_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> SimpleNamespace:
    """Ming's book with a client of today, kept for a year, and its neighbour."""
    house = SimpleNamespace(**world.people())
    house.book = world.book_of(house.ming)
    house.client, house.neighbour = world.clients_in(house.book, house.ming, 2)
    house.rule = world.rule_of(house.olivia)
    return house


def ask(house: SimpleNamespace, reason: EndReason = EndReason.UNREACHABLE):
    with acting(house.ming):
        return ask_to_end(actor=house.ming, client_id=house.client, reason=reason)


def listed(house: SimpleNamespace) -> list[object]:
    with acting(house.olivia):
        propose_due(actor=house.olivia)
    return list(DestructionItem.objects.filter(live=True).values_list("client_id", flat=True))


def test_from_the_review_queue_to_an_ordered_destruction(house: SimpleNamespace) -> None:
    Client.objects.filter(pk=house.client).update(confirmed_at=world.timezone.now() - 2 * world.LONG_AGO)
    browser = client_of(house.ming)
    address = reverse("compliance:retention_end", args=[house.client])
    assert address in browser.get(reverse("vault:review")).content.decode()
    assert address in browser.get(reverse("vault:client", args=[house.client])).content.decode()
    assert browser.post(address, {}).status_code == 422
    answer = browser.post(address, {"reason": "end.unreachable"})
    request = LogEntry.objects.filter(action=Action.RETENTION_ASK).get()
    assert (request.subjects, request.reason) == ([house.client], "end.unreachable")
    assert "until they decide" in browser.get(reverse("vault:client", args=[house.client])).content.decode()
    # Asking is no decision: nothing is due, and the client is used as before.
    assert listed(house) == []
    assert queue_of(house.ming).filter(pk=house.client).exists()

    officer = client_of(house.otto)
    officer.get(answer.headers["Location"])
    sent = {"verdict": "approve", "reason": "The purpose has ended."}
    officer.post(f"{answer.headers['Location']}decide/", sent)
    assert not EndOfUse.objects.exists()  # who they are comes first
    confirm_identity(officer)
    officer.post(f"{answer.headers['Location']}decide/", sent)

    assert Client.objects.get(pk=house.client).state == ClientState.STOP_USE
    assert logged(Action.CLIENT_STOP_USE, house.client) == 1
    assert logged(Action.RETENTION_END_USE, house.client) == 1
    assert not queue_of(house.ming).filter(pk=house.client).exists()
    assert listed(house) == [house.client]
    run = world.ordered({name: getattr(house, name) for name in ("olivia", "otto", "oscar")})
    assert run.state == RunState.ORDERED
    assert [item.client_id for item in run.items.all()] == [house.client]


def test_the_decider_is_told_which_rules_end_and_sees_nothing_of_the_client(house: SimpleNamespace) -> None:
    world.rule_of(house.olivia, name="Accounting law", basis=Basis.LAW, period_days=3650)
    asked = ask(house)
    with acting(house.otto), translation.override("en"):
        preview = open_preview(actor=house.otto, request=asked)
    assert preview is not None
    assert [(row[0], row[3]) for row in preview.rows] == [
        (house.rule.name, "Ends now"),
        ("Accounting law", "Stays: a law prescribes it"),
    ]
    world.approve(asked, house.otto)
    assert Client.objects.get(pk=house.client).state == ClientState.STOP_USE
    assert listed(house) == []  # PIPL 47: stored and nothing else, until the law lets it go


def test_who_may_not_ask_or_decide(house: SimpleNamespace) -> None:
    for person in (house.lin, house.olivia, house.ada):
        with acting(person), pytest.raises(Refused):
            ask_to_end(actor=person, client_id=house.client, reason=EndReason.PURPOSE_DONE)
    asked = ask(house)
    for person in (house.ming, house.lin, house.lea, house.ada):
        with pytest.raises(NotDecidable):
            world.approve(asked, person)
    with pytest.raises(NotPossible):
        ask(house)
    assert not EndOfUse.objects.exists()


def test_without_a_rule_nothing_is_promised(house: SimpleNamespace) -> None:
    house.rule.active = False
    house.rule.save()
    with pytest.raises(NotPossible):
        ask(house)


def test_a_rule_that_changed_meanwhile_makes_the_request_void(house: SimpleNamespace) -> None:
    asked = ask(house)
    house.rule.active = False
    house.rule.save()
    with acting(house.otto):
        assert open_preview(actor=house.otto, request=asked) is None
    asked.refresh_from_db()
    assert asked.state == State.VOID


def test_the_database_refuses(house: SimpleNamespace) -> None:
    row = {"client_id": house.client, "book_id": house.book.pk, "approval_id": house.client}
    for more, constraint in (
        ({"reason": "bored", "decided_by": house.otto}, "end_reason_known"),
        ({"reason": EndReason.PURPOSE_DONE, "decided_by": house.ming}, "end_of_use_by_two_people"),
    ):
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            EndOfUse.objects.create(**row, asked_by=house.ming, **more)
