"""Who may look at a deal's room as somebody else, and as whom."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone

from audit.actions import Action
from deals.pipeline.access import get_led_deal
from deals.previews.models import RoomPreview
from deals.rooms.access import get_staff_room
from deals.rooms.models import Room, RoomGroup
from people.accounts.models import Kind, User
from people.duties.access import signatures_in_force


def get_led_room(user: User, deal_id: UUID, action: Action) -> Room:
    """The deal's room to its lead, who decides who comes in and how far they see. Raises Refused."""
    get_led_deal(user, deal_id, action)
    return get_staff_room(user, deal_id, action)


def people_in(room: Room) -> QuerySet[User]:
    """The outside people who are in a group of the room that has not ended."""
    return _outside().filter(groups__in=_live_groups(room).values("auth_group")).distinct()


@dataclass(frozen=True, slots=True)
class Inside:
    """A person of a group; `signed` says whether their undertaking is in force."""

    group: RoomGroup
    person: User
    signed: bool


def everybody_in(room: Room) -> list[Inside]:
    """Group by group, for choosing as whom to look. Three queries."""
    signed = set(signatures_in_force().filter(deal_id=room.deal_id).values_list("person_id", flat=True))
    people = Prefetch("auth_group__user_set", queryset=_outside().order_by("display_name", "pk"))
    groups = _live_groups(room).select_related("auth_group").prefetch_related(people)
    return [
        Inside(group, person, person.pk in signed)
        for group in groups.order_by("created_at", "id")
        for person in group.auth_group.user_set.all()
    ]


def find_preview(viewer: User, preview_id: UUID) -> RoomPreview | None:
    """The viewer's own, with its people and its deal as they are now."""
    found = RoomPreview.objects.select_related("room__deal", "viewer", "person")
    preview: RoomPreview | None = found.filter(pk=preview_id, viewer=viewer).first()
    return preview


def _outside() -> QuerySet[User]:
    return User.objects.filter(kind=Kind.OUTSIDE, is_active=True)


def _live_groups(room: Room) -> QuerySet[RoomGroup]:
    live = Q(expires_at__isnull=True) | Q(expires_at__gt=timezone.now())
    return RoomGroup.objects.filter(live, room=room)
