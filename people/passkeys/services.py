"""Adding and renaming passkeys. Removing one: people.factors.services, as every factor."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from audit.actions import Action
from audit.log import record_change
from people.accounts.models import User
from people.factors.checking import factor_entry
from people.factors.sealing import sealed, secrets_of
from people.factors.services import NotPossible, added, lock_for_new
from people.passkeys.ceremonies import KIND
from people.passkeys.checking import digest_of

MOST = 10  # of one person: what a page shows at a glance, and what a sign-in compares


def add_passkey(
    *, actor: User, name: str, made: dict[str, Any], session_key: str | None, link_id: str | None
) -> list[str]:
    """One more way in for the actor.

    Args:
        made: what `ceremonies.new_passkey` found to hold.
        session_key: the session that stays.
        link_id: the one-time link that this browser came by, if any.

    Returns the recovery codes, in the clear, when they were made just now.

    Raises NotPossible; LogUnavailable, KeyWithheld, ProviderDown.
    """
    try:
        with secrets_of(actor.pk), transaction.atomic():
            lock_for_new(actor, link_id)
            if Authenticator.objects.filter(user_id=actor.pk, type=KIND).count() >= MOST:
                raise NotPossible(
                    _("You have %(most)s passkeys: remove one that you do not use.") % {"most": MOST}
                )
            seal = sealed(digest_of(made["credential"]))
            Authenticator.objects.create(user=actor, type=KIND, data=made | {"name": name, "seal": seal})
            return added(actor, KIND, session_key)
    except IntegrityError:
        raise NotPossible(_("This passkey is registered already.")) from None


@transaction.atomic
def rename_passkey(*, actor: User, factor_id: int, name: str) -> None:
    """Raises Authenticator.DoesNotExist."""
    row = Authenticator.objects.select_for_update().get(pk=factor_id, user_id=actor.pk, type=KIND)
    row.data["name"] = name
    row.save(update_fields=["data"])
    record_change(factor_entry(actor.pk, Action.FACTOR_RENAME, KIND))
