"""Findings: the list, one of them, and what officers do about it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_read
from audit.models import LogEntry
from audit.sentences import ids_named, lines
from compliance.anomalies import access, services
from compliance.anomalies.codes import WAITING, MuteReason, State
from compliance.anomalies.forms import DecideForm, FindingFilter, MuteForm
from compliance.anomalies.models import Finding
from compliance.anomalies.reach import books_of
from compliance.anomalies.reading import bounds
from compliance.anomalies.rules import RULES
from compliance.logretention.entries import left_among
from compliance.review.names import names_of
from people.accounts.models import User
from people.paging import page_of
from people.requests import SignedIn
from people.roles.access import has, requires
from people.roles.permissions import Permission
from people.shielding import hidden_from
from vault.records.errors import NotPossible

EVIDENCE = 50  # entries that the page shows as sentences; the desk shows the rest


@require_GET
@requires(Permission.LOG_READ)
@never_cache
def findings(request: SignedIn) -> HttpResponse:
    """Without filters those that wait, newest first."""
    form = FindingFilter(request.GET or None)
    asked = form.cleaned_data if form.is_valid() else {}
    found = access.which_findings(request.user)
    if not asked.get("state"):
        found = found.filter(state__in=WAITING)
    elif asked["state"] != "all":
        found = found.filter(state=asked["state"])
    if asked.get("rule"):
        found = found.filter(rule=asked["rule"])
    if asked.get("person"):
        found = found.filter(person_id=asked["person"])
    page = page_of(request, found, by="-found_at")
    record_read(
        Entry(
            action=Action.FINDING_LIST,
            object_type=ObjectType.FINDING,
            object_id=None,
            subjects=tuple(filter(None, [asked.get("person")])),
        )
    )
    names = names_of({one.person_id for one in page.rows if one.person_id})
    rows = [(one, RULES.get(one.rule), about(one, names)) for one in page.rows]
    return render(request, "compliance/anomalies/findings.html", {"form": form, "page": page, "rows": rows})


@require_GET
@requires(Permission.LOG_READ)
@never_cache
def finding(request: SignedIn, finding_id: UUID) -> HttpResponse:
    """What was found, the entries that show it, what may be done."""
    one = access.get_finding(request.user, finding_id)
    record_read(
        Entry(
            action=Action.FINDING_VIEW,
            object_type=ObjectType.FINDING,
            object_id=one.pk,
            subjects=(one.person_id,) if one.person_id else (),
        )
    )
    named = LogEntry.objects.filter(pk__in=one.entries[:EVIDENCE]).order_by("at", "pk")
    shown = list(named.exclude(object_id__in=hidden_from(request.user)))
    gone = left_among([*{*one.entries[:EVIDENCE]} - {entry.pk for entry in shown}])
    life = list(LogEntry.objects.filter(object_id=one.pk, action__in=_LIFE).order_by("-at", "-pk")[:20])
    names = names_of(ids_named([*shown, *life]) | ({one.person_id} if one.person_id else set()))
    may = access.may_decide(request.user, one)
    first, _past = bounds(one.day)
    context = {
        "finding": one,
        "rule": RULES.get(one.rule),
        "about": about(one, names),
        "lines": lines(shown, names),
        "left": gone,
        "life": lines(life, names),
        "day": first.date(),
        "is_mine": one.person_id == request.user.pk,
        "may_take": may and one.state == State.OPEN,
        "may_decide": may and one.state in WAITING,
        "may_mute": may and one.person_id is not None and one.mute_id is None,
        "deciding": DecideForm(auto_id="decide-%s"),
        "muting": MuteForm(auto_id="mute-%s"),
        "books": books_of(shown) if one.state == State.CONFIRMED and _may_freeze(request.user) else (),
    }
    return render(request, "compliance/anomalies/finding.html", context)


_LIFE = (Action.FINDING_OPEN, Action.FINDING_REVIEW, Action.FINDING_DECIDE)


def _may_freeze(user: User) -> bool:
    return has(user, Permission.KEY_FREEZE)


def about(one: Finding, names: dict[UUID, str]) -> str:
    """Whom or what it is about, in words."""
    if one.person_id is not None:
        return names.get(one.person_id, f"…{str(one.person_id)[-8:]}")
    return _("The log") if one.about == "house" else one.about


@require_POST
@requires(Permission.WATCH_MANAGE)
def take(request: SignedIn, finding_id: UUID) -> HttpResponse:
    """The officer looks into it."""
    try:
        services.take_up(actor=request.user, finding_id=finding_id)
    except NotPossible as refused:
        messages.error(request, str(refused.message))
    return redirect("compliance:watch_finding", finding_id)


@require_POST
@requires(Permission.WATCH_MANAGE)
def decide(request: SignedIn, finding_id: UUID) -> HttpResponse:
    """What it was."""
    access.get_finding(request.user, finding_id, Action.FINDING_DECIDE)
    form = DecideForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose what it was. Nothing was recorded."))
        return redirect("compliance:watch_finding", finding_id)
    try:
        services.decide(actor=request.user, finding_id=finding_id, reason=form.reason_of())
    except NotPossible as refused:
        messages.error(request, str(refused.message))
    else:
        messages.success(request, _("Recorded."))
    return redirect("compliance:watch_finding", finding_id)


@require_POST
@requires(Permission.WATCH_MANAGE)
def mute(request: SignedIn, finding_id: UUID) -> HttpResponse:
    """From this finding on, its rule waits for nobody about this person for a while."""
    one = access.get_finding(request.user, finding_id, Action.WATCH_MUTE)
    form = MuteForm(request.POST)
    person = User.objects.filter(pk=one.person_id).first() if one.person_id else None
    if not form.is_valid() or person is None:
        messages.error(request, _("Say until when and why. Nothing was recorded."))
        return redirect("compliance:watch_finding", finding_id)
    try:
        services.mute(
            actor=request.user,
            rule=one.rule,
            person=person,
            until=form.cleaned_data["until"],
            reason=MuteReason(form.cleaned_data["reason"]),
        )
    except NotPossible as refused:
        messages.error(request, str(refused.message))
    else:
        messages.success(request, _("Muted. What the rule finds about this person meanwhile is kept."))
    return redirect("compliance:watch_finding", finding_id)


@require_POST
@requires(Permission.WATCH_MANAGE)
def unmute(request: SignedIn, mute_id: UUID) -> HttpResponse:
    services.unmute(actor=request.user, mute_id=mute_id)
    messages.success(request, _("The mute has ended. What it kept back waits now."))
    return redirect("compliance:watch")
