"""Recording where a list comes from, and the gate that every import passes."""

from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.ids import uuid7
from audit.log import record_change
from people.accounts.models import User
from people.approvals.services import request_approval
from people.roles.permissions import Permission
from vault.access import Mode, access, new_subjects
from vault.purposes.catalogue import Holding
from vault.purposes.codes import SourceKind, Told
from vault.purposes.sources.models import ListSource
from vault.purposes.uploads import Proof
from vault.records.access import get_book
from vault.records.errors import NotPossible
from vault.records.models import ClientBook

APPROVAL = "source.purchased"


def kinds_of(holding: str) -> list[SourceKind]:
    """What a list in such a book may be."""
    entrusted = holding == Holding.ENTRUSTED
    return [kind for kind in SourceKind if (kind is SourceKind.ENTRUSTED) == entrusted]


def record_source(
    *,
    actor: User,
    book_id: UUID,
    kind: SourceKind,
    collected_on: date,
    told: Told,
    given_by: str,
    evidence: Proof,
) -> ListSource:
    """The source of a list, for imports into this book. A bought one waits for an officer's approval.

    Raises:
        Refused: the actor may not import into this book.
        NotPossible: the kind does not fit the book, the day lies ahead, or nobody is named.
    """
    book = get_book(actor, book_id, Permission.CLIENT_IMPORT)
    if kind not in kinds_of(book.holding):
        raise NotPossible(_("A list of this kind does not belong in this book."))
    if collected_on > timezone.localdate():
        raise NotPossible(_("The day of collection lies in the future."))
    if not given_by:
        raise NotPossible(_("Say who gave the list."))
    source_id = uuid7()
    opening = Entry(
        action=Action.BOOK_OPEN,
        object_type=ObjectType.BOOK,
        object_id=book.pk,
        deal=book.deal_id,
        keys=(book.key_id,),
    )
    with access(Mode.WRITE, opening) as context, transaction.atomic():
        with new_subjects(context, [source_id], parent=book.key_id) as keys:
            source = ListSource(
                id=source_id,
                key_id=keys[source_id],
                book=book,
                holding=book.holding,
                kind=kind,
                collected_on=collected_on,
                told=told,
                usable=kind is not SourceKind.PURCHASED,
                recorded_by=actor,
            )
            source.given_by, source.words = given_by, evidence.words
            source.media_type, source.file = evidence.media_type, evidence.file
            if kind is SourceKind.PURCHASED:
                source.approval_id = _ask_officer(actor, source)
            source.save()
        record_change(
            Entry(
                action=Action.SOURCE_RECORD,
                object_type=ObjectType.SOURCE,
                object_id=source.pk,
                deal=book.deal_id,
                fields=(f"source.{kind.value}", f"told.{told.value}"),
            )
        )
    return source


def _ask_officer(actor: User, source: ListSource) -> UUID:
    asked = request_approval(
        actor=actor,
        action=APPROVAL,
        params={
            "source": str(source.pk),
            "book": str(source.book_id),
            "told": str(source.told),
            "collected": source.collected_on.isoformat(),
        },
        reason=_now("A bought list is to be imported."),
    )
    return asked.pk


def usable_sources(book: ClientBook) -> QuerySet[ListSource]:
    """Sources that an import into this book may name, newest first."""
    found: QuerySet[ListSource] = ListSource.objects.filter(book=book, usable=True)
    return found.order_by("-recorded_at", "-id")


def require_source(book: ClientBook, source_id: UUID | None) -> ListSource:
    """The recorded and, where it was bought, approved source of a list. Raises NotPossible."""
    source: ListSource | None = None
    if source_id is not None:
        source = ListSource.objects.filter(book=book, pk=source_id).first()
    if source is None:
        raise NotPossible(_("Say where this list comes from: choose its source, or record it first."))
    if not source.usable:
        raise NotPossible(_("This list was bought: an officer has to approve its source first."))
    return source
