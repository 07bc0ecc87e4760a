"""The gate of deals: staff who are on them. Administrators hold no permission over deals, so none of them is.

Outside people never pass here: they see their rooms (deals.rooms.access), not the deal.
"""

from uuid import UUID

from django.db.models import Q, QuerySet

from audit.actions import Action, ObjectType
from audit.refusals import Refused
from deals.pipeline.models import Deal, DealMember
from people.accounts.models import Kind, User
from people.locks.standing import locked_deals
from people.roles.access import counts_on, has, limits_of
from people.roles.permissions import Permission


def which_deals(user: User) -> QuerySet[Deal]:
    """The deals that the person works on."""
    if not user.is_active:
        return Deal.objects.none()
    if user.kind != Kind.STAFF:
        return Deal.objects.none()
    if not has(user, Permission.ROOM_MANAGE):
        return Deal.objects.none()
    own = DealMember.objects.filter(user_id=user.pk)
    deals = Deal.objects.filter(pk__in=own.values("deal_id")).filter(within(user, Permission.ROOM_MANAGE))
    return deals.select_related("lead", "room")


def within(user: User, permission: Permission) -> Q:
    """The deals on which the person's roles give the permission, at the stages that they have reached."""
    found = Q(pk__in=[])
    for limit in limits_of(user, permission):
        one = ~Q(pk__in=[])
        if limit.deal is not None:
            one &= Q(pk=limit.deal)
        if limit.stages is not None:
            one &= Q(stage__in=limit.stages)
        found |= one
    return found


def get_deal(user: User, deal_id: UUID, action: Action = Action.DEAL_VIEW) -> Deal:
    """The deal. Raises Refused when there is none, or none for this person."""
    deal = which_deals(user).filter(pk=deal_id).first()
    if deal is None:
        raise Refused(ObjectType.DEAL, deal_id, action, deal=deal_id)
    return deal


def leads(user: User, deal: Deal) -> bool:
    """Whether the person decides who comes in and how far the deal has come."""
    return deal.lead_id == user.pk and counts_on(user, Permission.DEAL_LEAD, deal.pk, deal.stage)


def get_led_deal(user: User, deal_id: UUID, action: Action) -> Deal:
    """The deal, to its lead, while it is not locked. Raises Refused."""
    deal = get_deal(user, deal_id, action)
    if not leads(user, deal) or locked_deals([deal_id]):
        raise Refused(ObjectType.DEAL, deal_id, action, deal=deal_id)
    return deal
