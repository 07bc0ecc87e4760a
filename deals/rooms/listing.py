"""The rooms that an outside person is in, by code name: nothing sealed is opened for it."""

from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from deals.pipeline.models import Deal
from deals.rooms.models import RoomGroup
from people.accounts.models import User
from people.duties.access import signatures_in_force
from people.invitations.access import open_invitations


@dataclass(frozen=True, slots=True)
class MyRoom:
    deal: Deal
    must_sign: bool


def my_rooms(user: User) -> list[MyRoom]:
    """Rooms that are open to the person, and those that only wait for their signature. Three queries."""
    live = RoomGroup.objects.filter(
        Q(expires_at__isnull=True) | Q(expires_at__gt=timezone.now()), auth_group__user=user
    )
    found = Deal.objects.filter(pk__in=live.values("room__deal_id")).order_by("code_name")
    signed = set(signatures_in_force().filter(person=user).values_list("deal_id", flat=True))
    asked = set(open_invitations(user).values_list("deal_id", flat=True))
    return [
        MyRoom(deal, must_sign=deal.pk not in signed)
        for deal in found
        if deal.pk in signed or deal.pk in asked
    ]
