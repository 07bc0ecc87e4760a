"""The column of a disclosure group and the attributes that read and write its values."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Self, cast, overload

from django.core.exceptions import FieldError
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from vault.crypto import payload
from vault.crypto.envelope import OpenKey, group_tag, open_sealed, seal
from vault.sealed.context import AccessContext, Mode, Sealed, current_access

if TYPE_CHECKING:
    from vault.sealed.models import SealedModel

    Column = models.Field[Any, Any]
else:
    Column = models.Field

Mask = Callable[[str], str]


class SealedBytes(bytes):
    """Bytes made by sealing: the only thing that a group's column accepts."""


class SealedGroup(Column):
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
        self.values: dict[int, SealedText] = {}
        self.extras: SealedExtras | None = None

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        for option in ("editable", "null"):
            kwargs.pop(option, None)
        return name, path, [self.label, *args], kwargs

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        super().contribute_to_class(cls, name, private_only)
        self.counter_name = f"{name}_seal"
        # Migrations list the counter as a field of its own; their stand-in classes need no second one.
        if cls.__module__ != "__fake__":
            cls.add_to_class(self.counter_name, models.PositiveIntegerField(default=0, editable=False))

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "bytea"

    def get_internal_type(self) -> str:
        return "BinaryField"

    def get_db_prep_value(self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False) -> Any:
        if value is None:
            return None
        if not isinstance(value, SealedBytes):
            raise FieldError(f"{self.name} is sealed: save the record itself, never update() or bulk_update().")
        return connection.Database.Binary(value)  # type: ignore[attr-defined]

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
        changed = record.opened_values().get(self.attname)
        stored = record.__dict__.get(self.attname)
        if changed is None or not changed.dirty:
            return None if stored is None else SealedBytes(stored)
        context = writing_context(record, self.label)
        counter = getattr(record, self.counter_name)
        sealed = SealedBytes(
            seal(
                data_key(context, record.key_id),
                payload.encode(changed.values, changed.extras),
                group=self.tag,
                row=record.sealed_row(),
                compartment=record.sealed_compartment(),
                counter=counter,
            )
        )
        record.__dict__[self.attname] = sealed
        changed.dirty = False
        return sealed


class OpenGroup:
    """The values of one group of one record, open in one access context. In mask mode they are masks."""

    __slots__ = ("context", "dirty", "extras", "values")

    def __init__(
        self, context: AccessContext | None, values: dict[int, str | None], extras: dict[str, str]
    ) -> None:
        self.context, self.values, self.extras, self.dirty = context, values, extras, False


class _SealedValue(property):
    """Common part of the attributes.

    They are properties, so that `Model(name=…)` accepts them as it accepts any settable property.
    """

    def __init__(self, group: SealedGroup) -> None:
        super().__init__(self._read, self._write)
        self.group = group

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def _read(self, record: "SealedModel") -> Any:
        raise TypeError("a value knows how it is read")

    def _write(self, record: "SealedModel", value: Any) -> None:
        raise TypeError("a value knows how it is written")

    def _open(self, record: "SealedModel") -> OpenGroup:
        """The open group of this record in the current context; opens it at the first value."""
        context = current_access()
        opened = record.opened_values().get(self.group.attname)
        if opened is not None and opened.context is context and context is not None:
            return opened
        return open_group(record, self.group, context, opened)

    def _open_to_write(self, record: "SealedModel") -> OpenGroup:
        """The open group, ready for a change; a new record's groups start empty, without a key."""
        opened = record.opened_values().get(self.group.attname)
        if record.__dict__.get(self.group.attname) is None:
            if opened is None:
                opened = record.opened_values()[self.group.attname] = OpenGroup(None, {}, {})
        else:
            writing_context(record, self.group.label)
            opened = self._open(record)
        if not opened.dirty:
            opened.dirty = True
            setattr(record, self.group.counter_name, getattr(record, self.group.counter_name) + 1)
        return opened


class SealedText(_SealedValue):
    """One text value of a group: its number in the payload (never reused) and how it is masked."""

    def __init__(self, group: SealedGroup, number: int, *, mask: Mask) -> None:
        super().__init__(group)
        if number in group.values:
            raise ValueError(f"number {number} of {group.label} is taken")
        self.number, self.mask = number, mask
        group.values[number] = self

    if TYPE_CHECKING:

        @overload
        def __get__(self, record: None, owner: type | None = None) -> Self: ...
        @overload
        def __get__(self, record: models.Model, owner: type | None = None) -> str: ...
        def __get__(self, record: models.Model | None, owner: type | None = None) -> Any: ...
        def __set__(self, record: Any, value: str | None) -> None: ...

    def _read(self, record: "SealedModel") -> str:
        return self._open(record).values.get(self.number) or ""

    def _write(self, record: "SealedModel", value: str | None) -> None:
        self._open_to_write(record).values[self.number] = value or None


class SealedExtras(_SealedValue):
    """The named extra fields of a group, as a mapping of name to text; each is masked by `mask`."""

    def __init__(self, group: SealedGroup, *, mask: Mask) -> None:
        super().__init__(group)
        self.mask = mask
        group.extras = self

    if TYPE_CHECKING:

        @overload
        def __get__(self, record: None, owner: type | None = None) -> Self: ...
        @overload
        def __get__(self, record: models.Model, owner: type | None = None) -> dict[str, str]: ...
        def __get__(self, record: models.Model | None, owner: type | None = None) -> Any: ...
        def __set__(self, record: Any, value: Mapping[str, str]) -> None: ...

    def _read(self, record: "SealedModel") -> dict[str, str]:
        return dict(self._open(record).extras)

    def _write(self, record: "SealedModel", value: Mapping[str, str]) -> None:
        self._open_to_write(record).extras = dict(value)


def open_group(
    record: "SealedModel", group: SealedGroup, context: AccessContext | None, known: OpenGroup | None
) -> OpenGroup:
    """Open one group for the current context, or raise Sealed. The only place where plaintext appears."""
    if known is not None and known.context is None and record.__dict__.get(group.attname) is None:
        return known  # a new record that was never sealed shows what was just put in
    if (
        context is None
        or record.sealed_subject() not in context.subjects
        or (context.groups is not None and group.label not in context.groups)
    ):
        raise Sealed(f"{group.label} is sealed here")
    sealed = record.__dict__.get(group.attname)
    if sealed is None:
        values, extras = {}, {}
    else:
        values, extras = payload.decode(
            open_sealed(
                data_key(context, record.key_id),
                bytes(sealed),
                group=group.tag,
                row=record.sealed_row(),
                compartment=record.sealed_compartment(),
                counter=getattr(record, group.counter_name),
            )
        )
    if context.mode is Mode.MASK:
        values, extras = _masked(group, values, extras)
    opened = OpenGroup(context, cast("dict[int, str | None]", values), extras)
    record.opened_values()[group.attname] = opened
    return opened


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
    group: SealedGroup, values: Mapping[int, str], extras: Mapping[str, str]
) -> tuple[dict[int, str], dict[str, str]]:
    declared = group.values
    masked = {number: declared[number].mask(value) for number, value in values.items() if number in declared}
    if group.extras is None:
        return masked, {}
    return masked, {name: group.extras.mask(value) for name, value in extras.items()}
