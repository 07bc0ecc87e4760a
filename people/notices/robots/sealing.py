"""The addresses and secrets of robots, sealed: whoever reads the database can post into no chat.

The key lies in a compartment of its own and is released for a committed entry that names it (invariant 1). A
value is sealed for its robot: copied into another's row it does not open.
"""

import json
from typing import NamedTuple
from uuid import UUID

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_read
from people.notices.models import Robot, RobotKeys
from vault.crypto.envelope import OpenKey, group_tag, open_sealed
from vault.crypto.errors import SealBroken
from vault.keys.errors import KeyWithheld
from vault.keys.own import new_own_key, only_row
from vault.keys.seals import seal_counted
from vault.keys.service import open_keys

GROUP = group_tag("people.robot")
_COUNTER = 0  # an address is sealed once and never rewritten


class Address(NamedTuple):
    """A robot's own; never shown, never logged."""

    url: str
    secret: str


def sealed_for(robot_id: UUID, address: Address) -> bytes:
    """As the database keeps it. Leaves an entry. Raises LogUnavailable, KeyWithheld, ProviderDown."""
    keys, key = _opened(robot_id)
    text = json.dumps(list(address)).encode()
    return seal_counted([(key, text, GROUP, robot_id.bytes, keys.compartment.bytes, _COUNTER)])[0]


def address_of(robot: Robot) -> Address:
    """To post to it: the entry says that. Raises as `sealed_for`."""
    keys, key = _opened(robot.pk)
    try:
        text = open_sealed(
            key,
            bytes(robot.sealed),
            group=GROUP,
            row=robot.pk.bytes,
            compartment=keys.compartment.bytes,
            counter=_COUNTER,
        )
    except SealBroken:
        raise KeyWithheld(1) from None
    return Address(*json.loads(text))


def _opened(robot_id: UUID) -> tuple[RobotKeys, OpenKey]:
    keys = only_row(RobotKeys, lambda: RobotKeys.objects.create(**new_own_key()))
    entry = Entry(
        action=Action.ROBOT_OPEN,
        object_type=ObjectType.ROBOT,
        object_id=robot_id,
        keys=(keys.compartment_key_id, keys.key_id),
    )
    held = open_keys(record_read(entry), entry.keys)[keys.key_id].key
    if not isinstance(held, OpenKey):
        raise KeyWithheld(1)
    return keys, held
