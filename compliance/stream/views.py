"""The page of the streams."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from audit import ocsf
from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_read
from compliance.stream.batches import size
from compliance.stream.health import healths
from people.requests import SignedIn
from people.roles.access import requires
from people.roles.permissions import Permission


@require_GET
@requires(Permission.LOG_READ)
@never_cache
def streams(request: SignedIn) -> HttpResponse:
    """Each receiver: how far it is, what is wrong, since when."""
    record_read(Entry(action=Action.STREAM_VIEW, object_type=ObjectType.STREAM, object_id=None))
    context = {"streams": healths(), "size": size(), "version": ocsf.VERSION}
    return render(request, "compliance/stream/streams.html", context)
