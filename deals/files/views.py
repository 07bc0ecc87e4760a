"""Files: putting them in, looking at their pages, taking the original out."""

from collections.abc import Iterable
from http import HTTPStatus
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_POST

from audit.actions import Action, ObjectType
from audit.refusals import Refused, record
from deals.details.forms import chosen_details
from deals.errors import NotPossible
from deals.files import services
from deals.files.forms import GradeForm, RenameForm
from deals.files.grades import set_grade
from deals.files.listing import newest_versions
from deals.files.lists import Withheld, withheld
from deals.files.models import FileVersion
from deals.files.ranges import Unsatisfiable, byte_range
from deals.files.reading import content_keys, open_original, watched
from deals.files.standing import standing_of
from deals.files.uploading import SealingHandler, keep, receiving, too_large
from deals.life import life_of
from deals.previews.marks import previewable
from deals.redaction.panel import redaction_panel
from deals.rooms.access import asks_for_more, get_file, get_folder, get_version, which_folders
from deals.rooms.forms import FileRightForm, UntilField
from deals.rooms.grants import set_file_right
from deals.rooms.levels import Level
from deals.rooms.naming import names_open
from deals.rooms.sight import current_sight, shown_to
from deals.rooms.single import file_rights
from deals.viewer.pages import NotStamped, Unshowable, counted, page_image
from people.accounts.models import Kind
from people.factors.strength import is_strong_here
from people.requests import SignedIn
from people.roles.access import requires
from people.roles.permissions import Permission
from vault.disclosures.sharing import any_lists
from vault.masking.grades import Grade

ENVELOPE = 64 * 1024  # bytes of a multipart request beside the files


@csrf_exempt  # `_receive` checks: the check reads the form, which must find the sealing handler installed
@login_required
@require_POST
def upload(request: SignedIn, deal_id: UUID, folder_id: UUID) -> HttpResponse:
    """Files into a folder. The gate is asked before a byte is read, and again before anything is kept."""
    folder = get_folder(request.user, deal_id, folder_id, Level.UPLOAD, Action.FILE_UPLOAD)
    if int(request.META.get("CONTENT_LENGTH") or 0) > settings.UPLOAD_MAX_BYTES + ENVELOPE:
        return _uploaded(request, deal_id, folder_id, problem=too_large(settings.UPLOAD_MAX_BYTES))
    with receiving(request, folder.room) as handler:
        return _receive(request, deal_id, folder_id, handler)


@csrf_protect
def _receive(request: SignedIn, deal_id: UUID, folder_id: UUID, handler: SealingHandler) -> HttpResponse:
    # The form's last field: without it the request ended early, and so did the file before it.
    whole = request.POST.get("whole") == "whole"
    problem = handler.problem
    if not problem and not whole:
        problem = _("The upload was cut off. Nothing was kept; send the file again.")
    if not problem and not handler.arrived:
        problem = _("Choose a file.")
    if problem:
        return _uploaded(request, deal_id, folder_id, problem=problem)
    names = [file.name for file in handler.arrived]
    try:
        details = chosen_details(request.POST.get("details"))
        kept = keep(
            actor=request.user, deal_id=deal_id, folder_id=folder_id, handler=handler, details=details
        )
    except NotPossible as problem:
        return _uploaded(request, deal_id, folder_id, problem=str(problem))
    if any_lists(version.pk for version in kept):
        messages.warning(
            request,
            _(
                "An exported list of clients is among them. Whoever downloads it was given it by you. Its"
                " page says which sides of the deal cannot take it, and why."
            )
            if request.user.kind == Kind.STAFF
            else _("An exported list of clients is among them. Whoever downloads it was given it by you."),
        )
    return _uploaded(request, deal_id, folder_id, names=names)


