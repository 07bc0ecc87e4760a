"""What slices above have to say of clients that are being added or changed.

`records` stores clients; that a client is somebody's already, and for how long, is known a layer higher
(vault.intake), which registers one `Keeper` when the app is ready.
"""

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from people.accounts.models import User
from vault.records.drafts import ClientDraft
from vault.records.models import Client, ClientBook

# The one answer to 撞单, the same whoever the client's owner is, wherever and by whatever field it was known.
OWNED = _("This client has an owner already. The owner and their manager have been told; ask your manager.")


@dataclass(slots=True)
class Adding:
    """A batch on its way in.

    `ids` has the new id of each draft, None where the draft is not to be stored; `owned` are the positions of
    those that stay out because somebody has such a client already. Inside the block of `Keeper.adding` the
    rows of `ids` are written.
    """

    ids: list[UUID | None]
    owned: frozenset[int] = field(default_factory=frozenset)
    protected_until: datetime | None = None


class Added(list[UUID | None]):
    """In the order of the drafts: the id of each new client, or None. `owned`: positions of 撞单."""

    def __init__(self, adding: Adding) -> None:
        super().__init__(adding.ids)
        self.owned = adding.owned


class Keeper(Protocol):
    """Keeps whose client is whose. Every method is called in the transaction of the change."""

    def adding(
        self,
        *,
        actor: User,
        book: ClientBook,
        drafts: Sequence[ClientDraft],
        ids: list[UUID | None],
        assigned: User | None,
    ) -> AbstractContextManager[Adding]: ...

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
