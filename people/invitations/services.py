"""Inviting outside people to a deal's room. Whether the actor may invite is the deals layer's question."""

import secrets
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
from people.invitations.models import Invitation
from people.invitations.registry import tell_accepted


class CannotInvite(Exception):
    """The person cannot be invited; the text says why, for the page."""


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
) -> Invitation:
    """An outside account (or the one that has this address) and a mail with a one-time link.

    Args:
        code_name: the deal's 项目代号, the only thing about it that the mail says.
        nda_kind: which undertaking the person signs before the room opens.

    Raises CannotInvite: staff, a disabled account, somebody invited already, no text for this kind.
    """
    if in_force(nda_kind) is None:
        raise CannotInvite(_("There is no undertaking of this kind to sign yet."))
    person = _outside_person(email, display_name, language)
    live = Invitation.objects.filter(person=person, deal_id=deal_id, revoked_at__isnull=True)
    if live.exists():
        raise CannotInvite(_("This person is invited already; send the link again instead."))
    link, address = make_link(purpose=LinkPurpose.INVITATION, person=person)
    invitation = Invitation.objects.create(
        deal_id=deal_id, group_id=group_id, person=person, nda_kind=nda_kind, invited_by=actor, link=link
    )
    mail_link(template="invitation", person=person, address=address, code_name=code_name)
    _log(invitation, Action.INVITATION_SEND)
    return invitation


@transaction.atomic
def resend(*, actor: User, invitation: Invitation, code_name: str) -> None:
    """A fresh link for an invitation that was not accepted; the one before stops working."""
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
    mail_link(template="invitation", person=locked.person, address=address, code_name=code_name)
    _log(locked, Action.INVITATION_SEND)


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
    """The invited person comes in; a new account gets `password`. None when the link no longer works.

    The person of an account that has a password must be signed in: the caller checks it (see views).
    """
    person = User.objects.select_for_update().get(pk=invitation.person_id)
    if person.has_usable_password() == (password is not None) or not use_link(invitation.link, person=person):
        return None
    if password is not None:
        person.set_password(password)
        person.save(update_fields=["password"])
    Invitation.objects.filter(pk=invitation.pk).update(accepted_at=timezone.now())
    tell_accepted(person, invitation.deal_id, invitation.group_id)
    _log(invitation, Action.INVITATION_ACCEPT)
    return person


def _cancel_link(invitation: Invitation) -> None:
    if invitation.link.used_at is None and invitation.link.cancelled_at is None:
        invitation.link.cancelled_at = timezone.now()
        invitation.link.save(update_fields=["cancelled_at"])


def _outside_person(email: str, display_name: str, language: str) -> User:
    known = User.objects.filter(email__iexact=email).first()
    if known is None:
        # A sign-in name that says nothing, to be told in the mail; outside people may not know each other.
        person = User(
            username=f"guest-{secrets.token_hex(4)}",
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
    if known.kind != Kind.OUTSIDE or not known.is_active:
        raise CannotInvite(_("This address cannot be invited."))
    return known


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
