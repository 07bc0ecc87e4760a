"""Audit findings and corrective actions: a small machine of states, each step with its entry.

open → done (its owner) → verified (neither the owner nor who did it) or sent back → open. The report's
closing does not end them: what was found goes on until it is put right.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from audit.refusals import Refused
from compliance.audits import access
from compliance.audits.codes import NONCONFORMING, ActionState, Result, State, Words
from compliance.audits.followup import AuditFinding, CorrectiveAction
from compliance.audits.models import AuditMember
from compliance.audits.planning import locked
from compliance.audits.texts import write, writing
from compliance.words import clean
from people.accounts.models import Kind, User
from people.roles.access import has
from people.roles.permissions import Permission
from vault.records.errors import NotPossible
from vault.records.models import ClientBook

LATEST = timedelta(days=366)  # how far ahead an action may be due


def record_finding(
    *,
    actor: User,
    item_id: UUID,
    severity: Result,
    texts: Mapping[Words, str],
    book: ClientBook | None = None,
    person: User | None = None,
) -> AuditFinding:
    """What is not as it must be. `texts`: what is demanded, what was found, the cause.

    Raises:
        Refused: not of the team.
        NotPossible: the audit is not running, the question is not judged so, something is not said, it is
            about a book and a person at once, or about the actor.
        LogUnavailable, KeyWithheld.
    """
    item = access.get_item(actor, item_id, Action.AUDIT_FINDING)
    said = {kind: clean(texts.get(kind, "")) for kind in (Words.CRITERION, Words.FOUND, Words.CAUSE)}
    if not said[Words.CRITERION] or not said[Words.FOUND]:
        raise NotPossible(_("Say what is demanded and what was found."))
    if book is not None and person is not None:
        raise NotPossible(_("A finding concerns a book or a person, not both."))
    if person is not None and person.pk == actor.pk:
        raise NotPossible(_("Nobody records a finding about themselves."))
    with writing(item.audit, *said.values()):
        if locked(item.audit).state != State.RUNNING:
            raise NotPossible(_("The audit is not running: nothing was changed."))
        item.refresh_from_db(fields=["result"])
        if item.result != severity or severity not in (*NONCONFORMING, Result.OBSERVATION):
            raise NotPossible(_("The question is judged otherwise. Answer it first."))
        finding = AuditFinding.objects.create(
            item=item, severity=severity, book=book, person=person, made_by=actor
        )
        for kind, words in said.items():
            write(item.audit, finding.pk, kind, words, by=actor)
        about = tuple(one.pk for one in (person, book) if one is not None)
        object_type = ObjectType.AUDIT_FINDING
        _log(finding, Action.AUDIT_FINDING, object_type, item.audit_id, about=about, reason=severity.value)
    return finding


def set_action(*, actor: User, finding_id: UUID, owner: User, due: date, task: str) -> CorrectiveAction:
    """Who puts it right, how, and by when. The team's; and officers', also after the report was closed.

    Raises Refused, NotPossible, LogUnavailable, KeyWithheld.
    """
    finding = access.get_finding(actor, finding_id, Action.AUDIT_ACTION_SET)
    audit = finding.item.audit
    if not (has(actor, Permission.AUDIT_MANAGE) or access.is_on_team(actor, audit)):
        raise Refused(ObjectType.AUDIT_FINDING, finding_id, Action.AUDIT_ACTION_SET)
    words = clean(task)
    if not words:
        raise NotPossible(_("Say what is to be done."))
    _check_due(due)
    _check_owner(finding, owner)
    with writing(audit, words):
        if locked(audit).state == State.CANCELLED:
            raise NotPossible(_("The audit is in another state meanwhile. Nothing was changed."))
        made = CorrectiveAction.objects.create(finding=finding, owner=owner, due=due, made_by=actor)
        write(audit, made.pk, Words.TASK, words, by=actor)
        _log_action(made, Action.AUDIT_ACTION_SET, fields=(f"due.{due.isoformat()}",))
    return made


@transaction.atomic
def assign(*, actor: User, action_id: UUID, owner: User) -> None:
    """Give an action that is not done yet to somebody else: its day stays. Officers'. Raises Refused,
    NotPossible."""
    found = CorrectiveAction.objects.filter(pk=action_id).select_related("finding__item__audit").first()
    if found is None or not has(actor, Permission.AUDIT_MANAGE) or found.owner_id == actor.pk:
        raise Refused(ObjectType.CORRECTIVE_ACTION, action_id, Action.AUDIT_ACTION_ASSIGN)
    hand_on(action_id=action_id, owner=owner)


@transaction.atomic
def hand_on(*, action_id: UUID, owner: User) -> None:
    """The same; whether that may be is the caller's question: an officer's, or of a colleague who leaves
    (people.staffing). Raises NotPossible."""
    action = _locked(action_id, ActionState.OPEN)
    _check_owner(action.finding, owner)
    action.owner = owner
    action.save(update_fields=["owner"])
    _log_action(action, Action.AUDIT_ACTION_ASSIGN)


def say_done(*, actor: User, action_id: UUID, done: str) -> None:
    """The owner says what was done. Raises Refused, NotPossible, LogUnavailable, KeyWithheld."""
    audit = access.get_own_action(actor, action_id, Action.AUDIT_ACTION_DONE).finding.item.audit
    words = clean(done)
    if not words:
        raise NotPossible(_("Say what was done, and where that can be seen."))
    with writing(audit, words):
        action = _locked(action_id, ActionState.OPEN)
        action.state, action.done_by, action.done_at = ActionState.DONE, actor, timezone.now()
        action.save(update_fields=["state", "done_by", "done_at"])
        write(audit, action.pk, Words.DONE, words, by=actor)
        _log_action(action, Action.AUDIT_ACTION_DONE)


@transaction.atomic
def verify(*, actor: User, action_id: UUID) -> None:
    """Somebody else has looked: it is put right. Raises Refused, NotPossible."""
    access.get_action_to_judge(actor, action_id, Action.AUDIT_ACTION_VERIFY)
    action = _locked(action_id, ActionState.DONE)
    if not access.may_judge(actor, action):  # as it is now that nobody else can change it
        raise Refused(ObjectType.CORRECTIVE_ACTION, action_id, Action.AUDIT_ACTION_VERIFY)
    action.state, action.verified_by, action.verified_at = ActionState.VERIFIED, actor, timezone.now()
    action.save(update_fields=["state", "verified_by", "verified_at"])
    _log_action(action, Action.AUDIT_ACTION_VERIFY)


def send_back(*, actor: User, action_id: UUID, why: str) -> None:
    """It is not put right yet, because. Its day stays. Raises Refused, NotPossible, LogUnavailable."""
    audit = access.get_action_to_judge(actor, action_id, Action.AUDIT_ACTION_RETURN).finding.item.audit
    words = clean(why)
    if not words:
        raise NotPossible(_("Say what is still missing."))
    with writing(audit, words):
        action = _locked(action_id, ActionState.DONE)
        action.state, action.sent_back = ActionState.OPEN, action.sent_back + 1
        action.save(update_fields=["state", "sent_back"])
        write(audit, action.pk, Words.VERDICT, words, by=actor)
        _log_action(action, Action.AUDIT_ACTION_RETURN)


def _locked(action_id: UUID, expected: ActionState) -> CorrectiveAction:
    """The action, locked. Raises NotPossible when it is in another state than this step begins in."""
    rows = CorrectiveAction.objects.select_for_update(of=("self",))
    action = rows.select_related("finding__item__audit").get(pk=action_id)
    if action.state != expected:
        raise NotPossible(_("The action is in another state meanwhile. Nothing was changed."))
    return action


def _check_due(due: date) -> None:
    today = timezone.localdate()
    if not today <= due <= today + LATEST:
        raise NotPossible(_("An action is due today or later, within a year."))


def _check_owner(finding: AuditFinding, owner: User) -> None:
    """Raises NotPossible: who audits does not put right what they found."""
    if owner.kind != Kind.STAFF or not owner.is_active:
        raise NotPossible(_("Somebody who works here owns the action."))
    if AuditMember.objects.filter(audit=finding.item.audit_id, user=owner).exists():
        raise NotPossible(_("An auditor of this audit cannot own its actions."))


def _log_action(action: CorrectiveAction, said: Action, *, fields: tuple[str, ...] = ()) -> None:
    audit = action.finding.item.audit_id
    _log(action, said, ObjectType.CORRECTIVE_ACTION, audit, about=(action.owner_id,), fields=fields)


def _log(
    row: AuditFinding | CorrectiveAction,
    action: Action,
    kind: ObjectType,
    audit: UUID,
    *,
    about: tuple[UUID, ...],
    reason: str = "",
    fields: tuple[str, ...] = (),
) -> None:
    record_change(
        Entry(
            action=action,
            object_type=kind,
            object_id=row.pk,
            subjects=about,
            reason=reason,
            fields=(f"audit.{audit}", *fields),
        )
    )
