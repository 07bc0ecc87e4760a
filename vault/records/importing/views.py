"""Importing a list: drop a file, look at what was recognised, start, watch, take the bad rows back."""

from collections.abc import Iterator
from contextlib import suppress
from http import HTTPStatus
from uuid import UUID

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.actions import Action, ObjectType
from audit.coverage import POLLED, leaves_no_entry
from audit.refusals import Refused
from people.roles.access import has, requires
from people.roles.permissions import Permission
from vault.files.store import SealedFile, file_path, remove_sealed_file
from vault.files.uploads import SealedUpload, SealingHandler
from vault.keys.freezing import frozen_among
from vault.purposes.sources.forms import SourceChoice
from vault.records.access import get_book, which_books
from vault.records.errors import NotPossible
from vault.records.importing.access import get_job, which_jobs
from vault.records.importing.jobfiles import NewFile, new_file, open_job_file, outline_id
from vault.records.importing.models import ImportJob, ImportState
from vault.records.importing.preview import Preview, preview_of
from vault.records.importing.problems import SheetError
from vault.records.importing.services import cancel_import, drop_bad_rows, keep_upload, start_import
from vault.records.importing.sheets import SIZE_LIMIT
from vault.records.importing.undoing import undoable_jobs
from vault.records.models import ClientBook
from vault.records.views import person

BAD = HTTPStatus.UNPROCESSABLE_ENTITY
AT_WORK = (ImportState.CHECKING, ImportState.RUNNING)
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_GET
@requires(Permission.CLIENT_IMPORT)
def imports(request: HttpRequest) -> HttpResponse:
    """Choose a book, and see one's imports."""
    user = person(request)
    context = {
        "books": list(which_books(user, Permission.CLIENT_IMPORT).order_by("name", "id")),
        "jobs": list(which_jobs(user).order_by("-created_at")[:50]),
    }
    return render(request, "vault/importing/imports.html", context)


@csrf_exempt  # `_receive` checks: the check reads the form, which must find the sealing handler installed
@require_http_methods(["GET", "POST"])
@requires(Permission.CLIENT_IMPORT)
@never_cache
def upload(request: HttpRequest, book_id: UUID) -> HttpResponse:
    """Take a list in, sealed as it arrives; nothing of it stays unless it can be imported."""
    book = get_book(person(request), book_id, Permission.CLIENT_IMPORT)
    if request.method != "POST":
        return _receive(request, book, None, None)
    file = new_file(book, Action.IMPORT_UPLOAD)
    handler = SealingHandler(file.path, file.key, file.binding, limit=SIZE_LIMIT)
    request.upload_handlers = [handler]
    try:
        answer = _receive(request, book, file, handler)
    except BaseException:
        handler.discard()
        raise
    if answer.status_code != HTTPStatus.FOUND:
        handler.discard()
        remove_sealed_file(file_path(outline_id(file.file_id)))
    return answer


