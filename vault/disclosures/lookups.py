"""Who are the people of a sheet? Blind indexes give candidates; whoever of them was exported is compared.

Tokens are truncated, so strangers are among the candidates: those that no export held are never opened, the
others are opened to be compared, and shown to nobody.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_read
from vault.access import Mode, access_many
from vault.disclosures.leaked import LeakedRow
from vault.keys import store
from vault.keys.errors import KeyWithheld
from vault.keys.service import open_keys
from vault.records.indexing import STORED, tokens_for
from vault.records.labels import Field, Group, IndexLabel
from vault.records.models import Client, ClientBook, IndexKey

MAX_COMPARED = 10_000  # exported clients that one trace opens
_STRONG = {
    IndexLabel.ID_NUMBER: Field.ID_NUMBER,
    IndexLabel.CREDIT_CODE: Field.CREDIT_CODE,
    IndexLabel.PHONE: Field.PHONE,
    IndexLabel.EMAIL: Field.EMAIL,
}
# What may be something else: many a number has the digits of an account, and people share names. Accounts lie
# in a group of their own, which is opened only where rows hold nothing stronger.
_WEAK = {IndexLabel.BANK_ACCOUNT: Field.BANK_ACCOUNT, IndexLabel.NAME: Field.NAME}
_AT_ONCE = 10_000  # values asked of the index in one statement
_MOST = 100_000  # candidates of one statement
Wanted = tuple[IndexLabel, str]


@dataclass(frozen=True, slots=True)
class Known:
    """The exported clients as far as they were compared: by what is looked for, and their addresses."""

    clients: dict[Wanted, set[UUID]] = field(repr=False)
    addresses: dict[UUID, str] = field(repr=False)

    def of(self, row: LeakedRow) -> set[UUID]:
        """The clients that a row can be of, by the strongest that anybody is known by."""
        for rank in wanted_of(row):
            if found := {client for one in rank for client in self.clients.get(one, ())}:
                return found
        return set()


def wanted_of(row: LeakedRow) -> list[set[Wanted]]:
    """What of a row is looked for in the indexes, the strongest first."""
    strong = {one for label in _STRONG for one in _keys_of(row, label)}
    return [strong] if strong else [set(_keys_of(row, label)) for label in _WEAK]


def _keys_of(row: LeakedRow, label: IndexLabel) -> Iterator[Wanted]:
    kind = (_STRONG | _WEAK)[label]
    for value in row.values.get(kind, ()):
        for key in STORED[label]({kind: value}):
            yield label, key


def _all_wanted(rows: Sequence[LeakedRow]) -> set[Wanted]:
    return {one for row in rows for rank in wanted_of(row) for one in rank}


def candidates(rows: Sequence[LeakedRow]) -> set[UUID]:
    """Clients whose tokens fit something in the sheet, strangers among them. Locked books are passed over."""
    wanted = sorted(_all_wanted(rows))
    books = list(ClientBook.objects.order_by("pk")) if wanted else []
    found: set[UUID] = set()
    for book in books:
        try:
            found |= _candidates_in(book, wanted)
        except KeyWithheld:  # a leak is traced when much is locked
            continue
    return found


def compared(ids: Collection[UUID], rows: Sequence[LeakedRow]) -> Known:
    """Open these clients, as far as the rows ask, and note by what they are found.

    A locked book leaves it empty: marks remain.
    """
    clients = list(Client.objects.filter(pk__in=ids).select_related("book").order_by("pk")[:MAX_COMPARED])
    known = Known(defaultdict(set), {})
    if not clients:
        return known
    entry = Entry(
        action=Action.SEARCH_COMPARE,
        object_type=ObjectType.BOOK,
        object_id=None,
        keys=tuple({client.book.key_id for client in clients}),
    )
    subjects = [(client.pk, client.key_id) for client in clients]
    labels = {label for label, _ in _all_wanted(rows)}
    groups = {Group.IDENTITY, Group.CONTACT}
    if IndexLabel.BANK_ACCOUNT in labels:
        groups.add(Group.FINANCIAL)
    try:
        with access_many(Mode.OPEN, entry, subjects, groups=groups):
            for client in clients:
                for one in _found_by(client, labels):
                    known.clients[one].add(client.pk)
                if client.address:
                    known.addresses[client.pk] = client.address
    except KeyWithheld:
        return Known({}, {})
    return known


def _found_by(client: Client, labels: Collection[IndexLabel]) -> Iterator[Wanted]:
    for label, kind in (_STRONG | _WEAK).items():
        if label in labels and (value := getattr(client, kind)):
            for key in STORED[label]({kind: value}):
                yield label, key


def _candidates_in(book: ClientBook, wanted: Sequence[Wanted]) -> set[UUID]:
    labels = {label for label, _ in wanted}
    rows = IndexKey.objects.live().filter(book=book, label__in=[label.value for label in labels])
    keys = {row.signed: row.key_id for row in rows}
    entry = Entry(
        action=Action.CLIENT_SEARCH,
        object_type=ObjectType.BOOK,
        object_id=book.pk,
        fields=tuple(sorted(label.code for label in labels)),
        keys=(book.key_id, *keys.values()),
    )
    entry_id = record_read(entry)
    opened = open_keys(entry_id, entry.keys)
    sought = [
        (book.pk, [token])
        for label in labels
        for tokens in tokens_for(keys, opened, label, [key for one, key in wanted if one is label])
        for token in tokens
    ]
    found: set[UUID] = set()
    for at in range(0, len(sought), _AT_ONCE):
        found |= set(store.index_search(entry_id, sought[at : at + _AT_ONCE], most=_MOST))
    return found
