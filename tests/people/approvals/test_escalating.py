"""What nobody decides on comes before others at half its time: who decides is reminded, officers see it."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from audit.actions import Action
from people.approvals import tasks
from people.approvals.escalating import due
from people.approvals.models import ApprovalRequest
from tests.cast import client_of
from tests.people.approvals.actions import Rename
from tests.people.helpers import approve, delivered, logged

pytestmark = pytest.mark.django_db


def _days_later(monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    later = timezone.now() + timedelta(days=days)
    monkeypatch.setattr(timezone, "now", lambda: later)


def test_at_half_its_time_those_who_decide_are_reminded_once(
    people: SimpleNamespace,
    rename: Rename,
    ask,
    django_capture_on_commit_callbacks,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    request = ask(people.olivia, rename)
    _days_later(monkeypatch, 4)
    for _again in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            tasks.escalate_due()
    request.refresh_from_db()
    assert request.escalated_at is not None
    assert logged(Action.APPROVAL_ESCALATE, request.pk) == 1
    [sent] = [
        one for one in delivered() if "half" in one.subject
    ]  # not to who asked, nor to whom it does not concern
    assert sent.to == [people.otto.email]
    assert f"/approvals/{request.pk}/" in sent.body
    assert "it is time" not in sent.body
    assert [item.count for item in due(people.olivia)] == [1]
    assert [item.count for item in due(people.ming)] == [0]
    page = client_of(people.otto).get("/approvals/?view=escalated").content.decode()
    assert "Rename" in page
    assert "Rename" not in client_of(people.ming).get("/approvals/?view=escalated").content.decode()


def test_before_half_its_time_and_once_decided_nothing_happens(
    people: SimpleNamespace, rename: Rename, ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting, done = ask(people.ming, rename), ask(people.ming, rename)
    tasks.escalate_due()
    approve(people.olivia, done)
    _days_later(monkeypatch, 4)
    tasks.escalate_due()
    assert list(ApprovalRequest.objects.filter(escalated_at__isnull=False)) == [waiting]


def test_what_the_database_refuses(people: SimpleNamespace, rename: Rename, ask) -> None:
    request = ask(people.ming, rename)
    rows = ApprovalRequest.objects.filter(pk=request.pk)
    for wrong in (request.created_at, request.expires_at):
        with pytest.raises(IntegrityError, match="approval_escalated_in_time"), transaction.atomic():
            rows.update(escalated_at=wrong)
    rows.update(escalated_at=request.created_at + timedelta(hours=1))
    with pytest.raises(IntegrityError, match="approval_content_is_final"), transaction.atomic():
        rows.update(escalated_at=None)
    decided = ask(people.ming, rename)
    approve(people.olivia, decided)
    with pytest.raises(IntegrityError, match="approval_content_is_final"), transaction.atomic():
        ApprovalRequest.objects.filter(pk=decided.pk).update(escalated_at=timezone.now())
