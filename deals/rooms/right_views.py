"""The matrix group × folder, and changing one cell of it after seeing what the change opens."""

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from audit.actions import Action, ObjectType
from deals.errors import NotPossible
from deals.pipeline.access import leads
from deals.rooms import matrix
from deals.rooms.access import get_folder, get_staff_room
from deals.rooms.forms import INHERIT, RightForm, UntilField
from deals.rooms.grants import set_folder_right
from deals.rooms.groups import get_group, groups_of
from deals.rooms.levels import Level
from deals.rooms.models import Folder, FolderGrant, RoomGroup
from deals.rooms.naming import names_open
from people.requests import SignedIn
from people.roles.access import requires
from people.roles.permissions import Permission


@require_GET
@requires(Permission.ROOM_MANAGE)
@never_cache
def rights(request: SignedIn, deal_id: UUID) -> HttpResponse:
    room = get_staff_room(request.user, deal_id, Action.ROOM_RIGHTS_VIEW)
    groups = groups_of(room)
    with names_open(room, Action.ROOM_RIGHTS_VIEW, ObjectType.ROOM, room.pk):
        context = {
            "room": room,
            "deal": room.deal,
            "leading": leads(request.user, room.deal),
            "groups": groups,
            "rows": matrix.rows(room, groups),
        }
        return render(request, "deals/rooms/rights.html", context)


@require_http_methods(["GET", "POST"])
@requires(Permission.ROOM_MANAGE)
@never_cache
def right(request: SignedIn, deal_id: UUID, group_id: UUID, folder_id: UUID) -> HttpResponse:
    """GET: choose; with a choice in the address, see what it opens. POST: set it."""
    group = get_group(request.user, deal_id, group_id, Action.ROOM_RIGHT)
    folder = get_folder(request.user, deal_id, folder_id, Level.MANAGE, Action.ROOM_RIGHT)
    form = RightForm(
        request.POST if request.method == "POST" else request.GET or None, initial=_now(group, folder)
    )
    if request.method == "POST" and form.is_valid():
        try:
            set_folder_right(
                actor=request.user,
                deal_id=deal_id,
                group_id=group_id,
                folder_id=folder_id,
                level=form.chosen(),
                expires_at=UntilField.end_of(form.cleaned_data["until"]),
            )
        except NotPossible as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, _("The right is set, from the next request on."))
            return redirect("deals:rights", deal_id)
    effect = (
        matrix.effect(group.room, group, folder, form.chosen()) if form.is_bound and form.is_valid() else None
    )
    with names_open(group.room, Action.ROOM_RIGHTS_VIEW, ObjectType.FOLDER, folder_id):
        context = {
            "group": group,
            "folder": folder,
            "deal": group.room.deal,
            "form": form,
            "effect": effect,
            "chosen": form.cleaned_data if effect else None,
        }
        return render(request, "deals/rooms/right.html", context)


def _now(group: RoomGroup, folder: Folder) -> dict[str, str | date | None]:
    """What is set for the group on the folder itself."""
    grants = FolderGrant.objects.filter(group_id=group.auth_group_id, content_object=folder)
    grant = grants.select_related("permission").first()
    if grant is None:
        return {"level": INHERIT, "until": None}
    until = timezone.localtime(grant.expires_at).date() if grant.expires_at else None
    return {"level": str(Level.of_codename(grant.permission.codename).value), "until": until}
