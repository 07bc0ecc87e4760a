"""The gate of destruction: oversight sees the runs and certificates; only ids and dates are in them."""

from uuid import UUID

from django.db.models import QuerySet

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_read
from audit.refusals import Refused
from compliance.destruction.models import CertificateSupplement, DestructionCertificate, DestructionRun
from people.accounts.models import User
from people.roles.access import has
from people.roles.permissions import Permission

SEES = (Permission.DESTRUCTION_ORDER, Permission.DESTRUCTION_APPROVE, Permission.LOG_READ)


def visible_runs(user: User) -> QuerySet[DestructionRun]:
    """Every run, to oversight; none to others."""
    if not any(has(user, permission) for permission in SEES):
        return DestructionRun.objects.none()
    return DestructionRun.objects.all()


def get_run(user: User, run_id: UUID) -> DestructionRun:
    """One run, its list about to be shown: that is an entry. Raises Refused, LogUnavailable."""
    run = visible_runs(user).filter(pk=run_id).first()
    if run is None:
        raise Refused(ObjectType.DESTRUCTION_RUN, run_id, Action.DESTRUCTION_VIEW)
    record_read(
        Entry(action=Action.DESTRUCTION_VIEW, object_type=ObjectType.DESTRUCTION_RUN, object_id=run_id)
    )
    return run


def get_certificate(user: User, run_id: UUID) -> DestructionCertificate:
    """Raises Refused: no such run, or not destroyed yet."""
    run = get_run(user, run_id)
    found = DestructionCertificate.objects.filter(run=run).select_related("run").first()
    if found is None:
        raise Refused(ObjectType.CERTIFICATE, run_id, Action.DESTRUCTION_VIEW)
    return found


def get_supplement(user: User, run_id: UUID, number: int) -> CertificateSupplement:
    """Raises Refused: the run has none with this number."""
    run = get_run(user, run_id)
    found = CertificateSupplement.objects.filter(run=run, number=number).first()
    if found is None:
        raise Refused(ObjectType.CERTIFICATE, run_id, Action.DESTRUCTION_VIEW)
    return found
