"""What is open: the values of a group in one access, and what opening needs to know of records and groups."""

from collections.abc import Callable
from typing import Any, Protocol
from uuid import UUID

from vault.crypto import payload
from vault.sealed.context import AccessContext

Mask = Callable[[str], str]


class Masked(Protocol):
    """A declared value."""

    name: str
    mask: Mask


class Group(Protocol):
    """A disclosure group, as `fields.SealedGroup` is one."""

    label: str
    tag: bytes
    slot: str  # where a record keeps this group's OpenGroup
    attname: str
    counter_name: str
    size: int  # the highest declared number

    @property
    def texts(self) -> dict[int, Any]: ...
    @property
    def extras(self) -> Any: ...


class Record(Protocol):
    """A row with sealed groups, as `models.SealedModel` is one."""

    key_id: Any
    __dict__: dict[str, Any]

    def sealed_subject(self) -> UUID: ...
    def sealed_row(self) -> bytes: ...
    def sealed_compartment(self) -> bytes: ...
    def sealed_mask(self, text: Masked) -> Mask: ...


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
