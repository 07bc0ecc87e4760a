"""A lock is ended by two people, neither of them who is locked, once for each lock."""

from types import SimpleNamespace

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from psycopg2.extensions import connection as Connection

from audit.models import LogEntry
from audit.refusals import Refused
from compliance.containment.models import IncidentEvent
from people.accounts.models import User
from people.approvals.models import ApprovalRequest, PreviewOpening
from people.approvals.services import NotDecidable
from people.locks.codes import Kind
from people.locks.models import Lock
from people.roles.builtin import RoleCode
from tests.cast import client_of, person
from tests.compliance.containment.making import approved, asked, case_of, locked
from vault.records.errors import NotPossible


def ends(lock: Lock, approval: ApprovalRequest | None) -> None:
    with transaction.atomic():
        Lock.objects.filter(pk=lock.pk).update(ended_at=timezone.now(), approval=approval)


def test_two_people_end_it(people: SimpleNamespace) -> None:
    lock = locked(people.olivia, Kind.PERSON, people.ming)
    request = asked(people.olivia, lock)
    with pytest.raises(NotPossible, match="already"):
        asked(people.ada, lock)
    assert approved(people.otto, request).state == "carried_out"
    lock.refresh_from_db()
    assert lock.ended_at is not None
    assert User.objects.get(pk=people.ming.pk).is_active
    assert IncidentEvent.objects.filter(incident=case_of(lock), kind="ended", by=people.otto).exists()
    entry = LogEntry.objects.using("default").get(action="lock.end", object_id=lock.pk)
    assert (entry.actor, entry.subjects) == (people.otto.pk, [people.ming.pk])


def test_an_account_that_was_closed_before_stays_closed(people: SimpleNamespace) -> None:
    User.objects.filter(pk=people.bo.pk).update(is_active=False, disabled_at=timezone.now())
    lock = locked(people.olivia, Kind.PERSON, people.bo)
    approved(people.otto, asked(people.olivia, lock))
    assert not User.objects.get(pk=people.bo.pk).is_active


def test_attack_a_lead_unlocks_alone(world: SimpleNamespace) -> None:
    lock = locked(world.lea, Kind.ROOM, world.room)
    request = asked(world.lea, lock)
    with pytest.raises(NotDecidable):
        approved(world.lea, request)
    with pytest.raises(NotDecidable):
        approved(world.lin, request)  # nor with a colleague who is no officer
    with pytest.raises(IntegrityError, match="lock_ends_by_two"):
        ends(lock, request)
    with pytest.raises(IntegrityError, match="lock_ends_by_two"):
        ends(lock, None)


def test_attack_an_officer_unlocks_alone(people: SimpleNamespace) -> None:
    lock = locked(people.olivia, Kind.PERSON, people.ming)
    request = asked(people.olivia, lock)
    with pytest.raises(NotDecidable, match="own request"):
        approved(people.olivia, request)


@pytest.mark.django_db(transaction=True)
def test_attack_the_locked_person_approves_or_asks(people: SimpleNamespace, superuser: Connection) -> None:
    person("oscar", role=RoleCode.COMPLIANCE_OFFICER)
    lock = locked(people.olivia, Kind.PERSON, people.otto)
    request = asked(people.olivia, lock)
    held = User.objects.get(pk=people.otto.pk)
    with pytest.raises(NotDecidable):
        approved(held, request)
    with pytest.raises(Refused):
        asked(people.otto, lock)
    # As if their request stood: the database knows whose it is.
    with superuser.cursor() as cursor:
        cursor.execute(
            "set session_replication_role = replica;"
            " update people_approvalrequest set requester_id = %s where id = %s;"
            " set session_replication_role = origin",
            [str(people.otto.pk), str(request.pk)],
        )
    request.refresh_from_db()
    with pytest.raises(NotDecidable, match="locked"):
        approved(people.olivia, request)


def test_attack_a_decision_for_a_locked_person_in_the_database(people: SimpleNamespace) -> None:
    lock = locked(people.olivia, Kind.PERSON, people.otto)
    request = asked(people.olivia, lock)
    at = timezone.now()
    digest = bytes(request.preview_digest)
    PreviewOpening.objects.create(request=request, person=people.otto, digest=digest, at=at)
    with pytest.raises(IntegrityError, match="decision_not_while_locked"), transaction.atomic():
        request.decisions.create(decider=people.otto, verdict="approve", reason="mine", preview_opened_at=at)


def test_attack_unlocking_by_a_replayed_approval(people: SimpleNamespace) -> None:
    first = locked(people.olivia, Kind.PERSON, people.ming)
    request = approved(people.otto, asked(people.olivia, first))
    second = locked(people.olivia, Kind.PERSON, people.ming)
    with pytest.raises(IntegrityError, match="lock_ends_by_two"):
        ends(second, request)
    with pytest.raises(NotDecidable, match="closed"):
        approved(people.otto, request)
    assert not User.objects.get(pk=people.ming.pk).is_active


def test_attack_the_approval_of_another_lock(world: SimpleNamespace) -> None:
    lock = locked(world.olivia, Kind.PERSON, world.bo)
    other = locked(world.olivia, Kind.ROOM, world.room)
    with transaction.atomic():
        request = asked(world.olivia, other)
    with pytest.raises(IntegrityError, match="lock_ends_by_two"):
        ends(lock, request)


def test_attack_hidden_ids_of_another_deal(world: SimpleNamespace) -> None:
    lock = locked(world.olivia, Kind.ROOM, world.room)
    for name in ("ming", "ada", "aud", "bo"):
        page = client_of(getattr(world, name)).get(reverse("compliance:lock_end", args=[lock.pk]))
        assert page.status_code == 404, name
    assert client_of(world.lea).get(reverse("compliance:lock_end", args=[lock.pk])).status_code == 200
    other = locked(world.olivia, Kind.PERSON, world.bo)
    mixed = reverse("compliance:incident_affected", args=[case_of(lock).pk, other.pk])
    assert client_of(world.olivia).get(mixed).status_code == 404
    assert client_of(world.lea).get(reverse("compliance:lock_end", args=[other.pk])).status_code == 404
