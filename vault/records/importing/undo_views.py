"""Taking a whole import back: what would go, why, and what came of it."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from audit.coverage import POLLED, leaves_no_entry
from people.accounts.models import User
from people.roles.access import requires
from people.roles.permissions import Permission
from people.stepup import step_up_required
from vault.records.access import which_clients
from vault.records.errors import NotPossible
from vault.records.importing.forms import UndoForm
from vault.records.importing.models import ImportJob, ImportUndo, UndoReason
from vault.records.importing.services import order_undo
from vault.records.importing.undoing import get_undoable, get_undone, kept_ids, standing, undoable_jobs
from vault.records.models import ClientBook
from vault.records.reading import masked_rows
from vault.records.views import person

SHOWN = 50  # kept clients on the page


@require_http_methods(["GET", "POST"])
@requires(Permission.BOOK_MANAGE)
@never_cache
def undo(request: HttpRequest, job_id: UUID) -> HttpResponseBase:
    """What undoing the import would take and what it would leave; ordered by POST."""
    user = person(request)
    if ImportUndo.objects.filter(pk=job_id).exists():
        return redirect("vault:import_undone", get_undone(user, job_id).pk)
    return _confirmed_undo(request, get_undoable(user, job_id))


@step_up_required
def _confirmed_undo(request: HttpRequest, job: ImportJob) -> HttpResponseBase:
    form = UndoForm(request.POST or None)
    problem = ""
    if request.method == "POST" and form.is_valid():
        try:
            order_undo(actor=person(request), job_id=job.pk, reason=UndoReason(form.cleaned_data["reason"]))
            return redirect("vault:import_undone", job.pk)
        except NotPossible as refused:
            problem = str(refused.message)
    there, used = standing(job)
    context = {"job": job, "form": form, "going": there - used, "used": used, "problem": problem}
    status = 422 if problem or form.errors else 200
    return render(request, "vault/importing/undo.html", context, status=status)


@require_GET
@requires(Permission.CLIENT_IMPORT, Permission.BOOK_MANAGE)
@never_cache
def undone(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """How far the undoing is, and what came of it: what went, what stays and why."""
    user = person(request)
    found = get_undone(user, job_id)
    rows = []
    if found.ended_at and found.kept:
        kept = which_clients(user).filter(pk__in=kept_ids(found.job)).order_by("-id")[:SHOWN]
        rows = masked_rows(list(kept), object_id=found.job.book_id)
    context = {"undo": found, "job": found.job, "rows": rows, **_progress(found)}
    return render(request, "vault/importing/undone.html", context)


@require_GET
@requires(Permission.CLIENT_IMPORT, Permission.BOOK_MANAGE)
@never_cache
@leaves_no_entry(POLLED)
def undo_progress(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """The progress bar alone; at the end htmx is told to load the page anew."""
    found = get_undone(person(request), job_id)
    answer = render(
        request, "vault/importing/_undo_progress.html", {"undo": found, "job": found.job, **_progress(found)}
    )
    if found.ended_at:
        answer["HX-Refresh"] = "true"
    return answer


def recent_imports(user: User, book: ClientBook) -> dict[str, object] | None:
    """The panel on the book's page: imports that its managers can still undo."""
    jobs = list(undoable_jobs(user).filter(book=book).order_by("-started_at")[:20])
    return {"jobs": jobs} if jobs else None


def _progress(found: ImportUndo) -> dict[str, object]:
    return {"running": found.ended_at is None}
