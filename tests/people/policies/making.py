"""Policies in force, as tests need them: written by olivia, agreed to by otto."""

from datetime import date, datetime, timedelta
from types import SimpleNamespace

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.origin import Origin, acting_as
from people.accounts.models import User
from people.approvals.models import ApprovalDecision, ApprovalRequest, PreviewOpening, State, Verdict
from people.approvals.services import open_preview
from people.policies.models import Policy, PolicyVersion
from people.policies.services import Draft, ask, write

ZH = (
    "# 一、范围\n本规则适用于全体工作人员，以及他们经手的全部客户资料与项目资料。\n"
    "# 二、要求\n只在工作需要时打开资料，用完立即恢复脱敏，不得外传。"
)
EN = (
    "# 1. Scope\nThese rules bind everybody of the house, for all data that they handle.\n"
    "# 2. What is asked\nOpen data only where the work needs it, and mask them again at once."
)


def drafted(people: SimpleNamespace, policy: Policy | None = None, **changed: object) -> PolicyVersion:
    """Olivia's draft: of a new policy, or of this one."""
    today = timezone.localdate()
    wanted = {
        "title_zh": "资料使用规则",
        "title_en": "Use of data",
        "text_zh": ZH,
        "text_en": EN,
        "roles": [],
        "days": 14,
        "effective_on": today,
        "review_on": date(today.year + 2, 1, 1),
    }
    with acting_as(Origin(actor=people.olivia.pk)):
        return write(actor=people.olivia, policy=policy, draft=Draft(**wanted | changed))  # type: ignore[arg-type]


def adopted(people: SimpleNamespace, version: PolicyVersion, at: datetime | None = None) -> PolicyVersion:
    """Otto has agreed, at that time: what the approval does, with a time in the past where one is given."""
    with acting_as(Origin(actor=people.olivia.pk)):
        asked = ask(actor=people.olivia, version=version, reason="as discussed")
    with acting_as(Origin(actor=people.otto.pk)):
        open_preview(actor=people.otto, request=asked)
    opening = PreviewOpening.objects.get(request=asked, person=people.otto)
    ApprovalDecision.objects.create(
        request=asked,
        decider=people.otto,
        verdict=Verdict.APPROVE,
        reason="read",
        preview_opened_at=opening.at,
    )
    now = timezone.now()
    ApprovalRequest.objects.filter(pk=asked.pk).update(state=State.APPROVED, decided_at=now)
    PolicyVersion.objects.filter(pk=version.pk).update(
        agreed_by=people.otto, agreed_at=at or now, in_force_at=at or now, approval=asked
    )
    version.refresh_from_db()
    return version


def in_force(
    people: SimpleNamespace, *, days_ago: int = 0, policy: Policy | None = None, **changed: object
) -> PolicyVersion:
    """A version in force for so many days; the people have been with the house for a year."""
    User.objects.update(created_at=timezone.now() - timedelta(days=365))
    at = timezone.now() - timedelta(days=days_ago) if days_ago else None
    return adopted(people, drafted(people, policy, **changed), at)


def overdue(people: SimpleNamespace, **changed: object) -> PolicyVersion:
    """One that all staff should have accepted yesterday, and nobody has."""
    return in_force(people, days_ago=15, **changed)


def form(version: PolicyVersion, **changed: str) -> dict[str, str]:
    """What the last page of the text sends."""
    return {"text": bytes(version.text_hash).hex(), "agreed": "on", **changed}


def read_through(browser: Client, version: PolicyVersion, pages: int = 2) -> str:
    """Turns page by page; the address."""
    address = reverse("people:policy", args=[version.policy_id])
    for part in range(1, pages + 1):
        assert browser.get(address, {"part": part}).status_code == 200
    return address
