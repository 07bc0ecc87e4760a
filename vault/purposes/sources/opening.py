"""Opening the sealed part of a source: who gave the list, and the evidence."""

import base64
from dataclasses import dataclass, field
from uuid import UUID

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.refusals import Refused
from people.accounts.models import User
from people.roles.permissions import Permission
from vault.access import Mode, access
from vault.purposes.sources.models import ListSource
from vault.records.access import which_books


@dataclass(frozen=True, slots=True)
class OpenSource:
    source: ListSource
    given_by: str = field(repr=False)
    words: str = field(repr=False)
    media_type: str
    data: bytes = field(repr=False)


def open_source(*, actor: User, source_id: UUID) -> OpenSource:
    """For those who may import into its book. Raises Refused, LogUnavailable, KeyWithheld."""
    books = which_books(actor, Permission.CLIENT_IMPORT)
    found = ListSource.objects.select_related("book", "recorded_by").filter(book__in=books, pk=source_id)
    source: ListSource | None = found.first()
    if source is None:
        raise Refused(ObjectType.SOURCE, source_id, Action.SOURCE_OPEN)
    entry = Entry(
        action=Action.SOURCE_OPEN,
        object_type=ObjectType.SOURCE,
        object_id=source.pk,
        subjects=(source.pk,),
        deal=source.book.deal_id,
        keys=(source.key_id, source.book.key_id),
    )
    with access(Mode.OPEN, entry):
        data = base64.b64decode(source.file)
        return OpenSource(source, source.given_by, source.words, source.media_type, data)
