"""Planning an audit, its team, beginning it, and giving a plan up. Each with its entry."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.ids import uuid7
from audit.log import record_change
from compliance.audits import access
from compliance.audits.checklist import copy_into, in_force
from compliance.audits.codes import FOLLOWS, PLANNED_HERE, Basis, Scope, State
from compliance.audits.followup import CorrectiveAction
from compliance.audits.models import MAX_TITLE, Audit, AuditMember
from compliance.audits.plain import plain_text
from compliance.audits.texts import audit_keys
from deals.pipeline.models import Deal
from people.accounts.models import User
from people.roles.access import require
from people.roles.models import Role
from people.roles.permissions import Permission
from vault.access import Mode, new_subjects
from vault.access import access as opened
from vault.records.errors import NotPossible
from vault.records.models import ClientBook

MOST_RUNNING = 2  # audits of one scope that one person leads one after the other (CAC order no. 18, art. 15)
FURTHEST = timedelta(days=731)


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """What is planned. One of book, deal and role for a scope that names one."""

    title: str
    scope: Scope
    basis: Basis
    period_from: date
    period_to: date
    planned_from: date
    planned_to: date
    lead: User
    team: tuple[User, ...] = ()
    book: ClientBook | None = None
    deal: Deal | None = None
    role: Role | None = None


def plan_audit(*, actor: User, plan: Plan) -> Audit:
    """Plan an audit; its checklist is the one in force now.

    Raises:
        Refused: not an officer.
        NotPossible: dates out of order or too far away, a scope without its object, a lead or member who is
            no auditor or audits their own area, or a lead for the third time running.
        LogUnavailable, KeyWithheld.
    """
    require(actor, Permission.AUDIT_MANAGE)
    title = plain_text(plan.title, MAX_TITLE)
    _check_dates(plan)
    audit = Audit(
        id=uuid7(),
        title=title,
        scope=plan.scope,
        basis=plan.basis,
        book=plan.book if plan.scope == Scope.BOOK else None,
        deal=plan.deal if plan.scope == Scope.DEAL else None,
        role=plan.role if plan.scope == Scope.ROLE else None,
        period_from=plan.period_from,
        period_to=plan.period_to,
        planned_from=plan.planned_from,
        planned_to=plan.planned_to,
        lead=plan.lead,
        made_by=actor,
        checklist=in_force(),
    )
    _check_scope(audit)
    team = {plan.lead, *plan.team}
    _check_independent(audit, team)
    _check_rotation(audit)
    keys = audit_keys()
    entry = Entry(
        action=Action.AUDIT_PLAN, object_type=ObjectType.AUDIT, object_id=audit.pk, keys=(keys.key_id,)
    )
    with (
        opened(Mode.WRITE, entry) as context,
        transaction.atomic(),
        new_subjects(context, [audit.pk], parent=keys.key_id) as key_ids,
    ):
        audit.compartment, audit.key_id = keys.compartment, key_ids[audit.pk]
        audit.save(force_insert=True)
        AuditMember.objects.bulk_create(AuditMember(audit=audit, user=one) for one in team)
        copy_into(audit)
        said = (f"scope.{audit.scope}", f"checklist.{audit.checklist_id}")
        _log(audit, Action.AUDIT_PLAN, reason=audit.basis, people=team, fields=said)
    return audit


@transaction.atomic
def set_team(*, actor: User, audit_id: UUID, team: Iterable[User]) -> None:
    """Who carries it out from now on; its lead stays. Raises Refused, NotPossible."""
    audit = locked(access.get_managed(actor, audit_id, Action.AUDIT_TEAM))
    if audit.state not in (State.PLANNED, State.RUNNING):
        raise NotPossible(_("The report is closed: the team stays as it is."))
    wanted = {audit.lead, *team}
    _check_independent(audit, wanted)
    known = {one.user_id: one for one in audit.members.all()}
    new = [one for one in wanted if one.pk not in known]
    gone = known.keys() - {one.pk for one in wanted}
    AuditMember.objects.filter(audit=audit, user__in=gone).delete()
    AuditMember.objects.bulk_create(AuditMember(audit=audit, user=one) for one in new)
    if new or gone:
        _log(audit, Action.AUDIT_TEAM, people=wanted)


@transaction.atomic
def begin(*, actor: User, audit_id: UUID) -> None:
    """The lead begins; not before the period that is looked at is over. Raises Refused, NotPossible."""
    audit = locked(access.get_of_team(actor, audit_id, Action.AUDIT_BEGIN, lead=True))
    if audit.period_to >= timezone.localdate():
        raise NotPossible(_("The period that is looked at is not over yet."))
    move(audit, State.RUNNING)
    _log(audit, Action.AUDIT_BEGIN)


@transaction.atomic
def cancel(*, actor: User, audit_id: UUID) -> None:
    """Give a plan up; a begun audit only where its lead can finish it no more. What it found goes on.

    Raises Refused, NotPossible.
    """
    audit = locked(access.get_managed(actor, audit_id, Action.AUDIT_CANCEL))
    if audit.state == State.RUNNING and access.is_on_team(audit.lead, audit):
        raise NotPossible(_("Its lead can still finish it."))
    move(audit, State.CANCELLED)
    _log(audit, Action.AUDIT_CANCEL)


def locked(audit: Audit) -> Audit:
    """The audit as it is, until the transaction ends: its writers queue."""
    return (
        Audit.objects.select_for_update(of=("self",)).select_related("lead", "book", "deal").get(pk=audit.pk)
    )


def move(audit: Audit, to: State, *also: str) -> None:
    """To another state, with the columns that go along. Raises NotPossible where it cannot follow."""
    if to not in FOLLOWS[State(audit.state)]:
        raise NotPossible(_("The audit is in another state meanwhile. Nothing was changed."))
    audit.state = to
    audit.save(update_fields=["state", *also])


def _check_dates(plan: Plan) -> None:
    if plan.period_from > plan.period_to or plan.planned_from > plan.planned_to:
        raise NotPossible(_("The last day lies before the first one."))
    if plan.period_to > plan.planned_from:
        raise NotPossible(_("An audit looks back: the period ends before it begins."))
    today = timezone.localdate()
    if plan.planned_to < today or plan.planned_to > today + FURTHEST:
        raise NotPossible(_("An audit is planned for today or later, within two years."))
    if plan.period_to - plan.period_from > FURTHEST:
        raise NotPossible(_("The period is longer than two years."))


def _check_scope(audit: Audit) -> None:
    named = {Scope.BOOK: audit.book, Scope.DEAL: audit.deal, Scope.ROLE: audit.role}
    if audit.scope not in PLANNED_HERE:
        raise NotPossible(_("What an outside audit recommends is followed up from its report."))
    if audit.scope in named and named[Scope(audit.scope)] is None:
        raise NotPossible(_("Choose the book, deal or role that is audited."))


def _check_independent(audit: Audit, team: Iterable[User]) -> None:
    """Raises NotPossible: somebody is no auditor, is audited themselves, or owns an action of it."""
    ids = {one.pk for one in team}
    if set(access.eligible().filter(pk__in=ids).values_list("pk", flat=True)) != ids:
        raise NotPossible(_("Only officers and outside auditors carry out an audit."))
    owners = CorrectiveAction.objects.filter(finding__item__audit=audit.pk, owner__in=ids)
    if ids & access.involved(audit) or owners.exists():
        raise NotPossible(_("Nobody audits their own area, or what they are to put right."))


def _check_rotation(audit: Audit) -> None:
    """Raises NotPossible: the lead led the last two audits of the same thing."""
    named = {"book": audit.book_id, "deal": audit.deal_id, "role": audit.role_id}
    of = {name: value for name, value in named.items() if value is not None}
    same = Audit.objects.filter(scope=audit.scope, **of).exclude(state=State.CANCELLED)
    last = list(same.order_by("-planned_from", "-pk").values_list("lead_id", flat=True)[:MOST_RUNNING])
    if last == [audit.lead_id] * MOST_RUNNING:
        raise NotPossible(_("The same person leads at most two audits of the same thing running."))


def _log(
    audit: Audit,
    action: Action,
    *,
    reason: str = "",
    people: Iterable[User] = (),
    fields: tuple[str, ...] = (),
) -> None:
    record_change(
        Entry(
            action=action,
            object_type=ObjectType.AUDIT,
            object_id=audit.pk,
            subjects=tuple(sorted(one.pk for one in people)),
            deal=audit.deal_id,
            reason=reason,
            fields=fields,
        )
    )
