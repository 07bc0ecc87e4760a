"""Setting second factors up, replacing and removing them; making recovery codes anew.

Each ends the person's other sessions: whoever sits in one of them may be the reason.
"""

import time

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils.translation import gettext as _

from audit.actions import Action
from audit.log import record_change
from people.accounts.links import usable_links, use_link
from people.accounts.models import User
from people.accounts.sessions import end_sessions
from people.factors import recovery
from people.factors.access import awaited_link, factors_of, is_obliged
from people.factors.checking import factor_entry
from people.factors.recovery import CODES
from people.factors.sealing import sealed, secrets_of
from people.factors.totp import matching_step
from people.notices.services import notify

TOTP = Authenticator.Type.TOTP


class NotPossible(Exception):
    """The factor cannot be changed like that; the text says why, for the page."""


def set_up_app(
    *, actor: User, secret: str, code: str, session_key: str | None, link_id: str | None
) -> list[str]:
    """The actor's authenticator app from now on, in the place of one before.

    Args:
        secret: what the app was given, in Base32.
        code: what it shows: proof that it was.
        session_key: the session that stays.
        link_id: the one-time link that this browser came by, if any.

    Returns the recovery codes, in the clear, when they were made just now.

    Raises NotPossible; LogUnavailable, KeyWithheld, ProviderDown.
    """
    step = matching_step(secret, code, moment=time.time(), after=0)
    if step is None:
        raise NotPossible(_("This is not the code that the app shows now. Check the phone's clock."))
    with secrets_of(actor.pk), transaction.atomic():
        lock_for_new(actor, link_id)
        Authenticator.objects.filter(user_id=actor.pk, type=TOTP).delete()
        Authenticator.objects.create(
            user=actor, type=TOTP, data={"secret": sealed(secret), "last_step": step}
        )
        return added(actor, TOTP, session_key)


def added(actor: User, kind: str, session_key: str | None) -> list[str]:
    """What follows a new factor, inside its transaction and `secrets_of`; recovery codes made just now."""
    has_codes = Authenticator.objects.filter(user_id=actor.pk, type=CODES).exists()
    codes, hashes = ([], []) if has_codes else recovery.drawn()
    record_change(factor_entry(actor.pk, Action.FACTOR_ADD, kind))
    end_sessions(actor, but=session_key)
    notify("factor.added", [actor])
    if codes:
        _keep(actor, hashes)
    return codes


def make_codes(*, actor: User) -> list[str]:
    """New recovery codes, in the clear; those from before no longer work. Raises NotPossible without a
    factor that they stand in for."""
    codes, hashes = recovery.drawn()
    with secrets_of(actor.pk), transaction.atomic():
        _lock(actor)
        if not factors_of(actor).exists():
            raise NotPossible(_("Recovery codes stand in for a second factor: set one up first."))
        notify("factor.codes", [actor])
        _keep(actor, hashes)
    return codes


@transaction.atomic
def remove_factor(*, actor: User, factor_id: int, session_key: str | None) -> None:
    """The factor; with the last one the recovery codes that stand in for it. Raises NotPossible for the last
    one of somebody who must have one; Authenticator.DoesNotExist."""
    _lock(actor)
    factor = factors_of(actor).get(pk=factor_id)
    is_last = not factors_of(actor).exclude(pk=factor_id).exists()
    if is_last and is_obliged(actor):
        raise NotPossible(_("You need a second factor here: set another one up first."))
    factor.delete()
    if is_last:
        Authenticator.objects.filter(user_id=actor.pk).delete()
    record_change(factor_entry(actor.pk, Action.FACTOR_REMOVE, factor.type))
    end_sessions(actor, but=session_key)
    notify("factor.removed", [actor])


def _lock(actor: User) -> None:
    """Two requests about one person's factors queue."""
    User.objects.select_for_update().get(pk=actor.pk)


def lock_for_new(actor: User, link_id: str | None) -> None:
    """Inside the transaction that adds a factor, and before it does. Raises NotPossible.

    After a reset a new factor needs the link that went to the person's own address, beside the password:
    else whoever has the password alone would set up theirs. One UPDATE decides that it is used once.
    """
    _lock(actor)
    reset = awaited_link(actor)
    if reset is None:
        return
    link = usable_links().filter(pk=reset.link_id).first()
    if link is None or link_id != str(link.pk) or not use_link(link, person=actor):
        raise NotPossible(
            _("Open the link in the mail that was sent to you, in this browser, and try again.")
        )


def _keep(actor: User, hashes: list[str]) -> None:
    record_change(factor_entry(actor.pk, Action.FACTOR_CODES))
    recovery.keep(actor, hashes)
