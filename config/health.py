"""Liveness and readiness for operators and load balancers. No secret and no personal data in the answers."""

from django.core.cache import cache
from django.db import DatabaseError, connections
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe
from redis.exceptions import RedisError

from audit.coverage import leaves_no_entry


@require_safe
@leaves_no_entry("asked by machines; it says nothing of anybody")
def alive(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


@require_safe
@leaves_no_entry("asked by machines; it says nothing of anybody")
def ready(request: HttpRequest) -> JsonResponse:
    """The process can do its work: the database and the queue answer. 503 when one does not."""
    parts = {"database": _database_answers(), "queue": _queue_answers()}
    return JsonResponse(
        {name: "ok" if fine else "down" for name, fine in parts.items()},
        status=200 if all(parts.values()) else 503,
    )


def _database_answers() -> bool:
    try:
        with connections["default"].cursor() as cursor:
            cursor.execute("select 1")
    except DatabaseError:
        return False
    return True


def _queue_answers() -> bool:
    try:
        cache.get("readyz")
    except RedisError:
        return False
    return True
