"""Recording a refused use where no rollback reaches it: in the log, and before the officers."""

from collections.abc import Sequence
from uuid import UUID

from audit.actions import Action, ObjectType, Result
from audit.entry import Entry, split
from audit.log import record_read_many
from vault.purposes.alerts.models import PurposeAlert
from vault.purposes.catalogue import Purpose
from vault.purposes.codes import Act, Unlawful
from vault.records.models import ClientBook


def raise_alert(
    *,
    actor_id: UUID,
    book: ClientBook,
    subjects: Sequence[UUID],
    purpose: str,
    act: Act,
    reason: Unlawful,
    groups: tuple[str, ...],
) -> None:
    """One alert, and the log's entries of it (each names at most a thousand subjects).

    Raises audit.log.LogUnavailable.
    """
    known = purpose if purpose in Purpose.values else ""
    entry = Entry(
        action=Action.PURPOSE_REFUSE,
        object_type=ObjectType.CLIENT if len(subjects) == 1 else ObjectType.BOOK,
        object_id=subjects[0] if len(subjects) == 1 else book.pk,
        deal=book.deal_id,
        purpose=known,
        reason=reason.value,
        result=Result.REFUSED,
        fields=(act.value, *groups),
    )
    # Of a client that is only about to be added there is no subject yet.
    entries = list(split(entry, ((subject, ()) for subject in subjects))) or [entry]
    ids = record_read_many(entries)
    # The log's connection commits by itself, whatever becomes of the caller's transaction.
    PurposeAlert.objects.using("audit").create(
        id=ids[0],
        book_id=book.pk,
        actor_id=actor_id,
        purpose=known,
        act=act,
        reason=reason,
        clients=len(subjects),
    )
