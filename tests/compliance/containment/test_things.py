"""A locked room, deal or book: nobody gets in, keys are withheld, what is due by law goes on."""

from types import SimpleNamespace

import pytest
from django.urls import reverse

from audit.models import LogEntry
from audit.origin import Origin, acting_as
from audit.refusals import Refused
from compliance.containment.approval import to_thaw
from deals.files.reading import CutOff
from deals.pipeline.stages import Stage, request_stage
from deals.rooms.groups import invite_to_group
from deals.rooms.levels import Level
from people.accounts.models import OneTimeLink, User
from people.approvals.models import ApprovalRequest
from people.approvals.services import open_preview
from people.locks.codes import Kind
from tests.cast import client_of
from tests.compliance.containment.making import approved, asked, locked
from tests.deals.scene import grant, stored
from tests.vault.records.makers import acting, add, book_of, let_in
from vault.custody.freezing import tasks
from vault.custody.freezing.codes import FreezeReason
from vault.custody.freezing.services import CannotThaw, ask_to_thaw, freeze
from vault.keys.errors import CompartmentFrozen
from vault.keys.freezing import frozen_among
from vault.records.errors import NotPossible
from vault.records.reading import view_client

MEGABYTE = 1024**2


@pytest.mark.parametrize("kind", [Kind.ROOM, Kind.DEAL])
def test_nobody_gets_into_a_locked_room(world: SimpleNamespace, kind: Kind) -> None:
    version = stored(world, world.one, "a.txt", b"x")
    thing = world.room if kind == Kind.ROOM else world.deal
    locked(world.olivia, kind, thing)
    room = reverse("deals:room", args=[world.deal.pk])
    held = reverse("deals:original", args=[world.deal.pk, version.pk])
    for name in ("lea", "ming", "bo", "olivia"):
        browser = client_of(getattr(world, name))
        assert browser.get(room).status_code == 404, name
        assert browser.get(held).status_code == 404, name
    for name in ("lea", "ming"):
        page = client_of(getattr(world, name)).get(reverse("deals:deal", args=[world.deal.pk]))
        assert "is locked" in page.content.decode()
        assert "seen in the alarms" not in page.content.decode()
    assert client_of(world.bo).get(reverse("deals:deal", args=[world.deal.pk])).status_code == 404
    assert frozen_among([world.room.pk])


@pytest.mark.parametrize("kind", [Kind.ROOM, Kind.DEAL])
def test_lists_show_it_to_staff_and_to_nobody_outside(world: SimpleNamespace, kind: Kind) -> None:
    code_name = world.deal.code_name
    assert code_name in client_of(world.bo).get(reverse("deals:rooms")).content.decode()
    board = client_of(world.lea).get(reverse("deals:deals")).content.decode()
    assert "Locked" not in board
    locked(world.olivia, kind, world.room if kind == Kind.ROOM else world.deal)
    assert code_name not in client_of(world.bo).get(reverse("deals:rooms")).content.decode()
    board = client_of(world.lea).get(reverse("deals:deals")).content.decode()
    assert code_name in board
    assert "Locked" in board


def test_a_running_download_of_the_room_stops(world: SimpleNamespace) -> None:
    version = stored(world, world.one, "a.bin", bytes(3 * MEGABYTE))
    grant(world, world.buyers, world.one, Level.ORIGINAL)
    answer = client_of(world.bo).get(reverse("deals:original", args=[world.deal.pk, version.pk]))
    stream = iter(answer.streaming_content)
    next(stream)
    locked(world.lea, Kind.ROOM, world.room)
    with pytest.raises(CutOff):
        next(stream)


