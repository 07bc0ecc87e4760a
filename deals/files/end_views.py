"""Versions that hold somebody who was destroyed: which they are, and destroying one before its day."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from deals.files.due import which_ends
from deals.files.services import get_ending, give_up
from people.requests import SignedIn
from people.roles.access import requires
from people.roles.permissions import Permission


@require_GET
@requires(Permission.ROOM_MANAGE)
@never_cache
def ending(request: SignedIn) -> HttpResponse:
    """All of them in the rooms of one's deals, by code name; no name of a file is opened for it."""
    return render(request, "deals/files/ending.html", {"ends": which_ends(request.user)})


@require_http_methods(["GET", "POST"])
@requires(Permission.ROOM_MANAGE)
@never_cache
def destroy(request: SignedIn, deal_id: UUID, version_id: UUID) -> HttpResponse:
    """Asks once more, then has the version destroyed by the worker."""
    end = get_ending(request.user, deal_id, version_id)
    if request.method == "POST":
        give_up(actor=request.user, deal_id=deal_id, version_id=version_id)
        messages.success(request, _("The version is being destroyed. Nobody could open it any more."))
        return redirect("deals:file", deal_id, end.version.file_id)
    return render(request, "deals/files/destroy.html", {"end": end, "deal": end.version.file.room.deal})
