"""Pages that behave badly in each way that the middleware must meet."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import include, path

from audit.actions import Action, ObjectType
from audit.grouping import LogUnavailable
from audit.log import record_change, record_read
from audit.origin import current_origin
from audit.refusals import Refused
from tests.audit.conftest import entry


def fine(request: HttpRequest) -> HttpResponse:
    origin = current_origin()
    record_read(entry())
    return JsonResponse(
        {name: str(getattr(origin, name)) for name in ("actor", "session", "request", "network")}
    )


def refused(request: HttpRequest, object_id: UUID) -> HttpResponse:
    with transaction.atomic():
        record_change(entry())
        raise Refused(ObjectType.PAGE, object_id, Action.REQUEST_REFUSE)


def denied(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


def unavailable(request: HttpRequest) -> HttpResponse:
    raise LogUnavailable


urlpatterns = [
    path("odd/fine/", fine),
    path("odd/refused/<uuid:object_id>/", refused),
    path("odd/denied/", denied),
    path("odd/unavailable/", unavailable),
    path("", include("config.urls")),
]
