"""The log for everybody: its newest checkpoint and its tiles (C2SP tlog-tiles), so that a witness or any
program for such logs can follow it. Hashes alone: entries are for the log's readers.

Whoever asks is not asked who they are and leaves no entry: a stranger must not be able to make the log grow.
"""

from http import HTTPStatus

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils import timezone
from django.views.decorators.http import require_safe

from audit.checkpoints import store as checkpoints
from audit.merkle.tiles import TILE_HEIGHT, WIDTH, parse_path
from audit.middleware import network_prefix
from audit.tree import store as tree

PER_MINUTE = 1200  # answers for one network: 300,000 new leaves, far beyond what a follower needs
_YEAR = 365 * 86400  # seconds
_PLAIN = "text/plain; charset=utf-8"


@require_safe
def checkpoint(request: HttpRequest) -> HttpResponse:
    """The newest checkpoint. It changes each ten seconds at most."""
    if _asks_too_much(request):
        return _slower()
    newest = checkpoints.latest()
    if newest is None:
        return _nothing()
    tag = f'"{newest.size}"'
    response = (
        HttpResponseNotModified()
        if request.headers.get("If-None-Match") == tag
        else HttpResponse(newest.note, content_type="text/plain; charset=utf-8")
    )
    return _cached(response, tag, "public, max-age=5")


@require_safe
def tile(request: HttpRequest, path: str) -> HttpResponse:
    """A tile of the tree that the newest checkpoint has signed, partial ones at each width that they have
    had.

    A tile never changes: hashes come to a partial one, and then it is another one.
    """
    if _asks_too_much(request):
        return _slower()
    try:
        level, index, width = parse_path(f"tile/{path}")
        newest = checkpoints.latest()
        # The smallest tree in which the tile has that width; what is not signed yet may not be shown.
        size = (index * WIDTH + width) << (TILE_HEIGHT * level)
        if newest is None or size > newest.size:
            return _nothing()
        tag = f'"{path}"'
        if request.headers.get("If-None-Match") == tag:
            response: HttpResponse = HttpResponseNotModified()
        else:
            response = HttpResponse(tree.tile(level, index, size), content_type="application/octet-stream")
    except (ValueError, LookupError):
        return _nothing()
    return _cached(response, tag, f"public, max-age={_YEAR}, immutable")


def _cached(response: HttpResponse, tag: str, how: str) -> HttpResponse:
    response["ETag"] = tag
    response["Cache-Control"] = how
    response["Access-Control-Allow-Origin"] = "*"  # pages elsewhere may verify; nothing here is anybody's own
    return response


def _nothing() -> HttpResponse:
    return HttpResponse("Not found\n", content_type=_PLAIN, status=HTTPStatus.NOT_FOUND)


def _slower() -> HttpResponse:
    response = HttpResponse("Too many\n", content_type=_PLAIN, status=HTTPStatus.TOO_MANY_REQUESTS)
    response["Retry-After"] = "60"
    return response


def _asks_too_much(request: HttpRequest) -> bool:
    """Counts by network prefix and minute, which is all that is kept of who asks."""
    key = f"log-public:{network_prefix(request)}:{timezone.now():%H%M}"
    cache.add(key, 0, 120)
    return cache.incr(key) > PER_MINUTE
