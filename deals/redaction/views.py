"""Redacting a file: marking on its pages, having its text searched, making the copy, giving it out."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.actions import Action, ObjectType
from audit.coverage import POLLED, leaves_no_entry
from deals.errors import NotPossible
from deals.redaction import services
from deals.redaction.access import get_copied, get_redaction
from deals.redaction.desk import desk_of
from deals.redaction.finding import Kind
from deals.redaction.forms import ApplyForm, GiveForm, MarkForm, SearchForm, boxes_named
from deals.redaction.left import get_droppable
from deals.redaction.models import AT_WORK, Redaction, State, Why
from deals.redaction.rights import give_out, shares
from deals.rooms.naming import names_open
from people.accounts.models import Kind as PersonKind
from people.requests import SignedIn
from people.roles.access import requires
from people.roles.permissions import Permission


@login_required
@require_POST
def start(request: SignedIn, deal_id: UUID, version_id: UUID) -> HttpResponse:
    redaction = services.start(actor=request.user, deal_id=deal_id, version_id=version_id)
    return redirect("deals:redaction", deal_id, redaction.pk)


@login_required
@require_GET
@never_cache
def redaction(request: SignedIn, deal_id: UUID, redaction_id: UUID) -> HttpResponse:
    """The page `?page=` with its marks and proposals; how far the worker is; or the copy."""
    found = get_redaction(request.user, deal_id, redaction_id, Action.REDACTION_OPEN)
    return _desk(request, found, request.GET.get("page", ""))


@login_required
@require_GET
@never_cache
@leaves_no_entry(POLLED)
def progress(request: SignedIn, deal_id: UUID, redaction_id: UUID) -> HttpResponse:
    """The progress bar alone; once the worker is done, htmx is told to load the page anew."""
    found = get_redaction(request.user, deal_id, redaction_id, Action.REDACTION_OPEN)
    answer = render(request, "deals/redaction/_progress.html", {"redaction": found, **_running(found)})
    if found.state not in AT_WORK:
        answer["HX-Refresh"] = "true"
    return answer


@login_required
@require_POST
@never_cache
def mark(request: SignedIn, deal_id: UUID, redaction_id: UUID) -> HttpResponse:
    form = MarkForm(request.POST)

    def do() -> None:
        if not form.is_valid():
            raise NotPossible(_("A rectangle has to lie on the page and have a width and a height."))
        services.mark(actor=request.user, deal_id=deal_id, redaction_id=redaction_id, box=form.box())

    return _done(request, deal_id, redaction_id, do)


@login_required
@require_POST
@never_cache
def unmark(request: SignedIn, deal_id: UUID, redaction_id: UUID) -> HttpResponse:
    boxes = boxes_named(request.POST.getlist("box"))

    def do() -> None:
        services.unmark(actor=request.user, deal_id=deal_id, redaction_id=redaction_id, boxes=boxes)

    return _done(request, deal_id, redaction_id, do)


@login_required
@require_POST
@never_cache
def settle(request: SignedIn, deal_id: UUID, redaction_id: UUID) -> HttpResponse:
    """Accept or reject: one proposal by its number, or all of a kind."""
    accept = "accept" in request.POST
    chosen = request.POST.get("accept" if accept else "reject", "")
    number = int(chosen) if chosen.isascii() and chosen.isdecimal() and len(chosen) < 6 else None
    kind = Kind(chosen) if chosen in Kind.values else None

    def do() -> None:
        services.settle(
            actor=request.user,
            deal_id=deal_id,
            redaction_id=redaction_id,
            accept=accept,
            number=number,
            kind=kind,
        )

    return _done(request, deal_id, redaction_id, do)


@login_required
@require_POST
@never_cache
def search(request: SignedIn, deal_id: UUID, redaction_id: UUID) -> HttpResponse:
    form = SearchForm(request.POST)

    def do() -> None:
        if not form.is_valid():
            raise NotPossible(_("Choose what to look for, or type a word."))
        kinds, words = form.chosen()
        services.search(
            actor=request.user, deal_id=deal_id, redaction_id=redaction_id, kinds=kinds, words=words
        )

    return _done(request, deal_id, redaction_id, do)


@login_required
@require_POST
@never_cache
def apply(request: SignedIn, deal_id: UUID, redaction_id: UUID) -> HttpResponse:
    form = ApplyForm(request.POST)

    def do() -> None:
        if not form.is_valid():
            raise NotPossible(_("Say why it is redacted.") if "reason" in form.errors else _("Give a name."))
        reason, name = Why(form.cleaned_data["reason"]), form.cleaned_data["name"]
        services.apply(
            actor=request.user, deal_id=deal_id, redaction_id=redaction_id, reason=reason, name=name
        )

    return _done(request, deal_id, redaction_id, do)


@login_required
@require_POST
@never_cache
def stop(request: SignedIn, deal_id: UUID, redaction_id: UUID) -> HttpResponse:
    services.stop(actor=request.user, deal_id=deal_id, redaction_id=redaction_id)
    return redirect("deals:redaction", deal_id, redaction_id)


@login_required
@require_POST
@never_cache
def drop(request: SignedIn, deal_id: UUID, redaction_id: UUID) -> HttpResponse:
    found = get_droppable(request.user, deal_id, redaction_id, Action.REDACTION_DROP)
    try:
        services.drop(actor=request.user, deal_id=deal_id, redaction_id=redaction_id)
    except NotPossible as problem:
        messages.error(request, str(problem))
        return redirect("deals:redaction", deal_id, redaction_id)
    messages.success(request, _("The marks are thrown away; the original is as it was."))
    return redirect("deals:file", deal_id, found.version.file_id)


@require_http_methods(["GET", "POST"])
@requires(Permission.ROOM_MANAGE)
@never_cache
def give(request: SignedIn, deal_id: UUID, redaction_id: UUID) -> HttpResponse:
    """Who gets the copy, and who keeps the original."""
    found = get_copied(request.user, deal_id, redaction_id, Action.REDACTION_GIVE)
    source = found.version.file
    with names_open(found.room, Action.REDACTION_OPEN, ObjectType.FILE, source.pk):
        form = GiveForm(shares(found), request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                give_out(
                    actor=request.user, deal_id=deal_id, redaction_id=redaction_id, choices=form.choices()
                )
            except NotPossible as problem:
                form.add_error(None, str(problem))
            else:
                messages.success(request, _("The copy is given out, from the next request on."))
                return redirect("deals:file", deal_id, source.pk)
        shown = {"redaction": found, "deal": found.room.deal, "file": source, "form": form}
        return render(request, "deals/redaction/give.html", shown)


def _done(request: SignedIn, deal_id: UUID, redaction_id: UUID, do: Callable[[], None]) -> HttpResponse:
    """Do it, then show the page it was done on: its changed parts for the script, all of it without."""
    # Before anything is said of what was sent: whoever may not be here learns nothing by sending it wrong.
    get_redaction(request.user, deal_id, redaction_id, Action.REDACTION_EDIT)
    problem = ""
    try:
        do()
    except NotPossible as refused:
        problem = str(refused)
    page = request.POST.get("page", "")
    if request.headers.get("HX-Request") == "true":
        found = get_redaction(request.user, deal_id, redaction_id, Action.REDACTION_OPEN)
        return _desk(request, found, page, problem, only="deals/redaction/_swapped.html")
    if problem:
        messages.error(request, problem)
    address = reverse("deals:redaction", args=[deal_id, redaction_id])
    return redirect(f"{address}?page={page}" if page.isascii() and page.isdecimal() else address)


def _desk(
    request: SignedIn, found: Redaction, typed: str, problem: str = "", *, only: str = ""
) -> HttpResponse:
    """`typed` is a page's number as it came; what is no page of the file is its first."""
    page = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 6 else 1
    page = page if 1 <= page <= found.pages else 1
    version, room = found.version, found.room
    fields = (f"version.{version.number}", f"page.{page}")
    with names_open(room, Action.REDACTION_OPEN, ObjectType.FILE, version.file_id, fields=fields):
        shown = {
            "redaction": found,
            "deal": room.deal,
            "file": version.file,
            "version": version,
            "staff": request.user.kind == PersonKind.STAFF,
            "problem": problem,
            **_running(found),
        }
        if found.state == State.DRAFT:
            shown |= desk_of(found, page)
        return render(request, only or "deals/redaction/redaction.html", shown)


def _running(found: Redaction) -> dict[str, object]:
    return {"running": found.state in AT_WORK, "searching": found.state == State.SEARCHING}
