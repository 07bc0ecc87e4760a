"""What a request and its browser's session carry of a staff session: which one it is, and no more."""

from django.http import HttpRequest

from people.staffsessions.models import StaffSession

MARKER = "staff_session"  # in the session: which row


def mark(request: HttpRequest, found: StaffSession) -> None:
    """This request is made in the session."""
    if request.session.get(MARKER) != str(found.pk):
        request.session[MARKER] = str(found.pk)
    request.staff_session = found  # type: ignore[attr-defined]


def marked(request: HttpRequest) -> StaffSession | None:
    """The session in which this request is made, if one stands."""
    found: StaffSession | None = getattr(request, "staff_session", None)
    return found
