"""What slices above have to say of clients that are being added or changed.

`records` stores clients; that a client is somebody's already, and for how long, is known a layer higher
(vault.intake), which registers one `Keeper` when the app is ready.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, Protocol
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from people.accounts.models import User
from vault.records.models import Client, ClientBook

# The one answer to 撞单, the same whoever the client's owner is, wherever and by whatever field it was known.
OWNED = _("This client has an owner already. The owner and their manager have been told; ask your manager.")


class Asking(NamedTuple):
    """The committed question whose clients newcomers are, and what makes a newcomer's claims from its values.

    `claims_of` touches no database, so that it may run beside one.
    """

    entry: UUID
    claims_of: Callable[[Mapping[str, str]], list[str]]


class Asked(NamedTuple):
    """The question and the claims of each newcomer, in the order of the drafts."""

    entry: UUID
    claims: list[list[str]]


@dataclass(slots=True)
class Adding:
    """A batch on its way in.

    `ids` has the new id of each draft, None where the draft is not to be stored; `owned` are the positions of
    those that stay out because a colleague has such a client already; `known` are, by position, clients that
    match one who stays out and that the person may see. Inside the block of `Keeper.adding` the rows of `ids`
    are written.
    """

    ids: list[UUID | None]
    owned: frozenset[int] = field(default_factory=frozenset)
    known: Mapping[int, tuple[UUID, ...]] = field(default_factory=dict)
    protected_until: datetime | None = None


class Added(list[UUID | None]):
    """In the order of the drafts: the id of each new client, or None.

    `owned`: positions of 撞单; `known`: by position, ids of matching clients that the person may see.
    """

    def __init__(self, adding: Adding) -> None:
        super().__init__(adding.ids)
        self.owned = adding.owned
        self.known = adding.known


class Keeper(Protocol):
    """Keeps whose client is whose. Every method but `asking` is called in the transaction of the change."""

    def asking(self, book: ClientBook) -> Asking | None:
        """Commit that the claims of this book's newcomers are asked for; None where nobody asks."""

    def adding(
        self,
        *,
        actor: User,
        book: ClientBook,
        asked: Asked | None,
        ids: list[UUID | None],
        assigned: User | None,
        another: bool,
    ) -> AbstractContextManager[Adding]:
        """`another`: who matches only the person's own clients, or the pool's, is somebody else."""

    def changed(
        self, *, actor: User, client: Client, values: Mapping[str, str], fields: Collection[str]
    ) -> None:
        """`values` are all sealed values as they are now, `fields` the codes of what changed."""

    def given(self, *, actor: User, clients: Sequence[Client], to: User | None) -> None:
        """Locked clients, as they were until now, have another owner, or none."""

    def worked_on(self, *, actor: User, client_ids: Sequence[UUID]) -> None:
        """Somebody noted a communication, a follow-up or a deal: real work, which prolongs protection."""


class _Nobody:
    """Until a keeper is registered, nobody owns anything."""

    def asking(self, book: ClientBook) -> None:
        return None

    def adding(self, *, ids: list[UUID | None], **_: object) -> AbstractContextManager[Adding]:
        return nullcontext(Adding(ids))

    def changed(self, **_: object) -> None:
        return None

    def given(self, **_: object) -> None:
        return None

    def worked_on(self, **_: object) -> None:
        return None


_keepers: list[Keeper] = [_Nobody()]


def register(keeper: Keeper) -> None:
    """Called once from an upper layer's `apps.ready()`."""
    _keepers[:] = [keeper]


def keeper() -> Keeper:
    return _keepers[0]
