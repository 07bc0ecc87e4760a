"""Outside audits for the tests: planned by olivia, agreed to by otto, sat for by somebody of a firm."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from compliance.audits.codes import Basis, Result
from compliance.outside import planning, reporting, requests
from compliance.outside.codes import Area, Method, RequestState
from compliance.outside.evidence import EvidenceRequest
from compliance.outside.files import checked
from compliance.outside.models import OutsideAudit, OutsideSeat
from compliance.outside.planning import Auditor, Engagement
from people.accounts.models import User
from people.approvals.models import ApprovalRequest, Verdict
from people.approvals.services import decide, open_preview
from people.invitations.models import Invitation
from people.invitations.services import accept
from tests.cast import PASSWORD, signed, with_app
from tests.deals.redaction.papers import Page, pdf
from tests.vault.records.makers import acting
from vault.formats.credit_code import check_character

AUDITOR = Auditor(name="Zhou Zhengyan", email="zhou@auditors.example.test", language="en")
WANTED = "Show how exports of the second quarter were agreed to."
DAY = timedelta(days=1)


def firm_code(number: int = 1) -> str:
    """A credit code that holds, another one for each number."""
    stem = f"91350211MA00{number:04}0"
    return stem + check_character(stem)


def engagement(**other: Any) -> Engagement:
    now, today = timezone.now(), timezone.localdate()
    usual: dict[str, Any] = {
        "firm": "Hengxin Audit",
        "firm_code": firm_code(),
        "basis": Basis.REGULAR,
        "method": Method.REMOTE,
        "areas": tuple(Area.values),
        "deals": (),
        "period_from": today - 30 * DAY,
        "period_to": today,
        "opens_at": now - timedelta(minutes=1),
        "ends_at": now + 14 * DAY,
        "lead": AUDITOR,
    }
    return Engagement(**usual | other)


def planned(people: SimpleNamespace, **other: Any) -> OutsideAudit:
    with acting(people.olivia):
        return planning.plan(actor=people.olivia, engagement=engagement(**other))


def asked(people: SimpleNamespace, **other: Any) -> tuple[OutsideAudit, ApprovalRequest]:
    audit = planned(people, **other)
    with acting(people.olivia):
        request = planning.ask(actor=people.olivia, audit_id=audit.pk, reason="yearly, by a firm")
    return audit, request


def decided(
    people: SimpleNamespace, request: ApprovalRequest, verdict: Verdict = Verdict.APPROVE
) -> ApprovalRequest:
    with acting(people.otto):
        open_preview(actor=people.otto, request=request)
        return decide(actor=people.otto, request=request, verdict=verdict, reason="scope and time fit")


def agreed(people: SimpleNamespace, **other: Any) -> OutsideAudit:
    audit, request = asked(people, **other)
    decided(people, request)
    audit.refresh_from_db()
    return audit


def come(audit: OutsideAudit, person: User | None = None) -> User:
    """The auditor has come in by the link, set a factor up and not signed yet."""
    who = person or audit.lead
    invitation = Invitation.objects.get(deal_id=audit.pk, person=who)
    has_one = who.has_usable_password()
    came = accept(invitation=invitation, password=None if has_one else PASSWORD)
    assert came is not None
    with_app(came)
    return came


def seated(people: SimpleNamespace, **other: Any) -> OutsideSeat:
    """Agreed to, come in, signed: the seat is open."""
    audit = agreed(people, **other)
    signed(come(audit), deal_id=audit.pk, kind="auditor")
    return OutsideSeat.objects.select_related("audit", "person").get(audit=audit, person=audit.lead)


def requested(seat: OutsideSeat) -> EvidenceRequest:
    with acting(seat.person):
        return requests.ask(
            actor=seat.person, audit_id=seat.audit_id, words=WANTED, due=timezone.localdate() + 5 * DAY
        )


def owned(people: SimpleNamespace, seat: OutsideSeat, owner: User | None = None) -> EvidenceRequest:
    one = requested(seat)
    with acting(people.olivia):
        requests.assign(actor=people.olivia, request_id=one.pk, owner=owner or people.ming)
    one.refresh_from_db()
    return one


def answered(people: SimpleNamespace, seat: OutsideSeat, **other: Any) -> EvidenceRequest:
    one = owned(people, seat)
    usual: dict[str, Any] = {"words": "See the register.", "extracts": ["approvals"]}
    with acting(people.ming):
        requests.answer(actor=people.ming, request_id=one.pk, **usual | other)
    one.refresh_from_db()
    assert one.state == RequestState.ANSWERED
    return one


def paper(words: str = "Report of the outside audit") -> bytes:
    return pdf(Page(((72, 700, words),)))


def upload(name: str, data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def uploaded(seat: OutsideSeat) -> None:
    data = paper()
    with acting(seat.person):
        reporting.upload(
            actor=seat.person, audit_id=seat.audit_id, file=checked(data, size=len(data), pdf_only=True)
        )


def reported(seat: OutsideSeat, *advice: str) -> None:
    """Uploaded, with these recommendations, and handed in."""
    uploaded(seat)
    with acting(seat.person):
        for words in advice:
            reporting.recommend(actor=seat.person, audit_id=seat.audit_id, severity=Result.MAJOR, words=words)
        reporting.hand_in(actor=seat.person, audit_id=seat.audit_id)
