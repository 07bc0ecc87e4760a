"""Changing a client: what it was stays, sealed as it was, beside who changed what and why.

Every change of sealed values goes through `make_change`: who a client is and where money goes waits for a
second person there (vault.records.versions.rule), whatever page or job it comes from.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from audit.refusals import Refused
from people.accounts.models import User
from people.roles.permissions import Permission
from vault.access import Mode, access
from vault.formats.kinds import kind_of
from vault.keys import store
from vault.purposes.needs import require_needed
from vault.records.access import get_client, may_open
from vault.records.books import index_keys
from vault.records.entries import client_entry
from vault.records.errors import ChangedMeanwhile, NotPossible
from vault.records.indexing import BookTokens
from vault.records.labels import EXTRAS, FIELDS_OF, Field, Group
from vault.records.models import Client, ClientKind, ClientVersion
from vault.records.review.columns import COLUMN
from vault.records.review.staleness import holds
from vault.records.saving import keeper
from vault.records.verifying.codes import client_code, row_code
from vault.records.versions.proposing import propose
from vault.records.versions.rule import waiting_fields

_MEANWHILE = _("Somebody else has changed this client meanwhile. Nothing was saved: look at it again.")


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be.

    Args:
        values: normalised sealed values by field code; "" empties a field, an absent one stays.
        extras: added to the extra fields; "" removes one.
        open_values: unsealed columns (kind, source, grade, assigned_id).
    """

    values: Mapping[str, str] = field(default_factory=dict, repr=False)
    extras: Mapping[str, str] | None = field(default=None, repr=False)
    open_values: Mapping[str, object] = field(default_factory=dict)


def update_client(
    *,
    actor: User,
    client_id: UUID,
    version: int,
    reason: str,
    values: Mapping[str, str],
    extras: Mapping[str, str] | None = None,
    open_values: Mapping[str, object] | None = None,
) -> Client:
    """Change a client and keep what it was; what needs a second person waits for them instead.

    Args:
        version: the client's version that the person saw.
        reason: a code of `purposes.catalogue.ChangeReason`.
        values, extras, open_values: see `Change`.

    Raises:
        ChangedMeanwhile: the version is not the current one.
        NotPossible: a grade was to be lowered, a person to become a company, or one of the fields waits for
            a second person already.
        Refused: no such client for this person, or it is kept for storage only.
    """
    found = get_client(actor, client_id, Permission.CLIENT_EDIT)
    change = Change(values, extras, dict(open_values or {}))
    with writing(found) as (client, tokens):
        if client.version != version:
            raise ChangedMeanwhile(_MEANWHILE)
        if "grade" in change.open_values and int(str(change.open_values["grade"])) < client.grade:
            raise NotPossible(_("Only the data protection officer lowers a grade."))
        if change.open_values.get("kind") == ClientKind.COMPANY and not _may_be_company(client):
            raise NotPossible(
                _("This client has a person's name, so it stays a person. Add the company as a new client.")
            )
        make_change(client, tokens, change, by=actor, reason=reason)
    return client


def _may_be_company(client: Client) -> bool:
    """Nobody calls a person a company alone. The name is the one that is stored: another waits for a second
    person."""
    return client.kind == ClientKind.COMPANY or kind_of({"name": client.name}) == ClientKind.COMPANY


@contextmanager
def writing(found: Client) -> Iterator[tuple[Client, BookTokens]]:
    """The client locked, in a transaction, and open to be changed; with its book's index keys.

    Raises:
        ChangedMeanwhile: it was sealed under another key just now.
        Refused: it is kept for storage only, or gone.
    """
    refused = Refused(ObjectType.CLIENT, found.pk, Action.CLIENT_EDIT)
    if not may_open(found):
        raise refused
    keys = index_keys(found.book)
    entry = client_entry(found, Action.CLIENT_OPEN, more_keys=tuple(keys.values()))
    with access(Mode.WRITE, entry) as context, transaction.atomic():
        locked = Client.objects.select_for_update(of=("self",)).select_related("book")
        client: Client | None = locked.filter(pk=found.pk).first()
        if client is None or not may_open(client):  # destroyed or closed since the first look
            raise refused
        # A move to another suite gives the client another key; whoever comes again names it.
        if client.key_id not in context.keys:
            raise ChangedMeanwhile(_MEANWHILE)
        yield client, BookTokens(client.book, context, keys)


