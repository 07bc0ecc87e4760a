"""Two others approve the exact list, or nothing happens."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from audit.models import LogEntry
from compliance.destruction import services
from compliance.destruction.models import CertificateSupplement, DestroyedRecord, RoomCopy, RunState
from compliance.retention.services import edit_rule
from people.approvals.models import State, Verdict
from people.approvals.services import NotDecidable, decide, open_preview
from tests.compliance import world
from vault.records.models import Client

pytestmark = pytest.mark.django_db


@pytest.fixture
def everybody():
    people = world.people()
    book = world.book_of(people["ming"])
    world.clients_in(book, people["ming"], 7, age=world.LONG_AGO)
    world.rule_of(people["olivia"])
    return people


def test_the_preview_is_the_exact_list(everybody) -> None:
    run = world.proposed(everybody["olivia"])
    request = world.asked(run, everybody["olivia"])
    preview = open_preview(actor=everybody["otto"], request=request)
    assert preview is not None
    assert sorted(row[0] for row in preview.rows) == sorted(
        map(str, run.items.values_list("client_id", flat=True))
    )
    assert preview.facts["size"] == 7


def test_one_approval_orders_nothing(everybody) -> None:
    run = world.proposed(everybody["olivia"])
    request = world.asked(run, everybody["olivia"])
    world.approve(request, everybody["otto"])
    run.refresh_from_db()
    assert run.state == RunState.REQUESTED
    with pytest.raises(NotDecidable):
        world.approve(request, everybody["otto"])


def test_the_one_who_asked_does_not_approve(everybody) -> None:
    run = world.proposed(everybody["olivia"])
    request = world.asked(run, everybody["olivia"])
    with pytest.raises(NotDecidable):
        world.approve(request, everybody["olivia"])


def test_two_approvals_order_every_batch(everybody, monkeypatch) -> None:
    monkeypatch.setattr(services, "BATCH_SIZE", 3)
    run = world.ordered(everybody)
    assert run.state == RunState.ORDERED
    assert run.ordered_by == everybody["olivia"]
    batches = list(run.batches.order_by("number"))
    assert [batch.items.count() for batch in batches] == [3, 3, 1]
    for batch in batches:
        entry = LogEntry.objects.get(pk=batch.order_entry)
        assert (entry.action, entry.result) == ("destruction.order", "done")
        assert set(entry.subjects) == set(batch.items.values_list("client_id", flat=True))
    assert Client.objects.filter(pk__in=run.items.values("client_id")).count() == 7


def test_a_list_that_changed_cannot_be_asked_for(everybody) -> None:
    run = world.proposed(everybody["olivia"])
    with pytest.raises(services.ListChanged):
        services.ask_for_approval(
            actor=everybody["olivia"], run=run, seen_digest="0" * 64, reason="The purpose has ended."
        )
    Client.objects.filter(pk=run.items.first().client_id).update(created_at=timezone.now())
    with pytest.raises(services.ListChanged):
        world.asked(run, everybody["olivia"])


@pytest.mark.parametrize("moment", ["before the preview", "between the approvals"])
def test_an_approval_is_void_once_a_client_is_no_longer_due(everybody, moment) -> None:
    run = world.proposed(everybody["olivia"])
    request = world.asked(run, everybody["olivia"])
    if moment == "between the approvals":
        world.approve(request, everybody["otto"])
    client = run.items.first().client_id
    open_preview(actor=everybody["oscar"], request=request)
    Client.objects.filter(pk=client).update(created_at=timezone.now())
    if moment == "before the preview":
        assert open_preview(actor=everybody["otto"], request=request) is None
    else:
        decide(actor=everybody["oscar"], request=request, verdict=Verdict.APPROVE, reason="Right.")
    request.refresh_from_db()
    run.refresh_from_db()
    assert (request.state, run.state) == (State.VOID, RunState.DROPPED)
    assert Client.objects.filter(pk=client).exists()
    assert not run.items.filter(live=True).exists()
    assert world.proposed(everybody["olivia"]).size == 6


def test_a_longer_rule_made_meanwhile_voids_the_approval(everybody) -> None:
    run = world.proposed(everybody["olivia"])
    request = world.asked(run, everybody["olivia"])
    rule = run.items.first().rule
    edit_rule(actor=everybody["otto"], rule=rule, values={"period_days": 3650})
    assert open_preview(actor=everybody["otto"], request=request) is None


def test_a_refusal_drops_the_list(everybody) -> None:
    run = world.proposed(everybody["olivia"])
    request = world.asked(run, everybody["olivia"])
    open_preview(actor=everybody["otto"], request=request)
    decide(actor=everybody["otto"], request=request, verdict=Verdict.REFUSE, reason="Still needed.")
    run.refresh_from_db()
    assert run.state == RunState.DROPPED


def test_tombstones_stay(everybody) -> None:
    run = world.proposed(everybody["olivia"])
    item = run.items.first()
    stone = DestroyedRecord.objects.create(
        client_id=item.client_id, book_id=item.book_id, run=run, rule=item.rule
    )
    for change in (
        lambda: DestroyedRecord.objects.update(destroyed_at=timezone.now() - timedelta(days=1)),
        stone.delete,
    ):
        with pytest.raises(IntegrityError, match="is_final"), transaction.atomic():
            change()


def test_copies_in_rooms_and_supplements_say_one_thing_and_stay(everybody) -> None:
    run = world.proposed(everybody["olivia"])
    RoomCopy.objects.create(run=run, version_id=run.pk)
    row = {"run": run, "digest": b"", "entry": run.pk, "number": 1}
    made = CertificateSupplement.objects.create(content="{}", **row)
    for rule, act in (
        ("room_copy_once_a_run", lambda: RoomCopy.objects.create(run=run, version_id=run.pk)),
        ("supplement_has_content", lambda: CertificateSupplement.objects.create(content="", **row)),
        ("supplement_number_once", lambda: CertificateSupplement.objects.create(content="{}", **row)),
        ("is_final", made.delete),
    ):
        with pytest.raises(IntegrityError, match=rule), transaction.atomic():
            act()