@csrf_protect
def _receive(
    request: HttpRequest, book: ClientBook, file: NewFile | None, handler: SealingHandler | None
) -> HttpResponse:
    problem = ""
    choice = SourceChoice(request.POST or None, book=book, initial={"source": request.GET.get("source")})
    if file is not None and handler is not None:
        received = request.FILES.get("file")
        # The form's last field: without it the request ended early, and so did the file.
        if "whole" not in request.POST:
            problem = _("The upload was cut off. Nothing was kept; send the file again.")
        elif handler.too_large:
            problem = SheetError("sheet.size", limit=SIZE_LIMIT // 1024**2).message
        elif not isinstance(received, SealedUpload) or not received.size:
            problem = SheetError("sheet.empty").message if received else _("Choose a file.")
        elif not choice.is_valid():
            problem = _("Say where this list comes from: choose its source, or record it first.")
        else:
            try:
                job = keep_upload(
                    actor=person(request),
                    file=file,
                    file_name=received.name or "",
                    source_id=choice.cleaned_data["source"],
                )
                return redirect("vault:import_job", job.pk)
            except (SheetError, NotPossible) as error:
                problem = str(error.message)
    context = {"book": book, "problem": problem, "choice": choice, "limit": SIZE_LIMIT // 1024**2}
    return render(request, "vault/importing/upload.html", context, status=BAD if problem else 200)


@require_GET
@requires(Permission.CLIENT_IMPORT)
@never_cache
def job(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """One import: what each column becomes, how far it is, or what came of it."""
    found = get_job(person(request), job_id)
    preview = preview_of(found) if found.state == ImportState.UPLOADED else None
    return _job_page(request, found, preview)


@require_GET
@requires(Permission.CLIENT_IMPORT)
@never_cache
@leaves_no_entry(POLLED)
def progress(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """The progress bar alone; once the job goes on, htmx is told to load the page anew."""
    found = get_job(person(request), job_id)
    answer = render(request, "vault/importing/_progress.html", {"job": found, **_progress(found)})
    if found.state not in AT_WORK:
        answer["HX-Refresh"] = "true"
    return answer


@require_POST
@requires(Permission.CLIENT_IMPORT)
@never_cache
def start(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Start as the form says; with `look`, or if another sheet or row was chosen, show its columns first."""
    user = person(request)
    found = get_job(user, job_id, Action.IMPORT_START)
    if found.state != ImportState.UPLOADED:
        return redirect("vault:import_job", job_id)
    preview = preview_of(found, request.POST)
    form = preview.form
    if "look" in request.POST or not form.is_bound:
        return _job_page(request, found, preview)
    if not form.is_valid():
        return _job_page(request, found, preview, _("Choose what each column becomes."))
    try:
        start_import(actor=user, job_id=job_id, plan=form.plan, opened=preview.opened)
    except SheetError as error:
        return _job_page(request, found, preview, error.message)
    except NotPossible as refused:
        return _job_page(request, found, preview, str(refused.message))
    return redirect("vault:import_job", job_id)


def _job_page(
    request: HttpRequest, found: ImportJob, preview: Preview | None, problem: str = ""
) -> HttpResponse:
    context = {
        "job": found,
        "preview": preview,
        "refusal": problem,
        "may_widen": has(person(request), Permission.PURPOSE_MANAGE),
        "waits": not found.has_ended and bool(frozen_among([found.book_id])),
        "undoable": undoable_jobs(person(request)).filter(pk=found.pk).exists(),
        **_progress(found),
    }
    return render(request, "vault/importing/job.html", context, status=BAD if problem else 200)


@require_POST
@requires(Permission.CLIENT_IMPORT)
def cancel(request: HttpRequest, job_id: UUID) -> HttpResponse:
    with suppress(NotPossible):  # it has ended meanwhile, and the page says how
        cancel_import(actor=person(request), job_id=job_id)
    return redirect("vault:import_job", job_id)


@require_GET
@requires(Permission.CLIENT_IMPORT)
@never_cache
def bad_rows(request: HttpRequest, job_id: UUID) -> StreamingHttpResponse:
    """The sheet of rows that failed, opened as it is sent."""
    found = get_job(person(request), job_id, Action.IMPORT_DOWNLOAD)
    if found.bad_file_id is None:
        raise Refused(ObjectType.IMPORT_JOB, job_id, Action.IMPORT_DOWNLOAD)
    file = open_job_file(found, Action.IMPORT_DOWNLOAD, bad_rows=True)
    answer = StreamingHttpResponse(_pieces(file), content_type=_XLSX)
    answer["Content-Length"] = str(file.size)
    answer["Content-Disposition"] = f'attachment; filename="rows-{found.pk.hex[-8:]}.xlsx"'
    return answer


@require_POST
@requires(Permission.CLIENT_IMPORT)
def discard_bad_rows(request: HttpRequest, job_id: UUID) -> HttpResponse:
    drop_bad_rows(actor=person(request), job_id=job_id)
    return redirect("vault:import_job", job_id)


def _pieces(file: SealedFile) -> Iterator[bytes]:
    with file:
        yield from file


def _progress(found: ImportJob) -> dict[str, object]:
    return {
        "checking": found.state == ImportState.CHECKING,
        "running": found.state in AT_WORK,
        "failed": found.state == ImportState.FAILED,
        "nothing": found.state == ImportState.FAILED and not found.cursor,
        "problem": found.flaw_in_words or found.get_problem_display(),
    }
