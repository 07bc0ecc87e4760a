"""The gates of internal audits: who reads the log reads audits, the team answers, owners see what is theirs.

Independence is asked anew by each request of the team: somebody who joins the audited book in the middle of
the audit is out of it from then on.
"""

from uuid import UUID

from django.db.models import Q, QuerySet

from audit.actions import Action, ObjectType
from audit.refusals import Refused
from compliance.audits.codes import ActionState, Scope, State
from compliance.audits.due import concerning
from compliance.audits.followup import AuditFinding, CorrectiveAction
from compliance.audits.models import Audit, AuditItem, AuditMember
from deals.pipeline.models import DealMember
from people.accounts.models import User
from people.roles.access import grants_giving, grants_in_force, has
from people.roles.permissions import Permission
from vault.records.models import BookMember


def which_audits(user: User) -> QuerySet[Audit]:
    if not has(user, Permission.LOG_READ):
        return Audit.objects.none()
    return Audit.objects.select_related("lead", "book", "deal", "role", "signed_by", "made_by")


def get_audit(user: User, audit_id: UUID, action: Action = Action.AUDIT_VIEW) -> Audit:
    """Raises Refused."""
    found = which_audits(user).filter(pk=audit_id).first()
    if found is None:
        raise Refused(ObjectType.AUDIT, audit_id, action)
    return found


def get_managed(user: User, audit_id: UUID, action: Action) -> Audit:
    """To officers. Raises Refused."""
    if not has(user, Permission.AUDIT_MANAGE):
        raise Refused(ObjectType.AUDIT, audit_id, action)
    return get_audit(user, audit_id, action)


def get_to_sign(user: User, audit_id: UUID, action: Action) -> Audit:
    """To the second person: an officer who neither leads it nor is audited. Raises Refused."""
    found = get_managed(user, audit_id, action)
    if not is_second(user, found):
        raise Refused(ObjectType.AUDIT, audit_id, action)
    return found


def is_second(user: User, audit: Audit) -> bool:
    return has(user, Permission.AUDIT_MANAGE) and user.pk != audit.lead_id and user.pk not in involved(audit)


def get_of_team(user: User, audit_id: UUID, action: Action, *, lead: bool = False) -> Audit:
    """To its team, or to its lead alone. Raises Refused, to a member who is not independent any more too."""
    found = get_audit(user, audit_id, action)
    if not is_on_team(user, found) or (lead and found.lead_id != user.pk):
        raise Refused(ObjectType.AUDIT, audit_id, action)
    return found


def is_on_team(user: User, audit: Audit) -> bool:
    """Whether the person carries the audit out now."""
    if not has(user, Permission.LOG_READ) or user.pk in involved(audit):
        return False
    return AuditMember.objects.filter(audit=audit, user=user).exists()


def involved(audit: Audit) -> set[UUID]:
    """Whose own area this audit is about: none of them may audit it."""
    if audit.scope == Scope.BOOK and audit.book is not None:
        inside = BookMember.objects.filter(book=audit.book_id)
        return {audit.book.lead_id, *inside.values_list("user_id", flat=True)}
    if audit.scope == Scope.DEAL and audit.deal is not None:
        inside_deal = DealMember.objects.filter(deal=audit.deal_id)
        return {audit.deal.lead_id, *inside_deal.values_list("user_id", flat=True)}
    if audit.scope == Scope.ROLE:
        holders = grants_in_force().filter(role=audit.role_id)
        return set(holders.values_list("user_id", flat=True))
    return set()


def eligible() -> QuerySet[User]:
    """Who can carry out audits at all: officers and outside auditors, while their role holds."""
    return User.objects.filter(pk__in=grants_giving(Permission.LOG_READ).values("user"), is_active=True)


def get_item(user: User, item_id: UUID, action: Action) -> AuditItem:
    """A question, to the team of its audit. Raises Refused."""
    item = AuditItem.objects.filter(pk=item_id).select_related("audit").first()
    if item is None:
        raise Refused(ObjectType.AUDIT_ITEM, item_id, action)
    item.audit = get_of_team(user, item.audit_id, action)
    return item


def get_finding(user: User, finding_id: UUID, action: Action = Action.AUDIT_VIEW) -> AuditFinding:
    """To who reads audits, to owners of its actions, and while one is overdue to the person whom it concerns
    and their leads. Raises Refused."""
    found = AuditFinding.objects.filter(pk=finding_id).select_related("item__audit__lead", "book", "person")
    finding = found.first()
    if finding is None or not (
        reads_all(user, finding) or which_actions(user).filter(finding=finding).exists()
    ):
        raise Refused(ObjectType.AUDIT_FINDING, finding_id, action)
    return finding


def reads_all(user: User, finding: AuditFinding) -> bool:
    """Whether the person sees every action of the finding, and not only their own."""
    if has(user, Permission.LOG_READ):
        return True
    return user.is_active and concerning(user).filter(finding=finding).exists()


def which_actions(user: User) -> QuerySet[CorrectiveAction]:
    """The person's own, the most urgent first."""
    found = CorrectiveAction.objects.filter(owner=user) if user.is_active else CorrectiveAction.objects.none()
    return found.select_related("finding__item__audit", "owner").order_by("due", "pk")


def get_own_action(user: User, action_id: UUID, action: Action) -> CorrectiveAction:
    """One's own. Raises Refused."""
    found = which_actions(user).filter(pk=action_id).first()
    if found is None:
        raise Refused(ObjectType.CORRECTIVE_ACTION, action_id, action)
    return found


def get_action_to_judge(user: User, action_id: UUID, action: Action) -> CorrectiveAction:
    """To whoever may verify it. Raises Refused."""
    found = (
        CorrectiveAction.objects.filter(pk=action_id).select_related("finding__item__audit", "owner").first()
    )
    if found is None or not may_judge(user, found):
        raise Refused(ObjectType.CORRECTIVE_ACTION, action_id, action)
    return found


def may_judge(user: User, action: CorrectiveAction, *, on_team: bool | None = None) -> bool:
    """An officer or one of the audit's team; never its owner, or who did it, or whom the finding is about.

    `on_team` is given by who has asked that already for many actions of one audit.
    """
    if user.pk in (action.owner_id, action.done_by_id) or user.pk == action.finding.person_id:
        return False
    if has(user, Permission.AUDIT_MANAGE):
        return True
    return is_on_team(user, action.finding.item.audit) if on_team is None else on_team


def to_judge(user: User) -> QuerySet[CorrectiveAction]:
    """The actions that wait for this person's verification."""
    done = CorrectiveAction.objects.filter(state=ActionState.DONE)
    done = done.exclude(Q(owner=user) | Q(done_by=user)).exclude(finding__person=user)
    if has(user, Permission.AUDIT_MANAGE):
        return done
    if has(user, Permission.LOG_READ):
        return done.filter(finding__item__audit__members__user=user)
    return done.none()


def waiting_reports(user: User) -> QuerySet[Audit]:
    """Closed reports that this officer may sign off."""
    if not has(user, Permission.AUDIT_MANAGE):
        return Audit.objects.none()
    return Audit.objects.filter(state=State.CLOSED).exclude(lead=user)
