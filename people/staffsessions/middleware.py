"""While a staff session lasts, every entry of its browser names also the person at whose request it is.

The browser's session says which row; whether it stands, the row says, read anew on each request. So an
officer's end counts from the next request on.
"""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from audit.middleware import recorded, session_pseudonym
from audit.origin import on_behalf_of
from people.staffsessions.marking import MARKER, mark
from people.staffsessions.models import StaffSession
from people.staffsessions.services import end
from people.staffsessions.standing import over_now

Handler = Callable[[HttpRequest], HttpResponse]


class StaffSessionMiddleware:
    """After audit.middleware.OriginMiddleware, whose origin it adds the second person to."""

    def __init__(self, get_response: Handler) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        found = named_by(request)
        if found is None:
            return self._get_response(request)
        over = over_now(found, session_pseudonym(request.session.session_key))
        if over is not None:
            end(session=found, over=over, by=found.person_id)
            del request.session[MARKER]
            messages.warning(request, _("The staff session has ended. %(why)s.") % {"why": over.label})
            return self._get_response(request)
        mark(request, found)
        with on_behalf_of(found.requested_by_id):
            return recorded(self._get_response, request)


def named_by(request: HttpRequest) -> StaffSession | None:
    """The person's own session that this browser says it is in, standing or not."""
    marker = request.session.get(MARKER)
    if marker is None or not request.user.is_authenticated:
        return None
    own = StaffSession.objects.select_related("requested_by").filter(person=request.user)
    return own.filter(pk=UUID(marker)).first()
