"""The secrets of second factors, sealed: whoever reads the database can make no code.

Why this is safe:

* The key lies in the keyring under a compartment of its own, so it is released only for a committed entry
  that names it (invariant 1), and it goes along with every rotation of the root keys.
* A secret is sealed for its person: the associated data holds their id. Copied into another person's row it
  does not open, so nobody signs in as somebody else with their own phone.
* allauth asks its adapter to encrypt and decrypt without saying whose secret it is. The block that opens the
  key says so; outside of one both raise, so that nothing is ever stored or read unsealed.
"""

from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple
from uuid import UUID

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_read
from people.factors.models import FactorKeys
from vault.crypto.envelope import OpenKey, group_tag, open_sealed
from vault.crypto.errors import SealBroken
from vault.keys.errors import KeyWithheld
from vault.keys.own import new_own_key, only_row
from vault.keys.seals import seal_counted
from vault.keys.service import open_keys

GROUP = group_tag("people.factor")
_COUNTER = 0  # a secret is sealed once and never rewritten


class _Held(NamedTuple):
    person: UUID
    compartment: UUID
    key: OpenKey


_held: ContextVar[_Held] = ContextVar("factor_key")


@contextmanager
def secrets_of(person_id: UUID) -> Iterator[None]:
    """A block in which this person's secrets can be sealed and opened. Leaves an entry.

    Raises LogUnavailable, KeyWithheld, ProviderDown.
    """
    keys = factor_keys()
    entry = Entry(
        action=Action.FACTOR_ASK,
        object_type=ObjectType.PERSON,
        object_id=person_id,
        subjects=(person_id,),
        keys=(keys.compartment_key_id, keys.key_id),
    )
    opened = open_keys(record_read(entry), entry.keys)[keys.key_id]
    if not isinstance(opened.key, OpenKey):
        raise KeyWithheld(1)
    token = _held.set(_Held(person_id, keys.compartment, opened.key))
    try:
        yield
    finally:
        _held.reset(token)


def sealed(text: str) -> str:
    """The text as the database keeps it, in Base64. Inside `secrets_of`, else LookupError."""
    held = _held.get()
    place = (held.key, text.encode(), GROUP, held.person.bytes, held.compartment.bytes, _COUNTER)
    return b64encode(seal_counted([place])[0]).decode()


def unsealed(kept: str) -> str:
    """What `sealed` was given. Inside `secrets_of` of the same person; else LookupError, or KeyWithheld."""
    held = _held.get()
    try:
        text = open_sealed(
            held.key,
            b64decode(kept, validate=True),
            group=GROUP,
            row=held.person.bytes,
            compartment=held.compartment.bytes,
            counter=_COUNTER,
        )
    except (SealBroken, ValueError):
        raise KeyWithheld(1) from None
    return text.decode()


def factor_keys() -> FactorKeys:
    """The ids of the compartment and its key; made at the first use."""
    return only_row(FactorKeys, lambda: FactorKeys.objects.create(**new_own_key()))
