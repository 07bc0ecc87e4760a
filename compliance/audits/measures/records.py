"""Measures over people, approvals, exports, consents and destruction."""

from datetime import timedelta

from django.db import connection
from django.db.models import F
from django.utils import timezone

from audit.actions import Action, Result
from audit.models import LogEntry
from compliance.audits.measures.base import Answer, Period
from compliance.retention.due import due_clients, rules_in_force
from people.accounts.models import Kind, User
from people.approvals.models import ApprovalDecision, Verdict
from people.duties.access import signatures_in_force
from people.duties.models import NdaKind
from people.roles.models import RoleCode, RoleGrant
from vault.disclosures.categories import FULL, Category, points
from vault.disclosures.models import Export, Scope

DORMANT = timedelta(days=90)
QUICK = timedelta(seconds=10)
OVERDUE = timedelta(days=30)
APPROVES = RoleCode.COMPLIANCE_OFFICER  # past the marks


def accounts_dormant(period: Period) -> Answer:
    """Open accounts of people that nobody signed in to for 90 days before the period's end."""
    since = period.until - DORMANT
    people = User.objects.filter(is_active=True, created_at__lt=since).exclude(kind=Kind.SERVICE)
    seen = LogEntry.objects.filter(
        action=Action.SESSION_SIGN_IN, result=Result.DONE, at__gte=since, actor__isnull=False
    )
    awake = set(seen.order_by().values_list("actor", flat=True).distinct())
    known = set(people.values_list("pk", flat=True))
    dormant = known - awake
    return Answer({"accounts": len(known), "dormant": len(dormant)}, not dormant, tuple(dormant))


def approvals_quick(period: Period) -> Answer:
    """Decisions that came within ten seconds of opening what was decided on."""
    decided = ApprovalDecision.objects.filter(decided_at__gte=period.since, decided_at__lt=period.until)
    quick = decided.filter(decided_at__lt=F("preview_opened_at") + QUICK)
    ids = tuple(quick.order_by().values_list("request_id", flat=True).distinct())
    found = quick.count()
    return Answer({"decisions": decided.count(), "quick": found}, not found, ids)


def exports_without_officer(period: Period) -> Answer:
    """Plain exports past the marks of 2017 (`vault.disclosures.categories`) that no officer approved.

    Asked of the stored rows, not of the code that lets exports through: it must find what that code missed.
    """
    made = Export.objects.filter(built_at__gte=period.since, built_at__lt=period.until)
    past = [one for one in made.filter(masked=False) if _past_marks(one)]
    officers = RoleGrant.objects.filter(role_id=APPROVES).values("user")
    approved = ApprovalDecision.objects.filter(
        request__in=[one.approval_id for one in past if one.approval_id],
        verdict=Verdict.APPROVE,
        decider__in=officers,
    )
    fine = set(approved.values_list("request_id", flat=True))
    without = [one.pk for one in past if one.approval_id not in fine]
    figures = {"exports": made.count(), "past_marks": len(past), "without_officer": len(without)}
    return Answer(figures, not without, tuple(without))


def _past_marks(export: Export) -> bool:
    """By the counts as they stood when it was asked for, or by its price."""
    width = len(Category)
    flat = export.asked_counts
    counts = [
        dict(zip(Category, flat[at * width : (at + 1) * width], strict=True)) for at in range(len(Scope))
    ]
    return export.priced or max(points(one) for one in counts) >= FULL


def consents_withdrawn_used(period: Period) -> Answer:
    """Reveals for a purpose that consent carries, where the client's newest word before it was a no."""
    with connection.cursor() as cursor:
        cursor.execute(_WITHDRAWN, [period.since, period.until])
        used = tuple(row[0] for row in cursor.fetchall())
    reveals = LogEntry.objects.filter(
        action=Action.CLIENT_REVEAL, result=Result.DONE, at__gte=period.since, at__lt=period.until
    )
    return Answer({"reveals": reveals.count(), "after_withdrawal": len(used)}, not used, used)


_WITHDRAWN = """
select entry.id
from log.entry entry
join vault_client client on client.id = entry.object_id
join vault_bookbasis basis on basis.book_id = client.book_id and basis.purpose = entry.purpose
    and basis.basis = 'consent'
join lateral (
    select word.given from vault_consentevent word
    where word.client_id = client.id and word.purpose = entry.purpose and word.scope = 'use'
        and word.at < entry.at
    order by word.at desc, word.id desc limit 1
) newest on not newest.given
where entry.action = 'client.reveal' and entry.result = 'done' and entry.at >= %s and entry.at < %s
"""


def destruction_overdue(period: Period) -> Answer:
    """Clients whose period ran out more than 30 days ago and who are still here."""
    now, rules = timezone.now(), rules_in_force()
    due: set[object] = set()
    overdue = set()
    for rule in rules:
        due |= set(due_clients(rule, rules, now).values_list("pk", flat=True))
        overdue |= set(due_clients(rule, rules, now - OVERDUE).values_list("pk", flat=True))
    overdue &= due  # a mandate since then keeps them
    return Answer({"due": len(due), "overdue": len(overdue)}, not overdue, tuple(overdue))


def undertakings_missing(period: Period) -> Answer:
    """People who work here without an undertaking of confidentiality that is in force."""
    staff = User.objects.filter(kind=Kind.STAFF, is_active=True)
    signed = signatures_in_force().filter(kind=NdaKind.STAFF).values("person")
    without = tuple(staff.exclude(pk__in=signed).values_list("pk", flat=True))
    return Answer({"people": staff.count(), "without": len(without)}, not without, without)
