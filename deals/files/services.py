"""Changing what is known of a file."""

from uuid import UUID

from django.db import transaction

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from deals.files.models import NAME_LENGTH, File, FileVersion
from deals.rooms.access import get_file
from deals.rooms.levels import Level
from deals.rooms.naming import changing
from deals.rooms.titles import clean_title
from people.accounts.models import User


def rename_file(*, actor: User, deal_id: UUID, file_id: UUID, name: str) -> None:
    """Raises NotPossible for the name, Refused."""
    reached = get_file(actor, deal_id, file_id, Level.MANAGE, Action.FILE_RENAME)
    cleaned = clean_title(name, longest=NAME_LENGTH)
    with changing(reached.room), transaction.atomic():
        file: File = File.objects.select_for_update(of=("self",)).get(pk=file_id)
        file.name = cleaned
        file.save()
        record_change(
            Entry(action=Action.FILE_RENAME, object_type=ObjectType.FILE, object_id=file_id, deal=deal_id)
        )


def note_page_count(version: FileVersion, count: int) -> None:
    """Keep what drawing the file has shown; a fact about the file, not a change of it."""
    FileVersion.objects.filter(pk=version.pk, page_count__isnull=True).update(page_count=count)
    version.page_count = count
