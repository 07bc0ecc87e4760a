from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from people.accounts.models import User
from people.paging import page_of
from people.posts import access, services
from people.posts.codes import DUTIES, Post, State
from people.posts.forms import AcceptForm, AwayForm, ContactForm, ProposeForm
from people.posts.holding import Line, lines
from people.posts.models import Appointment, Vacancy
from people.requests import SignedIn
from people.roles.access import has, requires
from people.roles.permissions import Permission
from people.stepup import step_up_required


@dataclass(frozen=True, slots=True)
class Shown:
    """One post on the page."""

    line: Line
    label: str
    duties: str
    vacancy: Vacancy | None
    may_note_absence: bool


@login_required
@require_GET
def posts(request: SignedIn) -> HttpResponse:
    """Who holds which post today, who stands in, what is vacant; and all that was."""
    access.require_staff(request.user)
    waiting = {one.post: one for one in Vacancy.objects.filter(filled_at__isnull=True)}
    rows = Appointment.objects.select_related("person", "proposed_by", "agreed_by")
    mine = rows.filter(person=request.user, state__in=[State.AGREED, State.HELD])
    context = {
        "shown": [_shown(request.user, line, waiting.get(post)) for post, line in lines().items()],
        "mine": list(mine.order_by("proposed_at")),
        "page": page_of(request, rows, by="-proposed_at"),
        "may_propose": access.may_propose(request.user),
        "sees_headcount": has(request.user, Permission.DUTY_MANAGE),
    }
    return render(request, "people/posts/posts.html", context)


def _shown(user: User, line: Line, vacancy: Vacancy | None) -> Shown:
    may_note = line.holder is not None and access.may_note_absence(user, line.holder)
    return Shown(line, str(line.post.label), str(DUTIES[line.post]), vacancy, may_note)


@requires(*access.PROPOSERS)
@require_http_methods(["GET", "POST"])
def propose(request: SignedIn) -> HttpResponse:
    form = ProposeForm(request.POST or None, actor=request.user)
    if request.method == "POST" and form.is_valid():
        post, place = form.chosen()
        starts_at, ends_at = form.span()
        try:
            services.propose(
                actor=request.user,
                post=post,
                place=place,
                person=form.cleaned_data["person"],
                starts_at=starts_at,
                ends_at=ends_at,
                reason=form.cleaned_data["reason"],
            )
        except services.NotPossible as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, _("Proposed. A second person agrees, then the person accepts."))
            return redirect("people:posts")
    return render(request, "people/posts/propose.html", {"form": form})


@login_required
@require_http_methods(["GET", "POST"])
def accept(request: SignedIn, appointment_id: UUID) -> HttpResponseBase:
    """The person's own acceptance, in writing."""
    found = access.own_appointment(request.user, appointment_id, State.AGREED)
    if request.method == "POST":
        return _accepting(request, found)
    return _offer(request, found, AcceptForm(initial={"shown_name": found.person.display_name}))


@step_up_required
def _accepting(request: SignedIn, found: Appointment) -> HttpResponse:
    form = AcceptForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            services.accept(
                actor=request.user,
                appointment=found,
                typed_name=given["typed_name"],
                shown_name=given["shown_name"],
                contact=given["contact"],
            )
        except services.NotPossible as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, _("Accepted. The post is yours from its first day on."))
            return redirect("people:posts")
    return _offer(request, found, form)


def _offer(request: SignedIn, found: Appointment, form: AcceptForm) -> HttpResponse:
    context = {"form": form, "appointment": found, "duties": DUTIES[Post(found.post)]}
    return render(request, "people/posts/accept.html", context)


@login_required
@require_POST
def decline(request: SignedIn, appointment_id: UUID) -> HttpResponse:
    found = access.own_appointment(request.user, appointment_id, State.AGREED)
    services.decline(actor=request.user, appointment=found)
    messages.success(request, _("Declined."))
    return redirect("people:posts")


@login_required
@require_http_methods(["GET", "POST"])
def resign(request: SignedIn, appointment_id: UUID) -> HttpResponse:
    """Asks once more, then leaves the post."""
    found = access.own_appointment(request.user, appointment_id, State.HELD)
    if request.method == "POST":
        services.resign(actor=request.user, appointment=found)
        messages.success(request, _("You have left the post."))
        return redirect("people:posts")
    return render(request, "people/posts/resign.html", {"appointment": found})


@login_required
@require_http_methods(["GET", "POST"])
def contact(request: SignedIn, appointment_id: UUID) -> HttpResponse:
    found = access.own_appointment(request.user, appointment_id, State.HELD)
    now = {"shown_name": found.shown_name, "contact": found.contact}
    form = ContactForm(request.POST or None, initial=now)
    if request.method == "POST" and form.is_valid():
        services.set_contact(actor=request.user, appointment=found, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("people:posts")
    return render(request, "people/posts/contact.html", {"form": form, "appointment": found})


@login_required
@require_http_methods(["GET", "POST"])
def away(request: SignedIn, appointment_id: UUID) -> HttpResponse:
    found = access.held_by_absent(request.user, appointment_id)
    form = AwayForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        starts_at, ends_at = form.span()
        try:
            services.note_absence(actor=request.user, appointment=found, starts_at=starts_at, ends_at=ends_at)
        except services.NotPossible as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, _("Noted. The deputy decides meanwhile."))
            return redirect("people:posts")
    return render(request, "people/posts/away.html", {"form": form, "appointment": found})


@login_required
@require_POST
def back(request: SignedIn, appointment_id: UUID) -> HttpResponse:
    found = access.held_by_absent(request.user, appointment_id)
    services.end_absences(actor=request.user, appointment=found)
    messages.success(request, _("Noted. The holder decides again."))
    return redirect("people:posts")
