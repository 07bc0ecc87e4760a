"""While a preview lasts, every request of its session passes here, and what is not declared is refused.

`request.user` stays the lead: nothing outside the rooms' own gate ever learns of the person shown, so no
other gate (clients, approvals, exports) can take the one for the other. The session says which preview it
is; whether it stands, its row and the people behind it say, read anew on each request.

A page elsewhere neither ends the preview nor is shown beside it. Ended by any stray request (another tab
that asks for its progress), it would leave the lead in front of their own view believing it to be the
other's; shown beside it, the lead would act where everything they see says that they only look.
"""

from collections.abc import Callable
from http import HTTPStatus
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, ResolverMatch, resolve

from audit.actions import Action, ObjectType, Reason
from audit.coverage import is_silent, page_code
from audit.entry import Entry
from audit.log import LogUnavailable, record_refusal
from audit.middleware import log_unavailable, recorded, session_pseudonym
from audit.origin import on_behalf_of
from deals.previews.access import find_preview
from deals.previews.marks import is_previewable
from deals.previews.models import Over, RoomPreview
from deals.previews.services import end
from deals.previews.standing import over_now
from deals.rooms.admission import lets_in
from deals.rooms.sight import Sight, looking_as

MARKER = "room_preview"  # in the session: which preview
END = "deals:preview_end"
SIGN_OUT = "account_logout"  # it ends the preview itself (signals.py)
_SAFE = ("GET", "HEAD")

Handler = Callable[[HttpRequest], HttpResponse]


class PreviewMiddleware:
    """After audit.middleware.OriginMiddleware, whose origin it adds the person shown to."""

    def __init__(self, get_response: Handler) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        preview = preview_of(request)
        if preview is None:
            return self._get_response(request)
        # As Django does before the view, which many of these requests never reach: entries name the page.
        request.resolver_match = found = _found(request)
        if found and found.view_name == SIGN_OUT:
            return self._get_response(request)
        try:
            with on_behalf_of(preview.person_id):
                return self._inside(request, preview)
        except LogUnavailable:
            return log_unavailable(request)

    def _inside(self, request: HttpRequest, preview: RoomPreview) -> HttpResponse:
        over = over_now(preview, session_pseudonym(request.session.session_key))
        if over is not None:
            return recorded(lambda asked: _over(asked, preview, over), request)
        deal_id = preview.room.deal_id
        if _ends_it(request, deal_id):
            return recorded(self._get_response, request)
        with looking_as(Sight(preview.viewer, preview.person, deal_id, preview.ends_at)):
            if not _declared(request, deal_id):
                return _refused(request, preview)
            if not lets_in(preview.person, deal_id):
                return _unsigned(request, preview)
            return recorded(self._get_response, request)


def preview_of(request: HttpRequest) -> RoomPreview | None:
    """The preview that the session says it is in, standing or not."""
    marker = request.session.get(MARKER)
    if marker is None or not request.user.is_authenticated:
        return None
    return find_preview(request.user, UUID(marker))


def _found(request: HttpRequest) -> ResolverMatch | None:
    try:
        return resolve(request.path_info)
    except Resolver404:
        return None


def _ends_it(request: HttpRequest, deal_id: UUID) -> bool:
    """Whether this is the button of the bar. Its view asks the gate about the lead alone."""
    found = request.resolver_match
    return bool(found and found.view_name == END and found.kwargs["deal_id"] == deal_id)


def _declared(request: HttpRequest, deal_id: UUID) -> bool:
    """Whether this is a page of the deal's room that previews show, asked for to be seen."""
    found = request.resolver_match
    if found is None or request.method not in _SAFE or not is_previewable(found.func):
        return False
    return bool(found.kwargs.get("deal_id") == deal_id)


def _refused(request: HttpRequest, preview: RoomPreview) -> HttpResponse:
    """Says that a preview shows this room and does nothing. What a page in another tab asks for every few
    seconds leaves no entry here either, or a preview would fill the log with refusals."""
    found = request.resolver_match
    if found is None or request.method not in _SAFE or not is_silent(found.func):
        record_refusal(
            Entry(
                action=Action.REQUEST_REFUSE,
                object_type=ObjectType.PAGE,
                object_id=None,
                deal=preview.room.deal_id,
                reason=str(Reason.IN_PREVIEW),
                fields=(page_code(found.view_name),) if found else (),
            )
        )
    return render(request, "deals/previews/refused.html", status=HTTPStatus.FORBIDDEN)


def _unsigned(request: HttpRequest, preview: RoomPreview) -> HttpResponse:
    """What the person would meet first: the undertaking. Nothing of the room is shown."""
    record_refusal(
        Entry(
            action=Action.ROOM_VIEW,
            object_type=ObjectType.ROOM,
            object_id=preview.room_id,
            deal=preview.room.deal_id,
            reason=str(Reason.NOT_SIGNED),
        )
    )
    return render(request, "deals/previews/unsigned.html", status=HTTPStatus.FORBIDDEN)


def _over(request: HttpRequest, preview: RoomPreview, over: Over) -> HttpResponse:
    """The requests that find the preview over do nothing else: they were made in the belief that it lasts.
    So do all until somebody has been told, by a page and not in the place of a picture or a part of one."""
    end(preview=preview, over=over)
    if "text/html" in request.headers.get("Accept", "text/html") and "HX-Request" not in request.headers:
        del request.session[MARKER]
    context = {"person": preview.person, "over": over, "deal_id": preview.room.deal_id}
    return render(request, "deals/previews/over.html", context, status=HTTPStatus.FORBIDDEN)
