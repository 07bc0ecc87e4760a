"""One-time links: made, mailed, looked up, used. The token exists in the mail (or on the console) only."""

import hashlib
import secrets
from datetime import timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from people.accounts.models import LinkPurpose, OneTimeLink, User
from people.partners.standing import people_of_shut_firms

VALID_FOR = timedelta(hours=48)  # but for invitations, whose time the house sets
TOKEN_BYTES = 32
IN_SESSION = "welcome"  # where a browser's session holds the id of the link that it came by


def make_link(*, purpose: LinkPurpose, person: User | None) -> tuple[OneTimeLink, str]:
    """A new link and its address. Earlier unused ones for the same purpose and person stop working.

    Call inside the transaction that gives the reason for it; the address goes to its person and nowhere else.
    """
    token = secrets.token_urlsafe(TOKEN_BYTES)
    now = timezone.now()
    if purpose != LinkPurpose.INVITATION:  # invitations to several rooms live beside each other
        usable_links().filter(purpose=purpose, person=person).update(cancelled_at=now)
    link = OneTimeLink.objects.create(
        purpose=purpose,
        person=person,
        token_hash=_hash(token),
        created_at=now,
        expires_at=now + valid_for(purpose),
    )
    record_change(
        Entry(
            action=Action.LINK_SEND,
            object_type=ObjectType.LINK,
            object_id=link.pk,
            subjects=(person.pk,) if person else (),
            reason=purpose.value,
        )
    )
    return link, settings.PUBLIC_ADDRESS + reverse("people:welcome", args=[token])


def valid_for(purpose: LinkPurpose) -> timedelta:
    """How long a new link works."""
    invites = purpose == LinkPurpose.INVITATION
    return timedelta(hours=settings.INVITATION_HOURS) if invites else VALID_FOR


def usable_links() -> QuerySet[OneTimeLink]:
    """Links that still work. Those to people of a firm that is not in force do not, until it is again."""
    shut = people_of_shut_firms().filter(person_id=OuterRef("person_id"))
    return OneTimeLink.objects.filter(
        ~Exists(shut),
        Q(person__isnull=True) | Q(person__is_active=True),
        used_at__isnull=True,
        cancelled_at__isnull=True,
        expires_at__gt=timezone.now(),
    )


def find_link(token: str) -> OneTimeLink | None:
    """The link with this token if it still works. Looked up by hash, so timing tells nothing about tokens."""
    if len(token) > 4 * TOKEN_BYTES:
        return None
    return usable_links().filter(token_hash=_hash(token)).select_related("person").first()


def link_of(link_id: str | None) -> OneTimeLink | None:
    """The link that this browser opened with its token before, if it still works."""
    return usable_links().filter(pk=link_id).select_related("person").first() if link_id else None


def use_link(link: OneTimeLink, *, person: User) -> bool:
    """Marks the link used by `person`; False when somebody was faster or it has expired. One UPDATE
    decides."""
    used = usable_links().filter(pk=link.pk).update(used_at=timezone.now(), person=person)
    if used:
        record_change(
            Entry(
                action=Action.LINK_USE,
                object_type=ObjectType.LINK,
                object_id=link.pk,
                subjects=(person.pk,),
                reason=link.purpose,
            )
        )
    return bool(used)


def mail_link(*, template: str, person: User, address: str, **words: str) -> None:
    """Mails the link once the transaction is committed, in the person's language, to the person's own
    address.

    `words` hold no client data and no company's name: a deal is its code name.
    """
    purpose = LinkPurpose.INVITATION if template.endswith("invitation") else LinkPurpose.SET_PASSWORD
    hours = int(valid_for(purpose).total_seconds() // 3600)
    context = {"person": person, "address": address, "hours": hours, **words}
    with override(person.language):
        body = render_to_string(f"people/mail/{template}.txt", context)
    subject, _, text = body.partition("\n")
    transaction.on_commit(
        lambda: send_mail(subject.strip(), text.strip() + "\n", None, [person.email]), robust=False
    )


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
