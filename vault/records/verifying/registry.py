"""Which models are compared with the log, and how. Filled in `vault.wiring`."""

from dataclasses import dataclass
from functools import cached_property

from django.db.models import Field
from django.utils.functional import Promise

from audit.actions import Action
from vault.records.models import Client
from vault.sealed.fields import SealedGroup
from vault.sealed.models import SealedModel, open_fields, sealed_groups


@dataclass(frozen=True)
class Compared:
    """One model whose rows are compared.

    Args:
        kind: two letters that stand for the model in the log. For ever.
        born: the column that says when a row came to be.
        left_out: open columns that change without a word in the log about the row.
        transient: rows go as soon as they are decided, and no entry names them then: one that is gone is
            not missed. What is decided is checked by its approval.
        with_other: the entries about a row name, after its client, another one with whom it goes.
        by_client: the actions whose entries have the row's client as their object, and not the row.
    """

    kind: str
    model: type[SealedModel]
    label: str | Promise
    born: str = "created_at"
    left_out: frozenset[str] = frozenset()
    transient: bool = False
    with_other: bool = False
    by_client: tuple[Action, ...] = ()

    @property
    def client(self) -> str:
        """The column that holds the client."""
        return "id" if self.model is Client else "client_id"

    @cached_property
    def groups(self) -> tuple[SealedGroup, ...]:
        return tuple(sealed_groups(self.model))

    @cached_property
    def told(self) -> "tuple[Field[object, object], ...]":
        """The open columns that its digest holds, by name; a client's holds what is sealed alone."""
        if self.model is Client:
            return ()
        sealed = {group.counter_name for group in self.groups} | {"key_id"}
        columns = [one for one in open_fields(self.model) if one.attname not in sealed | self.left_out]
        return tuple(sorted(columns, key=lambda column: column.attname))


_by_kind: dict[str, Compared] = {}
_by_model: dict[type[SealedModel], Compared] = {}


def register(compared: Compared) -> None:
    """Raises ValueError: the kind is no code of two letters, or stands for another model."""
    if len(compared.kind) != 2 or not compared.kind.isalpha() or compared.kind in _by_kind:
        raise ValueError(f"{compared.kind} cannot stand for a model in the log")
    _by_kind[compared.kind] = _by_model[compared.model] = compared


def all_compared() -> tuple[Compared, ...]:
    return tuple(_by_kind.values())


def of_kind(kind: str) -> Compared | None:
    """None: another version's."""
    return _by_kind.get(kind)


def of_model(model: type[SealedModel]) -> Compared:
    """Raises KeyError: its rows are not compared."""
    return _by_model[model]
