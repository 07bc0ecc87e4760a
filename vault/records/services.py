"""Adding clients. Each function passes the gate itself and logs in its own transaction."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from audit.actions import Action
from audit.entry import MAX_SUBJECTS
from people.accounts.models import User
from people.roles.permissions import Permission
from vault.disclosures.models import Place
from vault.disclosures.watching import watch
from vault.purposes.lawfulness import require_known_purpose
from vault.purposes.needs import require_needed
from vault.records.access import get_book, which_clients
from vault.records.batches import prepare, store_batch
from vault.records.books import opened_book
from vault.records.drafts import ClientDraft
from vault.records.models import Client
from vault.records.saving import Added, keeper

BATCH = MAX_SUBJECTS
_NAMED = 5  # matching clients that are shown


def create_clients(
    *,
    actor: User,
    book_id: UUID,
    drafts: Sequence[ClientDraft],
    permission: Permission = Permission.CLIENT_CREATE,
    assigned: User | None = None,
    another: bool = True,
) -> Added:
    """Add at most BATCH clients; in order, the id of each, or None where it is in the book already.

    None, too, where a colleague has such a client already (`Added.owned`, vault.intake.claims), or, without
    `another`, where the person has it or it lies in the pool of a book of theirs (`Added.known`).

    Raises:
        NotLawful: a draft names a purpose that the book's holding does not know; logged and alerted.
        NotNeeded: a draft holds what no purpose of the book needs; nothing was added.
        LogUnavailable, KeyWithheld: nothing was added.
    """
    book = get_book(actor, book_id, permission)
    if len(drafts) > BATCH:
        raise ValueError(f"at most {BATCH} clients at once")
    for draft in drafts:
        if draft.purpose:
            require_known_purpose(actor=actor, book=book, purpose=draft.purpose)
    require_needed(book, {code for draft in drafts for code in draft.codes}, action=Action.CLIENT_CREATE)
    watch(actor, (draft.values for draft in drafts), Place.ADDED)
    with opened_book(book) as (context, tokens):
        asking = keeper().asking(book)
        batch = prepare(context, tokens, drafts, asking=asking, actor=actor, assigned=assigned)
        with transaction.atomic():
            return store_batch(batch, another=another)


def known_to(*, actor: User, added: Added, at: int = 0) -> list[Client]:
    """The clients, as the person may see them, for which the one at this position was not stored."""
    found = which_clients(actor).filter(pk__in=added.known.get(at, ())).select_related("book", "assigned")
    return list(found.order_by("-id")[:_NAMED])
