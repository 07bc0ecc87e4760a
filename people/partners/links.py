"""Links for a firm's contact, who has no account: made, mailed, looked up, used.

The token exists in the mail only. It leaves the address at once; the browser's session then holds the id of
the link, and the link alone says which firm and which paper: nothing that is sent can name another.
"""

import hashlib
import secrets
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from audit.actions import Action
from people.partners.codes import LinkFor
from people.partners.entries import log
from people.partners.models import Partner
from people.partners.records import PartnerLink

TOKEN_BYTES = 32
IN_SESSION = "partner_link"


def send_link(
    *, partner: Partner, purpose: LinkFor, object_id: UUID, expires_at: datetime, mail: str
) -> PartnerLink:
    """A new link in a mail to the contact once the transaction is committed; earlier ones for the same paper
    stop working. The mail names the house's product and the firm itself, and no deal."""
    cancel_links(purpose, object_id)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    link = PartnerLink.objects.create(
        partner=partner, purpose=purpose, object_id=object_id, token_hash=_hash(token), expires_at=expires_at
    )
    log(Action.PARTNER_LINK, partner.pk, reason=purpose.value)
    address = settings.PUBLIC_ADDRESS + reverse("people:partner_arrive", args=[token])
    context = {"partner": partner, "address": address}
    with override(settings.LANGUAGE_CODE):  # the contact has no account that would say theirs
        body = render_to_string(f"people/mail/partner_{purpose.value}.txt", context)
    subject, _, text = body.partition("\n")
    transaction.on_commit(lambda: send_mail(subject.strip(), text.strip() + "\n", None, [mail]), robust=False)
    return link


def cancel_links(purpose: LinkFor, object_id: UUID) -> None:
    waiting = PartnerLink.objects.filter(purpose=purpose, object_id=object_id)
    waiting.filter(used_at__isnull=True, cancelled_at__isnull=True).update(cancelled_at=timezone.now())


def find_link(token: str) -> PartnerLink | None:
    """The link with this token if it still works. Looked up by hash, so timing tells nothing of tokens."""
    if len(token) > 4 * TOKEN_BYTES:
        return None
    return _usable().filter(token_hash=_hash(token)).first()


def link_of(link_id: str | None) -> PartnerLink | None:
    """The link that this browser opened with its token before, if it still works."""
    return _usable().filter(pk=link_id).first() if link_id else None


def use_link(link: PartnerLink) -> bool:
    """Marks it used; False when somebody was faster or it has expired. One UPDATE decides."""
    return bool(
        PartnerLink.objects.filter(
            pk=link.pk, used_at__isnull=True, cancelled_at__isnull=True, expires_at__gt=timezone.now()
        ).update(used_at=timezone.now())
    )


def _usable() -> QuerySet[PartnerLink]:
    return PartnerLink.objects.select_related("partner").filter(
        used_at__isnull=True, cancelled_at__isnull=True, expires_at__gt=timezone.now()
    )


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
