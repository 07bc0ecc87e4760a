"""A locked person: everything that was theirs stops by the next request or byte."""

from contextlib import suppress
from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.models import LogEntry
from audit.origin import Origin, acting_as
from audit.refusals import Refused
from compliance.containment.locking import set_lock
from deals.files.reading import CutOff
from deals.pipeline.stages import Stage, request_stage
from deals.previews.models import RoomPreview
from deals.previews.services import begin
from deals.rooms.levels import Level
from people.accounts.links import find_link, make_link
from people.accounts.models import LinkPurpose, User
from people.accounts.services import NotPossible as AccountNotPossible
from people.accounts.services import enable_person
from people.approvals.models import ApprovalRequest
from people.approvals.services import NotDecidable
from people.delegations.models import Delegation, DelegationState
from people.delegations.services import delegate
from people.locks.codes import Kind, LockReason
from people.staffsessions.models import StaffSession
from tests.cast import PASSWORD, client_of, sign_in
from tests.compliance.containment.making import approved, asked, locked
from tests.deals.scene import grant, stored
from vault.records.errors import NotPossible

MEGABYTE = 1024**2


def test_sessions_end_and_signing_in_is_refused_as_for_a_closed_account(people: SimpleNamespace) -> None:
    browser = client_of(people.ming)
    assert browser.get(reverse("compliance:today")).status_code == 200
    locked(people.olivia, Kind.PERSON, people.ming)
    assert browser.get(reverse("compliance:today")).status_code == 302
    closed = User.objects.get(pk=people.lin.pk)
    closed.is_active, closed.disabled_at = False, timezone.now()
    closed.save()

    def said(user: User, password: str) -> tuple[int, list[str]]:
        answer = sign_in(Client(), user, password)
        form = (answer.context or {}).get("form")  # type: ignore[attr-defined]  # of the test client
        return answer.status_code, [str(one) for one in form.non_field_errors()] if form else []

    nobody = User(username="nobody-here")
    locked_answer = said(people.ming, PASSWORD)
    assert locked_answer == said(closed, PASSWORD) == said(nobody, PASSWORD)
    assert locked_answer[0] == 200


def test_links_delegations_and_staff_sessions_end_for_good(people: SimpleNamespace) -> None:
    with acting_as(Origin(actor=people.olivia.pk)):
        given = delegate(
            actor=people.otto,
            to=people.olivia,
            codes=["deal.stage"],
            starts_at=timezone.now(),
            ends_at=timezone.now() + timedelta(days=2),
            reason="on leave",
        )
        _link, address = make_link(purpose=LinkPurpose.SET_PASSWORD, person=people.otto)
    token = address.rstrip("/").rsplit("/", 1)[1]
    assert find_link(token) is not None
    lock = locked(people.olivia, Kind.PERSON, people.otto)
    assert find_link(token) is None
    assert Delegation.objects.get(pk=given.pk).state == DelegationState.ENDED
    approved(people.olivia, asked(people.ada, lock))
    assert User.objects.get(pk=people.otto.pk).is_active
    assert find_link(token) is None
    assert Delegation.objects.get(pk=given.pk).state == DelegationState.ENDED


def test_an_administrator_locked_loses_the_staff_session(people: SimpleNamespace) -> None:
    assert StaffSession.objects.filter(person=people.ada, ended_at__isnull=True).exists()
    locked(people.olivia, Kind.PERSON, people.ada)
    assert not StaffSession.objects.filter(person=people.ada, ended_at__isnull=True).exists()


def test_a_download_stops_at_the_next_piece(world: SimpleNamespace) -> None:
    version = stored(world, world.one, "a.bin", bytes(3 * MEGABYTE))
    grant(world, world.buyers, world.one, Level.ORIGINAL)
    address = reverse("deals:original", args=[world.deal.pk, version.pk])
    ranged = client_of(world.bo).get(address, headers={"range": f"bytes=0-{3 * MEGABYTE - 1}"})
    assert ranged.status_code == 206
    stream = iter(ranged.streaming_content)
    next(stream)
    locked(world.olivia, Kind.PERSON, world.bo)
    with pytest.raises(CutOff):
        next(stream)
    assert LogEntry.objects.filter(actor=world.bo.pk, action="file.download", result="refused").exists()


def test_a_preview_ends(world: SimpleNamespace) -> None:
    session = uuid4()
    with acting_as(Origin(actor=world.lea.pk, session=session)):
        begin(actor=world.lea, deal_id=world.deal.pk, person_id=world.bo.pk, session=session)
    locked(world.olivia, Kind.PERSON, world.lea)
    assert not RoomPreview.objects.filter(ended_at__isnull=True).exists()


