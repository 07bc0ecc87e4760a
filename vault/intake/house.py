"""The house's key: made once, and opened for a committed log entry like any other key."""

from uuid import UUID

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_read
from vault.crypto.blind import IndexKey
from vault.crypto.keywrap import KeyKind
from vault.intake.models import CLAIM_INDEX, HOUSE, HouseKey
from vault.keys.errors import KeyWithheld
from vault.keys.own import only_row
from vault.keys.service import new_keys, open_keys, open_new_compartment


def house_key() -> HouseKey:
    """The ids of the house's keys; made when the first client of our own comes in."""
    return only_row(HouseKey, _make)


def _make() -> HouseKey:
    compartment = open_new_compartment(HOUSE)
    keys = new_keys(KeyKind.INDEX, [CLAIM_INDEX], parent=compartment)
    return HouseKey.objects.create(compartment_key_id=compartment.key.key_id, key_id=keys[CLAIM_INDEX])


def opened_house(action: Action, book_id: UUID | None) -> tuple[UUID, IndexKey]:
    """Commit that somebody asks about claims, and open the key they are made with; (entry, key).

    Raises LogUnavailable, KeyWithheld, ProviderDown: nothing may be asked, nothing is saved.
    """
    row = house_key()
    entry = Entry(
        action=action,
        object_type=ObjectType.BOOK,
        object_id=book_id,
        keys=(row.compartment_key_id, row.key_id),
    )
    entry_id = record_read(entry)
    held = open_keys(entry_id, entry.keys)[row.key_id].key
    if not isinstance(held, IndexKey):
        raise KeyWithheld(1)
    return entry_id, held
