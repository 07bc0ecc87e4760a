"""The jobs of the house: which roles whoever does one holds. Naming a job gives nobody anything: whoever
comes to it is agreed to by an officer each time."""

from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from people.accounts.models import User
from people.roles.models import Role
from people.roles.permissions import Duty
from people.staffing.errors import NotNow
from people.staffing.models import Job, JobRole
from people.staffsessions.standing import in_staff_session


@transaction.atomic
@in_staff_session
def make_job(*, actor: User, name_zh: str, name_en: str, roles: Iterable[Role], signs_anew: bool) -> Job:
    """A job with these roles. The caller's gate said that the actor gives roles. Raises NotNow."""
    chosen = list(roles)
    duties = {role.duty for role in chosen}
    if not chosen:
        raise NotNow(_("A job has at least one role."))
    if len(duties) > 1 and duties & {Duty.ADMIN.value, Duty.AUDIT.value}:
        raise NotNow(_("Nobody is an administrator or an auditor and something else at the same time."))
    try:
        with transaction.atomic():
            job = Job.objects.create(
                name_zh=name_zh.strip(), name_en=name_en.strip(), signs_anew=signs_anew, made_by=actor
            )
    except IntegrityError:
        raise NotNow(_("A job of this name exists.")) from None
    JobRole.objects.bulk_create([JobRole(job=job, role=role) for role in chosen])
    _log(job, Action.STAFFING_JOB)
    return job


@transaction.atomic
@in_staff_session
def retire_job(*, actor: User, job: Job) -> None:
    """Nobody comes to it any more; whoever has it keeps their roles. Idempotent."""
    locked = Job.objects.select_for_update().get(pk=job.pk)
    if locked.retired_at is None:
        locked.retired_at = timezone.now()
        locked.save(update_fields=["retired_at"])
        _log(locked, Action.STAFFING_JOB_END)


def _log(job: Job, action: Action) -> None:
    record_change(Entry(action=action, object_type=ObjectType.JOB, object_id=job.pk))
