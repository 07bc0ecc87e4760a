"""Inviting outside people to a deal's room. Whether the actor may invite is the deals layer's question."""

from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from people.accounts.links import mail_link, make_link, use_link
from people.accounts.models import Kind, LinkPurpose, User
from people.duties.models import NdaKind
from people.duties.templates import in_force
from people.guests.registering import account_of, new_guest_name, register_number
from people.invitations.models import Invitation
from people.invitations.registry import ROOM, landing_of, tell_accepted
from people.notices.services import notify


class CannotInvite(Exception):
    """The person cannot be invited; the text says why, for the page."""


class Handed(NamedTuple):
    """An invitation, and the one-time address that the lead hands over: worth nothing without the code that
    goes to the invited number."""

    invitation: Invitation
    address: str


@transaction.atomic
def invite(
    *,
    actor: User,
    deal_id: UUID,
    group_id: UUID,
    email: str,
    display_name: str,
    code_name: str,
    nda_kind: NdaKind = NdaKind.BUYER,
    language: str = "zh-hans",
    landing: str = ROOM,
) -> Invitation:
    """An outside account (or the one that has this address) and a mail with a one-time link.

    Args:
        code_name: the deal's 项目代号, the only thing about it that the mail says.
        nda_kind: which undertaking the person signs before the room opens.
        landing: what they are invited into (people.invitations.registry).

    Raises CannotInvite: staff, a disabled account, somebody invited already, no text for this kind.
    """
    _check_undertaking(nda_kind)
    person = person_with_address(email, display_name, language)
    invitation, address = _made(
        by_phone=False,
        person=person,
        deal_id=deal_id,
        group_id=group_id,
        nda_kind=nda_kind,
        landing=landing,
        invited_by=actor,
    )
    mail_link(template=landing_of(landing).mail, person=person, address=address, code_name=code_name)
    return invitation


@transaction.atomic
def invite_by_phone(
    *,
    actor: User,
    deal_id: UUID,
    group_id: UUID,
    number: str,
    display_name: str,
    email: str = "",
    nda_kind: NdaKind = NdaKind.BUYER,
    language: str = "zh-hans",
    landing: str = ROOM,
) -> Handed:
    """As `invite`, for the account that has this mobile number (E.164), and nothing is mailed.

    The address is given to the caller this once. Raises CannotInvite; LogUnavailable, KeyWithheld,
    ProviderDown.
    """
    _check_undertaking(nda_kind)
    person = _person_with_number(actor, number, email, display_name, language)
    return _made(
        by_phone=True,
        person=person,
        deal_id=deal_id,
        group_id=group_id,
        nda_kind=nda_kind,
        landing=landing,
        invited_by=actor,
    )


def _check_undertaking(kind: NdaKind) -> None:
    if in_force(kind) is None:
        raise CannotInvite(_("There is no undertaking of this kind to sign yet."))


def _made(*, by_phone: bool, person: User, deal_id: UUID, **more: Any) -> Handed:
    live = Invitation.objects.filter(person=person, deal_id=deal_id, revoked_at__isnull=True)
    if live.exists():
        raise CannotInvite(_("This person is invited already; send the link again instead."))
    link, address = make_link(purpose=LinkPurpose.INVITATION, person=person)
    invitation = Invitation.objects.create(
        deal_id=deal_id, person=person, link=link, by_phone=by_phone, **more
    )
    _log(invitation, Action.INVITATION_SEND)
    return Handed(invitation, address)


@transaction.atomic
def resend(*, actor: User, invitation: Invitation, code_name: str) -> Handed | None:
    """A fresh link for an invitation that was not accepted; the one before stops working. It is mailed, or
    given to the caller when the invitation is by phone."""
    locked = (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("link", "person")
        .get(pk=invitation.pk)
    )
    if locked.accepted_at or locked.revoked_at:
        raise CannotInvite(_("This invitation is accepted or revoked."))
    _cancel_link(locked)
    locked.link, address = make_link(purpose=LinkPurpose.INVITATION, person=locked.person)
    locked.save(update_fields=["link"])
    _log(locked, Action.INVITATION_SEND)
    if locked.by_phone:
        return Handed(locked, address)
    mail = landing_of(locked.landing).mail
    mail_link(template=mail, person=locked.person, address=address, code_name=code_name)
    return None


