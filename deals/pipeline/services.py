"""Opening deals and putting staff on them. Each change and its log entry are one transaction."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from deals.errors import NotPossible
from deals.pipeline.access import get_led_deal
from deals.pipeline.models import Deal, DealMember, DealType, Stage
from deals.rooms.services import create_room
from people.accounts.models import Kind, User
from people.roles.access import counts_on, require
from people.roles.permissions import Permission


@transaction.atomic
def open_deal(*, actor: User, code_name: str, deal_type: DealType, lead: User) -> Deal:
    """A new deal with its room. Both who opens it and its lead are on it from the start.

    Raises:
        Refused: the actor may not open deals.
        NotPossible: the code name is taken or not one, or the lead may not lead.
    """
    require(actor, Permission.DEAL_CREATE)
    _check_lead(lead)
    deal = Deal(code_name=code_name.strip(), deal_type=deal_type, lead=lead, created_by=actor)
    try:
        deal.full_clean()
    except ValidationError as problem:
        raise NotPossible(" ".join(problem.messages)) from None
    deal.save()
    DealMember.objects.bulk_create(
        [DealMember(deal=deal, user=user, added_by=actor) for user in {actor, lead}]
    )
    _log(deal, Action.DEAL_CREATE, lead)
    create_room(deal=deal)
    return deal


@transaction.atomic
def add_member(*, actor: User, deal_id: UUID, user: User) -> DealMember:
    """Put a member of staff on the deal. Raises NotPossible for anybody who could not work on it, Refused."""
    deal = get_led_deal(actor, deal_id, Action.DEAL_MEMBER_ADD)
    if user.kind != Kind.STAFF or not counts_on(user, Permission.ROOM_MANAGE, deal.pk, deal.stage):
        raise NotPossible(_("Only staff whose role works on deals can be put on one."))
    member, new = DealMember.objects.get_or_create(deal=deal, user=user, defaults={"added_by": actor})
    if new:
        _log(deal, Action.DEAL_MEMBER_ADD, user)
    return member


@transaction.atomic
def remove_member(*, actor: User, deal_id: UUID, user_id: UUID) -> None:
    """Take somebody off the deal: its room is shut to them from the next request on. Raises NotPossible."""
    deal = get_led_deal(actor, deal_id, Action.DEAL_MEMBER_REMOVE)
    if user_id == deal.lead_id:
        raise NotPossible(_("The lead stays on the deal."))
    member = DealMember.objects.select_related("user").filter(deal=deal, user_id=user_id).first()
    if member is not None:
        take_off(deal, member.user)


def take_off(deal: Deal, person: User) -> None:
    """Takes a member off, inside the caller's transaction. Whether that may be is the caller's question: the
    gate's in `remove_member`, or that of a review of access."""
    DealMember.objects.filter(deal=deal, user=person).delete()
    _log(deal, Action.DEAL_MEMBER_REMOVE, person)


def _check_lead(lead: User) -> None:
    if lead.kind != Kind.STAFF or not counts_on(lead, Permission.DEAL_LEAD, None, Stage.MANDATE):
        raise NotPossible(_("This person's role does not lead deals."))


def _log(deal: Deal, action: Action, person: User) -> None:
    record_change(
        Entry(
            action=action, object_type=ObjectType.DEAL, object_id=deal.pk, deal=deal.pk, subjects=(person.pk,)
        )
    )
