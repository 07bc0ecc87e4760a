"""Whom to write to about one's personal data: for everybody, without signing in (PIPL 52, GDPR 37.7).

It shows what the holder chose to have shown and nothing of the account behind it. Nothing is looked up
by what a visitor sends, so there is nothing to guess; the limit bounds what a flood costs.
"""

import time
from http import HTTPStatus

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.crypto import salted_hmac
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from audit.actions import Action, ObjectType, Reason
from audit.entry import Entry
from audit.log import record_refusal
from audit.middleware import network_prefix
from people.posts.codes import Post
from people.posts.holding import line_of

WINDOW = 60  # seconds
MOST = 60  # openings of the page from one network


@never_cache
@require_safe
def dpo(request: HttpRequest) -> HttpResponse:
    if _flooded(request):
        context = {"busy": True}
        return render(request, "people/posts/public.html", context, status=HTTPStatus.TOO_MANY_REQUESTS)
    line = line_of(Post.DPO)
    return render(request, "people/posts/public.html", {"line": line, "first": line.first})


def _flooded(request: HttpRequest) -> bool:
    """Whether this network asks too often. The first time in a window is an entry, and no other: a flood must
    not fill the log."""
    network = network_prefix(request) or "unknown"
    words = f"{network}\n{int(time.time()) // WINDOW}"
    key = f"dpo:{salted_hmac('people.posts.public', words, algorithm='sha256').hexdigest()}"
    cache.add(key, 0, 2 * WINDOW)
    spent: int = cache.incr(key)
    if spent == MOST + 1:
        record_refusal(
            Entry(
                action=Action.REQUEST_REFUSE,
                object_type=ObjectType.POST,
                object_id=None,
                reason=Reason.FLOODED.value,
            )
        )
    return spent > MOST
