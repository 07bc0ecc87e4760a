"""Three ways to follow: a person through a day, a client through a life, a deal through its readers."""

from datetime import date, timedelta
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from audit.sentences import Names, action_label, ids_named, short
from compliance.review import access
from compliance.review.folding import folded
from compliance.review.lives import Reader
from compliance.review.names import names_of
from compliance.review.signing import newest_of
from people.requests import SignedIn
from people.roles.access import has, requires
from people.roles.permissions import Permission


@requires(Permission.LOG_READ)
@never_cache
@require_GET
def day(request: SignedIn, person_id: UUID, day: date | None = None) -> HttpResponse:
    """Sessions, what was opened, hour by hour; today unless the address names a day."""
    day = day or timezone.localdate()
    found = access.read_day(request.user, person_id, day)
    names = names_of(ids_named(found.entries) | {person_id})
    address = f"person={person_id}&since={day.isoformat()}&until={day.isoformat()}"
    context = {
        "person": person_id,
        "who": names.get(person_id, short(person_id)),
        "day": day,
        "before": day - timedelta(days=1),
        "after": day + timedelta(days=1) if day < timezone.localdate() else None,
        "found": found,
        "shown": folded(found.entries, names),
        "address": address,
        "signed": newest_of(address),
        "may_sign": has(request.user, Permission.LOG_REASON) and person_id != request.user.pk,
    }
    return render(request, "compliance/review/day.html", context)


@requires(Permission.LOG_READ)
@never_cache
@require_GET
def client(request: SignedIn, client_id: UUID) -> HttpResponse:
    """From collection to destruction; who saw the client, how often and why."""
    life = access.read_life(request.user, client_id)
    names = names_of({one.person for one in life.seers if one.person})
    context = {
        "client": client_id,
        "short": short(client_id),
        "stages": [
            (one, [(action_label(code), code, n) for code, n in one.actions.most_common()])
            for one in life.stages
        ],
        "seers": [(one, _named(one.person, names)) for one in life.seers],
        "cut": life.cut,
    }
    return render(request, "compliance/review/client.html", context)


@requires(Permission.LOG_READ)
@never_cache
@require_GET
def deal(request: SignedIn, deal_id: UUID) -> HttpResponse:
    """Who opened which folder and file of the deal's room, how often, and when last."""
    found = access.read_readers(request.user, deal_id)
    people = {who for one in found.readers for who in (one.person, one.looking_as) if who}
    names = names_of(people | {deal_id})
    context = {
        "deal": deal_id,
        "code_name": names.get(deal_id, short(deal_id)),
        "readers": [(one, _reader(one, names)) for one in found.readers],
        "cut": found.cut,
    }
    return render(request, "compliance/review/deal.html", context)


def _reader(one: Reader, names: Names) -> str:
    who = _named(one.person, names)
    if one.looking_as is None:
        return who
    return _("%(who)s (looking as %(other)s)") % {"who": who, "other": _named(one.looking_as, names)}


def _named(person: UUID | None, names: Names) -> str:
    return names.get(person, short(person)) if person else ""
