"""The cases: the list, one of them, and what is decided in it."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_read
from compliance.containment import access, cases
from compliance.containment.codes import Answer, Closed, Contained, Severity, State
from compliance.containment.forms import AnswerForm, CloseForm, ContainForm, JudgeForm, NoteForm
from compliance.containment.showing import case_page, list_rows, lockables
from people.paging import page_of
from people.requests import SignedIn
from people.roles.access import requires
from people.roles.permissions import Permission
from vault.records.errors import NotPossible


@require_GET
@requires(Permission.INCIDENT_MANAGE)
@never_cache
def incidents(request: SignedIn) -> HttpResponse:
    """All cases, the newest first; and what can be locked from here."""
    found = access.which_incidents(request.user)
    state = request.GET.get("state", "")
    shown = found.filter(state=state) if state in State.values else found
    page = page_of(request, shown, by="-opened_at")
    record_read(Entry(action=Action.INCIDENT_LIST, object_type=ObjectType.INCIDENT, object_id=None))
    context = {
        "page": page,
        "rows": list_rows(page.rows),
        "states": State.choices,
        "state": state,
        "lockables": lockables(),
    }
    return render(request, "compliance/containment/incidents.html", context)


@require_GET
@requires(Permission.INCIDENT_MANAGE)
@never_cache
def incident(request: SignedIn, incident_id: UUID) -> HttpResponse:
    one = access.get_incident(request.user, incident_id)
    record_read(Entry(action=Action.INCIDENT_VIEW, object_type=ObjectType.INCIDENT, object_id=incident_id))
    return render(request, "compliance/containment/incident.html", case_page(one))


@require_POST
@requires(Permission.INCIDENT_MANAGE)
def judge(request: SignedIn, incident_id: UUID) -> HttpResponse:
    form = JudgeForm(request.POST)
    return _done(
        request,
        incident_id,
        Action.INCIDENT_SEVERITY,
        form,
        lambda: cases.judge(
            actor=request.user,
            incident_id=incident_id,
            severity=Severity(form.cleaned_data["severity"]),
            critical=form.cleaned_data["critical"],
            gdpr=form.cleaned_data["gdpr"],
            words=form.cleaned_data["words"],
        ),
    )


@require_POST
@requires(Permission.INCIDENT_MANAGE)
def clock(request: SignedIn, incident_id: UUID, clock_id: UUID) -> HttpResponse:
    form = AnswerForm(request.POST)
    return _done(
        request,
        incident_id,
        Action.INCIDENT_CLOCK,
        form,
        lambda: cases.answer(
            actor=request.user,
            incident_id=incident_id,
            clock_id=clock_id,
            how=Answer(form.cleaned_data["how"]),
            words=form.cleaned_data["words"],
        ),
    )


@require_POST
@requires(Permission.INCIDENT_MANAGE)
def note(request: SignedIn, incident_id: UUID) -> HttpResponse:
    form = NoteForm(request.POST)
    return _done(
        request,
        incident_id,
        Action.INCIDENT_NOTE,
        form,
        lambda: cases.add_note(actor=request.user, incident_id=incident_id, words=form.cleaned_data["words"]),
    )


@require_POST
@requires(Permission.INCIDENT_MANAGE)
def contain(request: SignedIn, incident_id: UUID) -> HttpResponse:
    form = ContainForm(request.POST)
    return _done(
        request,
        incident_id,
        Action.INCIDENT_CONTAIN,
        form,
        lambda: cases.contain(
            actor=request.user,
            incident_id=incident_id,
            how=Contained(form.cleaned_data["how"]),
            words=form.cleaned_data["words"],
        ),
    )


@require_POST
@requires(Permission.INCIDENT_MANAGE)
def close(request: SignedIn, incident_id: UUID) -> HttpResponse:
    form = CloseForm(request.POST)
    return _done(
        request,
        incident_id,
        Action.INCIDENT_CLOSE,
        form,
        lambda: cases.close(
            actor=request.user,
            incident_id=incident_id,
            how=Closed(form.cleaned_data["how"]),
            words=form.cleaned_data["words"],
        ),
    )


def _done(
    request: SignedIn, incident_id: UUID, action: Action, form: Form, act: Callable[[], None]
) -> HttpResponse:
    """The gate first, then what was typed, then the act; back to the case with what became of it."""
    access.get_incident(request.user, incident_id, action)
    if not form.is_valid():
        words = " ".join(str(error) for errors in form.errors.values() for error in errors)
        messages.error(request, _("Nothing was recorded. %(why)s") % {"why": words})
        return redirect("compliance:incident", incident_id)
    try:
        act()
    except (NotPossible, ValidationError) as problem:
        messages.error(request, str(getattr(problem, "message", problem)))
    else:
        messages.success(request, _("Recorded."))
    return redirect("compliance:incident", incident_id)
