"""What a file's grade asks of whoever opens it.

A code to a phone, or a password alone, proves less than what lies in a file of the highest grade is worth: a
number can be taken over (SIM swap), a password read off a keyboard. So its pages and its original open only
in a session that a second factor opened. The name and that it is there are seen like any other's.
"""

from uuid import UUID

from django.db import transaction

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from deals.files.models import File
from deals.pipeline.access import get_led_deal
from deals.rooms.access import get_file
from deals.rooms.levels import Level
from people.accounts.models import User
from vault.masking.grades import Grade


def set_grade(*, actor: User, deal_id: UUID, file_id: UUID, grade: Grade) -> None:
    """Staff who manage the file raise it; lowering it is the deal's lead's. Raises Refused."""
    reached = get_file(actor, deal_id, file_id, Level.MANAGE, Action.FILE_GRADE)
    if grade < reached.grade:
        get_led_deal(actor, deal_id, Action.FILE_GRADE)
    with transaction.atomic():
        changed = File.objects.filter(pk=file_id, grade=reached.grade).exclude(grade=grade)
        if changed.update(grade=grade):
            record_change(
                Entry(
                    action=Action.FILE_GRADE,
                    object_type=ObjectType.FILE,
                    object_id=file_id,
                    deal=deal_id,
                    fields=(f"grade.{grade.value}",),
                )
            )