def test_what_they_asked_for_waits(world: SimpleNamespace) -> None:
    with acting_as(Origin(actor=world.lea.pk)):
        request = request_stage(
            actor=world.lea, deal_id=world.deal.pk, stage=Stage.NEGOTIATION, reason="agreed"
        )
    locked(world.olivia, Kind.PERSON, world.lea)
    with pytest.raises(NotDecidable, match="locked"):
        approved(world.olivia, request)
    assert ApprovalRequest.objects.get(pk=request.pk).state == "pending"


def test_attack_a_delegate_acts_for_the_locked_person(world: SimpleNamespace) -> None:
    with acting_as(Origin(actor=world.otto.pk)):
        delegate(
            actor=world.otto,
            to=world.lin,
            codes=["deal.stage"],
            starts_at=timezone.now(),
            ends_at=timezone.now() + timedelta(days=2),
            reason="on leave",
        )
    with acting_as(Origin(actor=world.lea.pk)):
        request = request_stage(
            actor=world.lea, deal_id=world.deal.pk, stage=Stage.NEGOTIATION, reason="agreed"
        )
    locked(world.olivia, Kind.PERSON, world.otto)
    with pytest.raises(NotDecidable):
        approved(world.lin, request)


def test_attack_the_administrator_opens_the_account_again(people: SimpleNamespace) -> None:
    locked(people.olivia, Kind.PERSON, people.bo)
    with acting_as(Origin(actor=people.ada.pk)), pytest.raises(AccountNotPossible, match="locked"):
        enable_person(actor=people.ada, person=people.bo)
    with pytest.raises(IntegrityError, match="user_locked_is_closed"), transaction.atomic():
        User.objects.filter(pk=people.bo.pk).update(is_active=True, disabled_at=None)


def test_attack_forged_discovered_at_in_the_future(people: SimpleNamespace) -> None:
    with pytest.raises(NotPossible, match="future"):
        locked(people.olivia, Kind.PERSON, people.ming, discovered_at=timezone.now() + timedelta(minutes=5))
    assert User.objects.get(pk=people.ming.pk).is_active


def test_words_hold_nobodys_data(people: SimpleNamespace) -> None:
    with acting_as(Origin(actor=people.olivia.pk)), pytest.raises(ValidationError):
        set_lock(
            actor=people.olivia,
            kind=Kind.PERSON,
            object_id=people.ming.pk,
            reason=LockReason.LEAK,
            words="his number is 13800138000",
            discovered_at=timezone.now(),
        )


def test_nobody_locks_themselves_or_the_last_officer(people: SimpleNamespace) -> None:
    with pytest.raises(NotPossible, match="themselves"):
        locked(people.olivia, Kind.PERSON, people.olivia)
    locked(people.olivia, Kind.PERSON, people.otto)
    with pytest.raises(NotPossible, match="last compliance officer"):
        locked(people.ada, Kind.PERSON, people.olivia)
    with pytest.raises(IntegrityError, match="lock_leaves_two"), transaction.atomic():
        locked(people.olivia, Kind.PERSON, people.ada)  # olivia alone would be left


@pytest.mark.parametrize("name", ["ming", "lea", "aud"])
def test_others_lock_nobody(people: SimpleNamespace, name: str) -> None:
    with pytest.raises(Refused):
        locked(getattr(people, name), Kind.PERSON, people.bo)


def test_attack_an_administrator_locks_outside_a_staff_session(people: SimpleNamespace) -> None:
    StaffSession.objects.filter(person=people.ada).update(
        ended_at=timezone.now(), ended_by=people.ada, over="staff.ended"
    )
    with pytest.raises(Refused):
        locked(people.ada, Kind.PERSON, people.bo)
    assert User.objects.get(pk=people.bo.pk).is_active


def test_the_rest_of_the_download_does_not_come_after_the_lock_has_ended(world: SimpleNamespace) -> None:
    version = stored(world, world.one, "a.bin", bytes(2 * MEGABYTE))
    grant(world, world.buyers, world.one, Level.ORIGINAL)
    browser = client_of(world.bo)
    address = reverse("deals:original", args=[world.deal.pk, version.pk])
    stream = iter(browser.get(address).streaming_content)
    next(stream)
    lock = locked(world.olivia, Kind.PERSON, world.bo)
    with suppress(CutOff):
        next(stream)
    approved(world.olivia, asked(world.otto, lock))
    assert browser.get(address).status_code == 302  # the session stays ended
    assert client_of(User.objects.get(pk=world.bo.pk)).get(address).status_code == 200
