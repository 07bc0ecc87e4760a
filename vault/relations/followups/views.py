"""The follow-ups of the day: one key shows the number, the note of the call hides it again."""

from datetime import timedelta
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.actions import Action, ObjectType
from audit.refusals import Refused
from people.paging import page_of
from people.roles.access import has, requires
from people.roles.permissions import Permission
from people.stepup import confirm_first, recently_confirmed
from vault.disclosures.stops import stops_for_officer
from vault.records.answers import BAD, is_htmx, lack_words, status_of
from vault.records.errors import NotPossible
from vault.records.labels import Group
from vault.records.reveals.marks import mark_of
from vault.records.reveals.refusals import Lack, RevealRefused
from vault.records.views import person
from vault.relations.followups.access import get_movable, get_own, movable_followups, own_followups
from vault.relations.followups.forms import FollowUpForm, HandOverForm, NoteForm, SnoozeForm
from vault.relations.followups.models import FollowUp
from vault.relations.followups.reading import day_end, due_by, lines, open_of
from vault.relations.followups.services import (
    Called,
    call,
    colleagues,
    drop,
    hand_over,
    note_call,
    set_followup,
    snooze,
)
from vault.relations.looking import look_at

# How long a number stays when the call is not noted: longer than most calls, shorter than a lunch break.
SHOWN_FOR = 600  # seconds
SIZE = 50
_VIEWS = ("today", "week", "all")


@require_GET
@requires(Permission.CLIENT_VIEW)
@never_cache
def followups(request: HttpRequest) -> HttpResponse:
    """What this person has to do today, what is overdue first; or this week, or ever."""
    user = person(request)
    view = request.GET.get("view", "today")
    view = view if view in _VIEWS else "today"
    end = day_end(timezone.now())
    until = {"today": end, "week": end + timedelta(days=6), "all": None}[view]
    page = page_of(request, due_by(user, until), by="due_at", size=SIZE)
    context = {
        "lines": lines(page.rows),
        "page": page,
        "view": view,
        "views": [("today", _("Today")), ("week", _("Seven days")), ("all", _("All"))],
        "waiting": own_followups(user).filter(shown_at__isnull=False).count(),
        "snooze": SnoozeForm(),
        "may": _may(request),
    }
    return render(request, "vault/followups/followups.html", context)


@require_GET
@requires(Permission.CLIENT_VIEW)
@never_cache
def followup(request: HttpRequest, followup_id: UUID) -> HttpResponse:
    """One follow-up, masked: what a shown number is replaced by."""
    row = get_own(person(request), followup_id, Action.CLIENT_VIEW, Permission.CLIENT_VIEW)
    return _card(request, row)


@require_POST
@requires(Permission.CLIENT_REVEAL)
@never_cache
@stops_for_officer
def show_number(request: HttpRequest, followup_id: UUID) -> HttpResponseBase:
    """The number, in plaintext until the call is noted."""
    user = person(request)
    try:
        called = call(actor=user, followup_id=followup_id, confirmed=recently_confirmed(request))
    except (NotPossible, RevealRefused) as refused:
        if isinstance(refused, RevealRefused) and refused.lack is Lack.STEP_UP:
            return confirm_first(request)
        row = get_own(user, followup_id, Action.FOLLOWUP_CALL, Permission.CLIENT_VIEW)
        return _card(request, row, problem=_problem(refused))
    return _open_card(request, called)


@require_GET
@requires(Permission.CLIENT_VIEW)
@never_cache
def number(request: HttpRequest, followup_id: UUID) -> HttpResponse:
    """The number alone, masked again: a note that is being typed beside it stays."""
    row = get_own(person(request), followup_id, Action.CLIENT_VIEW, Permission.CLIENT_VIEW)
    if not is_htmx(request):
        return redirect("vault:followups")
    return render(request, "vault/followups/_number.html", {"line": lines([row])[0]})


@require_POST
@requires(Permission.CLIENT_EDIT)
@never_cache
def note(request: HttpRequest, followup_id: UUID) -> HttpResponse:
    """How the call went: it goes into the client's log, and the number is masked."""
    user = person(request)
    row = get_own(user, followup_id, Action.FOLLOWUP_NOTE, Permission.CLIENT_EDIT)
    form = NoteForm(request.POST)
    if form.is_valid():
        try:
            note_call(
                actor=user,
                followup_id=followup_id,
                contact=form.contact(),
                next_at=form.cleaned_data["next_at"],
            )
        except NotPossible as refused:
            form.add_error(None, str(refused.message))
        else:
            if is_htmx(request):
                return render(request, "vault/followups/_noted.html", {"followup": row})
            messages.success(request, _("The call is noted, and the number masked."))
            return redirect("vault:followups")
    if is_htmx(request):  # the form alone: the number beside it stays
        answer = render(request, "vault/followups/_note.html", {"followup": row, "form": form})
        answer["HX-Retarget"] = f"#note-{row.pk}"
        return answer
    return _card(request, row, form=form)


