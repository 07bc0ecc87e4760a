"""Rebuilding a book's blind index, and rotating its keys, while people go on searching and saving.

A rotation gives the book a second generation of index keys. From the commit of `begin` on the keyring takes
tokens only in both generations (keyring.index_begin waits for whoever is writing), so that filling those of
before, in blocks, is all that is left to do. Searches look into both. The switch is one transaction; then the
old keys are destroyed and their tokens, noise by now, swept out. Each step can be killed and done again.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_read
from people.accounts.models import User
from people.roles.permissions import Permission
from vault.access import Mode, access
from vault.crypto.keywrap import KeyKind
from vault.keys import store
from vault.keys.service import new_keys
from vault.records.access import get_book
from vault.records.books import index_keys
from vault.records.indexing import BookTokens
from vault.records.labels import Field, IndexLabel
from vault.records.models import Client, ClientBook, IndexKey, IndexKeys, IndexKeyState

BLOCK = 500  # clients opened at once, under one entry that names them


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """How many clients were opened and their tokens written anew; how many had them already."""

    written: int
    skipped: int = 0


def rebuild(*, actor: User, book_id: UUID) -> Rebuilt:
    """Make the index keys that the book lacks, and write every client's tokens anew.

    Killed, it is simply run again: what it writes replaces what is there. Raises Refused, KeyWithheld.
    """
    book = get_book(actor, book_id, Permission.BOOK_MANAGE)
    present = {key.label for key in IndexKey.objects.live().filter(book=book)}
    if missing := [label for label in IndexLabel if label.value not in present]:
        _make_keys(book, missing, state=IndexKeyState.IN_FORCE, odd=_odd_in_force(book))
    written = sum(_write(book, block) for block in _blocks(book))
    return Rebuilt(written)


def begin(*, actor: User, book_id: UUID) -> bool:
    """Start a rotation; False when one that was killed is to be ended first. Raises Refused, KeyWithheld."""
    book = get_book(actor, book_id, Permission.BOOK_MANAGE)
    if _keys(book).exclude(state=IndexKeyState.IN_FORCE).exists():
        return False
    order = record_read(_order(book))
    with transaction.atomic():
        _make_keys(book, list(IndexLabel), state=IndexKeyState.FILLING, odd=not _odd_in_force(book))
        store.index_begin(order, book.pk)
    return True


def fill(*, actor: User, book_id: UUID) -> Rebuilt:
    """Write the new generation's tokens of every client who lacks them, and put that generation in force.

    Raises Refused, KeyWithheld.
    """
    book = get_book(actor, book_id, Permission.BOOK_MANAGE)
    filling = _keys(book).filter(state=IndexKeyState.FILLING).first()
    if filling is None:
        return Rebuilt(0)
    written = skipped = 0
    for block in _blocks(book):
        filled = store.index_filled([client.pk for client in block], odd=filling.odd)
        skipped += len(filled)
        written += _write(book, [client for client in block if client.pk not in filled])
    order = record_read(_order(book))
    with transaction.atomic():
        store.index_switch(order, book.pk)
        _keys(book).filter(state=IndexKeyState.IN_FORCE).update(state=IndexKeyState.RETIRED)
        _keys(book).filter(state=IndexKeyState.FILLING).update(state=IndexKeyState.IN_FORCE)
    return Rebuilt(written, skipped)


def retire(*, actor: User, book_id: UUID) -> int:
    """Destroy the keys that are out of force and sweep their tokens out; how many keys. The worker's alone.

    Raises Refused.
    """
    book = get_book(actor, book_id, Permission.BOOK_MANAGE)
    retired = list(_keys(book).filter(state=IndexKeyState.RETIRED).values_list("key_id", flat=True))
    if not retired:
        return 0
    gone = store.index_retire(record_read(_order(book, keys=retired)), book.pk, retired)
    for block in _blocks(book):
        store.index_sweep(book.pk, [client.pk for client in block])
    _keys(book).filter(state=IndexKeyState.RETIRED).delete()
    return gone


def _order(book: ClientBook, *, keys: Sequence[int] = ()) -> Entry:
    """The entry by which the keyring lets a book's index keys be rotated: it names the compartment."""
    return Entry(
        action=Action.INDEX_ROTATE,
        object_type=ObjectType.BOOK,
        object_id=book.pk,
        subjects=(book.pk,),
        deal=book.deal_id,
        keys=tuple(keys),
    )


def _keys(book: ClientBook) -> IndexKeys:
    return IndexKey.objects.filter(book=book)


def _odd_in_force(book: ClientBook) -> bool:
    return _keys(book).filter(state=IndexKeyState.IN_FORCE, odd=True).exists()


def _make_keys(book: ClientBook, labels: Sequence[IndexLabel], *, state: IndexKeyState, odd: bool) -> None:
    entry = Entry(
        action=Action.INDEX_REBUILD, object_type=ObjectType.BOOK, object_id=book.pk, keys=(book.key_id,)
    )
    with access(Mode.WRITE, entry) as context, transaction.atomic():
        made = new_keys(KeyKind.INDEX, [label.owner for label in labels], parent=context.keys[book.key_id])
        IndexKey.objects.bulk_create(
            IndexKey(book=book, label=label, odd=odd, state=state, key_id=made[label.owner])
            for label in labels
        )


def _blocks(book: ClientBook) -> Iterator[list[Client]]:
    """Every client of the book, whatever their state, by id."""
    after = UUID(int=0)
    rest = Client.objects.filter(book=book).select_related("book").order_by("pk")
    while block := list(rest.filter(pk__gt=after)[:BLOCK]):
        yield block
        after = block[-1].pk


def _write(book: ClientBook, block: Sequence[Client]) -> int:
    """Open these clients and replace their tokens by those of every live generation; how many there were."""
    if not block:
        return 0
    with transaction.atomic():
        # As they are behind the lock: somebody may have changed or destroyed them since the block was read,
        # or moved them to other keys (reencrypt), which the entry has to name.
        rest = Client.objects.filter(pk__in=[client.pk for client in block]).select_related("book")
        locked = list(rest.select_for_update(of=("self",)).order_by("pk"))
        return _write_locked(book, locked) if locked else 0


def _write_locked(book: ClientBook, locked: Sequence[Client]) -> int:
    keys = index_keys(book)
    entry = Entry(
        action=Action.INDEX_REBUILD,
        object_type=ObjectType.BOOK,
        object_id=book.pk,
        subjects=tuple(client.pk for client in locked),
        deal=book.deal_id,
        keys=(book.key_id, *keys.values(), *(client.key_id for client in locked)),
    )
    with access(Mode.OPEN, entry) as context:
        tokens = BookTokens(book, context, keys)
        rows = []
        for client in locked:
            values = {field.value: value for field in Field if (value := getattr(client, field))}
            rows.append(tokens.row_of(client.pk, values))
        replaced = [client.pk for client in locked]
        store.index_write(context.entry, book.pk, replaced=replaced, entries=store.index_entries(rows))
    return len(locked)
