"""No retaliation: acts against a reporter who said who they are wait for an officer, or are seen by one at
once.

The reporter chooses which, since waiting tells whoever acts that somebody stands behind the person. Acts
that are only watched leave no entry of their own: the act's is there, and one more beside it would tell the
log's readers who the reporter is. What officers then do about it is an entry again.
"""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from audit.refusals import Refused
from compliance.speakup.access import PROTECTED_ACT, get_case, which_cases
from compliance.speakup.codes import Shielding
from compliance.speakup.models import SpeakUpCase
from compliance.speakup.shields import Protection, ShieldedAct
from people.accounts.models import Kind, User
from people.approvals.models import ApprovalRequest, State
from people.approvals.registry import Params
from people.approvals.services import request_approval
from people.shielding import Act
from vault.records.errors import NotPossible


@transaction.atomic
def protect(*, actor: User, case_id: UUID, user: User, shielding: Shielding, agreed: bool) -> Protection:
    """Protect a reporter who said who they are.

    Args:
        agreed: they agreed, in the mailbox or face to face, also to how.

    Raises Refused; NotPossible without their word, or for somebody who is no colleague.
    """
    case = get_case(actor, case_id, Action.SPEAKUP_PROTECT)
    if not agreed:
        raise NotPossible(_("Only with the person's own word: it makes them known."))
    if user.kind != Kind.STAFF:
        raise NotPossible(
            _("Only colleagues have roles, an account or clients that could be taken from them.")
        )
    SpeakUpCase.objects.select_for_update().get(pk=case.pk)
    running = Protection.objects.filter(case=case, user=user, ended_on__isnull=True).first()
    if running is not None:
        running.shielding = shielding
        running.save(update_fields=["shielding"])
    else:
        running = Protection.objects.create(case=case, user=user, shielding=shielding, by=actor)
    _log(case, Action.SPEAKUP_PROTECT, shielding)
    return running


@transaction.atomic
def end_protection(*, actor: User, protection_id: UUID) -> SpeakUpCase:
    """Raises Refused, also where it has ended already."""
    running = Protection.objects.select_for_update().filter(pk=protection_id, ended_on__isnull=True).first()
    if running is None:
        raise Refused(ObjectType.SPEAKUP_CASE, protection_id, Action.SPEAKUP_PROTECT_END)
    case = get_case(actor, running.case_id, Action.SPEAKUP_PROTECT_END)
    running.ended_by, running.ended_on = actor, timezone.localdate()
    running.save(update_fields=["ended_by", "ended_on"])
    _log(case, Action.SPEAKUP_PROTECT_END)
    return case


@transaction.atomic
def settle(*, actor: User, act_id: UUID) -> SpeakUpCase:
    """Somebody else than who did it has looked at an act. Raises Refused."""
    act = ShieldedAct.objects.select_for_update().filter(pk=act_id, settled_on__isnull=True).first()
    if act is None or act.by_id == actor.pk:
        raise Refused(ObjectType.SPEAKUP_CASE, act_id, Action.SPEAKUP_SETTLE)
    case = get_case(actor, act.protection.case_id, Action.SPEAKUP_SETTLE)
    act.settled_by, act.settled_on = actor, timezone.localdate()
    act.save(update_fields=["settled_by", "settled_on"])
    _log(case, Action.SPEAKUP_SETTLE, act.act)
    return case


def unsettled(user: User) -> QuerySet[ShieldedAct]:
    """The acts that this person is to look at."""
    return ShieldedAct.objects.filter(
        protection__case__in=which_cases(user), settled_on__isnull=True
    ).exclude(by=user)


def shield(actor: User, person_id: UUID, act: Act, params: Params) -> str | None:
    """For `people.shielding`. What waits is asked for once, in place of the act."""
    running = Protection.objects.filter(user=person_id, ended_on__isnull=True).order_by("on", "pk")
    held = [one for one in running if one.shielding == Shielding.WAIT]
    if held:
        return _ask(actor, held[0], act, params)
    _watch(actor, running, act)
    return None


def _ask(actor: User, held: Protection, act: Act, params: Params) -> str:
    wanted = {"protection": str(held.pk), "person": str(held.user_id), "act": act.value, **params}
    waiting = ApprovalRequest.objects.filter(
        action=PROTECTED_ACT,
        params=wanted,
        requester=actor,
        state=State.PENDING,
        expires_at__gt=timezone.now(),
    )
    if not waiting.exists():
        reason = _("Asked for by the system, in place of an act that waits.")
        request_approval(actor=actor, action=PROTECTED_ACT, params=wanted, reason=reason)
    return _(
        "This waits for a compliance officer. Nothing was changed; you see the answer among your requests."
    )


def _watch(actor: User, running: Sequence[Protection] | QuerySet[Protection], act: Act) -> None:
    ShieldedAct.objects.bulk_create([ShieldedAct(protection=one, act=act.value, by=actor) for one in running])


def _log(case: SpeakUpCase, action: Action, *fields: str) -> None:
    record_change(
        Entry(
            action=action,
            object_type=ObjectType.SPEAKUP_CASE,
            object_id=case.pk,
            subjects=(case.pk,),
            fields=fields,
        )
    )
