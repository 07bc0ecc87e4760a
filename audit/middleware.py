"""The request's origin, and the pages of a refusal and of an unavailable log."""

from collections.abc import Callable
from dataclasses import replace
from http import HTTPStatus
from ipaddress import ip_address, ip_network
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.utils.crypto import salted_hmac

from audit.actions import Action, ObjectType, Reason
from audit.coverage import followed, page_entry
from audit.entry import Entry
from audit.ids import uuid7, uuid8
from audit.log import LogUnavailable, record_read, record_refusal
from audit.origin import Origin, acting_as, current_origin
from audit.refusals import Refused, record
from audit.unattributed import is_unattributed

Handler = Callable[[HttpRequest], HttpResponse]
_IPV4_PREFIX, _IPV6_PREFIX = 24, 48


class OriginMiddleware:
    """Sets the origin for the time of the request. After the session and authentication middleware."""

    def __init__(self, get_response: Handler) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with acting_as(origin_of(request)) as origin:
            response = recorded(self._get_response, request)
        if origin.request is not None:
            response["X-Request-ID"] = str(origin.request)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Record a refusal; Django then shows the ordinary page for it. Without a log, 503."""
        try:
            if isinstance(exception, Refused):
                record(exception)
            elif isinstance(exception, PermissionDenied):
                record_refusal(_refused_request(Reason.NO_PERMISSION))
        except LogUnavailable:
            return log_unavailable(request)
        return log_unavailable(request) if isinstance(exception, LogUnavailable) else None


def recorded(get_response: Handler, request: HttpRequest) -> HttpResponse:
    """The response, with an entry of the request by whoever acts now; 503 without one."""
    with followed() as trail:
        response = get_response(request)
        return response if trail.left else _opened(request, response)


def _opened(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The response, once it is recorded that the page was opened: nothing else was."""
    entry = page_entry(request, response.status_code)
    try:
        if entry:
            record_read(entry)
    except LogUnavailable:
        return log_unavailable(request)
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """`settings.CSRF_FAILURE_VIEW`: a form from another site, or one that has expired, is a refusal too."""
    try:
        record_refusal(_refused_request(Reason.CROSS_SITE))
    except LogUnavailable:
        return log_unavailable(request)
    return render(request, "403_csrf.html", status=HTTPStatus.FORBIDDEN)


def log_unavailable(request: HttpRequest) -> HttpResponse:
    """The page that stands for everything that may not happen unrecorded."""
    response = render(request, "503.html", status=HTTPStatus.SERVICE_UNAVAILABLE)
    response["Retry-After"] = "10"
    add_never_cache_headers(response)
    return response


def origin_of(request: HttpRequest) -> Origin:
    """Who this request comes from, in ids; nothing of one that must not be attributed."""
    if is_unattributed(request):
        return Origin()
    user = request.user
    return Origin(
        actor=user.pk if user.is_authenticated else None,
        session=session_pseudonym(request.session.session_key),
        request=uuid7(),
        network=network_prefix(request),
    )


def acting_user(request: HttpRequest | None, actor: UUID | None) -> Origin:
    """The origin of a sign-in or sign-out: the request's, of this person, in the session as it is now."""
    if request is None:
        return Origin(actor=actor)
    return replace(current_origin(), actor=actor, session=session_pseudonym(request.session.session_key))


def session_pseudonym(session_key: str | None) -> UUID | None:
    """Tells sessions apart without being the key: whoever reads the log cannot take a session over."""
    if session_key is None:
        return None
    return uuid8(salted_hmac("audit.session", session_key, algorithm="sha256").digest())


def network_prefix(request: HttpRequest) -> str | None:
    """The first 24 bits of an IPv4 address, 48 of an IPv6 one, in CIDR notation; None when it is not
    known."""
    try:
        address = ip_address(client_address(request).strip())
    except ValueError:
        return None
    address = getattr(address, "ipv4_mapped", None) or address
    return str(ip_network((address, _IPV4_PREFIX if address.version == 4 else _IPV6_PREFIX), strict=False))


def client_address(request: HttpRequest) -> str:
    """What is to be taken as the client's address, as it was written.

    Each trusted proxy appends the address it was called from to X-Forwarded-For. With N of them, the N-th
    from the right is the first that no client can have written; what stands left of it is hearsay.
    """
    hops = request.headers.get("X-Forwarded-For", "").split(",")
    proxies = settings.TRUSTED_PROXIES
    return hops[-proxies] if 0 < proxies <= len(hops) else request.META.get("REMOTE_ADDR", "")


def _refused_request(reason: Reason) -> Entry:
    return Entry(
        action=Action.REQUEST_REFUSE, object_type=ObjectType.PAGE, object_id=None, reason=str(reason)
    )
