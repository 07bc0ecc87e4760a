"""Files and contacts of firms, sealed under one key of the slice.

The key is released only for a committed entry that names it (invariant 1), and each seal is bound to its row:
copied into another row it does not open.
"""

from uuid import UUID

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_read
from people.partners.models import PartnerKeys
from vault.crypto.envelope import OpenKey, group_tag, open_sealed
from vault.crypto.errors import SealBroken
from vault.keys.errors import KeyWithheld
from vault.keys.own import new_own_key, only_row
from vault.keys.seals import seal_counted
from vault.keys.service import open_keys

GROUP = group_tag("people.partners")
_COUNTER = 0  # what is sealed here is sealed once and never rewritten


def sealed(row: UUID, data: bytes, *, partner: UUID) -> bytes:
    """The bytes as the database keeps them, for this row. Leaves an entry about the firm.

    Raises LogUnavailable, KeyWithheld, ProviderDown.
    """
    keys, key = _opened(Action.PARTNER_SEAL, row, partner)
    return seal_counted([(key, data, GROUP, row.bytes, keys.compartment.bytes, _COUNTER)])[0]


def unsealed(row: UUID, kept: bytes, *, partner: UUID) -> bytes:
    """What `sealed` was given for this row. Leaves an entry about the firm. Raises as `sealed`."""
    keys, key = _opened(Action.PARTNER_OPEN, row, partner)
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


def partner_keys() -> PartnerKeys:
    """The ids of the compartment and its key; made at the first use."""
    return only_row(PartnerKeys, lambda: PartnerKeys.objects.create(**new_own_key()))


def _opened(action: Action, row: UUID, partner: UUID) -> tuple[PartnerKeys, OpenKey]:
    keys = partner_keys()
    entry = Entry(
        action=action,
        object_type=ObjectType.PARTNER,
        object_id=row,
        subjects=(partner,),
        keys=(keys.compartment_key_id, keys.key_id),
    )
    key = open_keys(record_read(entry), entry.keys)[keys.key_id].key
    if not isinstance(key, OpenKey):
        raise KeyWithheld(1)
    return keys, key
