"""A batch of new clients: made ready without the database, then stored in one transaction.

The two halves are apart because the first costs the processor and the second the database: an import makes
the next batch ready while the one before it is being stored.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from django.utils import timezone

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.ids import uuid7
from audit.log import record_change
from people.accounts.models import User
from vault.access import drafted_subjects
from vault.keys import store
from vault.keys.service import KeyDrafts, enter_keys
from vault.records.drafts import ClientDraft
from vault.records.indexing import BookTokens, Token
from vault.records.labels import IndexLabel
from vault.records.models import Client, ClientBook
from vault.records.saving import Added, Adding, keeper
from vault.records.versions.seals import seal_codes
from vault.sealed.bulk import NewRecord, SealedRows, seal_new
from vault.sealed.context import AccessContext

_UNIQUE = IndexLabel.UNIQUE.value


@dataclass(frozen=True, slots=True)
class Batch:
    """Sealed clients that are not stored yet; every list is in the order of the drafts."""

    book: ClientBook
    entry: UUID  # the logged access to the book: it lets the index be asked
    owners: list[UUID]
    keys: KeyDrafts
    rows: SealedRows
    tokens: list[list[Token]] = field(repr=False)
    import_id: UUID | None
    drafts: Sequence[ClientDraft] = field(repr=False)
    actor: User
    assigned: User | None


def prepare(
    context: AccessContext,
    tokens: BookTokens,
    drafts: Sequence[ClientDraft],
    *,
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
            "created_by_id": actor.pk,
            "import_id": import_id,
            **dict.fromkeys(("created_at", "updated_at", "confirmed_at"), now),
        }
        rows = seal_new(Client, records, shared=shared, late="protected_until")
    of_each = [tokens.of_client(draft.values) for draft in drafts]
    return Batch(book, context.entry, owners, keys, rows, of_each, import_id, drafts, actor, assigned)


def store_batch(batch: Batch) -> Added:
    """Add those whom the book does not hold, in the caller's transaction; in order, their ids, else None."""
    book = batch.book
    # Two imports of one list at the same time must not both find nobody.
    ClientBook.objects.select_for_update(no_key=True).get(pk=book.pk)
    new = _absent(batch)
    ids: list[UUID | None] = [None] * len(batch.owners)
    for at in new:
        ids[at] = batch.owners[at]
    with keeper().adding(
        actor=batch.actor, book=book, drafts=batch.drafts, ids=ids, assigned=batch.assigned
    ) as adding:
        chosen = [at for at, client_id in enumerate(adding.ids) if client_id]
        if chosen:
            _insert(batch, chosen, adding)
    return Added(adding)


def _insert(batch: Batch, chosen: Sequence[int], adding: Adding) -> None:
    enter_keys(_chosen(batch.keys, chosen))
    batch.rows.insert(chosen, late=adding.protected_until)
    store.index_write(
        batch.entry,
        batch.book.pk,
        replaced=[],
        rows=[(batch.owners[at], *token) for at in chosen for token in batch.tokens[at]],
    )
    record_change(_entry(batch, chosen))


def _absent(batch: Batch) -> list[int]:
    """The positions of those that neither the book nor an earlier one of the batch holds."""
    # Those of the keys in force come first; while keys are rotated there are two generations.
    keys = [[token for label, token in mine if abs(label) == _UNIQUE] for mine in batch.tokens]
    strongest = sorted({mine[0] for mine in keys})
    found = store.index_find(batch.entry, [(batch.book.pk, _UNIQUE, wanted) for wanted in strongest])
    present = {hit.token for hit in found}
    absent = []
    for at, mine in enumerate(keys):
        if mine[0] not in present:
            absent.append(at)
            present.update(mine)
    return absent


def _chosen(keys: KeyDrafts, chosen: Sequence[int]) -> KeyDrafts:
    """Only the keys of those who are stored; a key of nobody is never entered."""
    if len(chosen) == len(keys.rows):
        return keys
    rows = [keys.rows[at] for at in chosen]
    return replace(keys, rows=rows, opened={row[0]: keys.opened[row[0]] for row in rows})


def _entry(batch: Batch, chosen: Sequence[int]) -> Entry:
    """Who was added. An import's entry names the import: the keyring's door of its undoing reads it."""
    book, import_id = batch.book, batch.import_id
    return Entry(
        action=Action.CLIENT_CREATE if import_id is None else Action.CLIENT_IMPORT,
        object_type=ObjectType.BOOK if import_id is None else ObjectType.IMPORT_JOB,
        object_id=book.pk if import_id is None else import_id,
        deal=book.deal_id,
        subjects=tuple(batch.owners[at] for at in chosen),
        fields=seal_codes([batch.rows.digests[at] for at in chosen]),
    )
