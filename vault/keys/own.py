"""The keys of a part of the product that seals what is no client's: a compartment of its own in the keyring,
whose ids stand in a table of one row and are made at the first use."""

from collections.abc import Callable
from typing import TypedDict, TypeVar
from uuid import UUID, uuid4

from django.db import connection, models, transaction

from vault.crypto.keywrap import KeyKind
from vault.keys.service import new_keys, open_new_compartment

Row = TypeVar("Row", bound=models.Model)


class OwnKey(TypedDict):
    compartment: UUID
    compartment_key_id: int
    key_id: int


def only_row(model: type[Row], make: Callable[[], Row]) -> Row:
    """The row of these keys; `make` saves it where there is none. Two first users at once make one: the
    second waits for the first, and finds what it made."""
    return model._default_manager.first() or _made_once(model, make)


def new_own_key(kind: KeyKind = KeyKind.SUBJECT) -> OwnKey:
    """A compartment with one key in it, as columns of a row. Inside the `make` of `only_row`."""
    compartment, owner = open_new_compartment(uuid4()), uuid4()
    [key_id] = new_keys(kind, [owner], parent=compartment).values()
    return OwnKey(
        compartment=compartment.compartment, compartment_key_id=compartment.key.key_id, key_id=key_id
    )


@transaction.atomic
def _made_once(model: type[Row], make: Callable[[], Row]) -> Row:
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext(%s))", [model._meta.label_lower])
    return model._default_manager.first() or make()
