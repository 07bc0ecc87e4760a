"""Writing a policy down, asking that it come into force, accepting it."""

from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actions import Action, ObjectType, Reason
from audit.entry import Entry
from audit.log import record_change, record_refusal
from people.accounts.models import User
from people.accounts.system import SYSTEM_ID
from people.approvals.models import ApprovalRequest, State
from people.approvals.services import request_approval
from people.policies.access import due_of, in_force
from people.policies.models import Policy, PolicyAcceptance, PolicyVersion
from people.policies.texts import hash_of

ADOPT = "policy.adopt"


class NotPossible(Exception):
    """It cannot be done now; the text says why, for the page."""


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What an officer writes down. `roles` empty: for all staff."""

    title_zh: str
    title_en: str
    text_zh: str
    text_en: str
    roles: list[str]
    days: int
    effective_on: date
    review_on: date


@transaction.atomic
def write(*, actor: User, policy: Policy | None, draft: Draft) -> PolicyVersion:
    """The policy's draft: a new one, or the actor's own written anew; without a policy the first of a new
    one. The caller has checked that the actor may.

    Raises NotPossible where the draft is somebody else's, or waits for a decision.
    """
    if policy is None:
        policy = Policy.objects.create()
    locked = Policy.objects.select_for_update().get(pk=policy.pk)
    version = locked.versions.filter(agreed_at__isnull=True).first()
    if version is None:
        newest = locked.versions.aggregate(newest=Max("number"))["newest"] or 0
        version = PolicyVersion(policy=locked, number=newest + 1)
    else:
        _check_own(actor, version)
    for name, value in vars(draft).items():
        setattr(version, name, value)
    version.written_by, version.written_at = actor, timezone.now()
    version.text_hash = hash_of(version)
    version.save()
    _log(version, Action.POLICY_DRAFT)
    return version


@transaction.atomic
def discard(*, actor: User, version: PolicyVersion) -> None:
    """A draft is thrown away. Raises NotPossible as `write` does, and for a version that is in force."""
    locked = PolicyVersion.objects.select_for_update().get(pk=version.pk)
    _check_own(actor, locked)
    _log(locked, Action.POLICY_DISCARD)
    locked.delete()


@transaction.atomic
def ask(*, actor: User, version: PolicyVersion, reason: str) -> ApprovalRequest:
    """Its author asks that it come into force. A text that the house came with is from then on theirs: they
    answer for it, and another officer agrees.

    Raises NotPossible as `write` does, ValidationError for the reason.
    """
    locked = PolicyVersion.objects.select_for_update().get(pk=version.pk)
    _check_own(actor, locked)
    if locked.written_by_id == SYSTEM_ID:
        locked.written_by, locked.written_at = actor, timezone.now()
        locked.save(update_fields=["written_by", "written_at"])
    return request_approval(actor=actor, action=ADOPT, params={"version": str(locked.pk)}, reason=reason)


@transaction.atomic
def accept(*, actor: User, version: PolicyVersion, text_hash: bytes, language: str) -> PolicyAcceptance:
    """The actor's own acceptance: nobody accepts for another. The caller has shown the whole text, and says
    of which text by its hash.

    Raises ValidationError: another text is in force, it is damaged, it is not asked of them, or accepted.
    """
    User.objects.select_for_update().get(pk=actor.pk)  # two clicks at once give one acceptance
    current = in_force().filter(policy_id=version.policy_id).first()
    if current is None or current.pk != version.pk or text_hash != bytes(current.text_hash):
        raise ValidationError(_("Another version is in force by now. Read that one."), code="old")
    if hash_of(current) != text_hash:
        raise ValidationError(_("This text is damaged and cannot be accepted."), code="damaged")
    due = due_of(actor, current)
    if due is None:
        raise ValidationError(_("This policy does not ask for your acceptance."), code="not_asked")
    if due.accepted_at is not None:
        raise ValidationError(_("You have accepted this already."), code="accepted")
    given = PolicyAcceptance.objects.create(
        person=actor, version=current, text_hash=text_hash, language=language, accepted_at=timezone.now()
    )
    _log(current, Action.POLICY_ACCEPT, subjects=(actor.pk,))
    return given


def refuse_unread(actor: User, version: PolicyVersion) -> None:
    """Records that somebody tried to accept what was not shown to them."""
    record_refusal(
        Entry(
            action=Action.POLICY_ACCEPT,
            object_type=ObjectType.POLICY_VERSION,
            object_id=version.pk,
            subjects=(actor.pk,),
            reason=Reason.NOT_SHOWN.value,
        )
    )


def waiting_for(version: PolicyVersion) -> ApprovalRequest | None:
    """The open request that this draft come into force."""
    asked = ApprovalRequest.objects.filter(action=ADOPT, state=State.PENDING)
    return asked.filter(params__version=str(version.pk), expires_at__gt=timezone.now()).first()


def _check_own(actor: User, version: PolicyVersion) -> None:
    if not version.is_draft:
        raise NotPossible(_("A version in force is never changed: write a new one."))
    if version.written_by_id not in (actor.pk, SYSTEM_ID):
        raise NotPossible(_("Somebody else is writing this draft."))
    if waiting_for(version) is not None:
        raise NotPossible(_("The draft waits for another officer's decision. Withdraw the request first."))


def _log(version: PolicyVersion, action: Action, subjects: tuple[object, ...] = ()) -> None:
    record_change(
        Entry(
            action=action,
            object_type=ObjectType.POLICY_VERSION,
            object_id=version.pk,
            subjects=subjects,  # type: ignore[arg-type]  # ids of people
        )
    )
