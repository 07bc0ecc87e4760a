"""Comparing a typed code: once, slowly for who guesses, and on record."""

import time
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.http import HttpRequest

from audit.actions import Action, ObjectType, Reason, Result
from audit.entry import Entry
from audit.log import record_change, record_read
from people.accounts.models import User
from people.accounts.waits import forget, may_guess, pair_of
from people.factors import recovery
from people.factors.sealing import secrets_of, unsealed
from people.factors.totp import matching_step

_MOST_TYPED = 40  # characters: longer than any code


def take_code(request: HttpRequest, *, person: User, typed: str) -> Authenticator | None:
    """The factor that this code is of, which is thereby used up; None for a wrong or used one.

    The row is locked while its code is compared and the step kept, so of two requests with the same code at
    the same moment one is refused. RFC 6238 section 5.2: a code that was accepted is never accepted again.

    Raises LogUnavailable, KeyWithheld, ProviderDown.
    """
    pair = pair_of(request, "code", str(person.pk))
    if not may_guess(pair):
        _refused(person.pk, Reason.TRIED_TOO_OFTEN)
        return None
    with secrets_of(person.pk):
        found = _take(person, typed) if len(typed) <= _MOST_TYPED else None
    if found is None:
        _refused(person.pk, Reason.WRONG_CODE)
        return None
    forget(pair)
    return found


@transaction.atomic
def _take(person: User, typed: str) -> Authenticator | None:
    kinds = (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES)
    rows = Authenticator.objects.select_for_update().filter(user_id=person.pk, type__in=kinds)
    for row in rows.order_by("-type"):
        take = _take_step if row.type == Authenticator.Type.TOTP else recovery.take
        if not take(row, typed):
            continue
        row.user = person
        record_change(factor_entry(person.pk, Action.FACTOR_USE, row.type))
        return row
    return None


def _take_step(row: Authenticator, typed: str) -> bool:
    step = matching_step(
        unsealed(row.data["secret"]), typed, moment=time.time(), after=row.data.get("last_step", 0)
    )
    if step is None:
        return False
    row.data["last_step"] = step
    row.save(update_fields=["data"])
    return True


def factor_entry(
    person_id: UUID | None, action: Action, *kinds: str, reason: str = "", result: Result = Result.DONE
) -> Entry:
    """An entry about somebody's factors, or about one that nobody has; `kinds` are allauth's codes of what
    they are."""
    return Entry(
        action=action,
        object_type=ObjectType.PERSON,
        object_id=person_id,
        subjects=(person_id,) if person_id else (),
        fields=kinds,
        reason=reason,
        result=result,
    )


def _refused(person_id: UUID, reason: Reason) -> None:
    record_read(factor_entry(person_id, Action.FACTOR_FAIL, reason=str(reason), result=Result.FAILED))
