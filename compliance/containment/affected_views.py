"""The list of affected subjects: ids and counts, a page at a time or as a file."""

import csv
from collections.abc import Iterable, Iterator
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_read
from audit.refusals import Refused
from compliance.containment.access import get_incident
from compliance.containment.affected import (
    FIRST,
    Affected,
    Scope,
    everyone,
    files_of,
    page_of,
    scope_of,
)
from compliance.containment.forms import PeriodForm
from compliance.containment.models import Incident, IncidentLock
from compliance.review.names import names_of
from people.locks.models import Lock
from people.locks.standing import until_locked
from people.requests import SignedIn
from people.roles.access import requires
from people.roles.permissions import Permission

COLUMNS = ("subject", "listed", "masked", "plaintext", "taken", "readers", "first", "last")
LINES = 200  # of the file, between two questions whether the person is locked


@require_GET
@requires(Permission.INCIDENT_MANAGE)
@never_cache
def affected(request: SignedIn, incident_id: UUID, lock_id: UUID) -> HttpResponse:
    """Whose data were opened by the locked person, or in the locked thing, and by whom."""
    incident, lock = _of_case(request, incident_id, lock_id, Action.INCIDENT_AFFECTED)
    form = PeriodForm(request.GET)
    scope = _scope(form, lock, incident)
    _record(Action.INCIDENT_AFFECTED, incident, scope)
    page = page_of(scope, _cursor(request))
    files = files_of(scope)
    people = {reader for row in page.rows for reader in row.readers} | {read.reader for read in files}
    names = names_of({*people, lock.object_id})
    context = {
        "incident": incident,
        "lock": lock,
        "name": names.get(lock.object_id, f"…{str(lock.object_id)[-8:]}"),
        "scope": scope,
        "form": PeriodForm(initial={"since": scope.since.date(), "until": timezone.localdate(scope.until)}),
        "totals": page.totals,
        "rows": [(row, [names.get(one, f"…{str(one)[-8:]}") for one in row.readers]) for row in page.rows],
        "files": [(read, names.get(read.reader, "")) for read in files],
        "next": page.next,
    }
    return render(request, "compliance/containment/affected.html", context)


@require_GET
@requires(Permission.INCIDENT_MANAGE)
def affected_file(request: SignedIn, incident_id: UUID, lock_id: UUID) -> HttpResponseBase:
    """The same as CSV: record numbers, counts and ids of accounts. Nothing of a client is opened for it."""
    incident, lock = _of_case(request, incident_id, lock_id, Action.INCIDENT_EXPORT)
    scope = _scope(PeriodForm(request.GET), lock, incident)
    _record(Action.INCIDENT_EXPORT, incident, scope)
    lines = until_locked(_lines(everyone(scope)), request.user.pk, stride=LINES)
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="affected-{lock.pk.hex[-8:]}.csv"'
    answer["Cache-Control"] = "no-store"
    return answer


def _of_case(request: SignedIn, incident_id: UUID, lock_id: UUID, action: Action) -> tuple[Incident, Lock]:
    """Raises Refused for a lock of another case, as for none."""
    incident = get_incident(request.user, incident_id, action)
    link = IncidentLock.objects.select_related("lock").filter(incident=incident, lock_id=lock_id).first()
    if link is None:
        raise Refused(ObjectType.LOCK, lock_id, action)
    return incident, link.lock


def _scope(form: PeriodForm, lock: Lock, incident: Incident) -> Scope:
    since, until = form.bounds()
    return scope_of(lock, incident, since=since, until=until)


def _cursor(request: SignedIn) -> UUID:
    try:
        return UUID(request.GET.get("after", ""))
    except ValueError:
        return FIRST


def _record(action: Action, incident: Incident, scope: Scope) -> None:
    record_read(
        Entry(
            action=action,
            object_type=ObjectType.INCIDENT,
            object_id=incident.pk,
            subjects=(scope.object_id,),
            deal=scope.deal_id,
            fields=(f"from.{scope.since:%Y-%m-%d}", f"until.{scope.until:%Y-%m-%d}"),
        )
    )


class _Echo:
    """A file that hands back what is written to it, so that rows stream."""

    def write(self, text: str) -> str:
        return text


def _lines(found: Iterable[Affected]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield writer.writerow(COLUMNS)
    for row in found:
        readers = " ".join(str(one) for one in row.readers)
        counts = (row.listed, row.masked, row.plain, row.taken)
        yield writer.writerow([row.subject, *counts, readers, row.first.isoformat(), row.last.isoformat()])
