"""Groups of outside people: making them, inviting into them, taking out of them."""

from datetime import datetime
from uuid import UUID, uuid4

from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from audit.refusals import Refused
from deals.errors import NotPossible
from deals.pipeline.access import get_led_deal
from deals.pipeline.models import Stage
from deals.redaction.withholding import withhold_from
from deals.rooms.access import get_staff_room
from deals.rooms.firms import comes_for
from deals.rooms.models import TITLE_LENGTH, GroupKind, Room, RoomGroup
from deals.rooms.naming import changing
from deals.rooms.titles import clean_title
from people.accounts.models import Kind, User
from people.duties.models import NdaKind
from people.guests.registering import end_number
from people.invitations.models import Invitation
from people.invitations.services import Handed, invite, invite_by_phone, resend, revoke
from people.partners.standing import firm_of

# The undertaking that each side signs before the room opens.
UNDERTAKING = {
    GroupKind.SELLER: NdaKind.CLIENT,
    GroupKind.BUYER: NdaKind.BUYER,
    GroupKind.ADVISER: NdaKind.PARTNER,
}


def get_group(user: User, deal_id: UUID, group_id: UUID, action: Action) -> RoomGroup:
    """A group of this deal's room, to the deal's staff. Raises Refused for any other deal's group."""
    room = get_staff_room(user, deal_id, action)
    group: RoomGroup | None = (
        RoomGroup.objects.select_related("room__deal").filter(pk=group_id, room=room).first()
    )
    if group is None:
        raise Refused(ObjectType.ROOM_GROUP, group_id, action, deal=deal_id)
    return group


def create_group(
    *,
    actor: User,
    deal_id: UUID,
    title: str,
    kind: GroupKind,
    stage: Stage,
    expires_at: datetime | None = None,
) -> RoomGroup:
    """A group that may do nothing yet. Raises NotPossible, Refused."""
    room = get_staff_room(actor, deal_id, Action.ROOM_GROUP_CREATE)
    cleaned = clean_title(title, longest=TITLE_LENGTH)
    _check_end(expires_at)
    with changing(room), transaction.atomic():
        # Not beside a redacted copy that is made or given out: it would not know of this group.
        Room.objects.select_for_update(no_key=True).get(pk=room.pk)
        group_id = uuid4()
        group = RoomGroup(
            id=group_id,
            room=room,
            key_id=room.key_id,
            auth_group=Group.objects.create(name=f"room-{group_id.hex}"),
            kind=kind,
            stage=stage,
            expires_at=expires_at,
            created_by=actor,
        )
        group.title = cleaned
        group.save()
        _log(group, Action.ROOM_GROUP_CREATE, deal_id)
        withhold_from(group)
    return group


def edit_group(
    *,
    actor: User,
    deal_id: UUID,
    group_id: UUID,
    title: str,
    stage: Stage,
    expires_at: datetime | None,
) -> RoomGroup:
    """A new title, stage or end. How far a group sees is the lead's to say. Raises NotPossible, Refused."""
    get_led_deal(actor, deal_id, Action.ROOM_GROUP_EDIT)
    found = get_group(actor, deal_id, group_id, Action.ROOM_GROUP_EDIT)
    cleaned = clean_title(title, longest=TITLE_LENGTH)
    if expires_at != found.expires_at:
        _check_end(expires_at)
    with changing(found.room), transaction.atomic():
        group: RoomGroup = RoomGroup.objects.select_for_update(of=("self",)).get(pk=group_id)
        values = {"title": cleaned, "stage": stage, "expires_at": expires_at}
        changed = tuple(name for name, value in values.items() if getattr(group, name) != value)
        for name in changed:
            setattr(group, name, values[name])
        if changed:
            group.save()
            _log(group, Action.ROOM_GROUP_EDIT, deal_id, fields=changed)
    return group


@transaction.atomic
def invite_to_group(
    *,
    actor: User,
    deal_id: UUID,
    group_id: UUID,
    email: str,
    display_name: str,
    language: str,
    firm: UUID | None = None,
) -> Invitation:
    """An invitation into the group. The mail names the deal by its code name only. `firm`: the partner firm
    that the person comes for.

    Raises Refused for everybody but the deal's lead, people.invitations.services.CannotInvite.
    """
    deal = get_led_deal(actor, deal_id, Action.ROOM_INVITE)
    group = get_group(actor, deal_id, group_id, Action.ROOM_INVITE)
    invitation = invite(
        actor=actor,
        deal_id=deal.pk,
        group_id=group.pk,
        email=email,
        display_name=display_name,
        code_name=deal.code_name,
        nda_kind=UNDERTAKING[GroupKind(group.kind)],
        language=language,
    )
    comes_for(actor, group, invitation.person, firm)
    return invitation


@transaction.atomic
def invite_phone_to_group(
    *,
    actor: User,
    deal_id: UUID,
    group_id: UUID,
    number: str,
    display_name: str,
    language: str,
    email: str = "",
    firm: UUID | None = None,
) -> Handed:
    """As `invite_to_group`, of a mobile number in E.164 form; the address is the lead's to hand over.

    Raises Refused for everybody but the deal's lead, CannotInvite.
    """
    deal = get_led_deal(actor, deal_id, Action.ROOM_INVITE)
    group = get_group(actor, deal_id, group_id, Action.ROOM_INVITE)
    handed = invite_by_phone(
        actor=actor,
        deal_id=deal.pk,
        group_id=group.pk,
        number=number,
        display_name=display_name,
        email=email,
        nda_kind=UNDERTAKING[GroupKind(group.kind)],
        language=language,
    )
    comes_for(actor, group, handed.invitation.person, firm)
    return handed


