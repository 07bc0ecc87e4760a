"""Changing what is known of a file."""

from uuid import UUID

from django.db import transaction

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from audit.refusals import Refused
from deals.files import tasks
from deals.files.agreeing import require_fitting_name
from deals.files.ends import end_entry, waiting_ends
from deals.files.models import NAME_LENGTH, File, FileVersion, VersionEnd
from deals.rooms.access import get_file, get_staff_room, get_version
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
        newest = FileVersion.objects.filter(file=file).latest("number")
        require_fitting_name(newest, old=file.name, new=cleaned)
        file.name = cleaned
        file.save()
        record_change(
            Entry(action=Action.FILE_RENAME, object_type=ObjectType.FILE, object_id=file_id, deal=deal_id)
        )


def note_page_count(version: FileVersion, count: int) -> None:
    """Keep what drawing the file has shown; a fact about the file, not a change of it."""
    FileVersion.objects.filter(pk=version.pk, page_count__isnull=True).update(page_count=count)
    version.page_count = count


def get_ending(user: User, deal_id: UUID, version_id: UUID) -> VersionEnd:
    """The end that waits for a version, to the staff who work on the deal. Raises Refused."""
    get_staff_room(user, deal_id, Action.FILE_DESTROY_ASK)
    version = get_version(user, deal_id, version_id, Level.MANAGE, Action.FILE_DESTROY_ASK)
    end = waiting_ends().filter(pk=version_id).first()
    if end is None:
        raise Refused(ObjectType.FILE, version.file_id, Action.FILE_DESTROY_ASK, deal=deal_id)
    end.version = version
    return end


@transaction.atomic
def give_up(*, actor: User, deal_id: UUID, version_id: UUID) -> None:
    """Have a version that holds somebody destroyed go before its day. Raises Refused."""
    end = get_ending(actor, deal_id, version_id)
    VersionEnd.objects.filter(pk=end.pk, asked_by__isnull=True).update(asked_by=actor)
    record_change(end_entry(Action.FILE_DESTROY_ASK, end.version))
    transaction.on_commit(tasks.end_soon)
