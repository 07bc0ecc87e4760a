"""Which identity is whose account: linked by its person while signed in, and asked at each sign-in.

Why this is safe:

* Nobody becomes somebody by what a provider says of them: an identity that nobody linked is nobody's, and an
  account that linked none is not reached.
* Whoever can write to the table links nothing: the row holds the identity sealed for its person
  (people.factors.sealing), and the key is released for a committed entry alone.
* An identity stands in for the password and for no more: whoever has a second factor is asked for it next,
  and whoever must have one gets no further without (people.factors.middleware).
"""

import hmac
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actions import Action, ObjectType, Reason, Result
from audit.entry import Entry
from audit.log import record_change, record_read
from people.accounts.backends import Backend
from people.accounts.models import User
from people.accounts.sessions import end_sessions
from people.factors.sealing import sealed, secrets_of, unsealed
from people.notices.services import notify
from people.oidc.ceremony import Proof
from people.oidc.models import LinkedIdentity
from people.oidc.providers import Provider, providers


class NotPossible(Exception):
    """It cannot be linked; the text says why, for the page."""


def link(*, actor: User, proof: Proof, session_key: str | None) -> None:
    """From now on this identity signs the actor in, in the place of one before at the same provider. Their
    other sessions end, and they have a mail.

    Raises NotPossible for an identity of somebody else; LogUnavailable, KeyWithheld, ProviderDown.
    """
    digest = proof.provider.digest_of(proof.subject)
    try:
        with secrets_of(actor.pk), transaction.atomic():
            User.objects.select_for_update().get(pk=actor.pk)
            LinkedIdentity.objects.filter(person=actor, provider=proof.provider.code).delete()
            LinkedIdentity.objects.create(
                person=actor, provider=proof.provider.code, identity=digest, seal=sealed(digest.hex())
            )
            record_change(_entry(actor.pk, Action.IDENTITY_LINK))
            end_sessions(actor, but=session_key)
            notify("identity.linked", [actor])
    except IntegrityError:
        # Said to nobody but whoever has just proved that the identity is theirs.
        raise NotPossible(_("This identity is linked to another account already.")) from None


@transaction.atomic
def unlink(*, actor: User, provider: Provider, session_key: str | None) -> None:
    """It signs the actor in no more; their other sessions end. Idempotent."""
    gone, _kinds = LinkedIdentity.objects.filter(person=actor, provider=provider.code).delete()
    if gone:
        record_change(_entry(actor.pk, Action.IDENTITY_UNLINK))
        end_sessions(actor, but=session_key)
        notify("identity.unlinked", [actor])


def person_of(proof: Proof) -> User | None:
    """Whose identity it is; None for nobody's, and for that of a closed account. On record either way.

    Raises LogUnavailable, KeyWithheld, ProviderDown.
    """
    digest = proof.provider.digest_of(proof.subject)
    row = LinkedIdentity.objects.select_related("person").filter(identity=digest).first()
    if row is None or not Backend().user_can_authenticate(row.person):
        refuse(row.person_id if row else None)
        return None
    with secrets_of(row.person_id):
        holds = hmac.compare_digest(unsealed(row.seal), digest.hex())
    if not holds:
        refuse(row.person_id)
        return None
    _use(row)
    return row.person


@transaction.atomic
def _use(row: LinkedIdentity) -> None:
    LinkedIdentity.objects.filter(pk=row.pk).update(used_at=timezone.now())
    record_change(_entry(row.person_id, Action.IDENTITY_USE))


def refuse(person_id: UUID | None, reason: Reason = Reason.BAD_IDENTITY) -> None:
    """An answer that does not hold, or that is nobody's, on record."""
    record_read(_entry(person_id, Action.IDENTITY_FAIL, reason=str(reason), result=Result.FAILED))


def identities_of(user: User) -> dict[Provider, LinkedIdentity | None]:
    """Every provider of the house with the person's identity there, in the operator's order."""
    linked = {row.provider: row for row in LinkedIdentity.objects.filter(person=user)}
    return {provider: linked.get(code) for code, provider in providers().items()}


def _entry(
    person_id: UUID | None, action: Action, *, reason: str = "", result: Result = Result.DONE
) -> Entry:
    return Entry(
        action=action,
        object_type=ObjectType.PERSON,
        object_id=person_id,
        subjects=(person_id,) if person_id else (),
        reason=reason,
        result=result,
    )
