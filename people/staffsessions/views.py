"""Opening, ending and reading staff sessions."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.actions import Action
from audit.sentences import ids_named, lines
from people.accounts.models import User
from people.paging import page_of
from people.requests import SignedIn
from people.roles.access import has, holds, requires
from people.roles.permissions import Permission
from people.staffsessions.access import ADMINISTERS, administers, get_endable, get_session, which_sessions
from people.staffsessions.done import entries_of, with_counts
from people.staffsessions.forms import OpenForm
from people.staffsessions.gate import begin
from people.staffsessions.marking import MARKER, marked
from people.staffsessions.models import Over
from people.staffsessions.services import end
from people.stepup import step_up_required


@requires(*ADMINISTERS, Permission.APPROVAL_DECIDE)
@require_GET
def sessions(request: SignedIn) -> HttpResponse:
    """Officers read all, an administrator their own."""
    context = {
        "page": page_of(request, with_counts(which_sessions(request.user), request.user), by="-opened_at"),
        "oversees": has(request.user, Permission.APPROVAL_DECIDE),
        "administers": administers(request.user),
    }
    return render(request, "people/staffsessions/list.html", context)


@require_http_methods(["GET", "POST"])
@holds(*ADMINISTERS)
@never_cache
@step_up_required
def open_one(request: SignedIn) -> HttpResponseBase:
    """The way in that is no form's: where one stands already, opening another ends it."""
    form = OpenForm(request.POST or None, actor=request.user)
    if request.method == "POST" and form.is_valid() and begin(request, form):
        messages.success(request, _("The staff session is open."))
        return redirect("people:people")
    return render(request, "people/staffsessions/open.html", {"form": form})


@require_POST
@holds(*ADMINISTERS)
def end_own(request: SignedIn) -> HttpResponse:
    """The button of the bar. Without a session (it was ended elsewhere) it only leads back."""
    standing = marked(request)
    if standing is not None:
        end(session=standing, over=Over.ENDED, by=request.user.pk)
        del request.session[MARKER]
        messages.success(request, _("The staff session has ended."))
    return redirect("people:staff_sessions")


@requires(*ADMINISTERS, Permission.APPROVAL_DECIDE)
@require_GET
def session(request: SignedIn, session_id: UUID) -> HttpResponse:
    """Why it was opened, and what was done in it, from the log."""
    found = get_session(request.user, session_id, Action.PAGE_VIEW)
    page = page_of(request, entries_of(found, request.user), by="at", size=100)
    names = dict(User.objects.filter(pk__in=ids_named(page.rows)).values_list("pk", "display_name"))
    context = {
        "shown": found,
        "page": page,
        "life": lines(page.rows, names),
        "may_end": found.is_open and has(request.user, Permission.APPROVAL_DECIDE),
    }
    return render(request, "people/staffsessions/session.html", context)


@require_POST
@requires(Permission.APPROVAL_DECIDE)
def end_any(request: SignedIn, session_id: UUID) -> HttpResponse:
    """An officer ends it: whoever opened it is stopped at their next request."""
    found = get_endable(request.user, session_id)
    end(session=found, over=Over.OFFICER, by=request.user.pk)
    messages.success(request, _("The staff session has ended; its next request changes nothing."))
    return redirect("people:staff_session", session_id)
