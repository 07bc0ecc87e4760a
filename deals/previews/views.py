"""Choosing as whom to look at the room, beginning, and ending."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from audit.actions import Action, ObjectType
from audit.middleware import session_pseudonym
from audit.refusals import Refused
from deals.errors import NotPossible
from deals.previews import services
from deals.previews.access import everybody_in, get_led_room
from deals.previews.middleware import MARKER, preview_of
from deals.previews.models import LASTS, Over
from deals.rooms.naming import names_open
from people.requests import SignedIn
from people.roles.access import requires
from people.roles.permissions import Permission


@require_http_methods(["GET", "POST"])
@requires(Permission.DEAL_LEAD)
@never_cache
def preview(request: SignedIn, deal_id: UUID) -> HttpResponse:
    """GET: the outside people of the room. POST: look as one of them."""
    room = get_led_room(request.user, deal_id, Action.ROOM_PREVIEW_START)
    if request.method == "POST":
        return _begin(request, deal_id)
    inside = everybody_in(room)
    with names_open(room, Action.ROOM_RIGHTS_VIEW, ObjectType.ROOM, room.pk):
        context = {"deal": room.deal, "inside": inside, "minutes": LASTS.seconds // 60}
        return render(request, "deals/previews/choose.html", context)


def _begin(request: SignedIn, deal_id: UUID) -> HttpResponse:
    session = session_pseudonym(request.session.session_key)
    person_id = _person_id(request.POST.get("person", ""))
    if session is None or person_id is None:
        raise Refused(ObjectType.PERSON, None, Action.ROOM_PREVIEW_START, deal=deal_id)
    try:
        begun = services.begin(actor=request.user, deal_id=deal_id, person_id=person_id, session=session)
    except NotPossible as problem:
        messages.error(request, str(problem))
        return redirect("deals:deal", deal_id)
    request.session[MARKER] = str(begun.pk)
    return redirect("deals:room", deal_id)


def _person_id(given: str) -> UUID | None:
    try:
        return UUID(given)
    except ValueError:
        return None


@require_POST
@requires(Permission.DEAL_LEAD)
def preview_end(request: SignedIn, deal_id: UUID) -> HttpResponse:
    """The button of the bar. Without a preview (it was ended in another tab) it only leads back."""
    get_led_room(request.user, deal_id, Action.ROOM_PREVIEW_END)
    standing = preview_of(request)
    if standing is not None:
        services.end(preview=standing, over=Over.ENDED)
        del request.session[MARKER]
        messages.success(request, _("The preview has ended. You see the data room as yourself again."))
    return redirect("deals:preview", deal_id)
