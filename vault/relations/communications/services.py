"""Recording what was said, and correcting it by another row."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.actions import Action, ObjectType
from audit.refusals import Refused
from people.accounts.models import User
from vault.formats import text
from vault.records.errors import NotPossible
from vault.records.models import Client
from vault.relations.communications.models import TEXT, Channel, Communication, Direction, Outcome
from vault.relations.rows import new_row, record_row, writing

LIMIT = 2_000  # characters
_CLOCKS_APART = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """One contact as it is told. `at` of None is now."""

    channel: str = Channel.CALL
    direction: str = Direction.OUT
    outcome: str = Outcome.REACHED
    at: datetime | None = None
    minutes: int | None = None
    text: str = field(default="", repr=False)


def record_communication(*, actor: User, client_id: UUID, contact: Contact) -> Communication:
    """Add a contact to the client's log.

    Raises:
        Refused: no such client for this person, or it is kept for storage only.
        NotPossible: it is said to lie in the future.
        FormatError: the text is too long or holds control characters.
    """
    words = text.normalise(contact.text, limit=LIMIT, lines=True).value if contact.text else ""
    with writing(
        actor=actor,
        client_id=client_id,
        action=Action.COMMUNICATION_CREATE,
        groups=(TEXT,) if words else (),
    ) as client:
        return add_contact(client, actor, contact, words)


def correct_communication(*, actor: User, communication_id: UUID, contact: Contact) -> Communication:
    """Put a row in the place of another, which stays as it was said. Raises as `record_communication`, and
    NotPossible where it was corrected before."""
    wrong = Communication.objects.filter(pk=communication_id).first()
    if wrong is None:
        raise Refused(ObjectType.COMMUNICATION, communication_id, Action.COMMUNICATION_CORRECT)
    words = text.normalise(contact.text, limit=LIMIT, lines=True).value if contact.text else ""
    with writing(
        actor=actor,
        client_id=wrong.client_id,
        action=Action.COMMUNICATION_CORRECT,
        groups=(TEXT,) if words else (),
    ) as client:
        # The client's row is locked, so two corrections of one row come one after the other.
        if Communication.objects.filter(corrects=wrong).exists():
            raise NotPossible(_("This entry was corrected already. Correct the newer one."))
        return add_contact(client, actor, contact, words, corrects_id=wrong.pk)


def add_contact(client: Client, actor: User, contact: Contact, words: str, **links: UUID) -> Communication:
    """The row and its entry, inside `writing` of TEXT when there are words."""
    at = contact.at or timezone.now()
    if at > timezone.now() + _CLOCKS_APART:
        raise NotPossible(_("This lies in the future. Set a follow-up for what is still to come."))
    row: Communication = new_row(
        Communication,
        client,
        actor,
        channel=contact.channel,
        direction=contact.direction,
        outcome=contact.outcome,
        at=at,
        minutes=contact.minutes,
        text=words,
        **links,
    )
    corrected = "corrects_id" in links
    record_row(
        Action.COMMUNICATION_CORRECT if corrected else Action.COMMUNICATION_CREATE,
        ObjectType.COMMUNICATION,
        row,
        fields=(row.channel, row.outcome),
    )
    return row
