"""Files of lessons, numbers and evidence of certificates, sealed under one key of the slice.

The key is released only for a committed entry that names it (invariant 1), and each seal is bound to its row:
copied into another row it does not open.
"""

from uuid import UUID

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_read
from people.training.models import TrainingKeys
from vault.crypto.envelope import OpenKey, group_tag, open_sealed
from vault.crypto.errors import SealBroken
from vault.keys.errors import KeyWithheld
from vault.keys.own import new_own_key, only_row
from vault.keys.seals import seal_counted
from vault.keys.service import open_keys

GROUP = group_tag("people.training")
_COUNTER = 0  # what is sealed here is sealed once and never rewritten


def sealed(row: UUID, data: bytes, *, person: UUID) -> bytes:
    """The bytes as the database keeps them, for this row. Leaves an entry about `person`.

    Raises LogUnavailable, KeyWithheld, ProviderDown.
    """
    keys, key = _opened(Action.TRAINING_FILE_KEEP, row, person)
    return seal_counted([(key, data, GROUP, row.bytes, keys.compartment.bytes, _COUNTER)])[0]


def unsealed(row: UUID, kept: bytes, *, person: UUID) -> bytes:
    """What `sealed` was given for this row. Leaves an entry about `person`. Raises as `sealed`."""
    keys, key = _opened(Action.TRAINING_FILE, row, person)
    try:
        return open_sealed(
            key,
            bytes(kept),
            group=GROUP,
            row=row.bytes,
            compartment=keys.compartment.bytes,
            counter=_COUNTER,
        )
    except SealBroken:
        raise KeyWithheld(1) from None


def training_keys() -> TrainingKeys:
    """The ids of the compartment and its key; made at the first use."""
    return only_row(TrainingKeys, lambda: TrainingKeys.objects.create(**new_own_key()))


def _opened(action: Action, row: UUID, person: UUID) -> tuple[TrainingKeys, OpenKey]:
    keys = training_keys()
    entry = Entry(
        action=action,
        object_type=ObjectType.TRAINING,
        object_id=row,
        subjects=(person,),
        keys=(keys.compartment_key_id, keys.key_id),
    )
    key = open_keys(record_read(entry), entry.keys)[keys.key_id].key
    if not isinstance(key, OpenKey):
        raise KeyWithheld(1)
    return keys, key
