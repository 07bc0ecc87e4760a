"""Whom the acts of the people layer tell."""

from datetime import timedelta
from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from people.duties.ending import tell_ending
from people.duties.models import NdaSignature
from people.duties.templates import in_force
from people.invitations.services import accept, invite
from people.notices.models import KnownPlace, Message, Notice
from people.notices.places import note_place
from people.roles.models import RoleCode, RoleGrant
from people.roles.services import grant_role, revoke_role
from people.staffsessions.models import Ground
from people.staffsessions.services import open_session
from tests.people.helpers import approve, asked_for, refuse

pytestmark = pytest.mark.django_db
DEAL = UUID("00000000-0000-4000-8000-00000000dea1")


def told(kind: str) -> set[str]:
    """The first names of those who have a notice of this kind."""
    return set(Notice.objects.filter(kind=kind).values_list("person__username", flat=True))


def test_a_role_its_request_and_its_end(people: SimpleNamespace) -> None:
    grant = grant_role(actor=people.ada, person=people.lin, role=RoleCode.DEAL_LEAD, reason="leads now")
    assert told("approval.asked") == {"olivia", "otto"}
    assert told("role.changed") == set()  # nothing has changed yet
    approve(people.olivia, asked_for(grant))
    assert told("approval.decided") == {"ada"}
    assert told("role.changed") == {"lin"}
    Notice.objects.all().delete()
    revoke_role(actor=people.ada, grant=RoleGrant.objects.get(pk=grant.pk))
    assert told("role.changed") == {"lin"}


def test_a_refusal_is_told_to_who_asked(people: SimpleNamespace) -> None:
    grant = grant_role(actor=people.ada, person=people.lin, role=RoleCode.DEAL_LEAD, reason="leads now")
    refuse(people.otto, asked_for(grant))
    assert told("approval.decided") == {"ada"}
    assert told("role.changed") == set()


def test_nobody_is_asked_to_confirm_their_own_role(people: SimpleNamespace) -> None:
    grant_role(actor=people.ada, person=people.otto, role=RoleCode.DEAL_LEAD, reason="leads now")
    assert told("approval.asked") == {"olivia"}


def test_a_staff_session_is_told_to_who_is_said_to_have_asked_and_to_officers(
    people: SimpleNamespace,
) -> None:
    open_session(
        actor=people.ada,
        requested_by=people.lin,
        ground=Ground.MOVES,
        note="as the test says",
        lasts=timedelta(minutes=30),
        session=uuid4(),
    )
    assert told("staff_session.for_you") == {"lin"}
    assert told("staff_session.opened") == {"olivia", "otto"}


def test_an_invitation_that_is_taken_up_is_told_to_who_invited(people: SimpleNamespace) -> None:
    invitation = invite(
        actor=people.lea,
        deal_id=DEAL,
        group_id=UUID(int=7),
        email=people.bo.email,
        display_name="Bo",
        code_name="Willow",
    )
    accept(invitation=invitation, password=None)
    assert told("invitation.taken") == {"lea"}


def test_a_new_place_is_told_once_and_the_first_is_not(people: SimpleNamespace) -> None:
    note_place(people.ming, "192.0.2.0/24", "browser.chrome+system.windows")
    assert told("session.new_place") == set()
    note_place(people.ming, "192.0.2.0/24", "browser.chrome+system.windows")
    assert told("session.new_place") == set()
    note_place(people.lin, "198.51.100.0/24", "browser.chrome+system.windows")
    assert told("session.new_place") == set()  # another's place is no place of one's own
    note_place(people.ming, "198.51.100.0/24", "browser.chrome+system.windows")
    assert told("session.new_place") == {"ming"}
    assert not [mark for mark in KnownPlace.objects.all() if b"192" in bytes(mark.mark)]
    assert KnownPlace.objects.count() == 3


def test_an_undertaking_that_ends_is_told_once_and_not_where_a_later_one_holds(
    people: SimpleNamespace,
) -> None:
    now = timezone.now()
    template = in_force("buyer")
    assert template is not None
    for person, days in ((people.bo, 5), (people.ben, 5), (people.ben, 300)):
        NdaSignature.objects.create(
            person=person,
            template=template,
            kind=template.kind,
            deal_id=DEAL,
            language="en",
            text_hash=bytes(template.text_hash),
            typed_name=person.display_name,
            signed_at=now - timedelta(days=300),
            access_expires_at=now + timedelta(days=days),
            duty_expires_at=now + timedelta(days=900),
        )
    assert tell_ending() == 1
    tell_ending()
    assert told("nda.ending") == {"bo"}
    assert Message.objects.count() == 1
