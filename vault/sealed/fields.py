"""The column of a disclosure group and the attributes that read and write its values."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self, cast, overload

from django.core.exceptions import FieldError
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from vault.crypto import payload
from vault.crypto.envelope import OpenKey, ToSeal, group_tag, open_many, open_sealed, seal_many
from vault.crypto.errors import SealBroken
from vault.sealed.context import AccessContext, Mode, Sealed, current_access

if TYPE_CHECKING:
    from vault.sealed.models import SealedModel

Mask = Callable[[str], str]


class SealedBytes(bytes):
    """Bytes made by sealing: the only thing that a group's column accepts."""


class SealedGroup(models.Field[Any, Any]):
    """One disclosure group: a bytea column of sealed values and, beside it, `<name>_seal`, the seal counter.

    Sealing happens in `pre_save`, the one write hook that knows the row. `update()` and
    `bulk_update()` bring values that were never sealed for a row, so the column refuses them
    instead of storing them.
    """

    description = "a sealed disclosure group"

    def __init__(self, label: str, **options: Any) -> None:
        """`label` is declared once and never changes: it is bound into every ciphertext."""
        super().__init__(editable=False, null=True, **options)
        self.label = label
        self.tag = group_tag(label)
        self.slot = ""  # where a record keeps this group's OpenGroup
        self.texts: dict[int, SealedText] = {}
        self.size = 0  # the highest declared number
        self.extras: SealedExtras | None = None

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        for option in ("editable", "null"):
            kwargs.pop(option, None)
        return name, path, [self.label, *args], kwargs

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        super().contribute_to_class(cls, name, private_only)
        self.counter_name = f"{name}_seal"
        self.slot = f"_open_{name}"
        # Migrations list the counter as a field of its own; their stand-in classes need no second one.
        if cls.__module__ != "__fake__":
            cls.add_to_class(self.counter_name, models.PositiveIntegerField(default=0, editable=False))

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "bytea"

    def get_internal_type(self) -> str:
        return "BinaryField"

    def get_db_prep_save(self, value: Any, connection: BaseDatabaseWrapper) -> str | None:
        if value is None:
            return None
        if not isinstance(value, SealedBytes):
            raise FieldError(
                f"{self.name} is sealed: save the record itself, never update() or bulk_update()."
            )
        # bytea's text form: a third of the cost of the driver's Binary wrapper in a bulk insert.
        return "\\x" + value.hex()

    def get_lookup(self, lookup: str) -> Any:
        if lookup == "isnull":
            return super().get_lookup(lookup)
        raise FieldError(f"{self.name} is sealed: it cannot be filtered by {lookup}; search by blind index.")

    def get_transform(self, name: str) -> Any:
        raise FieldError(f"{self.name} is sealed: it has no {name}.")

    def value_to_string(self, obj: models.Model) -> str:
        raise FieldError(f"{self.name} is sealed: it is not serialised.")

    def pre_save(self, model_instance: models.Model, add: bool) -> SealedBytes | None:
        record = cast("SealedModel", model_instance)
        seal_records([record], [self])
        stored = record.__dict__.get(self.attname)
        return stored if stored is None or isinstance(stored, SealedBytes) else SealedBytes(stored)


class OpenGroup:
    """The values of one group of one record, open in one access context. In mask mode they are masks."""

    __slots__ = ("context", "extras", "values")

    changed = False

    def __init__(
        self, context: AccessContext | None, values: payload.Values, extras: payload.Extras | None
    ) -> None:
        self.context, self.values, self.extras = context, values, extras


class ChangedGroup(OpenGroup):
    """Values that were written and are not yet sealed; the list has a place for each declared number."""

    __slots__ = ()

    changed = True


class SealedText(property):
    """One text value of a group: its number in the payload (never reused) and how it is masked.

    A property, so that `Model(name=…)` accepts it as it accepts any settable property.
    """

    def __init__(self, group: SealedGroup, number: int, *, mask: Mask) -> None:
        if number in group.texts:
            raise ValueError(f"number {number} of {group.label} is taken")
        self.group, self.number, self.mask = group, number, mask
        group.texts[number] = self
        group.size = max(group.size, number)
        index = number - 1

        def read(record: "SealedModel") -> str:
            opened = record.__dict__.get(group.slot)
            if opened is None or opened.context is None or opened.context is not current_access():
                opened = open_to_read(record, group)
            try:
                return opened.values[index] or ""
            except IndexError:  # sealed before this field was declared, or absent at the end
                return ""

        def write(record: "SealedModel", value: str | None) -> None:
            opened = record.__dict__.get(group.slot)
            if opened is None or not opened.changed:
                opened = open_to_write(record, group)
            opened.values[index] = value or None

        super().__init__(read, write)

    if TYPE_CHECKING:

        @overload
        def __get__(self, record: None, owner: type | None = None) -> Self: ...
        @overload
        def __get__(self, record: models.Model, owner: type | None = None) -> str: ...
        def __get__(self, record: models.Model | None, owner: type | None = None) -> Any: ...
        def __set__(self, record: Any, value: str | None) -> None: ...


