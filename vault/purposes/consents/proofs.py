"""Opening the proof of a consent: plaintext about a client, so behind the gate and the log like all of it."""

import base64
from dataclasses import dataclass, field
from uuid import UUID

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.refusals import Refused
from people.accounts.models import User
from people.roles.permissions import Permission
from vault.access import Mode, access
from vault.disclosures.counting import count_shown
from vault.purposes.consents.models import ConsentEvent
from vault.records.access import get_client
from vault.records.labels import Group


@dataclass(frozen=True, slots=True)
class OpenProof:
    event: ConsentEvent
    words: str = field(repr=False)
    media_type: str
    data: bytes = field(repr=False)


def open_proof(*, actor: User, event_id: UUID) -> OpenProof:
    """The words and the scan, which count as a look at the client's identity.

    Raises Refused, LogUnavailable, KeyWithheld; OfficerNeeded when the counts have reached the marks.
    """
    event = ConsentEvent.objects.select_related("recorded_by").filter(pk=event_id, has_proof=True).first()
    if event is None:
        raise Refused(ObjectType.CONSENT, event_id, Action.CONSENT_PROOF)
    client = get_client(actor, event.client_id, Permission.CLIENT_REVEAL)
    event.client = client
    count_shown(actor, [client], Group.IDENTITY, event.purpose)
    entry = Entry(
        action=Action.CONSENT_PROOF,
        object_type=ObjectType.CONSENT,
        object_id=event.pk,
        subjects=(client.pk,),
        deal=client.book.deal_id,
        purpose=event.purpose,
        keys=(event.key_id, client.book.key_id),
    )
    with access(Mode.OPEN, entry, groups={"consent.proof"}):
        return OpenProof(event, event.words, event.media_type, base64.b64decode(event.file))
