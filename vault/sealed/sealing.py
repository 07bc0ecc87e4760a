"""Sealing what was written, at the moment the row is saved."""

from collections.abc import Iterable, Sequence
from typing import Any

from vault.crypto import payload
from vault.crypto.envelope import OpenKey, ToSeal
from vault.keys.seals import seal_counted
from vault.sealed.context import AccessContext, Mode, Sealed, current_access
from vault.sealed.opened import ChangedGroup, Group, OpenGroup, Record
from vault.sealed.opening import data_key, open_to_read


class SealedBytes(bytes):
    """Bytes made by sealing: the only thing that a group's column accepts."""


def open_to_write(record: Record, group: Group) -> ChangedGroup:
    """The open group, ready for a change. A new record's groups start empty and need no key until saved."""
    opened: OpenGroup | None = record.__dict__.get(group.slot)
    if isinstance(opened, ChangedGroup):
        return opened
    if getattr(record, group.attname) is None:
        changed = ChangedGroup(None, [None] * group.size, None)
    else:
        writing_context(record, group.label)
        opened = open_to_read(record, group)
        places = [*opened.values, *[None] * (group.size - len(opened.values))]
        changed = ChangedGroup(opened.context, places, opened.extras)
    record.__dict__[group.slot] = changed
    record.__dict__[group.counter_name] = record.__dict__.get(group.counter_name, 0) + 1
    return changed


def seal_records(records: Iterable[Record], groups: Sequence[Group]) -> None:
    """Seal the changed groups of these records; many at once share one call for nonces."""
    waiting: list[tuple[dict[str, Any], Group, OpenGroup]] = []
    places: list[ToSeal] = []
    for record in records:
        state = record.__dict__
        place: tuple[OpenKey, bytes, bytes] | None = None
        for group in groups:
            changed: OpenGroup | None = state.get(group.slot)
            if changed is None or not changed.changed:
                continue
            context = writing_context(record, group.label)
            if place is None:
                key = data_key(context, record.key_id)
                place = key, record.sealed_row(), record.sealed_compartment()
            key, row, compartment = place
            text = payload.encode(changed.values, changed.extras)
            waiting.append((state, group, changed))
            places.append((key, text, group.tag, row, compartment, state[group.counter_name]))
    for (state, group, changed), sealed in zip(waiting, seal_counted(places), strict=True):
        state[group.attname] = SealedBytes(sealed)
        state[group.slot] = OpenGroup(changed.context, changed.values, changed.extras)


def writing_context(record: Record, label: str) -> AccessContext:
    """The current context if it may seal this record; raises Sealed."""
    context = current_access()
    if (
        context is None
        or context.mode is not Mode.WRITE
        or record.sealed_subject().int not in context.subjects
        or (context.groups is not None and label not in context.groups)
    ):
        raise Sealed(f"{label} can be written only in an access that names it")
    return context
