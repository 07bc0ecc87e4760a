"""A batch of new clients: made ready without the database, then stored in one transaction.

The two halves are apart because the first costs the processor and the second the database: an import makes
the next batch ready while the one before it is being stored.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple
from uuid import UUID

from django.utils import timezone

from audit.actions import Action, ObjectType
from audit.entry import MAX_SUBJECTS, Entry
from audit.ids import uuid7
from audit.log import record_change
from people.accounts.models import User
from vault.access import drafted_subjects
from vault.keys import store
from vault.keys.service import KeyDrafts, enter_keys
from vault.records.drafts import ClientDraft
from vault.records.indexing import BookTokens
from vault.records.models import Client, ClientBook
from vault.records.saving import Added, Adding, Asked, Asking, keeper
from vault.records.verifying.codes import client_codes
from vault.sealed.bulk import NewRecord, SealedRows, seal_new
from vault.sealed.context import AccessContext


class Writing(NamedTuple):
    """What is stored of a batch beside its rows, in the forms in which it is."""

    keys: KeyDrafts
    tokens: store.IndexEntries
    log: list[Entry]


@dataclass(frozen=True, slots=True)
class Batch:
    """Sealed clients that are not stored yet; every list is in the order of the drafts."""

    book: ClientBook
    entry: UUID  # the logged access to the book: it lets the index be asked
    owners: list[UUID]
    keys: KeyDrafts
    rows: SealedRows
    index: list[store.IndexRow] = field(repr=False)
    asked: Asked | None = field(repr=False)
    import_id: UUID | None
    actor: User
    assigned: User | None
    whole: Writing | None = field(default=None, repr=False)  # made beforehand: in most lists all are new

    def writing(self, chosen: Sequence[int]) -> Writing:
        """Of those at the chosen positions; a key of nobody is never entered."""
        if self.whole and len(chosen) == len(self.owners):
            return self.whole
        return Writing(
            self.keys.only(chosen),
            store.index_entries([self.index[at] for at in chosen]),
            [_entry(self, chosen[at : at + MAX_SUBJECTS]) for at in range(0, len(chosen), MAX_SUBJECTS)],
        )


def prepare(
    context: AccessContext,
    tokens: BookTokens,
    drafts: Sequence[ClientDraft],
    *,
    asking: Asking | None,
    actor: User,
    assigned: User | None,
    import_id: UUID | None = None,
) -> Batch:
    """Draw keys, make the index's tokens and seal. Touches no database, so that it may run beside one."""
    book = tokens.book
    owners = [uuid7() for _ in drafts]
    with drafted_subjects(context, owners, parent=book.key_id) as keys:
        ids = keys.ids()
        records = [
            NewRecord(
                {
                    "id": owner,
                    "book_id": book.pk,
                    "key_id": ids[owner],
                    "kind": draft.kind,
                    "source": draft.source,
                    "purpose": draft.purpose or book.purpose,
                    "grade": draft.grade,
                    "visibility": draft.visibility or book.visibility,
                    "origin": draft.origin or book.origin,
                    "use": draft.use or book.use,
                },
                draft.values,
                draft.extras,
            )
            for owner, draft in zip(owners, drafts, strict=True)
        ]
        now = timezone.now()
        shared = {
            "assigned_id": assigned.pk if assigned else None,
            "import_id": import_id,
            **dict.fromkeys(("created_at", "updated_at", "confirmed_at"), now),
        }
        rows = seal_new(Client, records, shared=shared, late="protected_until")
    index = [tokens.row_of(owner, draft.values) for owner, draft in zip(owners, drafts, strict=True)]
    asked = Asked(asking.entry, [asking.claims_of(draft.values) for draft in drafts]) if asking else None
    batch = Batch(book, context.entry, owners, keys, rows, index, asked, import_id, actor, assigned)
    return replace(batch, whole=batch.writing(range(len(owners))))


def store_batch(batch: Batch, *, another: bool) -> Added:
    """Add those whom the book does not hold, in the caller's transaction; in order, their ids, else None.

    `another` as for `Keeper.adding`.
    """
    book = batch.book
    # Two imports of one list at the same time must not both find nobody.
    ClientBook.objects.select_for_update(no_key=True).get(pk=book.pk)
    new = _absent(batch)
    ids: list[UUID | None] = [None] * len(batch.owners)
    for at in new:
        ids[at] = batch.owners[at]
    with keeper().adding(
        actor=batch.actor,
        book=book,
        asked=batch.asked,
        ids=ids,
        assigned=batch.assigned,
        another=another,
    ) as adding:
        chosen = [at for at, client_id in enumerate(adding.ids) if client_id]
        if chosen:
            _insert(batch, chosen, adding)
    return Added(adding)


def _insert(batch: Batch, chosen: Sequence[int], adding: Adding) -> None:
    writing = batch.writing(chosen)
    enter_keys(writing.keys, cached=batch.import_id is None)
    batch.rows.insert(chosen, late=adding.protected_until)
    store.index_write(batch.entry, batch.book.pk, replaced=[], entries=writing.tokens)
    for entry in writing.log:
        record_change(entry)


def _absent(batch: Batch) -> list[int]:
    """The positions of those that neither the book nor an earlier one of the batch holds."""
    # Those of the keys in force come first; while keys are rotated there are two generations.
    keys = [row.unique for row in batch.index]
    present = {*store.index_find(batch.entry, batch.book.pk, {mine[0] for mine in keys})}
    absent = []
    for at, mine in enumerate(keys):
        if mine[0] not in present:
            absent.append(at)
            present.update(mine)
    return absent


def _entry(batch: Batch, chosen: Sequence[int]) -> Entry:
    """Who was added. An import's entry names the import: the keyring's door of its undoing reads it."""
    book, import_id = batch.book, batch.import_id
    return Entry(
        action=Action.CLIENT_CREATE if import_id is None else Action.CLIENT_IMPORT,
        object_type=ObjectType.BOOK if import_id is None else ObjectType.IMPORT_JOB,
        object_id=book.pk if import_id is None else import_id,
        deal=book.deal_id,
        subjects=tuple(batch.owners[at] for at in chosen),
        fields=client_codes([batch.rows.digests[at] for at in chosen]),
    )
