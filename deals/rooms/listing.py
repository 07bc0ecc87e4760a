"""The rooms that an outside person is in, by code name: nothing sealed is opened for it."""

from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from deals.pipeline.models import Deal
from deals.rooms.everybody import ways_in
from deals.rooms.models import Room, RoomGroup
from people.accounts.models import User
from people.duties.access import signatures_in_force
from people.invitations.access import open_invitations
from people.locks.standing import locks_of_rooms


@dataclass(frozen=True, slots=True)
class MyRoom:
    """`unsealed`: the person has signed, and the company of each of their groups there is not bound."""

    deal: Deal
    must_sign: bool
    unsealed: bool


def my_rooms(user: User) -> list[MyRoom]:
    """Rooms that are open to the person, and those that only wait for their signature, or for their
    company's seal. Four queries."""
    live = RoomGroup.objects.filter(
        Q(expires_at__isnull=True) | Q(expires_at__gt=timezone.now()), auth_group__user=user
    )
    found = Deal.objects.filter(pk__in=live.values("room__deal_id"))
    found = found.exclude(pk__in=locks_of_rooms().values("deal_id")).order_by("code_name")
    signed = set(signatures_in_force().filter(person=user).values_list("deal_id", flat=True))
    asked = set(open_invitations(user).values_list("deal_id", flat=True))
    rooms = dict(Room.objects.filter(deal__in=found).values_list("pk", "deal_id"))
    open_to_me = {rooms[room] for _person, room in ways_in([(user.pk, room) for room in rooms])}
    return [
        MyRoom(
            deal,
            must_sign=deal.pk not in signed,
            unsealed=deal.pk in signed and deal.pk not in open_to_me,
        )
        for deal in found
        if deal.pk in signed or deal.pk in asked
    ]
