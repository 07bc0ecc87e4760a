"""Opening the proof of a consent: plaintext about a client, and a reveal like any other.

It is opened to prove that what was done was lawful, as whoever did it has to (PIPL 69, GDPR 7 (1)), and never
for the purpose that was consented to: the proof of a consent that was withdrawn, or has grown too old, is
needed most, and nothing is done for that purpose by reading it. A client kept for storage only is shown to
nobody, its proofs no more than itself (PIPL 47).
"""

import base64
from dataclasses import dataclass, field
from uuid import UUID

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_read
from audit.refusals import Refused
from people.accounts.models import User
from people.roles.permissions import Permission
from vault.purposes.catalogue import Holding, Purpose, Reason
from vault.purposes.consents.models import PROOF, ConsentEvent
from vault.records.access import get_client
from vault.records.labels import Group
from vault.records.reading import revealed

COUNTS_AS = Group.IDENTITY
_PROVING = {Holding.OWN: Purpose.LEGAL_DUTY, Holding.ENTRUSTED: Purpose.DEAL}


@dataclass(frozen=True, slots=True)
class OpenProof:
    event: ConsentEvent
    words: str = field(repr=False)
    media_type: str
    data: bytes = field(repr=False)


def get_proved(actor: User, event_id: UUID) -> ConsentEvent:
    """A client's word that has a proof, with its client, for who may reveal. Raises Refused."""
    proved = ConsentEvent.objects.select_related("recorded_by").filter(pk=event_id, has_proof=True)
    event: ConsentEvent | None = proved.first()
    if event is None:
        raise Refused(ObjectType.CONSENT, event_id, Action.CONSENT_PROOF)
    event.client = get_client(actor, event.client_id, Permission.CLIENT_REVEAL)
    return event


def proves(event: ConsentEvent) -> Purpose:
    """What the proof is opened for: nobody chooses it."""
    return _PROVING[Holding(event.client.book.holding)]


def open_proof(
    *, actor: User, event_id: UUID, reason: Reason, words: str = "", confirmed: bool = False
) -> OpenProof:
    """The words and the scan, which count as a look at the client's identity: a scan often shows an ID card.

    Raises as `vault.records.reading.revealed` does; NotLawful when the book does not serve the duty to prove,
    or the deal that the data were entrusted for has ended.
    """
    event = get_proved(actor, event_id)
    with revealed(
        actor=actor,
        client_id=event.client_id,
        group=COUNTS_AS,
        opened={PROOF},
        purpose=proves(event),
        reason=reason,
        words=words,
        confirmed=confirmed,
    ) as client:
        # The reveal names the client; which of the client's words was proved is said beside it.
        record_read(
            Entry(
                action=Action.CONSENT_PROOF,
                object_type=ObjectType.CONSENT,
                object_id=event.pk,
                subjects=(client.pk,),
                deal=client.book.deal_id,
                purpose=proves(event).value,
            )
        )
        return OpenProof(event, event.words, event.media_type, base64.b64decode(event.file))
