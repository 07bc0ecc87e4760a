"""The slice's own compartment, and the key by which the marks of exports are drawn and known again."""

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_read
from vault.crypto.blind import IndexKey, token
from vault.crypto.keywrap import KeyKind
from vault.disclosures.models import MarkKeys
from vault.keys.cache import Opened
from vault.keys.errors import KeyWithheld
from vault.keys.own import new_own_key, only_row
from vault.keys.service import forget_changes, key_cache, open_keys


def mark_keys() -> MarkKeys:
    """The ids of the compartment and its keys; they are made at the first use."""
    return only_row(MarkKeys, _make)


def _make() -> MarkKeys:
    own = new_own_key(KeyKind.INDEX)
    return MarkKeys.objects.create(
        compartment=own["compartment"], key_id=own["compartment_key_id"], mark_key_id=own["key_id"]
    )


def open_compartment(keys: MarkKeys, action: Action) -> Opened:
    """The compartment's key, to hang others from it; logged as `action`."""
    entry = Entry(
        action=action, object_type=ObjectType.MARKS, object_id=keys.compartment, keys=(keys.key_id,)
    )
    return open_keys(record_read(entry), entry.keys)[keys.key_id]


def mark_key(keys: MarkKeys) -> IndexKey:
    """The key of the marks.

    It opens nobody's data: it draws invented people and tells them from real ones. So one entry for as long
    as the key stays cached is enough, where data need an entry for each access.
    """
    forget_changes()
    held = key_cache().get_many([keys.mark_key_id]).get(keys.mark_key_id)
    if held is None:
        entry = Entry(
            action=Action.MARKS_OPEN,
            object_type=ObjectType.MARKS,
            object_id=keys.compartment,
            keys=(keys.key_id, keys.mark_key_id),
        )
        held = open_keys(record_read(entry), entry.keys)[keys.mark_key_id]
    if not isinstance(held.key, IndexKey):
        raise KeyWithheld(1)
    return held.key


def drawn(key: IndexKey, *parts: object) -> bytes:
    """16 bytes that only the holder of the key can foretell; joined by NUL, which no part holds."""
    return token(key, "\0".join(map(str, parts)), 128)
