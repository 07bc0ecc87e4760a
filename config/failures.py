"""Requests and keys: nothing is open when one begins, and none to be had is a clear 503 without the page."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers

from vault.crypto.errors import WornOut
from vault.keys.errors import CompartmentFrozen, KeyServiceError, ProviderDown
from vault.sealed.context import KeyMoved, begin_without_access


class KeyFailureMiddleware:
    """Turns a withheld, moved or worn-out key, or an unreachable key provider, into the 503 page; a frozen
    compartment into the 423 page.

    Nothing was shown or changed.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        begin_without_access()
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, KeyServiceError | WornOut | KeyMoved):
            return None
        if isinstance(exception, CompartmentFrozen):
            response = render(request, "423.html", status=HTTPStatus.LOCKED)
        else:
            worn_out = isinstance(exception, WornOut)
            context = {
                "without_keys": True,
                "worn_out": worn_out,
                "provider_down": isinstance(exception, ProviderDown),
                "moved": isinstance(exception, KeyMoved),
            }
            response = render(request, "503.html", context, status=HTTPStatus.SERVICE_UNAVAILABLE)
            if not worn_out:  # to send it again would not help
                response["Retry-After"] = "1" if context["moved"] else "10"
        add_never_cache_headers(response)
        return response