def _uploaded(
    request: SignedIn, deal_id: UUID, folder_id: UUID, *, names: Iterable[str] = (), problem: str = ""
) -> HttpResponse:
    """To the folder with a message; for the progress bar's script, where to go or what is wrong."""
    scripted = request.headers.get("Accept") == "application/json"
    address = reverse("deals:folder", args=[deal_id, folder_id])
    if problem and scripted:
        return JsonResponse({"problem": problem}, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    if problem:
        messages.error(request, problem)
    else:
        kept = list(names)
        said = ngettext("Sealed as %(names)s.", "%(count)d files are sealed: %(names)s.", len(kept))
        messages.success(request, said % {"count": len(kept), "names": ", ".join(kept[:10])})
    return JsonResponse({"address": address}) if scripted else redirect(address)


@login_required
@require_GET
@never_cache
@previewable
def file(request: SignedIn, deal_id: UUID, file_id: UUID) -> HttpResponse:
    """The newest version's pages beside the tree; for those who manage it, versions and rights."""
    found = get_file(request.user, deal_id, file_id)
    version = newest_versions([found])[found.pk]
    room, takes, manages = found.room, found.level >= Level.ORIGINAL, found.level >= Level.MANAGE
    folders = which_folders(request.user, room)
    keys = content_keys(version) if version.viewable and version.page_count is None else ()
    with names_open(room, Action.FILE_VIEW, ObjectType.FILE, file_id, keys=keys) as context:
        pages = counted(version, context) if version.viewable else 0
        person = shown_to(request.user)
        staff, acts = person.kind == Kind.STAFF, current_sight() is None
        shown = {
            "room": room,
            "deal": room.deal,
            "folders": folders,
            "file": found,
            "version": version,
            "pages": range(1, pages + 1),
            "versions": _versions(found.pk) if manages else [],
            "rights": file_rights(found) if staff else [],
            "form": RenameForm(initial={"name": found.name}),
            "life": life_of(deal=deal_id, object_id=file_id, called={file_id: found.name}) if staff else [],
            "level": Level(found.level),
            "takes": takes,
            "may": {"original": takes and acts, "manage": manages and acts},
            "waits": asks_for_more(person, found, strong=is_strong_here()),
            "grade": Grade(found.grade),
            "grade_form": GradeForm(initial={"grade": found.grade}) if staff else None,
            "withheld": takes and withheld(version, person),
            "standing": standing_of(version) if staff else None,
            "staff": staff,
            **redaction_panel(person, found, version, acts=acts),
        }
        return render(request, "deals/files/file.html", shown)


@login_required
@require_GET
@never_cache
@previewable
def page(request: SignedIn, deal_id: UUID, version_id: UUID, number: int) -> HttpResponseBase:
    """One page as a stamped image: an error on any failure, never a clean one."""
    version = get_version(request.user, deal_id, version_id, Level.VIEW, Action.FILE_VIEW_PAGE)
    if number < 1 or (version.page_count is not None and number > version.page_count):
        raise Refused(ObjectType.FILE_VERSION, version_id, Action.FILE_VIEW_PAGE, deal=deal_id)
    try:
        image = page_image(version, number, request.user)
    except (Unshowable, NotStamped):
        said = _("This page cannot be shown.")
        return HttpResponse(
            said, status=HTTPStatus.UNPROCESSABLE_ENTITY, content_type="text/plain; charset=utf-8"
        )
    return _sealed_off(HttpResponse(image, content_type="image/jpeg"))


@login_required
@require_GET
@never_cache
def original(request: SignedIn, deal_id: UUID, version_id: UUID) -> HttpResponseBase:
    """The file as it was uploaded, streamed; the entry is committed before its first byte."""
    version = get_version(request.user, deal_id, version_id, Level.ORIGINAL, Action.FILE_DOWNLOAD)
    try:
        wanted = byte_range(request.headers.get("Range", ""), version.size)
    except Unsatisfiable:
        return HttpResponse(
            status=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
            headers={"Content-Range": f"bytes */{version.size}"},
        )
    try:
        name, content = open_original(version, request.user)
    except Withheld as refused:
        record(refused)
        staff = request.user.kind == Kind.STAFF
        shown = {
            "deal": version.file.room.deal,
            "file": version.file,
            "version": version,
            "staff": staff,
            "standing": standing_of(version) if staff else None,
        }
        return render(request, "deals/files/withheld.html", shown, status=HTTPStatus.FORBIDDEN)
    start, stop = wanted or (0, version.size)
    answer = StreamingHttpResponse(
        watched(content, version, request.user.pk, (start, stop)), content_type="application/octet-stream"
    )
    answer["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    answer["Content-Length"] = stop - start
    answer["Accept-Ranges"] = "bytes"
    if wanted:
        answer.status_code = HTTPStatus.PARTIAL_CONTENT
        answer["Content-Range"] = f"bytes {start}-{stop - 1}/{version.size}"
    return _sealed_off(answer)


@login_required
@require_POST
def rename(request: SignedIn, deal_id: UUID, file_id: UUID) -> HttpResponse:
    get_file(request.user, deal_id, file_id, Level.MANAGE, Action.FILE_RENAME)
    form = RenameForm(request.POST)
    try:
        if not form.is_valid():
            raise NotPossible(_("Give a name."))
        services.rename_file(
            actor=request.user, deal_id=deal_id, file_id=file_id, name=form.cleaned_data["name"]
        )
    except NotPossible as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("The file is renamed."))
    return redirect("deals:file", deal_id, file_id)


@require_POST
@requires(Permission.ROOM_MANAGE)
def rights(request: SignedIn, deal_id: UUID, file_id: UUID) -> HttpResponse:
    """Where one file differs from its folder."""
    get_file(request.user, deal_id, file_id, Level.MANAGE, Action.ROOM_RIGHT)
    form = FileRightForm(request.POST)
    try:
        if not form.is_valid():
            raise NotPossible(_("Choose a group and a level."))
        set_file_right(
            actor=request.user,
            deal_id=deal_id,
            group_id=form.cleaned_data["group"],
            file_id=file_id,
            level=form.chosen(),
            expires_at=UntilField.end_of(form.cleaned_data["until"]),
        )
    except NotPossible as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("The right is set, from the next request on."))
    return redirect("deals:file", deal_id, file_id)


@require_POST
@requires(Permission.ROOM_MANAGE)
def grade(request: SignedIn, deal_id: UUID, file_id: UUID) -> HttpResponse:
    """How sensitive the file is, and so what opens it."""
    get_file(request.user, deal_id, file_id, Level.MANAGE, Action.FILE_GRADE)
    form = GradeForm(request.POST)
    if form.is_valid():
        chosen = Grade(int(form.cleaned_data["grade"]))
        set_grade(actor=request.user, deal_id=deal_id, file_id=file_id, grade=chosen)
        messages.success(request, _("The grade is set, from the next request on."))
    else:
        messages.error(request, _("Choose a grade."))
    return redirect("deals:file", deal_id, file_id)


def _versions(file_id: UUID) -> list[FileVersion]:
    versions = FileVersion.objects.filter(file_id=file_id).select_related("uploaded_by", "end")
    return list(versions.order_by("-number")[:200])


def _sealed_off(answer: HttpResponseBase) -> HttpResponseBase:
    """Taken for no other type, run as nothing (that no cache keeps it, `never_cache` says)."""
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer
