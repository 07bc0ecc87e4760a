"""What the database refuses by itself, whoever asks."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from people.approvals.models import ApprovalDecision, ApprovalRequest, PreviewOpening, State, Verdict
from people.approvals.services import open_preview
from tests.people.approvals.actions import Rename
from tests.people.helpers import approve

pytestmark = pytest.mark.django_db


def _decision(request: ApprovalRequest, decider: Any, **changed: Any) -> ApprovalDecision:
    opening = PreviewOpening.objects.filter(request=request, person=decider).first()
    row = {
        "request": request,
        "decider": decider,
        "verdict": Verdict.APPROVE,
        "reason": "yes",
        "preview_opened_at": opening.at if opening else timezone.now(),
        **changed,
    }
    with transaction.atomic():
        return ApprovalDecision.objects.create(**row)


def test_decisions(people: SimpleNamespace, rename: Rename, ask) -> None:
    request = ask(people.olivia, rename)
    for person in (people.olivia, people.otto):
        PreviewOpening.objects.create(request=request, person=person, digest=bytes(request.preview_digest))
    PreviewOpening.objects.create(request=request, person=people.ming, digest=b"another preview")
    opened = PreviewOpening.objects.get(person=people.otto).at
    for name, decider, changed in (
        ("decision_not_by_requester", people.olivia, {}),
        ("decision_after_exact_preview", people.lea, {}),
        ("decision_after_exact_preview", people.ming, {}),
        ("decision_verdict_known", people.otto, {"verdict": "maybe"}),
        ("decision_has_reason", people.otto, {"reason": ""}),
        ("decision_after_preview", people.otto, {"decided_at": opened - timedelta(seconds=1)}),
        ("decision_before_expiry", people.otto, {"decided_at": request.expires_at}),
    ):
        with pytest.raises(IntegrityError, match=name):
            _decision(request, decider, **changed)
    _decision(request, people.otto)
    with pytest.raises(IntegrityError, match="decision_once_a_person"):
        _decision(request, people.otto)


def test_no_decision_on_a_closed_request(people: SimpleNamespace, rename: Rename, ask) -> None:
    request = ask(people.ming, rename)
    approve(people.olivia, request)
    PreviewOpening.objects.create(request=request, person=people.otto, digest=bytes(request.preview_digest))
    with pytest.raises(IntegrityError, match="decision_while_pending"):
        _decision(request, people.otto)


def test_decisions_and_openings_are_final(people: SimpleNamespace, rename: Rename, ask) -> None:
    request = ask(people.ming, rename)
    approve(people.olivia, request)
    for rows, change in (
        (ApprovalDecision.objects.filter(request=request), {"reason": "other"}),
        (PreviewOpening.objects.filter(request=request), {"at": timezone.now()}),
    ):
        with pytest.raises(IntegrityError, match="is_final"), transaction.atomic():
            rows.update(**change)
        with pytest.raises(IntegrityError, match="is_final"), transaction.atomic():
            rows.delete()


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("approval_has_quorum", {"state": State.APPROVED}),
        ("approval_state_moves_on", {"state": State.CARRIED_OUT}),
        ("approval_content_is_final", {"params": {"thing": "8"}}),
        ("approval_content_is_final", {"quorum": 9}),
        ("approval_content_is_final", {"preview_digest": b"x" * 32}),
        ("approval_content_is_final", {"expires_at": timezone.now() + timedelta(days=99)}),
    ],
)
def test_a_request_only_moves_on(
    people: SimpleNamespace, rename: Rename, ask, name: str, change: dict[str, Any]
) -> None:
    request = ask(people.ming, rename)
    if "state" in change:
        change = change | {"decided_at": timezone.now()}
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        ApprovalRequest.objects.filter(pk=request.pk).update(**change)


def test_the_requester_cannot_be_changed_to_free_the_decider(
    people: SimpleNamespace, rename: Rename, ask
) -> None:
    request = ask(people.olivia, rename)
    open_preview(actor=people.olivia, request=request)
    with pytest.raises(IntegrityError, match="approval_content_is_final"), transaction.atomic():
        ApprovalRequest.objects.filter(pk=request.pk).update(requester=people.ming)


def test_a_closed_request_stays_closed(people: SimpleNamespace, rename: Rename, ask) -> None:
    request = ask(people.ming, rename)
    approve(people.olivia, request)
    for state in (State.PENDING, State.APPROVED, State.VOID):
        at = None if state == State.PENDING else timezone.now()
        with pytest.raises(IntegrityError, match="approval_state_moves_on"), transaction.atomic():
            ApprovalRequest.objects.filter(pk=request.pk).update(state=state, decided_at=at)
    with pytest.raises(IntegrityError), transaction.atomic():
        ApprovalRequest.objects.filter(pk=request.pk).delete()


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("approval_begins_pending", {"state": State.APPROVED, "decided_at": timezone.now()}),
        ("approval_quorum_positive", {"quorum": 0}),
        ("approval_has_reason", {"reason": ""}),
        ("approval_decided_has_time", {"decided_at": timezone.now()}),
        ("approval_expires_later", {"expires_at": timezone.now() - timedelta(days=1)}),
    ],
)
def test_requests(people: SimpleNamespace, name: str, change: dict[str, Any]) -> None:
    row: dict[str, Any] = {
        "action": "x",
        "params": {},
        "preview_digest": b"x" * 32,
        "requester": people.ming,
        "reason": "it is time",
        "quorum": 1,
        "expires_at": timezone.now() + timedelta(days=1),
    }
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        ApprovalRequest.objects.create(**row | change)
