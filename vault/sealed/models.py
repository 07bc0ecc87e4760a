"""The base of models with sealed groups, and a queryset that refuses what would leak or corrupt."""

from collections.abc import Collection, Iterable, Iterator
from functools import cache
from itertools import islice
from typing import Any, ClassVar, Self
from uuid import UUID

from django.core.exceptions import FieldError
from django.db import models, transaction
from django.db.models.base import ModelState
from django.db.models.query import ModelIterable

from vault.sealed.adding import add_records
from vault.sealed.context import current_access
from vault.sealed.fields import SealedGroup
from vault.sealed.opened import Mask, Masked, OpenGroup
from vault.sealed.opening import open_block

BLOCK = 500  # records opened in one go: what they hold stays in a core's own cache meanwhile
BATCH = 2_000  # records stored in one go


class OpeningIterable(ModelIterable[Any]):
    """Inside an access context, records are opened by the block as they are loaded: a third of the cost."""

    def __iter__(self) -> Iterator[Any]:
        context = current_access()
        records = super().__iter__()
        if context is None:
            yield from records
            return
        groups = sealed_groups(self.queryset.model)
        while block := list(islice(records, BLOCK)):
            open_block(block, groups, context)
            yield from block


class SealedQuerySet(models.QuerySet[Any]):
    """Sorting, grouping or listing a sealed column would use the ciphertext: it raises instead.

    `update()` and `bulk_update()` are refused by the column itself (SealedGroup.get_db_prep_save).
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._iterable_class = OpeningIterable

    def _refuse_sealed(self, names: Iterable[Any]) -> None:
        sealed = {field.name for field in sealed_groups(self.model)}
        for name in names:
            if isinstance(name, str) and name.lstrip("-").split("__")[0] in sealed:
                raise FieldError(f"{name} is sealed: it cannot be sorted, grouped or listed.")

    def bulk_create(self, objs: Iterable[Any], batch_size: int | None = None, **options: Any) -> list[Any]:  # type: ignore[override]
        """Seal new records and store them by COPY, all or none; no signals, as Django's own.

        Raises TypeError for options: a sealed record is added, never merged into another one.
        """
        if any(options.values()):
            raise TypeError("sealed records are added: conflicts can be neither ignored nor updated")
        records, groups = list(objs), sealed_groups(self.model)
        with transaction.atomic():
            for start in range(0, len(records), batch_size or BATCH):
                add_records(self.model, records[start : start + (batch_size or BATCH)], groups)
        return records

    def annotate(self, *args: Any, **kwargs: Any) -> Self:
        self._refuse_sealed(_names((*args, *kwargs.values())))
        return super().annotate(*args, **kwargs)

    def alias(self, *args: Any, **kwargs: Any) -> Self:
        self._refuse_sealed(_names((*args, *kwargs.values())))
        return super().alias(*args, **kwargs)

    def aggregate(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        self._refuse_sealed(_names((*args, *kwargs.values())))
        return super().aggregate(*args, **kwargs)

    def order_by(self, *field_names: Any) -> Self:
        self._refuse_sealed(field_names)
        return super().order_by(*field_names)

    def values(self, *fields: Any, **expressions: Any) -> Any:
        self._refuse_sealed(fields)
        if not fields and not expressions:
            fields = tuple(field.attname for field in open_fields(self.model))
        return super().values(*fields, **expressions)

    def values_list(self, *fields: Any, **options: Any) -> Any:
        self._refuse_sealed(fields)
        if not fields:
            fields = tuple(field.attname for field in open_fields(self.model))
        return super().values_list(*fields, **options)

    def distinct(self, *field_names: Any) -> Self:
        self._refuse_sealed(field_names)
        return super().distinct(*field_names)


def _names(expressions: Iterable[Any]) -> Iterator[str]:
    """The field names that expressions refer to."""
    for expression in expressions:
        for part in expression.flatten() if hasattr(expression, "flatten") else (expression,):
            if isinstance(part, models.F):
                yield str(part.name)  # type: ignore[attr-defined]


class SealedModel(models.Model):
    """A record whose values are sealed under the key of one subject.

    `key_id` is the data key that the row's subject has; it is not a foreign key, since the keyring lies in a
    schema that no login may read. What is open on an instance lies in its `_open_…` slots and is never
    pickled.
    """

    key_id = models.BigIntegerField(editable=False)

    # A row that may never be written again stays under the key it was sealed with when its subject moves to
    # another suite: whoever opens it names the row's own key.
    changeable: ClassVar[bool] = True

    objects: ClassVar[Any] = SealedQuerySet.as_manager()

    class Meta:
        abstract = True

    @classmethod
    def from_db(  # type: ignore[override] # the stubs are of a later Django
        cls, db: str | None, field_names: Collection[str], values: Collection[Any]
    ) -> Self:
        """As Django's, for a third of the cost: what the database gave goes straight into the instance.

        Django's own calls `__init__`, which asks each field for its default and its descriptor, and tells
        `pre_init` and `post_init`; a row that comes whole from the database needs none of that, and sealed
        models have neither signal (tests/vault/sealed/test_models.py).
        """
        names = attribute_names(cls)
        if len(values) != len(names):
            return super().from_db(db, field_names, values)
        record = cls.__new__(cls)
        record._state = state = ModelState()
        state.adding, state.db = False, db
        record.__dict__.update(zip(names, values, strict=True))
        return record

    def sealed_subject(self) -> UUID:
        """Whose data this is."""
        raise TypeError("a sealed model says whose data it holds")

    def sealed_row(self) -> bytes:
        """What the ciphertext is bound to: 16 bytes that only this row has."""
        raise TypeError("a sealed model says what its rows are bound to")

    def sealed_compartment(self) -> bytes:
        """The 16 bytes of the compartment's UUID."""
        raise TypeError("a sealed model says in which compartment it lies")

    def sealed_mask(self, text: Masked) -> Mask:
        """How this row masks a value: as the value is declared, unless the row knows better."""
        return text.mask

    def save(self, **options: Any) -> None:
        """Save; groups that were not written keep the bytes that the database has, not the ones loaded.

        A group and its counter go together: one without the other would never open again.
        """
        if not self._state.adding:
            whole = [field.name for field in self._meta.concrete_fields if not field.primary_key]
            named = options.get("update_fields")
            options["update_fields"] = self._paired(set(whole if named is None else named))
        super().save(**options)

    def refresh_from_db(
        self, using: str | None = None, fields: Iterable[str] | None = None, from_queryset: Any = None
    ) -> None:
        """Load anew (Django loads a deferred column by this too); what was open or changed is forgotten."""
        named = None if fields is None else set(fields)
        for group in sealed_groups(type(self)):
            pair = {group.name, group.counter_name}
            if named is None or pair & named:
                self.__dict__.pop(group.slot, None)
                named = named if named is None else named | pair
        super().refresh_from_db(using, None if named is None else list(named), from_queryset)

    def _paired(self, named: set[str]) -> list[str]:
        for group in sealed_groups(type(self)):
            pair = {group.name, group.counter_name}
            if not is_changed(self, group):
                named -= pair
            elif pair & named:
                named |= pair
        return sorted(named)

    def __getstate__(self) -> dict[str, Any]:
        state: dict[str, Any] = super().__getstate__()
        for group in sealed_groups(type(self)):
            state.pop(group.slot, None)
        return state


def is_changed(record: SealedModel, group: SealedGroup) -> bool:
    """Whether the group holds values that are not yet saved."""
    opened: OpenGroup | None = record.__dict__.get(group.slot)
    return opened is not None and opened.changed


def sealed_groups(model: type[models.Model]) -> list[SealedGroup]:
    """The disclosure groups of a model."""
    return [field for field in model._meta.concrete_fields if isinstance(field, SealedGroup)]


@cache
def attribute_names(model: type[models.Model]) -> tuple[str, ...]:
    """Where an instance keeps each column, in the order of the columns."""
    return tuple(field.attname for field in model._meta.concrete_fields)


def open_fields(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    """The fields of a model that are not sealed."""
    return [field for field in model._meta.concrete_fields if not isinstance(field, SealedGroup)]
