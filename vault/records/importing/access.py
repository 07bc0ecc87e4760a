"""The gate of imports: who may import into the book, and of the file itself only who brought it."""

from uuid import UUID

from django.db.models import QuerySet

from audit.actions import Action, ObjectType
from audit.refusals import Refused
from people.accounts.models import User
from people.roles.permissions import Permission
from vault.records.access import which_books
from vault.records.importing.models import ImportJob


def which_jobs(user: User) -> QuerySet[ImportJob]:
    """The person's own imports, into books that they may still import into."""
    books = which_books(user, Permission.CLIENT_IMPORT)
    return ImportJob.objects.filter(actor=user, book__in=books).select_related("book")


def get_job(user: User, job_id: UUID, action: Action = Action.IMPORT_READ) -> ImportJob:
    """The import. Raises Refused when there is none, or none for this person."""
    job = which_jobs(user).filter(pk=job_id).first()
    if job is None:
        raise Refused(ObjectType.IMPORT_JOB, job_id, action)
    return job