def test_no_upload_no_move_no_invitation(world: SimpleNamespace) -> None:
    with acting_as(Origin(actor=world.lea.pk)):
        move = request_stage(actor=world.lea, deal_id=world.deal.pk, stage=Stage.NEGOTIATION, reason="agreed")
        invite_to_group(
            actor=world.lea,
            deal_id=world.deal.pk,
            group_id=world.buyers.pk,
            email="new@example.test",
            display_name="New",
            language="en",
        )
    link = OneTimeLink.objects.get(invitation__deal_id=world.deal.pk)
    locked(world.lea, Kind.DEAL, world.deal)
    link.refresh_from_db()
    assert link.cancelled_at is not None
    approved_move = approved_or_void(world.olivia, move)
    assert approved_move.state == "void"
    with acting_as(Origin(actor=world.lea.pk)), pytest.raises(Refused):
        request_stage(actor=world.lea, deal_id=world.deal.pk, stage=Stage.SIGNING, reason="x")
    upload = client_of(world.ming).post(reverse("deals:upload", args=[world.deal.pk, world.one.pk]))
    assert upload.status_code == 404


def approved_or_void(by: User, request: ApprovalRequest) -> ApprovalRequest:
    with acting_as(Origin(actor=by.pk)):
        assert open_preview(actor=by, request=request) is None
    request.refresh_from_db()
    return request


def test_attack_the_lead_of_another_deal_and_an_administrator(world: SimpleNamespace) -> None:
    for name in ("ming", "ada", "bo"):  # ming works on it and does not lead it
        with pytest.raises(Refused):
            locked(getattr(world, name), Kind.ROOM, world.room)
    with pytest.raises(Refused):
        locked(world.lea, Kind.BOOK, book_of(world.ming))
    assert not frozen_among([world.room.pk])


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("as_worker")
def test_a_locked_book_is_shut_and_two_people_open_it(people: SimpleNamespace) -> None:
    book = book_of(people.ming)
    let_in(book, people.lin)
    client = add(book)
    lock = locked(people.olivia, Kind.BOOK, book)
    with acting(people.ming), pytest.raises(CompartmentFrozen):
        view_client(actor=people.ming, client_id=client.pk)
    seen = client_of(people.lin).get(reverse("vault:book", args=[book.pk])).content.decode()
    assert "This client book is locked" in seen
    assert client_of(people.ming).get(reverse("vault:client", args=[client.pk])).status_code == 423
    with acting(people.ming), pytest.raises(CannotThaw, match="locked"):
        ask_to_thaw(actor=people.ming, compartment=book.pk, reason="mended")
    request = asked(people.olivia, lock)
    tasks.thaw_ordered()
    assert frozen_among([book.pk])  # asking is not enough
    assert approved(people.otto, request).state == "carried_out"
    tasks.thaw_ordered()
    assert not frozen_among([book.pk])
    with acting(people.ming):
        view_client(actor=people.ming, client_id=client.pk)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("as_worker")
def test_attack_a_thaw_asked_for_before_the_lock_opens_nothing(people: SimpleNamespace) -> None:
    book = book_of(people.ming)
    with acting(people.ming):
        freeze(actor=people.ming, compartment=book.pk, reason=FreezeReason.LEAK)
        request = ask_to_thaw(actor=people.ming, compartment=book.pk, reason="mended")
    locked(people.olivia, Kind.BOOK, book)
    assert approved_or_void(people.otto, request).state == "void"
    tasks.thaw_ordered()
    assert frozen_among([book.pk])


def test_what_others_hold_stays_shut(world: SimpleNamespace) -> None:
    book = book_of(world.lea, deal=world.deal.pk)
    deal = locked(world.olivia, Kind.DEAL, world.deal)
    assert set(deal.compartments) == {world.room.pk, book.pk}
    own = locked(world.olivia, Kind.BOOK, book)
    assert to_thaw(deal) == [world.room.pk]
    assert to_thaw(own) == []
    apart = book_of(world.ming)
    with acting(world.ming):
        freeze(actor=world.ming, compartment=apart.pk, reason=FreezeReason.DISPUTE)
    assert to_thaw(locked(world.olivia, Kind.BOOK, apart)) == []  # it was frozen before


def test_twice_is_once_and_the_log_names_it(world: SimpleNamespace) -> None:
    locked(world.olivia, Kind.ROOM, world.room)
    with pytest.raises(NotPossible, match="already"):
        locked(world.lea, Kind.ROOM, world.room)
    entry = LogEntry.objects.using("default").get(action="lock.set", object_id=world.room.pk)
    assert (entry.actor, entry.deal, entry.reason) == (world.olivia.pk, world.deal.pk, "lock.leak")
