"""A lesson before the room: the lead asks it of an outside person; this deal's room waits for it."""

from uuid import UUID

from audit.actions import Action, ObjectType
from audit.refusals import Refused
from deals.pipeline.access import get_led_deal
from deals.rooms import groups
from people.accounts.models import Kind, User
from people.training.enrolling import assign, running_tracks
from people.training.models import Track
from people.training.records import Enrolment


def ask_lesson(*, actor: User, deal_id: UUID, group_id: UUID, user_id: UUID, track: Track) -> Enrolment:
    """Raises Refused: not the lead, or nobody of that group; NotNow."""
    get_led_deal(actor, deal_id, Action.TRAINING_DUE)
    group = groups.get_group(actor, deal_id, group_id, Action.TRAINING_DUE)
    inside = User.objects.filter(pk=user_id, kind=Kind.OUTSIDE, groups=group.auth_group_id)
    person = inside.first()
    if person is None:
        raise Refused(ObjectType.ROOM_GROUP, group_id, Action.TRAINING_DUE, deal=deal_id)
    return assign(actor=actor, person=person, track=track, days=0, deal=deal_id)


def lessons_for_guests() -> list[Track]:
    return list(running_tracks().filter(for_guests=True).order_by("made_at", "pk"))