class SealedExtras(property):
    """The named extra fields of a group, as a mapping of name to text; each is masked by `mask`."""

    def __init__(self, group: SealedGroup, *, mask: Mask) -> None:
        self.group, self.mask = group, mask
        group.extras = self

        def read(record: "SealedModel") -> dict[str, str]:
            return dict(open_to_read(record, group).extras or {})

        def write(record: "SealedModel", value: Mapping[str, str]) -> None:
            open_to_write(record, group).extras = dict(value)

        super().__init__(read, write)

    if TYPE_CHECKING:

        @overload
        def __get__(self, record: None, owner: type | None = None) -> Self: ...
        @overload
        def __get__(self, record: models.Model, owner: type | None = None) -> dict[str, str]: ...
        def __get__(self, record: models.Model | None, owner: type | None = None) -> Any: ...
        def __set__(self, record: Any, value: Mapping[str, str]) -> None: ...


def open_to_read(record: "SealedModel", group: SealedGroup) -> OpenGroup:
    """The open group of this record in the current context; opens it at the first value."""
    opened: OpenGroup | None = record.__dict__.get(group.slot)
    context = current_access()
    if opened is not None and opened.context is context and context is not None:
        return opened
    return open_group(record, group, context, opened)


def open_to_write(record: "SealedModel", group: SealedGroup) -> ChangedGroup:
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


def open_group(
    record: "SealedModel", group: SealedGroup, context: AccessContext | None, known: OpenGroup | None
) -> OpenGroup:
    """Open one group for the current context, or raise Sealed. The only place where plaintext appears."""
    if known is not None and known.changed:
        if known.context is None and record.__dict__.get(group.attname) is None:
            return known  # a new record that was never sealed shows what was just put in
        raise Sealed(f"{group.label} was changed in another access and never saved")
    if (
        context is None
        or record.sealed_subject() not in context.subjects
        or (context.groups is not None and group.label not in context.groups)
    ):
        raise Sealed(f"{group.label} is sealed here")
    sealed = getattr(record, group.attname)  # loads a deferred column: it must not pass for an empty one
    values: payload.Values = []
    extras: payload.Extras | None = None
    if sealed is not None:
        text = open_sealed(
            data_key(context, record.key_id),
            bytes(sealed),  # the driver's memoryview has a format that compares unequal to bytes
            group=group.tag,
            row=record.sealed_row(),
            compartment=record.sealed_compartment(),
            counter=getattr(record, group.counter_name),
        )
        values, extras = payload.decode(text)
    if context.mode is Mode.MASK:
        values, extras = _masked(group, values, extras)
    opened = record.__dict__[group.slot] = OpenGroup(context, values, extras)
    return opened


def open_block(
    records: Sequence["SealedModel"], groups: Sequence[SealedGroup], context: AccessContext
) -> None:
    """Open at once what this access allows of freshly loaded records.

    The same checks as for one record; whatever does not pass them is left shut, and raises when it is asked
    for. So does the whole block if one record is broken: the record that is at fault must say so itself.
    """
    places = []
    for record in records:
        held = context.keys.get(record.key_id)
        if held is not None and isinstance(held.key, OpenKey) and record.sealed_subject() in context.subjects:
            places.append((record.__dict__, held.key, record.sealed_row(), record.sealed_compartment()))
    for group in groups:
        if context.groups is not None and group.label not in context.groups:
            continue
        column, tag, counter = group.attname, group.tag, group.counter_name
        stored = [place for place in places if place[0].get(column) is not None]
        try:
            decoded = payload.decode_many(
                open_many(
                    (key, bytes(state[column]), tag, row, compartment, state[counter])
                    for state, key, row, compartment in stored
                )
            )
        except SealBroken:
            continue
        if context.mode is Mode.MASK:
            decoded = [_masked(group, values, extras) for values, extras in decoded]
        slot = group.slot
        for (state, _, _, _), (values, extras) in zip(stored, decoded, strict=True):
            state[slot] = OpenGroup(context, values, extras)


def seal_records(records: Iterable["SealedModel"], groups: Sequence[SealedGroup]) -> None:
    """Seal the changed groups of these records; many at once share one call for nonces."""
    waiting: list[tuple[dict[str, Any], SealedGroup, OpenGroup]] = []
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
    for (state, group, changed), sealed in zip(waiting, seal_many(places), strict=True):
        state[group.attname] = SealedBytes(sealed)
        state[group.slot] = OpenGroup(changed.context, changed.values, changed.extras)


def writing_context(record: "SealedModel", label: str) -> AccessContext:
    """The current context if it may seal this record; raises Sealed."""
    context = current_access()
    if (
        context is None
        or context.mode is not Mode.WRITE
        or record.sealed_subject() not in context.subjects
        or (context.groups is not None and label not in context.groups)
    ):
        raise Sealed(f"{label} can be written only in an access that names it")
    return context


def data_key(context: AccessContext, key_id: int) -> OpenKey:
    """The record's own key out of the context. The key is chosen by the row, never by the ciphertext."""
    held = context.keys.get(key_id)
    if held is None or not isinstance(held.key, OpenKey):
        raise Sealed("the key of this record is not part of this access")
    return held.key


def _masked(
    group: SealedGroup, values: payload.Values, extras: payload.Extras | None
) -> tuple[payload.Values, payload.Extras | None]:
    texts = group.texts
    masked = [
        texts[number].mask(value) if value is not None and number in texts else None
        for number, value in enumerate(values, start=1)
    ]
    if group.extras is None or extras is None:
        return masked, None
    return masked, {name: group.extras.mask(value) for name, value in extras.items()}
