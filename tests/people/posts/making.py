"""Posts that are held, as tests need them: proposed by lea, agreed to by an officer, accepted by their
person."""

from datetime import datetime, timedelta
from types import SimpleNamespace

from django.utils import timezone

from audit.origin import Origin, acting_as
from people.accounts.models import User
from people.approvals.models import ApprovalRequest
from people.posts.codes import Place, Post
from people.posts.models import Absence, Appointment
from people.posts.services import APPOINT, accept, note_absence, propose
from tests.people.helpers import approve

CONTACT = "privacy@house.example"


def proposed(
    people: SimpleNamespace,
    person: User,
    post: Post = Post.DPO,
    place: Place = Place.HOLDER,
    *,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
) -> Appointment:
    with acting_as(Origin(actor=people.lea.pk)):
        return propose(
            actor=people.lea,
            post=post,
            place=place,
            person=person,
            starts_at=starts_at or timezone.now(),
            ends_at=ends_at,
            reason="knows the law and the house",
        )


def asked_for(appointment: Appointment) -> ApprovalRequest:
    return ApprovalRequest.objects.get(action=APPOINT, params={"appointment": str(appointment.pk)})


def agreed(people: SimpleNamespace, appointment: Appointment) -> Appointment:
    decider = people.otto if appointment.person_id != people.otto.pk else people.olivia
    with acting_as(Origin(actor=decider.pk)):
        approve(decider, asked_for(appointment))
    appointment.refresh_from_db()
    return appointment


def accepted(appointment: Appointment) -> Appointment:
    person = appointment.person
    with acting_as(Origin(actor=person.pk)):
        return accept(
            actor=person,
            appointment=appointment,
            typed_name=person.display_name,
            shown_name=f"Officer {person.display_name}",
            contact=CONTACT,
        )


def appointed(
    people: SimpleNamespace,
    person: User,
    post: Post = Post.DPO,
    place: Place = Place.HOLDER,
    *,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
) -> Appointment:
    return accepted(
        agreed(people, proposed(people, person, post, place, starts_at=starts_at, ends_at=ends_at))
    )


def away(appointment: Appointment, days: int = 7) -> Absence:
    now = timezone.now()
    with acting_as(Origin(actor=appointment.person_id)):
        return note_absence(
            actor=appointment.person,
            appointment=appointment,
            starts_at=now - timedelta(minutes=1),
            ends_at=now + timedelta(days=days),
        )
