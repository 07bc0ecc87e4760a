"""Opening sealed values. The only place where plaintext appears; what an access may not open stays shut."""

from collections.abc import Sequence
from typing import Any

from vault.crypto import payload
from vault.crypto.envelope import OpenKey, ToOpen, open_many, open_sealed
from vault.crypto.errors import SealBroken
from vault.sealed.context import AccessContext, KeyMoved, Mode, Sealed, current_access
from vault.sealed.opened import Group, Masked, OpenGroup, Record


def open_to_read(record: Record, group: Group) -> OpenGroup:
    """The open group of this record in the current context; opens it at the first value."""
    opened: OpenGroup | None = record.__dict__.get(group.slot)
    context = current_access()
    if opened is not None and opened.context is context and context is not None:
        return opened
    return open_group(record, group, context, opened)


def open_group(
    record: Record, group: Group, context: AccessContext | None, known: OpenGroup | None
) -> OpenGroup:
    """Open one group for the current context, or raise Sealed."""
    if known is not None and known.changed:
        if known.context is None and record.__dict__.get(group.attname) is None:
            return known  # a new record that was never sealed shows what was just put in
        raise Sealed(f"{group.label} was changed in another access and never saved")
    if (
        context is None
        or record.sealed_subject().int not in context.subjects
        or (context.groups is not None and group.label not in context.groups)
    ):
        raise Sealed(f"{group.label} is sealed here")
    sealed = getattr(record, group.attname)  # loads a deferred column: it must not pass for an empty one
    values: payload.Values = []
    extras: payload.Extras | None = None
    if sealed is not None:
        text = open_sealed(
            data_key(context, record.key_id),
            bytes(sealed),  # a memoryview, as of a record that was just sealed, compares unequal to bytes
            group=group.tag,
            row=record.sealed_row(),
            compartment=record.sealed_compartment(),
            counter=getattr(record, group.counter_name),
        )
        values, extras = payload.decode(text)
    if context.mode is Mode.MASK or context.withheld:
        values, extras = _masked(record, group, values, extras, context)
    opened = record.__dict__[group.slot] = OpenGroup(context, values, extras)
    return opened


def open_block(records: Sequence[Record], groups: Sequence[Group], context: AccessContext) -> None:
    """Open at once what this access allows of freshly loaded records.

    The same checks as for one record; whatever does not pass them is left shut, and raises when it is asked
    for. So does the whole block if one record is broken: the record that is at fault must say so itself.
    """
    opening = [
        (group.attname, group.counter_name, group.tag, group.slot, group)
        for group in groups
        if context.groups is None or group.label in context.groups
    ]
    keys, subjects = context.keys, context.subjects
    sealed: list[ToOpen] = []
    places: list[tuple[Record, Group, dict[str, Any], str]] = []
    for record in records:
        held = keys.get(record.key_id)
        if held is None or not isinstance(held.key, OpenKey) or record.sealed_subject().int not in subjects:
            continue
        state, row, compartment = record.__dict__, record.sealed_row(), record.sealed_compartment()
        for column, counter, tag, slot, group in opening:
            stored = state.get(column)
            if stored is not None and counter in state:
                sealed.append((held.key, bytes(stored), tag, row, compartment, state[counter]))
                places.append((record, group, state, slot))
    try:
        opened = payload.decode_many(open_many(sealed))
    except SealBroken:
        return
    if context.mode is Mode.MASK or context.withheld:
        opened = [
            _masked(place[0], place[1], *shown, context) for place, shown in zip(places, opened, strict=True)
        ]
    for (_, _, state, slot), (values, extras) in zip(places, opened, strict=True):
        state[slot] = OpenGroup(context, values, extras)


def data_key(context: AccessContext, key_id: int) -> OpenKey:
    """The record's own key out of the context. The key is chosen by the row, never by the ciphertext."""
    held = context.keys.get(key_id)
    if held is None or not isinstance(held.key, OpenKey):
        raise KeyMoved("the key of this record is not part of this access")
    return held.key


def _masked(
    record: Record,
    group: Group,
    values: payload.Values,
    extras: payload.Extras | None,
    context: AccessContext,
) -> tuple[payload.Values, payload.Extras | None]:
    """The values as the context gives them out: all as masks in mask mode, else those that it withholds."""
    every, texts = context.mode is Mode.MASK, group.texts
    shown = [
        _shown(record, texts[number], value, every=every, withheld=context.withheld)
        if value is not None and number in texts
        else None
        for number, value in enumerate(values, start=1)
    ]
    if group.extras is None or extras is None:
        return shown, None
    if every or group.extras.name in context.withheld:
        return shown, {name: group.extras.mask(value) for name, value in extras.items()}
    return shown, extras


def _shown(record: Record, text: Masked, value: str, *, every: bool, withheld: frozenset[str]) -> str:
    return record.sealed_mask(text)(value) if every or text.name in withheld else value
