"""Search by what is sealed: blind indexes, one query over every book that the person may see.

Two entries: `client.search` (which kinds of thing were looked for, never what) is committed before the index
is asked and releases the index keys; `search.compare` names the candidates that are opened to see which of
them really match, since truncated tokens meet strangers. Nobody is shown more than masks.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_read
from people.accounts.models import User
from people.roles.access import require
from people.roles.permissions import Permission
from vault.access import Mode, access, masks_only
from vault.keys import store
from vault.keys.service import open_keys
from vault.records.access import which_books, which_clients
from vault.records.indexing import SEARCH_KEYS, query_keys, tokens_for
from vault.records.indexing import search_key as stored_key
from vault.records.labels import SEARCHED, IndexLabel
from vault.records.models import Client, ClientBook, ClientState, IndexKey
from vault.records.reading import LISTED, MaskedRow, keys_of, masked_row

MAX_TEXT = 300  # characters
MAX_CANDIDATES = 200
BOOKS_AT_ONCE = 250  # six keys each: an entry names at most 2,000


@dataclass(frozen=True, slots=True)
class Found:
    """Matching clients, newest first. `kinds` is what the text was taken for; `more`: some were left out."""

    rows: list[MaskedRow]
    kinds: tuple[IndexLabel, ...]
    more: bool = False


def search(*, actor: User, text: str) -> Found:
    """Clients whose phone, ID number, e-mail, credit code or name is exactly `text`, however it is typed."""
    require(actor, Permission.CLIENT_SEARCH)
    wanted = query_keys(text[: MAX_TEXT + 1])
    books = list(which_books(actor, Permission.CLIENT_SEARCH)) if wanted else []
    subjects: set[UUID] = set()
    for at in range(0, len(books), BOOKS_AT_ONCE):
        subjects |= _candidates(books[at : at + BOOKS_AT_ONCE], wanted)
    # The gate decides once more over what the index found.
    clients = which_clients(actor, Permission.CLIENT_SEARCH).filter(pk__in=subjects, state=ClientState.ACTIVE)
    candidates = list(clients.order_by("-id")[: MAX_CANDIDATES + 1])
    rows = _matching(candidates[:MAX_CANDIDATES], wanted)
    return Found(rows, tuple(wanted), more=len(candidates) > MAX_CANDIDATES)


def _candidates(books: Iterable[ClientBook], wanted: Mapping[IndexLabel, str]) -> set[UUID]:
    by_book: dict[UUID, dict[IndexLabel, int]] = defaultdict(dict)
    compartment_keys = {book.pk: book.key_id for book in books}
    for book_id, label, key_id in IndexKey.objects.filter(
        book__in=compartment_keys, label__in=[label.value for label in wanted]
    ).values_list("book_id", "label", "key_id"):
        by_book[book_id][IndexLabel(label)] = key_id
    entry = Entry(
        action=Action.CLIENT_SEARCH,
        object_type=ObjectType.BOOK,
        object_id=None,
        fields=tuple(SEARCH_KEYS[label][0].value for label in wanted),
        keys=(*compartment_keys.values(), *(key for keys in by_book.values() for key in keys.values())),
    )
    entry_id = record_read(entry)
    opened = open_keys(entry_id, entry.keys)
    queries = [
        (book_id, label.value, token)
        for book_id, keys in by_book.items()
        for label, token in tokens_for(keys, opened, wanted)
    ]
    return {hit.subject for hit in store.index_find(entry_id, queries)}


def _matching(candidates: list[Client], wanted: Mapping[IndexLabel, str]) -> list[MaskedRow]:
    if not candidates:
        return []
    entry = Entry(
        action=Action.SEARCH_COMPARE,
        object_type=ObjectType.BOOK,
        object_id=None,
        subjects=tuple(client.pk for client in candidates),
        keys=keys_of(candidates),
    )
    with access(Mode.OPEN, entry, groups=LISTED) as context:
        same = list(_same(candidates, wanted))
        with masks_only(context):
            return [masked_row(client) for client in same]


def _same(candidates: Iterable[Client], wanted: Mapping[IndexLabel, str]) -> Iterator[Client]:
    for client in candidates:
        values = {SEARCH_KEYS[label][0].value: getattr(client, SEARCH_KEYS[label][0]) for label in SEARCHED}
        if any(stored_key(label, values) == key for label, key in wanted.items()):
            yield client
