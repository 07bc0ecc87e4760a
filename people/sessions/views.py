"""The person's own sessions; and ending all of somebody's."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from people.access import visible_person
from people.requests import SignedIn
from people.roles.access import requires
from people.roles.permissions import Permission
from people.sessions import services
from people.sessions.words import device_words, way_words
from people.stepup import step_up_required


@dataclass(frozen=True)
class Shown:
    """One session as its person reads it."""

    id: int
    device: str
    by: str
    networks: list[str]
    since: datetime
    seen: datetime
    moved: bool
    current: bool


@login_required
@require_GET
def sessions(request: SignedIn) -> HttpResponse:
    rows = [_shown(row, request.session.session_key) for row in services.sessions_of(request.user)]
    rows.sort(key=lambda row: not row.current)
    context = {
        "rows": rows,
        "idle": settings.SESSION_IDLE // 60,
        "longest": settings.SESSION_LONGEST // 3600,
    }
    return render(request, "people/sessions/list.html", context)


def _shown(row: UserSession, current: str | None) -> Shown:
    kept = row.data
    began = kept.get("started")
    return Shown(
        id=row.pk,
        device=device_words(tuple(kept.get("browser", "").split("+"))),
        by=way_words(kept.get("by", "")),
        networks=[network for network in reversed(kept.get("networks", [])) if network],
        since=datetime.fromtimestamp(began, UTC) if began else row.created_at,
        seen=row.last_seen_at,
        moved=bool(kept.get("moved")),
        current=row.session_key == current,
    )


@login_required
@require_POST
def end(request: SignedIn, session_id: int) -> HttpResponseBase:
    """One of one's own, after confirming who one is: a cookie alone throws nobody out."""
    if not UserSession.objects.filter(pk=session_id, user_id=request.user.pk).exists():
        raise Http404
    return _end(request, session_id)


@step_up_required
def _end(request: SignedIn, session_id: int) -> HttpResponse:
    try:
        services.end_one(actor=request.user, session_id=session_id)
    except UserSession.DoesNotExist:
        raise Http404 from None
    messages.success(request, _("Ended. Whoever is there has to sign in anew."))
    return redirect("people:sessions")


@login_required
@require_POST
@step_up_required
def end_others(request: SignedIn) -> HttpResponse:
    services.end_others(actor=request.user, session_key=request.session.session_key)
    messages.success(request, _("All your other sessions have ended."))
    return redirect("people:sessions")


@login_required
@require_POST
def know(request: SignedIn, session_id: int) -> HttpResponse:
    try:
        services.know(actor=request.user, session_id=session_id)
    except UserSession.DoesNotExist:
        raise Http404 from None
    return redirect("people:sessions")


@requires(Permission.PEOPLE_MANAGE, Permission.APPROVAL_DECIDE)
@require_POST
def end_all(request: SignedIn, person_id: UUID) -> HttpResponse:
    person = visible_person(request.user, person_id)
    services.end_all(actor=request.user, person=person)
    if person.pk == request.user.pk:
        logout(request)
        return redirect("account_login")
    messages.success(request, _("All sessions of this person have ended."))
    return redirect("people:person", person_id)
