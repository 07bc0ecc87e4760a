"""Adding clients. Each function passes the gate itself and logs in its own transaction."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from audit.entry import MAX_SUBJECTS
from people.accounts.models import User
from people.roles.permissions import Permission
from vault.disclosures.models import Place
from vault.disclosures.watching import watch
from vault.purposes.catalogue import check_purpose
from vault.records.access import get_book
from vault.records.batches import prepare, store_batch
from vault.records.books import opened_book
from vault.records.drafts import ClientDraft
from vault.records.saving import Added

BATCH = MAX_SUBJECTS


def create_clients(
    *,
    actor: User,
    book_id: UUID,
    drafts: Sequence[ClientDraft],
    permission: Permission = Permission.CLIENT_CREATE,
    assigned: User | None = None,
) -> Added:
    """Add at most BATCH clients; in order, the id of each, or None where it is in the book already.

    None, too, where somebody has such a client already (`Added.owned`, vault.intake.claims).

    Raises:
        PurposeNotAllowed: a draft names a purpose that the book's holding does not know.
        LogUnavailable, KeyWithheld: nothing was added.
    """
    book = get_book(actor, book_id, permission)
    if len(drafts) > BATCH:
        raise ValueError(f"at most {BATCH} clients at once")
    for draft in drafts:
        if draft.purpose:
            check_purpose(book.holding, draft.purpose)
    watch(actor, (draft.values for draft in drafts), Place.ADDED)
    with opened_book(book) as (context, tokens):
        batch = prepare(context, tokens, drafts, actor=actor, assigned=assigned)
        with transaction.atomic():
            return store_batch(batch)
