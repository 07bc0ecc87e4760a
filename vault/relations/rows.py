"""What every row about a client has in common: it is sealed under that client's own key and goes with it."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.ids import uuid7
from audit.log import record_change
from audit.refusals import Refused
from people.accounts.models import User
from people.roles.permissions import Permission
from vault.access import Mode, access
from vault.records.access import get_client, may_open
from vault.records.entries import client_entry
from vault.records.models import Client
from vault.records.verifying.codes import row_code
from vault.sealed.models import SealedModel


class ClientRow(SealedModel):
    """A row about one client, of which it takes the key: destroying the client leaves nothing that opens.

    The row goes with the client (CASCADE). Unsealed columns hold codes, dates and ids only. The bytes are
    bound to this row's own id, so that those of another row of the same client do not open in its place.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="%(class)s_rows")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        abstract = True

    def sealed_subject(self) -> UUID:
        return self.client_id

    def sealed_row(self) -> bytes:
        return self.pk.bytes

    def sealed_compartment(self) -> bytes:
        return self.client.book_id.bytes

    def load_anew(self) -> None:
        """As it is stored now, after an `update()`; whose it is never changes."""
        columns = self._meta.concrete_fields
        self.refresh_from_db(fields=[one.name for one in columns if one.name not in ("id", "client", "by")])


@contextmanager
def writing(
    *, actor: User, client_id: UUID, action: Action, groups: Collection[str] = ()
) -> Iterator[Client]:
    """A transaction in which rows about the client may be written, and those of `groups` sealed.

    Without groups no key is released. The gate is asked again behind the lock, which a destruction takes too:
    a client that was destroyed or closed meanwhile gets no new row.

    Raises Refused: no such client for this person, or it is kept for storage only.
    """
    found = get_client(actor, client_id, Permission.CLIENT_EDIT)
    if not may_open(found):
        raise Refused(ObjectType.CLIENT, client_id, action)
    if not groups:
        with _locked(actor, client_id, action) as client:
            yield client
        return
    entry = client_entry(found, Action.CLIENT_OPEN, fields=tuple(groups))
    with access(Mode.WRITE, entry, groups=groups), _locked(actor, client_id, action) as client:
        yield client


@contextmanager
def _locked(actor: User, client_id: UUID, action: Action) -> Iterator[Client]:
    with transaction.atomic():
        Client.objects.select_for_update(no_key=True).filter(pk=client_id).values_list("pk").first()
        client = get_client(actor, client_id, Permission.CLIENT_EDIT)
        if not may_open(client):
            raise Refused(ObjectType.CLIENT, client_id, action)
        yield client


def new_row(model: Any, client: Client, by: User, **values: object) -> Any:
    """Seal and store a row about the client, inside `writing`; empty sealed values stay absent."""
    row = model(client=client, key_id=client.key_id, by=by)
    for name, value in values.items():
        if value not in ("", None):
            setattr(row, name, value)
    row.save(force_insert=True)
    return row


def record_row(
    action: Action,
    object_type: ObjectType,
    row: ClientRow,
    *,
    reason: str = "",
    purpose: str = "",
    fields: tuple[str, ...] = (),
    more: tuple[UUID, ...] = (),
    said: tuple[str, ...] | None = None,
) -> UUID:
    """The log entry of a change to a row, in the caller's transaction.

    It says what is stored from now on, so `row` must be as it is stored: new, or loaded behind the lock.

    Args:
        more: other people it is about.
        said: what it says of the row instead: that it is gone, or nothing where nothing is other than it was.
    """
    return record_change(
        Entry(
            action=action,
            object_type=object_type,
            object_id=row.pk,
            subjects=(row.client_id, *more),
            deal=row.client.book.deal_id,
            purpose=purpose,
            reason=reason,
            fields=(*fields, *((row_code(row),) if said is None else said)),
        )
    )
