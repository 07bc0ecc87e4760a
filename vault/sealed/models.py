"""The base of models with sealed groups, and a queryset that refuses what would leak or corrupt."""

from collections.abc import Iterable
from typing import Any, ClassVar, Self
from uuid import UUID

from django.core.exceptions import FieldError
from django.db import models

from vault.sealed.fields import Column, OpenGroup, SealedGroup


class SealedQuerySet(models.QuerySet[Any]):
    """Sorting, grouping or listing a sealed column would use the ciphertext: it raises instead.

    `update()` and `bulk_update()` are refused by the column itself (SealedGroup.get_db_prep_value).
    """

    def _refuse_sealed(self, names: Iterable[Any]) -> None:
        sealed = {field.name for field in sealed_groups(self.model)}
        for name in names:
            if isinstance(name, str) and name.lstrip("-").split("__")[0] in sealed:
                raise FieldError(f"{name} is sealed: it cannot be sorted, grouped or listed.")

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


class SealedModel(models.Model):
    """A record whose values are sealed under the key of one subject.

    `key_id` is the data key that the row's subject has; it is not a foreign key, since the keyring lies in a
    schema that no login may read.
    """

    key_id = models.BigIntegerField(editable=False)

    objects: ClassVar[Any] = SealedQuerySet.as_manager()

    class Meta:
        abstract = True

    def sealed_subject(self) -> UUID:
        """Whose data this is."""
        raise TypeError("a sealed model says whose data it holds")

    def sealed_row(self) -> bytes:
        """What the ciphertext is bound to: 16 bytes that only this row has."""
        raise TypeError("a sealed model says what its rows are bound to")

    def sealed_compartment(self) -> bytes:
        """The 16 bytes of the compartment's UUID."""
        raise TypeError("a sealed model says in which compartment it lies")

    def opened_values(self) -> dict[str, OpenGroup]:
        """What is open on this instance, by column. Never pickled, copied or shown."""
        opened: dict[str, OpenGroup] | None = self.__dict__.get("_opened")
        if opened is None:
            opened = self.__dict__["_opened"] = {}
        return opened

    def save(self, **options: Any) -> None:
        """Save; groups that were not written keep the bytes that the database has, not the ones loaded."""
        if not self._state.adding and options.get("update_fields") is None:
            opened = self.opened_values()
            kept = {
                name
                for group in sealed_groups(type(self))
                if not (group.attname in opened and opened[group.attname].dirty)
                for name in (group.name, group.counter_name)
            }
            options["update_fields"] = [
                field.name
                for field in self._meta.concrete_fields
                if not field.primary_key and field.name not in kept
            ]
        super().save(**options)

    def __getstate__(self) -> dict[str, Any]:
        state: dict[str, Any] = super().__getstate__()  # type: ignore[misc]
        state.pop("_opened", None)
        return state


def sealed_groups(model: type[models.Model]) -> list[SealedGroup]:
    """The disclosure groups of a model."""
    return [field for field in model._meta.concrete_fields if isinstance(field, SealedGroup)]


def open_fields(model: type[models.Model]) -> list[Column]:
    """The fields of a model that are not sealed."""
    return [field for field in model._meta.concrete_fields if not isinstance(field, SealedGroup)]