@transaction.atomic
def revoke(*, actor: User, invitation: Invitation) -> None:
    """Takes the invitation back; the deals layer takes the person out of the group. Idempotent."""
    locked = Invitation.objects.select_for_update(of=("self",)).select_related("link").get(pk=invitation.pk)
    if locked.revoked_at is None:
        _cancel_link(locked)
        locked.revoked_at = timezone.now()
        locked.save(update_fields=["revoked_at"])
        _log(locked, Action.INVITATION_REVOKE)


@transaction.atomic
def accept(*, invitation: Invitation, password: str | None) -> User | None:
    """The invited person comes in; a new account gets `password`. None when the link no longer works, or is
    not the whole of the invitation.

    The person of an account that has a password must be signed in: the caller checks it (see views).
    """
    person = User.objects.select_for_update().get(pk=invitation.person_id)
    if invitation.by_phone or person.has_usable_password() == (password is not None):
        return None
    if not use_link(invitation.link, person=person):
        return None
    if password is not None:
        person.set_password(password)
        person.save(update_fields=["password"])
    return _came(invitation, person)


@transaction.atomic
def accept_by_phone(*, invitation: Invitation) -> User | None:
    """Whoever typed the code sent to the invited number comes in, as the caller has found. None when the link
    no longer works."""
    person = User.objects.select_for_update().get(pk=invitation.person_id)
    if not invitation.by_phone or not use_link(invitation.link, person=person):
        return None
    return _came(invitation, person)


def _came(invitation: Invitation, person: User) -> User:
    Invitation.objects.filter(pk=invitation.pk).update(accepted_at=timezone.now())
    tell_accepted(person, invitation.deal_id, invitation.group_id)
    _log(invitation, Action.INVITATION_ACCEPT)
    if invitation.landing == ROOM:  # another landing tells whom it concerns itself
        notify("invitation.taken", [invitation.invited_by], deal_id=invitation.deal_id)
    return person


def _cancel_link(invitation: Invitation) -> None:
    if invitation.link.used_at is None and invitation.link.cancelled_at is None:
        invitation.link.cancelled_at = timezone.now()
        invitation.link.save(update_fields=["cancelled_at"])


def person_with_address(email: str, display_name: str, language: str) -> User:
    """The outside account of this address, or a new one that nobody can come into yet. Raises CannotInvite:
    staff, or a closed account."""
    known = User.objects.filter(email__iexact=email).first()
    if known is None:
        return _new_person(email, display_name, language)
    if known.kind != Kind.OUTSIDE or not known.is_active:
        raise CannotInvite(_("This address cannot be invited."))
    return known


def _person_with_number(actor: User, number: str, email: str, display_name: str, language: str) -> User:
    """The account that has the number, or a new one.

    Never one that is known by its address only: whoever could add a number to an account would come in as its
    person, by a code to their own phone.
    """
    known = account_of(number)
    if known is not None:
        if known.kind != Kind.OUTSIDE or not known.is_active:
            raise CannotInvite(_("This number cannot be invited."))
        return known
    if email and User.objects.filter(email__iexact=email).exists():
        raise CannotInvite(
            _("This address belongs to an account already: invite it by mail, or the number without it.")
        )
    person = _new_person(email, display_name, language)
    register_number(actor=actor, person=person, number=number)
    return person


def _new_person(email: str, display_name: str, language: str) -> User:
    # A sign-in name that says nothing, to be told in the mail; outside people may not know each other.
    person = User(
        username=new_guest_name(),
        display_name=display_name,
        email=email,
        kind=Kind.OUTSIDE,
        language=language,
    )
    person.set_unusable_password()
    person.full_clean()
    person.save()
    record_change(
        Entry(
            action=Action.PERSON_CREATE,
            object_type=ObjectType.PERSON,
            object_id=person.pk,
            subjects=(person.pk,),
        )
    )
    return person


def _log(invitation: Invitation, action: Action) -> None:
    record_change(
        Entry(
            action=action,
            object_type=ObjectType.INVITATION,
            object_id=invitation.pk,
            subjects=(invitation.person_id,),
            deal=invitation.deal_id,
        )
    )
