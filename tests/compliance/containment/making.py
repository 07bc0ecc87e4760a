"""Locks and cases for the tests."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from audit.origin import Origin, acting_as
from compliance.containment.approval import ask_to_end
from compliance.containment.cases import Case
from compliance.containment.locking import set_lock
from compliance.containment.models import Incident
from people.accounts.models import User
from people.approvals.models import ApprovalRequest, Verdict
from people.approvals.services import decide, open_preview
from people.locks.codes import Kind, LockReason
from people.locks.models import Lock


def locked(
    by: User, kind: Kind, thing: Any, *, discovered_at: datetime | None = None, case: Case | None = None
) -> Lock:
    with acting_as(Origin(actor=by.pk)):
        return set_lock(
            actor=by,
            kind=kind,
            object_id=thing if isinstance(thing, UUID) else thing.pk,
            reason=LockReason.LEAK,
            words="seen in the alarms",
            discovered_at=discovered_at or timezone.now(),
            case=case,
        )


def asked(by: User, lock: Lock) -> ApprovalRequest:
    with acting_as(Origin(actor=by.pk)):
        return ask_to_end(actor=by, lock_id=lock.pk, reason="the cause is mended")


def approved(by: User, request: ApprovalRequest) -> ApprovalRequest:
    with acting_as(Origin(actor=by.pk)):
        open_preview(actor=by, request=request)
        return decide(actor=by, request=request, verdict=Verdict.APPROVE, reason="looked into")


def case_of(lock: Lock) -> Incident:
    return Incident.objects.get(links__lock=lock)
