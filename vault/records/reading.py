"""Showing clients: masked, or in plaintext one disclosure group at a time; never without a log entry."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from audit.actions import Action, ObjectType
from audit.entry import MAX_SUBJECTS, Entry
from audit.log import record_read
from audit.refusals import Refused
from people.accounts.models import User
from people.roles.permissions import Permission
from vault.access import Mode, access
from vault.purposes.catalogue import Reason, check_purpose
from vault.records.access import get_client, may_open
from vault.records.labels import FIELDS_OF, Group
from vault.records.models import Client, ClientVersion
from vault.records.reasons import seal_reason
from vault.records.services import client_entry

LISTED = (Group.IDENTITY, Group.CONTACT)


@dataclass(frozen=True, slots=True)
class ShownGroup:
    """A disclosure group as it is shown: masks, or plaintext when `is_open`."""

    group: Group
    values: Mapping[str, str] = field(repr=False)
    extras: Mapping[str, str] = field(repr=False)
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class MaskedRow:
    """A client in a list: unsealed columns, and masks of name, phone and number."""

    client: Client
    name: str
    phone: str
    number: str


def masked_rows(clients: Sequence[Client], *, object_id: UUID | None = None) -> list[MaskedRow]:
    """Masks of one page (at most 1,000 clients), under one entry that names all of them."""
    if not clients:
        return []
    if len(clients) > MAX_SUBJECTS:
        raise ValueError(f"a page has at most {MAX_SUBJECTS} clients")
    entry = Entry(
        action=Action.CLIENT_LIST,
        object_type=ObjectType.BOOK,
        object_id=object_id,
        subjects=tuple(client.pk for client in clients),
        keys=keys_of(clients),
    )
    with access(Mode.MASK, entry, groups=LISTED):
        return [masked_row(client) for client in clients]


def keys_of(clients: Iterable[Client]) -> tuple[int, ...]:
    """The clients' keys and, once each, the compartment keys that they hang from."""
    clients = list(clients)
    return (*{client.book.key_id for client in clients}, *(client.key_id for client in clients))


def masked_row(client: Client) -> MaskedRow:
    """In a context of mask mode. A storage-only client shows that it is there, and nothing of it."""
    if not may_open(client):
        return MaskedRow(client, "", "", "")
    return MaskedRow(client, client.name, client.phone, client.id_number or client.credit_code)


def view_client(*, actor: User, client_id: UUID) -> tuple[Client, list[ShownGroup]]:
    """One client with every group masked. Raises Refused."""
    client = get_client(actor, client_id, Permission.CLIENT_VIEW)
    if not may_open(client):
        record_read(_without_keys(client))
        return client, []
    with access(Mode.MASK, client_entry(client, Action.CLIENT_VIEW)):
        return client, [_shown(client, group) for group in Group]


def view_history(*, actor: User, client_id: UUID) -> tuple[Client, list[ClientVersion]]:
    """A client's last 200 changes: when, by whom, why, names of fields. Nothing is opened. Raises Refused."""
    client = get_client(actor, client_id, Permission.CLIENT_VIEW)
    record_read(_without_keys(client))
    changes = client.versions.select_related("changed_by").defer(
        "identity", "contact", "financial", "remarks"
    )
    return client, list(changes.order_by("-number")[:200])


def mask_group(*, actor: User, client_id: UUID, group: Group) -> tuple[Client, ShownGroup]:
    """One group, masked again after it was shown. Raises Refused."""
    client = get_client(actor, client_id, Permission.CLIENT_VIEW)
    if not may_open(client):
        raise Refused(ObjectType.CLIENT, client_id, Action.CLIENT_VIEW)
    with access(Mode.MASK, client_entry(client, Action.CLIENT_VIEW), groups={group}):
        return client, _shown(client, group)


def reveal_group(
    *, actor: User, client_id: UUID, group: Group, purpose: str, reason: Reason, words: str = ""
) -> tuple[Client, ShownGroup]:
    """One group in plaintext, for a purpose that the book's holding knows.

    `words` is free text beside the reason code; it is sealed under the client's key before it is logged.

    Raises:
        Refused: no such client for this person, or it is kept for storage only.
        PurposeNotAllowed: the book's holding does not know this purpose; nothing was opened.
    """
    client = get_client(actor, client_id, Permission.CLIENT_REVEAL)
    if not may_open(client):
        raise Refused(ObjectType.CLIENT, client_id, Action.CLIENT_REVEAL)
    allowed = check_purpose(client.book.holding, purpose)
    detail = None
    if words:
        # The key that seals the words comes, like any key, only after an entry of its own.
        with access(Mode.WRITE, client_entry(client, Action.CLIENT_OPEN), groups=()) as context:
            detail = seal_reason(context, client, words)
    entry = Entry(
        action=Action.CLIENT_REVEAL,
        object_type=ObjectType.CLIENT,
        object_id=client_id,
        subjects=(client_id,),
        deal=client.book.deal_id,
        purpose=allowed.value,
        reason=Reason(reason).value,
        fields=(group.value,),
        keys=(client.key_id, client.book.key_id),
        detail=detail,
    )
    with access(Mode.OPEN, entry, groups={group}):
        return client, _shown(client, group, is_open=True)


def _shown(client: Client, group: Group, *, is_open: bool = False) -> ShownGroup:
    values = {name.value: getattr(client, name) for name in FIELDS_OF[group]}
    return ShownGroup(group, values, client.extras if group is Group.NOTES else {}, is_open)


def _without_keys(client: Client) -> Entry:
    """The entry of a look at a client that releases no key."""
    return replace(client_entry(client, Action.CLIENT_VIEW), keys=())