def make_change(client: Client, tokens: BookTokens, change: Change, *, by: User, reason: str) -> None:
    """Inside `writing`: put in what counts at once, and propose what waits for a second person.

    Raises NotNeeded: no purpose of the book needs what would be held then.
    """
    changed = changed_fields(client, change)
    _check_kind(client, change, changed)
    waiting = waiting_fields(client, changed)
    if waiting:
        _check_needed(client, change, waiting)
        proposed = {code: change.values[code] for code in waiting}
        propose(actor=by, client=client, values=proposed, reason=reason)
    at_once = [code for code in changed if code not in waiting]
    if at_once:
        put_in(client, tokens, change, at_once, by=by, reason=reason)


def put_in(
    client: Client,
    tokens: BookTokens,
    change: Change,
    changed: Sequence[str],
    *,
    by: User,
    reason: str,
    agreed_by: User | None = None,
) -> None:
    """Inside `writing`: keep the version before, store `changed` of the change, index and log it.

    `agreed_by` is the second person, where one was asked; the database refuses a version that should have one
    and has none, and one whose approval is not just being carried out.
    """
    _check_needed(client, change, changed)  # a second person may agree after a purpose was narrowed
    _check_kind(client, change, changed)
    before = _keep_version(client, changed, by=by, agreed_by=agreed_by, reason=reason)
    _apply(client, change, changed)
    current = {field.value: value for field in Field if (value := getattr(client, field))}
    store.index_write(
        tokens.entry,
        client.book_id,
        replaced=[client.pk],
        entries=store.index_entries([tokens.row_of(client.pk, current)]),
    )
    keeper().changed(actor=by, client=client, values=current, fields=changed)
    record_change(
        Entry(
            action=Action.CLIENT_EDIT,
            object_type=ObjectType.CLIENT,
            object_id=client.pk,
            subjects=(client.pk,),
            deal=client.book.deal_id,
            fields=(*changed, client_code(client), row_code(before)),
            reason=reason,
        )
    )


def _check_needed(client: Client, change: Change, changed: Sequence[str]) -> None:
    """Emptying is always possible: it is how what nothing needs goes."""
    filled = [code for code in changed if change.values.get(code)]
    if EXTRAS in changed and any((change.extras or {}).values()):
        filled.append(EXTRAS)
    require_needed(
        client.book,
        filled,
        action=Action.CLIENT_EDIT,
        object_type=ObjectType.CLIENT,
        object_id=client.pk,
    )


def _check_kind(client: Client, change: Change, changed: Sequence[str]) -> None:
    """A company whose name or numbers become a person's does not stay one (vault.formats.kinds)."""
    if not {Field.NAME, Field.ID_NUMBER, Field.CREDIT_CODE}.intersection(changed):
        return
    then = {field.value: getattr(client, field) for field in Field} | dict(change.values)
    kind = change.open_values.get("kind", client.kind)
    if kind == ClientKind.COMPANY and kind_of(then) != ClientKind.COMPANY:
        raise NotPossible(_("With these data this client is a person. Choose “Person” as its kind as well."))


def changed_fields(client: Client, change: Change) -> list[str]:
    """The codes of what would be other than it is. Inside `writing`."""
    changed = [code for code, value in change.values.items() if getattr(client, Field(code)) != value]
    if change.extras and _merged(client.extras, change.extras) != client.extras:
        changed.append(EXTRAS)
    return changed + [name for name, value in change.open_values.items() if getattr(client, name) != value]


def _merged(present: Mapping[str, str], extras: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in {**present, **extras}.items() if text}


def _apply(client: Client, change: Change, changed: Sequence[str]) -> None:
    begun = [group for group in Group if not holds(client, group) and set(FIELDS_OF[group]) & set(changed)]
    for name, value in {**change.values, **change.open_values}.items():
        if name in changed:
            setattr(client, name, value)
    if change.extras and EXTRAS in changed:
        client.extras = _merged(client.extras, change.extras)
    client.version += 1
    client.updated_at = timezone.now()
    for group in begun:  # what comes in now is not as old as the client
        setattr(client, COLUMN[group], client.updated_at)
    client.save()


def _keep_version(
    client: Client, changed: Sequence[str], *, by: User, agreed_by: User | None, reason: str
) -> ClientVersion:
    version = ClientVersion.of(
        client,
        number=client.version,
        fields=[name.removesuffix("_id") for name in changed],
        reason=reason,
        changed_by=by,
        agreed_by=agreed_by,
    )
    version.save()
    return version
