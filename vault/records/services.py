"""Adding and changing clients. Each function passes the gate itself and logs in its own transaction."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.actions import Action, ObjectType
from audit.entry import MAX_SUBJECTS, Entry
from audit.ids import uuid7
from audit.log import record_change
from audit.refusals import Refused
from people.accounts.models import User
from people.roles.permissions import Permission
from vault.access import Mode, access, new_subjects
from vault.keys import store
from vault.purposes.catalogue import check_purpose
from vault.records.access import get_book, get_client, may_open
from vault.records.books import index_keys, opened_book
from vault.records.drafts import ClientDraft
from vault.records.errors import ChangedMeanwhile, NotPossible
from vault.records.indexing import BookTokens, unique_keys
from vault.records.labels import Field, IndexLabel
from vault.records.models import SEALED_COLUMNS, Client, ClientBook, ClientVersion
from vault.sealed.context import AccessContext

BATCH = MAX_SUBJECTS


def create_clients(
    *,
    actor: User,
    book_id: UUID,
    drafts: Sequence[ClientDraft],
    permission: Permission = Permission.CLIENT_CREATE,
    assigned: User | None = None,
) -> list[UUID | None]:
    """Add at most BATCH clients; in order, the id of each, or None where it is in the book already.

    Raises:
        PurposeNotAllowed: a draft names a purpose that the book's holding does not know.
        LogUnavailable, KeyWithheld: nothing was added.
    """
    book = get_book(actor, book_id, permission)
    if len(drafts) > BATCH:
        raise ValueError(f"at most {BATCH} clients at once")
    for draft in drafts:
        if draft.purpose:
            check_purpose(book.holding, draft.purpose)
    with opened_book(book) as (context, tokens), transaction.atomic():
        # Two imports of one list at the same time must not both find nobody.
        ClientBook.objects.select_for_update(no_key=True).get(pk=book.pk)
        ids = _absent(context, tokens, drafts)
        new = [(client_id, draft) for client_id, draft in zip(ids, drafts, strict=True) if client_id]
        if new:
            _insert(context, tokens, new, actor=actor, assigned=assigned)
    return ids


def _absent(context: AccessContext, tokens: BookTokens, drafts: Sequence[ClientDraft]) -> list[UUID | None]:
    """A new id for each draft that neither the book nor an earlier draft holds, else None."""
    keys = [[tokens.of(IndexLabel.UNIQUE, key) for key in unique_keys(draft.values)] for draft in drafts]
    strongest = sorted({mine[0] for mine in keys})
    book_id = tokens.book.pk
    found = store.index_find(
        context.entry, [(book_id, IndexLabel.UNIQUE.value, wanted) for wanted in strongest]
    )
    present = {hit.token for hit in found}
    ids: list[UUID | None] = []
    for mine in keys:
        if mine[0] in present:
            ids.append(None)
        else:
            ids.append(uuid7())
            present.update(mine)
    return ids


def _insert(
    context: AccessContext,
    tokens: BookTokens,
    new: Sequence[tuple[UUID, ClientDraft]],
    *,
    actor: User,
    assigned: User | None,
) -> None:
    book = tokens.book
    owners = [client_id for client_id, _ in new]
    with new_subjects(context, owners, parent=book.key_id) as key_ids:
        now = timezone.now()
        rows = [
            Client(
                id=client_id,
                book=book,
                key_id=key_ids[client_id],
                kind=draft.kind,
                source=draft.source,
                purpose=draft.purpose or book.purpose,
                grade=draft.grade,
                assigned=assigned,
                created_by=actor,
                created_at=now,
                updated_at=now,
                **draft.sealed_values(),
            )
            for client_id, draft in new
        ]
        Client.objects.bulk_create(rows)
    store.index_write(
        book.pk,
        replaced=[],
        rows=[(client_id, *row) for client_id, draft in new for row in tokens.of_client(draft.values)],
    )
    record_change(
        Entry(
            action=Action.CLIENT_CREATE,
            object_type=ObjectType.BOOK,
            object_id=book.pk,
            deal=book.deal_id,
            subjects=tuple(owners),
        )
    )


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
    """Change a client and keep what it was.

    Args:
        version: the client's version that the person saw.
        reason: a code of `purposes.catalogue.ChangeReason`.
        values: normalised sealed values by field code; "" empties a field, an absent one stays.
        extras: added to the extra fields; "" removes one.
        open_values: unsealed columns (kind, source, grade, assigned_id).

    Raises:
        ChangedMeanwhile: the version is not the current one.
        NotPossible: a grade was to be lowered.
        Refused: no such client for this person, or it is kept for storage only.
    """
    found = get_client(actor, client_id, Permission.CLIENT_EDIT)
    if not may_open(found):
        raise Refused(ObjectType.CLIENT, client_id, Action.CLIENT_EDIT)
    wanted = dict(open_values or {})
    keys = index_keys(found.book)
    entry = client_entry(found, Action.CLIENT_OPEN, more_keys=tuple(keys.values()))
    with access(Mode.WRITE, entry) as context, transaction.atomic():
        locked = Client.objects.select_for_update(of=("self",)).select_related("book")
        client: Client | None = locked.filter(pk=client_id).first()
        if client is None or not may_open(client):  # destroyed or closed since the first look
            raise Refused(ObjectType.CLIENT, client_id, Action.CLIENT_EDIT)
        if client.version != version:
            raise ChangedMeanwhile(_("Somebody else has changed this client meanwhile. Look at it again."))
        if "grade" in wanted and int(str(wanted["grade"])) < client.grade:
            raise NotPossible(_("Only the data protection officer lowers a grade."))
        changed = _changed(client, values, extras, wanted)
        if not changed:
            return client
        _keep_version(client, actor, changed, reason)
        _apply(client, values, extras, wanted, changed)
        tokens = BookTokens(client.book, context, keys)
        current = {field.value: value for field in Field if (value := getattr(client, field))}
        store.index_write(
            client.book_id,
            replaced=[client_id],
            rows=[(client_id, *row) for row in tokens.of_client(current)],
        )
        record_change(
            Entry(
                action=Action.CLIENT_EDIT,
                object_type=ObjectType.CLIENT,
                object_id=client_id,
                subjects=(client_id,),
                deal=client.book.deal_id,
                fields=tuple(changed),
                reason=reason,
            )
        )
    return client


def client_entry(
    client: Client, action: Action, *, more_keys: tuple[int, ...] = (), fields: tuple[str, ...] = ()
) -> Entry:
    """The entry of an access to one client: names its key, and the compartment key that it hangs from."""
    return Entry(
        action=action,
        object_type=ObjectType.CLIENT,
        object_id=client.pk,
        subjects=(client.pk,),
        deal=client.book.deal_id,
        fields=fields,
        keys=(client.key_id, client.book.key_id, *more_keys),
    )


def _changed(
    client: Client,
    values: Mapping[str, str],
    extras: Mapping[str, str] | None,
    open_values: Mapping[str, object],
) -> list[str]:
    changed = [code for code, value in values.items() if getattr(client, Field(code)) != value]
    if extras and _merged(client.extras, extras) != client.extras:
        changed.append("extras")
    return changed + [name for name, value in open_values.items() if getattr(client, name) != value]


def _merged(present: Mapping[str, str], extras: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in {**present, **extras}.items() if text}


def _apply(
    client: Client,
    values: Mapping[str, str],
    extras: Mapping[str, str] | None,
    open_values: Mapping[str, object],
    changed: Sequence[str],
) -> None:
    for name, value in {**values, **open_values}.items():
        if name in changed:
            setattr(client, name, value)
    if extras and "extras" in changed:
        client.extras = _merged(client.extras, extras)
    client.version += 1
    client.updated_at = timezone.now()
    client.save()


def _keep_version(client: Client, actor: User, changed: Sequence[str], reason: str) -> None:
    sealed: dict[str, object] = {}
    for column in SEALED_COLUMNS:
        sealed[column] = client.__dict__[column]
        sealed[f"{column}_seal"] = getattr(client, f"{column}_seal")
    ClientVersion.objects.create(
        client=client,
        number=client.version,
        fields=[name.removesuffix("_id") for name in changed],
        reason=reason,
        changed_by=actor,
        **sealed,
    )