@transaction.atomic
def invite_again(*, actor: User, deal_id: UUID, group_id: UUID, user_id: UUID) -> Handed | None:
    """A new link for somebody who has not come yet: mailed, or the lead's to hand over. Raises Refused,
    CannotInvite."""
    deal = get_led_deal(actor, deal_id, Action.ROOM_INVITE)
    group = get_group(actor, deal_id, group_id, Action.ROOM_INVITE)
    waiting = live_invitations(deal_id, group_id, user_id).filter(accepted_at__isnull=True).first()
    if waiting is None:
        raise Refused(ObjectType.ROOM_GROUP, group.pk, Action.ROOM_INVITE, deal=deal_id)
    return resend(actor=actor, invitation=waiting, code_name=deal.code_name)


@transaction.atomic
def change_number(*, actor: User, deal_id: UUID, group_id: UUID, user_id: UUID, number: str) -> Handed:
    """A guest of the group has another number now: they are invited anew, as a new account of that number.

    The old number opens nothing any more, in any room, and the sessions that it opened end at once: it may be
    in a stranger's hands (SIM swap). The account is not given the new one, by which its lead could come in as
    its person. Raises Refused, CannotInvite.
    """
    get_led_deal(actor, deal_id, Action.ROOM_INVITE)
    person = guest_of_group(deal_id, group_id, user_id)
    if person is None:
        raise Refused(ObjectType.ROOM_GROUP, group_id, Action.ROOM_INVITE, deal=deal_id)
    firm = firm_of(person.pk)
    take_out(actor=actor, deal_id=deal_id, group_id=group_id, user_id=user_id)
    end_number(person.phone)
    return invite_phone_to_group(
        actor=actor,
        deal_id=deal_id,
        group_id=group_id,
        number=number,
        display_name=person.display_name,
        language=person.language,
        firm=firm.pk if firm else None,
    )


def guest_of_group(deal_id: UUID, group_id: UUID, user_id: UUID) -> User | None:
    """Somebody who came, or is to come, into this group by a phone number."""
    invited = live_invitations(deal_id, group_id, user_id)
    found: User | None = User.objects.filter(pk__in=invited.values("person"), phone__isnull=False).first()
    return found


def live_invitations(deal_id: UUID, group_id: UUID, user_id: UUID) -> QuerySet[Invitation]:
    return Invitation.objects.filter(
        deal_id=deal_id, group_id=group_id, person_id=user_id, revoked_at__isnull=True
    )


def join_invited(person: User, deal_id: UUID, group_id: UUID) -> None:
    """Called in the transaction in which an invitation is accepted (people.invitations.registry)."""
    group = RoomGroup.objects.filter(pk=group_id, room__deal_id=deal_id).first()
    if group is None:
        return  # an invitation of another kind than ours
    if person.kind != Kind.OUTSIDE:
        raise NotPossible(_("Only outside people are in the groups of a room."))
    person.groups.add(group.auth_group)
    _log(group, Action.ROOM_GROUP_JOIN, deal_id, person=person)


@transaction.atomic
def take_out(*, actor: User, deal_id: UUID, group_id: UUID, user_id: UUID) -> None:
    """Out of the group, and the invitation with it: the room is shut from the next request on."""
    get_led_deal(actor, deal_id, Action.ROOM_GROUP_LEAVE)
    leave(get_group(actor, deal_id, group_id, Action.ROOM_GROUP_LEAVE), user_id, actor=actor)


def leave(group: RoomGroup, person_id: UUID, *, actor: User) -> None:
    """As `take_out`, inside the caller's transaction. Whether that may be is the caller's question: the
    gate's there, or that of a review of access."""
    deal_id = group.room.deal_id
    for invitation in live_invitations(deal_id, group.pk, person_id):
        revoke(actor=actor, invitation=invitation)
    person = User.objects.filter(pk=person_id, groups=group.auth_group).first()
    if person is not None:
        person.groups.remove(group.auth_group)
        _log(group, Action.ROOM_GROUP_LEAVE, deal_id, person=person)


def groups_of(room: Room) -> list[RoomGroup]:
    """The groups of the room in the order they were made."""
    return list(RoomGroup.objects.filter(room=room).order_by("created_at", "id"))


def _check_end(expires_at: datetime | None) -> None:
    if expires_at is not None and expires_at <= timezone.now():
        raise NotPossible(_("The end must lie in the future."))


def _log(
    group: RoomGroup,
    action: Action,
    deal_id: UUID,
    *,
    person: User | None = None,
    fields: tuple[str, ...] = (),
) -> None:
    record_change(
        Entry(
            action=action,
            object_type=ObjectType.ROOM_GROUP,
            object_id=group.pk,
            deal=deal_id,
            subjects=(person.pk,) if person else (),
            fields=fields,
        )
    )
