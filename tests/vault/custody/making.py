"""Rotations for the tests: asked for, approved and, where wanted, carried out here."""

from types import SimpleNamespace

from people.approvals.models import ApprovalRequest, Verdict
from people.approvals.services import decide, open_preview
from tests.vault.records.makers import acting
from vault.custody.models import KeyRotation
from vault.custody.running import carry_out
from vault.custody.services import ask_for_rotation


def asked(people: SimpleNamespace) -> ApprovalRequest:
    with acting(people.olivia):
        return ask_for_rotation(actor=people.olivia, reason="End of the quarter")


def ordered(people: SimpleNamespace) -> KeyRotation:
    """Asked for by Olivia and approved by Otto; a worker may take it."""
    request = asked(people)
    with acting(people.otto):
        open_preview(actor=people.otto, request=request)
        decide(actor=people.otto, request=request, verdict=Verdict.APPROVE, reason="As planned")
    return KeyRotation.objects.get(approval_id=request.pk)


def rotated(people: SimpleNamespace) -> KeyRotation:
    """Carried out in this process, which must have the worker's login."""
    rotation = ordered(people)
    with acting(people.olivia):
        carry_out(rotation.pk)
    rotation.refresh_from_db()
    return rotation
