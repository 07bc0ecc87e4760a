"""Search by what is sealed: blind indexes, one query over every book that the person may see.

Two entries: `client.search` (which kinds of thing were looked for, never what) is committed before the index
is asked and releases the index keys; `search.compare` names the candidates that are opened to see which of
them really match, since truncated tokens meet strangers. Nobody is shown more than masks.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_read
from people.accounts.models import User
from people.roles.access import require
from people.roles.permissions import Permission
from vault.access import Mode, access_many, masks_only
from vault.disclosures.models import Place
from vault.disclosures.watching import watch
from vault.keys import store
from vault.keys.errors import KeyWithheld
from vault.keys.freezing import frozen_among
from vault.keys.service import open_keys
from vault.records.access import which_books, which_clients
from vault.records.indexing import tokens_for
from vault.records.labels import Field, Group, IndexLabel
from vault.records.meanings import Meaning, meanings
from vault.records.models import Client, ClientBook, ClientState, IndexKey
from vault.records.reading import LISTED, MaskedRow, masked_row

MAX_TEXT = 300  # characters
MAX_CANDIDATES = 1000
MAX_SHOWN = 200
# A number can mean four things in two generations of keys: an entry names at most 2,000 keys.
BOOKS_AT_ONCE = 200
_FIELDS = (Field.NAME, Field.ID_NUMBER, Field.CREDIT_CODE, Field.PHONE, Field.EMAIL)
# What was looked for as a whole: the normalised value of one field.
_FIELD_OF = {
    IndexLabel.PHONE: Field.PHONE.value,
    IndexLabel.ID_NUMBER: Field.ID_NUMBER.value,
    IndexLabel.EMAIL: Field.EMAIL.value,
}
_ACCOUNT = {IndexLabel.BANK_ACCOUNT, IndexLabel.ACCOUNT_END}


@dataclass(frozen=True, slots=True)
class Found:
    """Matching clients, newest first. `kinds` is what the text was taken for; `more`: some were left out.
    `frozen`: names of the person's books that could not be searched."""

    rows: list[MaskedRow]
    kinds: tuple[IndexLabel, ...]
    more: bool = False
    frozen: tuple[str, ...] = ()


def search(*, actor: User, text: str) -> Found:
    """Clients that `text` can mean (see `meanings`), however it is typed."""
    require(actor, Permission.CLIENT_SEARCH)
    wanted = meanings(text[: MAX_TEXT + 1])
    every = list(which_books(actor, Permission.CLIENT_SEARCH)) if wanted else []
    frozen = frozen_among(book.pk for book in every)
    books = [book for book in every if book.pk not in frozen]
    watch(
        actor, [{_FIELD_OF[one.label]: one.keys[0]} for one in wanted if one.label in _FIELD_OF], Place.SEARCH
    )
    subjects: set[UUID] = set()
    for at in range(0, len(books), BOOKS_AT_ONCE):
        subjects |= _candidates(books[at : at + BOOKS_AT_ONCE], wanted)
    # The gate decides once more over what the index found.
    clients = which_clients(actor, Permission.CLIENT_SEARCH).filter(pk__in=subjects, state=ClientState.ACTIVE)
    candidates = list(clients.select_related("assigned").order_by("-id")[:MAX_CANDIDATES])
    rows = _matching(candidates, wanted)
    more = len(subjects) > MAX_CANDIDATES or len(rows) > MAX_SHOWN
    return Found(
        rows[:MAX_SHOWN],
        tuple(meaning.label for meaning in wanted),
        more=more,
        frozen=tuple(book.name for book in every if book.pk in frozen),
    )


def _candidates(books: Sequence[ClientBook], wanted: Sequence[Meaning]) -> set[UUID]:
    try:
        return _asked(books, wanted)
    except KeyWithheld:
        # The end of a rotation may have destroyed the keys that were just read about: those in force stand in
        # their place by now.
        return _asked(books, wanted)


def _asked(books: Sequence[ClientBook], wanted: Sequence[Meaning]) -> set[UUID]:
    by_book = _keys_of(books, wanted)
    entry = Entry(
        action=Action.CLIENT_SEARCH,
        object_type=ObjectType.BOOK,
        object_id=None,
        fields=tuple(meaning.label.code for meaning in wanted),
        keys=(*(book.key_id for book in books), *(key for keys in by_book.values() for key in keys.values())),
    )
    entry_id = record_read(entry)
    opened = open_keys(entry_id, entry.keys)
    sought = [
        (book_id, tokens)
        for meaning in wanted
        for book_id, keys in by_book.items()
        for tokens in tokens_for(keys, opened, meaning.label, meaning.keys)
    ]
    return set(store.index_search(entry_id, sought, most=MAX_CANDIDATES + 1))


def _keys_of(books: Iterable[ClientBook], wanted: Sequence[Meaning]) -> dict[UUID, dict[int, int]]:
    """Book → signed label → key id, of the indexes that are asked."""
    by_book: dict[UUID, dict[int, int]] = defaultdict(dict)
    labels = [meaning.label.value for meaning in wanted]
    for key in IndexKey.objects.live().filter(book__in=[book.pk for book in books], label__in=labels):
        by_book[key.book_id][key.signed] = key.key_id
    return by_book


def _matching(candidates: list[Client], wanted: Sequence[Meaning]) -> list[MaskedRow]:
    if not candidates:
        return []
    entry = Entry(
        action=Action.SEARCH_COMPARE,
        object_type=ObjectType.BOOK,
        object_id=None,
        keys=tuple({client.book.key_id for client in candidates}),
    )
    subjects = [(client.pk, client.key_id) for client in candidates]
    # Bank accounts stay shut unless one was looked for.
    account = any(meaning.label in _ACCOUNT for meaning in wanted)
    groups = (*LISTED, Group.FINANCIAL) if account else LISTED
    fields = (*_FIELDS, Field.BANK_ACCOUNT) if account else _FIELDS
    with access_many(Mode.OPEN, entry, subjects, groups=groups) as context:
        same = list(_same(candidates, wanted, fields))
        with masks_only(context):
            return [masked_row(client) for client in same]


def _same(
    candidates: Iterable[Client], wanted: Sequence[Meaning], fields: Sequence[Field]
) -> Iterator[Client]:
    for client in candidates:
        values = {field.value: getattr(client, field) for field in fields}
        if any(meaning.fits(values) for meaning in wanted):
            yield client