@require_POST
@requires(Permission.CLIENT_EDIT)
def put_off(request: HttpRequest, followup_id: UUID) -> HttpResponse:
    user = person(request)
    get_own(user, followup_id, Action.FOLLOWUP_SNOOZE, Permission.CLIENT_EDIT)
    form = SnoozeForm(request.POST)
    if form.is_valid():
        try:
            snooze(actor=user, followup_id=followup_id, due_at=form.due_at())
        except NotPossible as refused:
            messages.error(request, str(refused.message))
        else:
            messages.success(request, _("The follow-up is put off."))
    return redirect("vault:followups")


@require_POST
@requires(Permission.CLIENT_EDIT)
def give_up(request: HttpRequest, followup_id: UUID) -> HttpResponse:
    try:
        drop(actor=person(request), followup_id=followup_id)
    except NotPossible as refused:
        messages.error(request, str(refused.message))
    else:
        messages.success(request, _("The follow-up is dropped."))
    return redirect("vault:followups")


@require_http_methods(["GET", "POST"])
@requires(Permission.CLIENT_EDIT)
@never_cache
def hand_on(request: HttpRequest, followup_id: UUID) -> HttpResponse:
    """Hand a follow-up over to somebody who works in the book."""
    user = person(request)
    row = get_movable(user, followup_id, Action.FOLLOWUP_HAND_OVER)
    members = colleagues(row)
    form = HandOverForm(request.POST or None, members=members)
    if request.method == "POST" and form.is_valid():
        try:
            hand_over(actor=user, followup_id=followup_id, to=form.person())
        except NotPossible as refused:
            form.add_error(None, str(refused.message))
        else:
            messages.success(request, _("The follow-up is handed over."))
            return redirect("vault:followups")
    context = {"line": lines([row])[0], "form": form, "anybody": bool(members)}
    return render(request, "vault/followups/hand_over.html", context, status=status_of(form))


@require_http_methods(["GET", "POST"])
@requires(Permission.CLIENT_VIEW)
@never_cache
def of_client(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """What is still to be done with a client, and the form for more."""
    user = person(request)
    look = look_at(actor=user, client_id=client_id)
    form = FollowUpForm(request.POST or None, client=look.client)
    if request.method == "POST":
        if not has(user, Permission.CLIENT_EDIT):
            raise Refused(ObjectType.CLIENT, client_id, Action.FOLLOWUP_CREATE)
        if form.is_valid():
            try:
                set_followup(actor=user, client_id=client_id, task=form.task())
            except NotPossible as refused:
                form.add_error(None, str(refused.message))
            else:
                messages.success(request, _("The follow-up is set."))
                return redirect("vault:client_followups", client_id)
    context = {
        "look": look,
        "client": look.client,
        "rows": open_of(look.client) if look.is_open else [],
        "movable": set(movable_followups(user).filter(client=client_id).values_list("pk", flat=True)),
        "form": form,
        "may": _may(request),
    }
    return render(request, "vault/followups/of_client.html", context, status=status_of(form))


def _card(
    request: HttpRequest, row: FollowUp, *, problem: str = "", form: NoteForm | None = None
) -> HttpResponse:
    """The masked card: alone for htmx, else on a page of its own."""
    context: dict[str, Any] = {
        "line": lines([row])[0],
        "problem": problem,
        "form": form,
        "snooze": SnoozeForm(),
        "may": _may(request),
    }
    if is_htmx(request):
        return render(request, "vault/followups/_card.html", context)
    status = BAD if problem or form else HTTPStatus.OK
    return render(request, "vault/followups/followup.html", context, status=status)


def _open_card(request: HttpRequest, called: Called) -> HttpResponse:
    context = {
        "line": lines([called.followup])[0],
        "called": called,
        "form": NoteForm(),
        "minutes": SHOWN_FOR // 60,
        "seconds": SHOWN_FOR,
        "mark": mark_of(person(request), called.followup.client, Group.CONTACT),
    }
    if is_htmx(request):
        return render(request, "vault/followups/_called.html", context)
    answer = render(request, "vault/followups/called.html", context)
    answer["Refresh"] = f"{SHOWN_FOR}; url={reverse('vault:followups')}"
    return answer


def _problem(refused: NotPossible | RevealRefused) -> str:
    return lack_words(refused) if isinstance(refused, RevealRefused) else str(refused.message)


def _may(request: HttpRequest) -> dict[str, bool]:
    user = person(request)
    return {
        "call": has(user, Permission.CLIENT_REVEAL),
        "change": has(user, Permission.CLIENT_EDIT),
    }
