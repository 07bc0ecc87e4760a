"""Whom the acts of oversight, of the vault and of the clock tell."""

from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from audit.origin import Origin, acting_as
from compliance.anomalies.models import Finding
from compliance.containment.approval import ask_to_end
from compliance.containment.locking import set_lock
from compliance.notices import tell_finding
from people.approvals.models import ApprovalRequest
from people.locks.codes import Kind, LockReason
from people.notices.models import Notice
from tests.deals.scene import scene
from tests.people.helpers import approve

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _origin() -> Iterator[None]:
    with acting_as(Origin()):
        yield


@pytest.fixture
def world() -> SimpleNamespace:
    return scene()


def _told(kind: str) -> set[str]:
    return set(Notice.objects.filter(kind=kind).values_list("person__username", flat=True))


def _lock(world: SimpleNamespace, kind: Kind, object_id: object) -> object:
    with acting_as(Origin(actor=world.olivia.pk)):
        return set_lock(
            actor=world.olivia,
            kind=kind,
            object_id=object_id,  # type: ignore[arg-type]
            reason=LockReason.LEAK,
            words="as the test says",
            discovered_at=timezone.now() - timedelta(minutes=5),
        )


def test_a_locked_person_is_told_and_so_are_the_other_officers(world: SimpleNamespace) -> None:
    _lock(world, Kind.PERSON, world.ming.pk)
    assert _told("lock.person") == {"ming"}
    assert _told("incident.opened") == {"otto"}


def test_an_officer_whom_it_is_about_is_not_told_of_the_case(world: SimpleNamespace) -> None:
    _lock(world, Kind.PERSON, world.otto.pk)
    assert _told("incident.opened") == set()


def test_whoever_works_on_a_locked_deal_is_told_and_told_of_its_end(world: SimpleNamespace) -> None:
    lock = _lock(world, Kind.DEAL, world.deal.pk)
    assert _told("lock.set") == {"ming", "lea"}
    with acting_as(Origin(actor=world.olivia.pk)):
        ask_to_end(actor=world.olivia, lock_id=lock.pk, reason="it is over")  # type: ignore[attr-defined]
    with acting_as(Origin(actor=world.otto.pk)):
        approve(world.otto, ApprovalRequest.objects.get(action="lock.end"))
    assert _told("lock.ended") == {"ming", "lea"}


def test_a_finding_is_told_to_who_watches_but_not_to_whom_it_is_about(world: SimpleNamespace) -> None:
    finding = Finding(person_id=world.otto.pk, state="open")
    tell_finding(finding)
    assert _told("finding.opened") == {"olivia"}
    Notice.objects.all().delete()
    tell_finding(Finding(person_id=world.ming.pk, state="muted"))
    assert not Notice.objects.exists()
