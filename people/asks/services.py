"""Asking for access after a "not found", and putting such a request aside as handled."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from audit.actions import Action, ObjectType, Result
from audit.entry import Entry
from audit.log import record_change
from audit.query import LogFilter, entries
from people.accounts.models import User
from people.asks.models import AccessAsk
from people.staffsessions.standing import in_staff_session

# How long ago the refusal may lie that the person asks about: the page with the button is open for a while.
LOOK_BACK = timedelta(hours=1)


@transaction.atomic
def ask_for_access(*, actor: User) -> AccessAsk:
    """Notes that the person asks about what was last refused to them; asking twice about one refusal is one
    request.

    What it was stays in the log: whoever handles accounts learns who asked and when, not about which deal.
    """
    since = timezone.now() - LOOK_BACK
    refused = entries(LogFilter(person=actor.pk, result=Result.REFUSED, since=since)).first()
    ask, new = AccessAsk.objects.get_or_create(person=actor, refusal=refused.pk if refused else None)
    if new:
        _log(ask, Action.ACCESS_ASK)
    return ask


@transaction.atomic
@in_staff_session
def handle_ask(*, actor: User, ask: AccessAsk) -> None:
    """Puts a request aside. Idempotent."""
    locked = AccessAsk.objects.select_for_update().get(pk=ask.pk)
    if locked.handled_at is None:
        locked.handled_at, locked.handled_by = timezone.now(), actor
        locked.save(update_fields=["handled_at", "handled_by"])
        _log(locked, Action.ACCESS_ASK_HANDLE)


def _log(ask: AccessAsk, action: Action) -> None:
    record_change(
        Entry(action=action, object_type=ObjectType.ACCESS_ASK, object_id=ask.pk, subjects=(ask.person_id,))
    )
