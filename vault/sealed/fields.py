"""The column of a disclosure group and the attributes that read and write its values."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, cast, overload

from django.core.exceptions import FieldError
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from vault.crypto.envelope import group_tag
from vault.sealed.context import current_access
from vault.sealed.opened import Mask, Record
from vault.sealed.opening import open_to_read
from vault.sealed.sealing import SealedBytes, open_to_write, seal_records


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
        self.slot = f"_open {label}"  # where a record keeps this group's OpenGroup: no attribute's name
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
        # Migrations list the counter as a field of its own; their stand-in classes need no second one.
        # An abstract base passes group and counter on, each once.
        if cls.__module__ != "__fake__" and not hasattr(cls, self.counter_name):
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
        record = cast(Record, model_instance)
        seal_records([record], [self])
        stored = record.__dict__.get(self.attname)
        return stored if stored is None or isinstance(stored, SealedBytes) else SealedBytes(stored)


class SealedText(property):
    """One text value of a group: its number in the payload (never reused) and how it is masked.

    A property, so that `Model(name=…)` accepts it as it accepts any settable property.
    """

    def __init__(self, group: SealedGroup, number: int, *, mask: Mask) -> None:
        if number in group.texts:
            raise ValueError(f"number {number} of {group.label} is taken")
        self.group, self.number, self.mask = group, number, mask
        self.name = ""
        group.texts[number] = self
        group.size = max(group.size, number)
        index, slot = number - 1, group.slot

        def read(record: Record) -> str:
            opened, context = record.__dict__.get(slot), current_access()
            if opened is None or context is None or opened.context is not context:
                opened = open_to_read(record, group)
            try:
                return opened.values[index] or ""
            except IndexError:  # sealed before this field was declared, or absent at the end
                return ""

        def write(record: Record, value: str | None) -> None:
            opened = record.__dict__.get(slot)
            if opened is None or not opened.changed:
                opened = open_to_write(record, group)
            opened.values[index] = value or None

        super().__init__(read, write)

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

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
        self.name = ""
        group.extras = self

        def read(record: Record) -> dict[str, str]:
            return dict(open_to_read(record, group).extras or {})

        def write(record: Record, value: Mapping[str, str]) -> None:
            open_to_write(record, group).extras = dict(value)

        super().__init__(read, write)

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    if TYPE_CHECKING:

        @overload
        def __get__(self, record: None, owner: type | None = None) -> Self: ...
        @overload
        def __get__(self, record: models.Model, owner: type | None = None) -> dict[str, str]: ...
        def __get__(self, record: models.Model | None, owner: type | None = None) -> Any: ...
        def __set__(self, record: Any, value: Mapping[str, str]) -> None: ...
