"""Carrying out an ordered rotation, on the worker's login alone. Every step may be killed and done again."""

from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from audit.actions import Action, ObjectType
from audit.alone import alone
from audit.entry import Entry
from audit.log import record_change
from audit.models import LogEntry
from vault.custody.models import KeyRotation, RotationState
from vault.custody.services import add_order
from vault.keys import inventory, rotation, rotation_store

# One rotation at a time in the whole house: the lock has a name of its own, not the job's.
_ROTATION = UUID("6b0f3d1c-94d7-4e0a-8a52-7d1f0c9be4a6")


def carry_out(rotation_id: UUID) -> None:
    """Works until the rotation is done or stopped; nothing while another worker is at it."""
    with alone(_ROTATION) as mine:
        found = KeyRotation.objects.filter(pk=rotation_id, state=RotationState.ORDERED).first()
        if mine and found is not None:
            _rotate(found)


def _rotate(found: KeyRotation) -> None:
    orders = list(found.orders.order_by("at").values_list("entry", flat=True))
    version = found.version or _begin(found, orders[0])
    for order in orders:
        _renew(order, version)
    idle = 0
    while True:
        moved = _walk(found, orders)
        if _finished(orders, version):
            break
        # A compartment that was being made when the order was written.
        under_way = {one.compartment for one in rotation_store.rotating(orders)}
        late = [one for one in rotation.unfinished(version) if one not in under_way]
        if late:
            with transaction.atomic():
                orders.append(add_order(found, late).entry)
            _renew(orders[-1], version)
        # What was being added during the first walk is moved by the second; what the second leaves does not
        # open.
        idle = 0 if late or moved else idle + 1
        if idle == 2:
            _stop(found)
            return
    _end(found, orders[0], version)


@transaction.atomic
def _begin(found: KeyRotation, order: UUID) -> int:
    found.version, found.keys_total = rotation.begin_epoch(order), inventory.count_keys()
    found.save(update_fields=["version", "keys_total"])
    return found.version


def _renew(order: UUID, version: int) -> None:
    """Compartments that have their new generation already keep it."""
    compartments = LogEntry.objects.values_list("subjects", flat=True).get(pk=order)
    if compartments:
        with transaction.atomic():
            rotation.renew(order, version, compartments)


def _walk(found: KeyRotation, orders: list[UUID]) -> int:
    """Once through the table: how many keys moved."""
    before = found.keys_moved

    def moved(count: int) -> None:
        KeyRotation.objects.filter(pk=found.pk).update(keys_moved=F("keys_moved") + count)

    found.keys_broken = rotation.rewrap_all(orders, moved)
    with transaction.atomic():
        rotation_store.drop_retired(orders)
    found.refresh_from_db(fields=["keys_moved"])
    return found.keys_moved - before


def _finished(orders: list[UUID], version: int) -> bool:
    return not rotation_store.rotating(orders) and not rotation.unfinished(version)


def _stop(found: KeyRotation) -> None:
    """Keys that do not open cannot be wrapped anew, and the root version that they hang from must not end: a
    person has to look."""
    found.state, found.keys_broken = RotationState.STOPPED, max(1, found.keys_broken)
    found.save(update_fields=["state", "keys_broken"])


def _end(found: KeyRotation, order: UUID, version: int) -> None:
    rotation.end_old_versions(order, version)
    with transaction.atomic():
        found.state, found.ended_at = RotationState.DONE, timezone.now()
        found.save(update_fields=["state", "ended_at"])
        record_change(
            Entry(action=Action.KEYS_ROTATED, object_type=ObjectType.KEY_ROTATION, object_id=found.pk)
        )
