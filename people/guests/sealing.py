"""Guests' numbers, sealed: whoever reads the database calls nobody, and sends nobody a code.

* Each number is sealed under a key of its own, in a compartment of its own, released only for a committed
  entry that names it (invariant 1). It is sealed for its person: in another's row it does not open, so
  nobody's codes are turned to another phone by a change of the database.
* Numbers are few enough to be tried one by one, so what they are found by is no hash of them but a token
  under a key of the keyring (vault.crypto.blind).
"""

from uuid import UUID

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_read
from people.guests.models import GuestPhone, PhoneKeys
from vault.crypto.blind import UNIQUE_BITS, IndexKey, token
from vault.crypto.envelope import OpenKey, group_tag, open_sealed
from vault.crypto.errors import SealBroken
from vault.crypto.keywrap import KeyKind
from vault.keys.cache import Opened
from vault.keys.errors import KeyWithheld
from vault.keys.own import new_own_key, only_row
from vault.keys.seals import seal_counted
from vault.keys.service import key_cache, new_keys, open_keys

GROUP = group_tag("people.phone")
_COUNTER = 0  # a number is sealed once and never rewritten


def lookup_of(number: str) -> bytes:
    """What the number is found by. Leaves an entry. Raises LogUnavailable, KeyWithheld, ProviderDown."""
    return _token(_register_opened()[1], number)


def sealed_for(person_id: UUID, number: str) -> tuple[bytes, bytes, int]:
    """The number as the database keeps it: sealed, its lookup, its key's id. In a transaction.

    Raises as `lookup_of`.
    """
    compartment, index = _register_opened()
    key_id = new_keys(KeyKind.SUBJECT, [person_id], parent=compartment)[person_id]
    made = key_cache().get_many([key_id])[key_id].key
    if not isinstance(made, OpenKey):
        raise KeyWithheld(1)
    place = (made, number.encode(), GROUP, person_id.bytes, compartment.compartment.bytes, _COUNTER)
    return seal_counted([place])[0], _token(index, number), key_id


def number_of(phone: GuestPhone) -> str:
    """The number, to send a code to it: the entry says that. Raises as `lookup_of`."""
    keys = phone_keys()
    entry = Entry(
        action=Action.PHONE_SEND,
        object_type=ObjectType.PERSON,
        object_id=phone.person_id,
        subjects=(phone.person_id,),
        keys=(keys.compartment_key_id, phone.key_id),
    )
    held = open_keys(record_read(entry), entry.keys)[phone.key_id].key
    if not isinstance(held, OpenKey):
        raise KeyWithheld(1)
    try:
        text = open_sealed(
            held,
            bytes(phone.number),
            group=GROUP,
            row=phone.person_id.bytes,
            compartment=keys.compartment.bytes,
            counter=_COUNTER,
        )
    except SealBroken:
        raise KeyWithheld(1) from None
    return text.decode()


def phone_keys() -> PhoneKeys:
    """The ids of the compartment and its index key; made at the first use."""
    return only_row(PhoneKeys, _make)


def _make() -> PhoneKeys:
    own = new_own_key(KeyKind.INDEX)
    return PhoneKeys.objects.create(
        compartment=own["compartment"],
        compartment_key_id=own["compartment_key_id"],
        index_key_id=own["key_id"],
    )


def _register_opened() -> tuple[Opened, IndexKey]:
    """The compartment's key and the index's, for an entry that a number was looked up."""
    keys = phone_keys()
    entry = Entry(
        action=Action.PHONE_FIND,
        object_type=ObjectType.PERSON,
        object_id=None,
        keys=(keys.compartment_key_id, keys.index_key_id),
    )
    held = open_keys(record_read(entry), entry.keys)
    index = held[keys.index_key_id].key
    if not isinstance(index, IndexKey):
        raise KeyWithheld(1)
    return held[keys.compartment_key_id], index


def _token(index: IndexKey, number: str) -> bytes:
    return token(index, number, UNIQUE_BITS)
