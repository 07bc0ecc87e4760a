"""Comparing what a passkey signed: once, by its person, and on record.

The row keeps what the device said of itself when it was added, and a sealed digest of that
(`people.factors.sealing`, for its person). So whoever can write to the database, and cannot have the key
released, makes no passkey that counts, and moves none to another account.
"""

import hashlib
import json
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from audit.actions import Action, Reason, Result
from audit.log import record_change, record_read
from people.accounts.backends import Backend
from people.accounts.models import User
from people.accounts.waits import forget, may_guess, pair_of
from people.factors.checking import factor_entry
from people.factors.sealing import secrets_of, unsealed
from people.notices.services import notify
from people.passkeys.ceremonies import KIND, Purpose, Signed, claimed_by, passkeys_of, read, signed_by, spend


def take_passkey(
    request: HttpRequest, *, purpose: Purpose, person: User | None, typed: str
) -> Authenticator | None:
    """The passkey that signed this session's challenge; None when none of the person's did.

    Args:
        person: whose it must be; None at a sign-in without a name, where the answer says whose it is.
        typed: the browser's answer, as JSON.

    Raises LogUnavailable, KeyWithheld, ProviderDown.
    """
    challenge, answer = spend(request, purpose, person), read(typed)
    claimed = person or (claimed_by(answer) if answer else None)
    pair = pair_of(request, "passkey", str(claimed.pk if claimed else ""))
    if not may_guess(pair):
        _refused(claimed, Reason.TRIED_TOO_OFTEN)
        return None
    found, reason = None, Reason.BAD_PASSKEY
    if challenge and answer and claimed and Backend().user_can_authenticate(claimed):
        signed = signed_by(answer, challenge, passkeys_of(claimed))
        if signed is not None:
            with secrets_of(claimed.pk):
                found, reason = _take(claimed, signed)
    if found is None:
        _refused(claimed, reason)
        return None
    forget(pair)
    return found


@transaction.atomic
def _take(person: User, signed: Signed) -> tuple[Authenticator | None, Reason]:
    """Under the row's lock, so that two answers at the same moment are counted one after the other.

    A counter that does not go up says that the passkey was copied (Web Authentication, section 6.1.1). Which
    of the two its person has, nobody can tell: it opens nothing from then on. Devices that keep no counter
    say 0 each time.
    """
    row = Authenticator.objects.select_for_update().filter(pk=signed.row_id, user_id=person.pk).first()
    if row is None or unsealed(row.data["seal"]) != digest_of(row.data["credential"]):
        return None, Reason.BAD_PASSKEY
    if "copied_at" in row.data:
        return None, Reason.PASSKEY_COPIED
    if (signed.counter or row.data["counter"]) and signed.counter <= row.data["counter"]:
        row.data["copied_at"] = timezone.now().isoformat()
        row.save(update_fields=["data"])
        notify("passkey.copied", [person])
        return None, Reason.PASSKEY_COPIED
    row.data["counter"] = signed.counter
    row.save(update_fields=["data"])
    row.user = person
    record_change(factor_entry(person.pk, Action.FACTOR_USE, KIND))
    return row, Reason.BAD_PASSKEY


def digest_of(credential: dict[str, Any]) -> str:
    """What is sealed of a passkey: JSON with sorted names, so that the database may store it in any order."""
    return hashlib.sha256(json.dumps(credential, sort_keys=True).encode()).hexdigest()


def _refused(claimed: User | None, reason: Reason) -> None:
    """On record, of whom it was said to be when there is such a person."""
    person_id: UUID | None = claimed.pk if claimed else None
    record_read(factor_entry(person_id, Action.FACTOR_FAIL, KIND, reason=str(reason), result=Result.FAILED))
