"""Carrying out the move of a book to another suite, or to fresh keys of its own, on the worker's login.

Batch by batch, each one transaction: lock the clients, make each a key of the new suite, seal every row about
them anew, tell the keyring which key succeeds which. A reader who loaded a row a moment ago names its older
key and is given both (keyring.release); a writer waits for the lock or is waited for. A killed worker leaves
whole batches behind it, and the next one goes on with the records whose header names another suite.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from audit.actions import Action, ObjectType
from audit.alone import alone
from audit.entry import Entry
from audit.log import record_change
from vault.access import Mode, access
from vault.crypto.envelope import OpenKey
from vault.crypto.keywrap import KeyKind
from vault.custody.suites.models import SuiteMove
from vault.keys import inventory, store
from vault.keys.cache import Opened
from vault.keys.errors import CompartmentFrozen
from vault.keys.service import draft_keys, enter_keys
from vault.records.models import Client, ClientBook
from vault.records.verifying.codes import ROWS_AN_ENTRY, client_codes, code_of
from vault.records.verifying.registry import of_model
from vault.records.verifying.stored import stored
from vault.sealed.context import AccessContext
from vault.sealed.models import SealedModel, sealed_groups
from vault.sealed.resealing import reseal

BATCH = 200


def carry_out(move_id: UUID) -> None:
    """Works until no record of the book is of another suite or under a key that nearly is used up.

    Nothing while another worker is at it, and no further while the book is frozen.
    """
    with alone(move_id) as mine:
        move = SuiteMove.objects.select_related("book").filter(pk=move_id, ended_at__isnull=True).first()
        if move is None or not mine:
            return
        try:
            while _batch(move) or _stragglers(move):
                pass
        except CompartmentFrozen:
            return  # it waits: beat takes it up again until the freeze has ended
        SuiteMove.objects.filter(pk=move_id).update(ended_at=timezone.now())


def models_about_clients(*, changeable: bool = True) -> list[type[SealedModel]]:
    """Every model whose rows are sealed under a client's key and may change, or may not, but the client
    itself; each has `client`."""
    sealed = [model for model in apps.get_app_config("vault").get_models() if issubclass(model, SealedModel)]
    return [
        model
        for model in sealed
        if model is not Client
        and model.changeable is changeable
        and any(field.name == "client" for field in model._meta.fields)
    ]


def to_move(move: SuiteMove) -> list[Client]:
    """The next to be moved, locked: those of another suite, then those whose key nearly is used up."""
    others = in_another_suite(move.book, move.suite)
    worn = Client.objects.filter(book=move.book, key_id__in=inventory.to_replace(move.book_id, size=BATCH))
    for wanted in (others, worn):
        if found := list(wanted.select_for_update().order_by("pk")[:BATCH]):
            return found
    return []


def in_another_suite(book: ClientBook, suite: int) -> "QuerySet[Client]":
    """The second byte of a sealed value names its suite, and every client has an identity."""
    return Client.objects.filter(book=book).extra(where=["get_byte(identity, 1) <> %s"], params=[suite])


def stays_behind(book: ClientBook, suite: int) -> int:
    """How many rows about its clients stay sealed by another suite, since rows like them are never written
    again."""
    behind = 0
    for model in models_about_clients(changeable=False):
        for group in sealed_groups(model):
            column = f'"{model._meta.db_table}"."{group.column}"'  # Django's own names
            rows: QuerySet[Any] = model.objects.extra(where=[f"get_byte({column}, 1) <> %s"], params=[suite])  # noqa: S610
            behind += rows.filter(client__book=book).count()
    return behind


def indexed_otherwise(book: ClientBook, suite: int) -> bool:
    """Whether any of the book's index keys is of another suite."""
    keys = inventory.keys_of(inventory.Wanted(book.pk, kind=KeyKind.INDEX))
    return any(key.suite != suite for key in keys)


@transaction.atomic
def _batch(move: SuiteMove) -> int:
    """Move some clients; how many."""
    clients = to_move(move)
    if not clients:
        return 0
    owners = [client.pk for client in clients]
    old = [client.key_id for client in clients]
    with _opened(move.book, clients) as context:
        parent = context.keys[move.book.key_id]
        drafts = draft_keys(KeyKind.SUBJECT, owners, parent=parent, suite=move.suite)
        enter_keys(drafts)
        new = drafts.ids()
        keys = {owner: _data_key(drafts.opened[new[owner]]) for owner in owners}
        for model in models_about_clients():
            rows = list(model.objects.select_for_update(of=("self",)).filter(client__in=owners))
            reseal(model, rows, context, keys)
            _record_rows(move.book, model, rows)
        reseal(Client, clients, context, keys)
    _record(move.book, owners)
    store.supersede(move.order, list(zip(old, (new[owner] for owner in owners), strict=True)))
    SuiteMove.objects.filter(pk=move.pk).update(moved=F("moved") + len(clients))
    return len(clients)


def _record(book: ClientBook, owners: Sequence[UUID]) -> None:
    """What the clients are now, so that nobody takes the move for rows put back behind the log."""
    moved = {row.id: row.digest for row in stored(of_model(Client), owners)}
    record_change(
        Entry(
            action=Action.CLIENT_RESEAL,
            object_type=ObjectType.BOOK,
            object_id=book.pk,
            subjects=tuple(owners),
            deal=book.deal_id,
            fields=client_codes([moved[owner] for owner in owners]),
        )
    )


def _record_rows(book: ClientBook, model: type[SealedModel], rows: Sequence[Any]) -> None:
    """The same of the rows about them, which are locked."""
    compared = of_model(model)
    for at in range(0, len(rows), ROWS_AN_ENTRY):
        part = rows[at : at + ROWS_AN_ENTRY]
        owners = sorted({row.client_id for row in part})
        now = stored(compared, owners, {row.pk for row in part})
        codes = [code_of(compared.kind, owners.index(row.client), row.id, row.digest) for row in now]
        record_change(
            Entry(
                action=Action.CLIENT_RESEAL,
                object_type=ObjectType.BOOK,
                object_id=book.pk,
                subjects=tuple(owners),
                deal=book.deal_id,
                fields=tuple(codes),
            )
        )


@transaction.atomic
def _stragglers(move: SuiteMove) -> int:
    """Rows that somebody sealed under an older key while their client was being moved; how many."""
    moved = 0
    for model in models_about_clients():
        rows = model.objects.select_for_update(of=("self",)).select_related("client")
        late = list(rows.filter(client__book=move.book).exclude(key_id=F("client__key_id"))[:BATCH])
        if late:
            clients = list({row.client.pk: row.client for row in late}.values())
            with _opened(move.book, clients, [row.key_id for row in late]) as context:
                keys = {client.pk: _data_key(context.keys[client.key_id]) for client in clients}
                moved += reseal(model, late, context, keys)
            _record_rows(move.book, model, late)
    return moved


@contextmanager
def _opened(
    book: ClientBook, clients: Sequence[Client], older: Sequence[int] = ()
) -> Iterator[AccessContext]:
    """The logged access to these clients' keys, and to `older` ones of theirs."""
    entry = Entry(
        action=Action.CLIENT_RESEAL,
        object_type=ObjectType.BOOK,
        object_id=book.pk,
        subjects=tuple(client.pk for client in clients),
        deal=book.deal_id,
        keys=(book.key_id, *(client.key_id for client in clients), *older),
    )
    with access(Mode.WRITE, entry) as context:
        yield context


def _data_key(held: Opened) -> OpenKey:
    if not isinstance(held.key, OpenKey):
        raise TypeError("a client's key is a data key")
    return held.key
