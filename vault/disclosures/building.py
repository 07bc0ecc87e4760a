"""Making the file of an approved export, on the worker. Each is made whole or not at all."""

import io
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from django.db import transaction
from django.utils import timezone, translation

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.origin import Origin, acting_as
from people.notices.services import notify
from people.roles.permissions import Permission
from vault.access import Mode, access_many
from vault.disclosures.ends import discard_file, end_export
from vault.disclosures.exportfiles import NewFile
from vault.disclosures.holds import books_of, held_among
from vault.disclosures.listdigest import ids_digest
from vault.disclosures.marking import mark
from vault.disclosures.marks import mark_key, mark_keys
from vault.disclosures.masked_marks import mark_masked
from vault.disclosures.models import EXPORT_KEPT, CanaryToken, Export, ExportState
from vault.disclosures.recipients import recipient_words, still_receives
from vault.disclosures.selection import Use, usable
from vault.disclosures.sheets import Stamp, write_sheet
from vault.keys.errors import KeyWithheld
from vault.notices import EXPORT_READY
from vault.purposes.lawfulness import refuse
from vault.records.access import which_clients, within_grade
from vault.records.models import Client

Row = tuple[UUID, Mapping[str, str]]


@transaction.atomic
def build(export_id: UUID) -> None:
    """Make the file, or return at once when another worker has it or it is not approved.

    The database lets no export become approved without its approval. Whoever asked must still be able to
    export these people now; who was destroyed, closed or lost their basis since is left out.
    """
    free = Export.objects.select_for_update(skip_locked=True, of=("self",))
    exports = free.select_related("requester", "colleague", "outsider")
    export = exports.filter(pk=export_id, state=ExportState.APPROVED).first()
    if export is None:
        return
    if held_among(books_of(export)):
        return  # it waits: beat takes it up again until the hold has ended
    with acting_as(Origin(actor=export.requester_id)), translation.override(export.language):
        discard_file(export)  # of before somebody in it was destroyed
        clients = exportable(export)
        if export.built_at is None:
            tell_of_withdrawals(export)
        if not clients:
            end_export(export, ExportState.FAILED)
            return
        try:
            with transaction.atomic():
                _make(export, clients)
        except KeyWithheld:  # a book was locked
            end_export(export, ExportState.FAILED)


def exportable(export: Export) -> list[Client]:
    """Those of the list that its requester may export for its purpose now, oldest first; nobody where its
    recipient may get nothing any more."""
    return usable(_listed(export), Use.of(export)).clients


def tell_of_withdrawals(export: Export) -> None:
    """Log and alert those of the list whom the law keeps out now. All of it was lawful when it was asked for,
    so that each is somebody whose word or basis went since, at whose data the requester is now stopped.

    Raises audit.log.LogUnavailable.
    """
    use, listed = Use.of(export), _listed(export)
    withheld = usable(listed, use).refused
    refuse(export.requester, listed, withheld, purpose=use.purpose, act=use.act, groups=use.groups)


def _listed(export: Export) -> list[Client]:
    """Those of the list whom its requester may still export, if its recipient may still get anything."""
    if not still_receives(export):
        return []
    mine = which_clients(export.requester, Permission.CLIENT_EXPORT)
    listed = mine.filter(pk__in=export.items.values("client_id")).order_by("pk")
    fields = Use.of(export).fields
    return [one for one in listed if within_grade(export.requester, one, Permission.CLIENT_EXPORT, fields)]


def holds_just(export: Export, clients: Iterable[Client]) -> bool:
    """Whether these, no more, no fewer and no others, are the clients in the export's file."""
    return ids_digest(client.pk for client in clients) == export.delivered_digest


def make_again(export: Export) -> None:
    """Send a ready export back to the worker, in the caller's transaction: somebody in it is gone."""
    export.state = ExportState.APPROVED
    export.save(update_fields=["state"])


def _make(export: Export, clients: Sequence[Client]) -> None:
    rows = _opened(export, clients)
    marked = (mark_masked if export.masked else mark)(mark_key(mark_keys()), export.pk, rows)
    CanaryToken.objects.bulk_create(
        [CanaryToken(export=export, number=number, token=token) for number, token in marked.tokens],
        ignore_conflicts=True,  # made a second time, it has the same marks
    )
    target = io.BytesIO()
    write_sheet(target, export.format, export.chosen, marked.rows, Stamp.of(export, recipient_words(export)))
    file = NewFile(Action.EXPORT_BUILD)
    file.write(target.getbuffer())
    file.keep()
    now = timezone.now()
    export.file_id, export.file_key = file.file_id, file.key.key_id
    export.state, export.delivered = ExportState.READY, len(clients)
    export.delivered_digest = ids_digest(client.pk for client in clients)
    export.built_at = now
    export.expires_at = export.expires_at or now + EXPORT_KEPT
    export.save(
        update_fields=[
            *("file_id", "file_key", "state", "built_at", "expires_at"),
            *("delivered", "delivered_digest"),
        ],
    )
    notify(EXPORT_READY, [export.requester], object_id=export.pk, key=str(export.pk))


def _opened(export: Export, clients: Sequence[Client]) -> list[Row]:
    """Values of the chosen fields, plaintext or masks, under entries that name everybody."""
    entry = Entry(
        action=Action.EXPORT_BUILD,
        object_type=ObjectType.EXPORT,
        object_id=export.pk,
        deal=clients[0].book.deal_id,
        purpose=export.purpose,
        fields=tuple(export.fields),
        keys=tuple({client.book.key_id for client in clients}),
    )
    subjects = [(client.pk, client.key_id) for client in clients]
    mode = Mode.MASK if export.masked else Mode.OPEN
    with access_many(mode, entry, subjects, groups=Use.of(export).groups):
        return [(client.pk, {name: getattr(client, name) for name in export.fields}) for client in clients]
