"""No answer of ours is kept by a browser or a proxy."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import add_never_cache_headers


class NoStoreMiddleware:
    """Says `no-store` on every answer that says nothing else about caching.

    Even a list without client data tells who works on what; the back button of a shared machine must not.
    Static files pass by: WhiteNoise answers them before this is asked.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._get_response(request)
        if not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        return response


def forgotten_afterwards(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Whoever signs out has the browser drop what it may still hold of this site (W3C Clear Site Data; OWASP
    ASVS 5.0, 14.3.1). Cookies stay: the session's is dead, the others are choices."""

    @wraps(view)
    def signed_out(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        if request.method == "POST":
            response["Clear-Site-Data"] = '"cache", "storage"'
        return response

    return signed_out
