"""Requests that nobody may be able to attribute: whistle-blowing, whoever sends them, signed in or not.

What is not there cannot be stored. So these requests lose at the door, before any other code has seen them,
everything that says who or from where: cookies, addresses, the browser's name, whatever a proxy adds. What
stays is a list of what the pages need, not a list of what is known to tell: a header that nobody thought of
is gone as well. Behind the door there is no session to be read, refreshed or made, no user, and an empty
`Origin`.

What remains is the time of an entry and what stands outside of this process:
docs/decisions/2026-11-23-speak-up.md.
"""

from collections.abc import Callable
from http.cookies import SimpleCookie

from django.conf import settings
from django.http import HttpRequest, HttpResponse, parse_cookie

Handler = Callable[[HttpRequest], HttpResponse]

_KEPT = {
    *("REQUEST_METHOD", "SCRIPT_NAME", "PATH_INFO", "QUERY_STRING", "CONTENT_TYPE", "CONTENT_LENGTH"),
    *("SERVER_NAME", "SERVER_PORT", "SERVER_PROTOCOL", "HTTP_HOST", "HTTP_ACCEPT", "HTTP_ACCEPT_LANGUAGE"),
    # Where a form was sent from: same or another site. They name a site, not a person.
    *("HTTP_ORIGIN", "HTTP_SEC_FETCH_SITE"),
    "HTTP_X_FORWARDED_PROTO",  # whether the proxy was asked by https
}
# Only the site's name: neither the path of these pages in the next request's Referer, nor `Origin: null`,
# which `no-referrer` would make of a form sent to ourselves (Fetch, "append a request Origin header").
REFERRER_POLICY = "strict-origin"
_MARK = "_sealroom_unattributed"


def is_unattributed(request: HttpRequest) -> bool:
    """Whether the request came through the door below."""
    return getattr(request, _MARK, False)


def names_nobody(path: str) -> bool:
    """Whether requests of this path are unattributed, by settings.UNATTRIBUTED_PATHS."""
    return any(
        (path == inside.rstrip("/") or path.startswith(inside))
        and not any(path.startswith(exception) for exception in exceptions)
        for inside, exceptions in settings.UNATTRIBUTED_PATHS.items()
    )


class UnattributedMiddleware:
    """The door. Before every other middleware."""

    def __init__(self, get_response: Handler) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not names_nobody(request.path_info):
            return self._get_response(request)
        _strip(request)
        response = self._get_response(request)
        # Whatever made one, no cookie is set: it would be a mark on the browser to be known again by.
        response.cookies = SimpleCookie()
        response["Referrer-Policy"] = REFERRER_POLICY
        return response


def _strip(request: HttpRequest) -> None:
    """`META` is the server's own dictionary, so what goes from it is gone for all who look there."""
    chosen = _preferences(request.META.get("HTTP_COOKIE", ""))
    for name in [name for name in request.META if name not in _KEPT and not name.startswith("wsgi.")]:
        del request.META[name]
    request.META["REMOTE_ADDR"] = ""
    if chosen:
        request.META["HTTP_COOKIE"] = chosen
    setattr(request, _MARK, True)


def _preferences(cookies: str) -> str:
    """Of the cookies, language and theme, and of their values those that the house offers to everybody."""
    sent = parse_cookie(cookies)
    allowed = settings.UNATTRIBUTED_COOKIES
    return "; ".join(f"{name}={sent[name]}" for name in sorted(sent) if sent[name] in allowed.get(name, ()))
