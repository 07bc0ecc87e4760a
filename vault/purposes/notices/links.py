"""Links to the notice: made by staff for one client, sent by chat, found again by their token's digest."""

import hashlib
import secrets

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from people.accounts.models import User
from people.roles.permissions import Permission
from vault.purposes.catalogue import Holding
from vault.purposes.notices.models import GIVES_FOR, NoticeLink
from vault.purposes.notices.services import notice_in_force
from vault.records.access import get_client
from vault.records.errors import NotPossible
from vault.records.models import Client

TOKEN_BYTES = 32


@transaction.atomic
def notice_link(actor: User, client: Client) -> str:
    """The address to send to the client. It is shown once: only a digest of its token is kept.

    Raises:
        Refused: the actor may not change this client.
        NotPossible: the book has no notice yet, or is entrusted.
    """
    found = get_client(actor, client.pk, Permission.CLIENT_EDIT)
    if found.book.holding == Holding.ENTRUSTED:
        raise NotPossible(_("The principal tells the people in an entrusted book, not we."))
    if notice_in_force(found.book_id) is None:
        raise NotPossible(_("This book has no notice yet. A compliance officer publishes it."))
    token = secrets.token_urlsafe(TOKEN_BYTES)
    now = timezone.now()
    link = NoticeLink.objects.create(
        client=found,
        token_hash=_digest(token),
        created_by=actor,
        created_at=now,
        gives_until=now + GIVES_FOR,
    )
    record_change(
        Entry(
            action=Action.NOTICE_LINK,
            object_type=ObjectType.NOTICE,
            object_id=link.pk,
            subjects=(found.pk,),
        )
    )
    return settings.PUBLIC_ADDRESS + reverse("vault:notice", args=[token])


def find_link(token: str) -> NoticeLink | None:
    """The link with this token. Looked up by digest, so that timing tells nothing about tokens."""
    if len(token) > 2 * TOKEN_BYTES:
        return None
    return NoticeLink.objects.filter(token_hash=_digest(token)).select_related("client__book").first()


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
