"""What changed, when, by whom, why, and from what to what: in masks, the same ones as on every other page."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import QuerySet

from audit.actions import Action, ObjectType
from audit.log import record_read
from audit.refusals import Refused
from people.accounts.models import User
from people.roles.permissions import Permission
from vault.access import Mode, access
from vault.records.access import get_client, may_open
from vault.records.entries import client_entry
from vault.records.labels import Field
from vault.records.models import Client, ClientFields, ClientVersion, in_words
from vault.records.reading import look_without_keys

_SEALED = frozenset(Field)


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field before and after, masked. `same`: it changed, and its mask did not."""

    code: str
    label: str
    before: str = field(repr=False)
    after: str = field(repr=False)

    @property
    def same(self) -> bool:
        return self.before == self.after


@dataclass(frozen=True, slots=True)
class ShownChange:
    """A change: the version before it, its sealed fields, and the names of what else it changed."""

    version: ClientVersion
    fields: list[FieldChange]
    others: list[str]


def history(actor: User, client_id: UUID) -> "tuple[Client, QuerySet[ClientVersion]]":
    """A client and its versions, for a page of them. Raises Refused."""
    client = get_client(actor, client_id)
    return client, client.versions.select_related("changed_by", "agreed_by")


def show_changes(client: Client, versions: Sequence[ClientVersion]) -> list[ShownChange]:
    """Masks of one page of a client's versions, newest first, under one entry; `history` was the gate.

    What a version was changed to is what the next one says, or the client itself.
    """
    if not may_open(client) or not versions:
        record_read(look_without_keys(client))
        return [ShownChange(version, [], version.fields_in_words) for version in versions]
    newest = versions[0].number
    later = list(client.versions.filter(number=newest + 1))
    keys = {version.key_id for version in (*versions, *later)} - {client.key_id}
    with access(Mode.MASK, client_entry(client, Action.CLIENT_VIEW, more_keys=tuple(sorted(keys)))):
        after: ClientFields = later[0] if later else client
        shown = []
        for version in (*later, *versions):
            version.client = client  # grade and facets of today decide the mask, for it is shown today
        for version in versions:
            shown.append(_shown(version, after))
            after = version
    return shown


def differences(*, actor: User, client_id: UUID, number: int) -> tuple[Client, list[FieldChange]]:
    """What putting back version `number` would change, masked. Raises Refused: nobody's, or no such version.

    Which fields were changed since is what the versions say; equality of values is nobody's to learn here.
    """
    client = get_client(actor, client_id, Permission.CLIENT_EDIT)
    version: ClientVersion | None = client.versions.filter(number=number).first()
    if version is None or not may_open(client):
        raise Refused(ObjectType.CLIENT, client_id, Action.CLIENT_EDIT)
    named = client.versions.filter(number__gte=number).values_list("fields", flat=True)
    changed = {code for fields in named for code in fields}
    more = () if version.key_id == client.key_id else (version.key_id,)
    with access(Mode.MASK, client_entry(client, Action.CLIENT_VIEW, more_keys=more)):
        version.client = client
        rows = [_field(code, client, version) for code in Field if code in changed]
    if "extras" in changed:
        rows.append(FieldChange("extras", in_words(["extras"])[0], "", ""))
    return client, rows


def _shown(version: ClientVersion, after: ClientFields) -> ShownChange:
    sealed = [code for code in version.fields if code in _SEALED]
    others = [code for code in version.fields if code not in _SEALED]
    return ShownChange(version, [_field(code, version, after) for code in sealed], in_words(others))


def _field(code: str, before: ClientFields, after: ClientFields) -> FieldChange:
    return FieldChange(code, in_words([code])[0], getattr(before, Field(code)), getattr(after, Field(code)))
