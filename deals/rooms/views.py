"""The room: its folders on the left, what lies in one of them on the right."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from audit.actions import Action, ObjectType
from audit.refusals import Refused, record
from deals.details.forms import DetailsForm
from deals.errors import NotPossible
from deals.files.listing import file_rows
from deals.previews.marks import previewable
from deals.previews.told import previews_as
from deals.rooms import services
from deals.rooms.access import (
    PAGE,
    get_folder,
    get_room,
    which_files,
    which_folders,
    which_single_files,
)
from deals.rooms.forms import FolderForm, StagedFolderForm
from deals.rooms.levels import Level
from deals.rooms.listing import my_rooms
from deals.rooms.models import Room
from deals.rooms.naming import names_open
from deals.rooms.sight import current_sight, shown_to
from deals.rooms.unsealed import UNSEALED
from people.accounts.models import Kind
from people.owing import InArrears
from people.requests import SignedIn

if TYPE_CHECKING:
    from deals.rooms.access import ReachedFile, ReachedFolder


@login_required
@require_GET
@never_cache
def rooms(request: SignedIn) -> HttpResponse:
    """For outside people: their rooms, and what they must sign first."""
    if request.user.kind != Kind.OUTSIDE:
        raise Refused(ObjectType.PAGE, None, Action.PAGE_VIEW)
    listed = my_rooms(request.user)
    named = {row.deal.pk: row.deal.code_name for row in listed}
    context = {"rooms": listed, "previews": previews_as(request.user, named)}
    return render(request, "deals/rooms/rooms.html", context)


@login_required
@require_GET
@never_cache
@previewable
def room(request: SignedIn, deal_id: UUID) -> HttpResponse:
    """The tree, and files that the person was given singly. Who only lacks the seal of their company comes to
    the page that waits for it, in one step: the way of a guest on a phone ends here."""
    try:
        found = get_room(request.user, deal_id)
    except InArrears as owing:
        if owing.arrears != [UNSEALED]:
            raise
        record(owing)
        return redirect("deals:company", deal_id)
    folders = which_folders(request.user, found)
    files = which_single_files(request.user, found, [folder.pk for folder in folders])
    with names_open(found, Action.ROOM_VIEW, ObjectType.ROOM, found.pk):
        return _page(request, found, folders, None, files)


@login_required
@require_GET
@never_cache
@previewable
def folder(request: SignedIn, deal_id: UUID, folder_id: UUID) -> HttpResponse:
    chosen = get_folder(request.user, deal_id, folder_id)
    after = request.GET.get("after", "")
    position = int(after) if after.isdecimal() and len(after) < 9 else 0
    files = which_files(request.user, chosen, after=position)
    folders = which_folders(request.user, chosen.room)
    with names_open(chosen.room, Action.ROOM_VIEW, ObjectType.FOLDER, folder_id):
        return _page(request, chosen.room, folders, chosen, files)


@login_required
@require_http_methods(["GET", "POST"])
@never_cache
def folder_new(request: SignedIn, deal_id: UUID) -> HttpResponse:
    """A folder at the top, or inside `?in=`."""
    parent = _parent(request, deal_id)
    found = parent.room if parent else get_room(request.user, deal_id, Action.FOLDER_CREATE)
    staff = request.user.kind == Kind.STAFF
    if parent is None and not staff:
        raise Refused(ObjectType.ROOM, found.pk, Action.FOLDER_CREATE, deal=deal_id)
    form = (StagedFolderForm if staff else FolderForm)(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.create_folder(
                actor=request.user,
                deal_id=deal_id,
                parent_id=parent.pk if parent else None,
                **form.cleaned_data,
            )
        except NotPossible as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(
                request, _("The folder is made; no group can see it unless one above is open to it.")
            )
            return redirect("deals:folder", deal_id, made.pk)
    with names_open(found, Action.ROOM_VIEW, ObjectType.ROOM, found.pk):
        return render(
            request, "deals/rooms/folder_form.html", {"room": found, "parent": parent, "form": form}
        )


@login_required
@require_http_methods(["GET", "POST"])
@never_cache
def folder_edit(request: SignedIn, deal_id: UUID, folder_id: UUID) -> HttpResponse:
    found = get_folder(request.user, deal_id, folder_id, Level.MANAGE, Action.FOLDER_EDIT)
    form_class = StagedFolderForm if request.user.kind == Kind.STAFF else FolderForm
    with names_open(found.room, Action.ROOM_VIEW, ObjectType.FOLDER, folder_id):
        initial = {"title": found.title, "opens_at": found.opens_at}
    form = form_class(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.edit_folder(
                actor=request.user, deal_id=deal_id, folder_id=folder_id, **form.cleaned_data
            )
        except NotPossible as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, _("The folder is changed."))
            return redirect("deals:folder", deal_id, folder_id)
    return render(
        request, "deals/rooms/folder_form.html", {"room": found.room, "folder": found, "form": form}
    )


def _parent(request: SignedIn, deal_id: UUID) -> "ReachedFolder | None":
    given = request.GET.get("in", "")
    if not given:
        return None
    try:
        folder_id = UUID(given)
    except ValueError:
        raise Refused(ObjectType.FOLDER, None, Action.FOLDER_CREATE, deal=deal_id) from None
    return get_folder(request.user, deal_id, folder_id, Level.MANAGE, Action.FOLDER_CREATE)


def _page(
    request: SignedIn,
    found: Room,
    folders: "list[ReachedFolder]",
    chosen: "ReachedFolder | None",
    files: "list[ReachedFile]",
) -> HttpResponse:
    level = Level(chosen.level) if chosen else Level.NONE
    looks_only = current_sight() is not None
    context = {
        "room": found,
        "deal": found.deal,
        "folders": folders,
        "chosen": chosen,
        "files": file_rows(files),
        "next": files[-1].position if chosen and len(files) == PAGE else "",
        "staff": shown_to(request.user).kind == Kind.STAFF,
        "level": level,
        "details": DetailsForm()["details"],
        "may": {
            "upload": level >= Level.UPLOAD and not looks_only,
            "manage": level >= Level.MANAGE and not looks_only,
        },
    }
    return render(request, "deals/rooms/room.html", context)
