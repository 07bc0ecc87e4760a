"""An officer's word on a consent that waits: it was the client's and counts, or it does not."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit.actions import Action, ObjectType
from audit.entry import Entry, SealedDetail
from audit.log import record_change
from audit.refusals import Refused
from people.accounts.models import User
from people.roles.access import has
from people.roles.permissions import Permission
from vault.purposes.consents.ledger import waiting
from vault.purposes.consents.models import ConsentConfirmation, ConsentEvent
from vault.purposes.consents.services import lock_client
from vault.purposes.notices.models import NoticeLink
from vault.records.errors import NotPossible
from vault.records.models import Client
from vault.records.reasons import seal_reason


def settle_consent(*, actor: User, event_id: UUID, accepted: bool, words: str) -> ConsentConfirmation:
    """Say whether the client gave it. The reason is sealed beside the log entry, under the client's key.

    Raises:
        Refused: no such consent, or not for this person.
        NotPossible: it waits no longer, there is no reason, or the actor made a link for this client.
    """
    action = Action.CONSENT_CONFIRM if accepted else Action.CONSENT_REJECT
    events = ConsentEvent.objects.filter(pk=event_id, to_confirm=True).select_related("client__book")
    event = events.first() if has(actor, Permission.PURPOSE_MANAGE) else None
    if event is None:
        raise Refused(ObjectType.CONSENT, event_id, action)
    if not words.strip():
        raise NotPossible(_("Say how you know: whom you asked, and by what means."))
    if NoticeLink.objects.filter(client_id=event.client_id, created_by=actor).exists():
        raise NotPossible(_("You made a link for this client yourself: another officer confirms."))
    detail = _sealed(event.client, words)
    with transaction.atomic():
        lock_client(event.client)
        if not waiting().filter(pk=event_id).exists():
            raise NotPossible(
                _("This waits no longer: somebody has settled it, or the client answered anew.")
            )
        made = ConsentConfirmation.objects.create(
            event=event, client=event.client, accepted=accepted, by=actor
        )
        record_change(
            Entry(
                action=action,
                object_type=ObjectType.CONSENT,
                object_id=event.pk,
                subjects=(event.client_id,),
                deal=event.client.book.deal_id,
                purpose=event.purpose,
                detail=detail,
            )
        )
    return made


def _sealed(client: Client, words: str) -> SealedDetail:
    return seal_reason(client, words)
