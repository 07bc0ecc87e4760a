"""The gates of the watch: who reads the log reads findings; officers decide, never about themselves."""

from typing import NoReturn
from uuid import UUID

from django.db.models import Q, QuerySet

from audit.actions import Action, ObjectType
from audit.refusals import Refused
from compliance.anomalies.codes import WAITING
from compliance.anomalies.models import Finding, Mute, Trial
from compliance.anomalies.rules import RULES
from compliance.anomalies.rules.base import Rule
from people.accounts.models import User
from people.roles.access import has
from people.roles.permissions import Permission


def which_findings(user: User) -> QuerySet[Finding]:
    if not has(user, Permission.LOG_READ):
        return Finding.objects.none()
    return Finding.objects.select_related("taken_by", "decided_by", "mute")


def get_finding(user: User, finding_id: UUID, action: Action = Action.FINDING_VIEW) -> Finding:
    """Raises Refused."""
    finding = which_findings(user).filter(pk=finding_id).first()
    if finding is None:
        raise Refused(ObjectType.FINDING, finding_id, action)
    return finding


def waiting_for(user: User) -> QuerySet[Finding]:
    """What this officer can decide on."""
    if not has(user, Permission.WATCH_MANAGE):
        return Finding.objects.none()
    return Finding.objects.filter(Q(person_id__isnull=True) | ~Q(person_id=user.pk), state__in=WAITING)


def may_decide(user: User, finding: Finding) -> bool:
    return has(user, Permission.WATCH_MANAGE) and finding.person_id != user.pk


def get_rule(user: User, code: str, action: Action) -> Rule:
    """Raises Refused."""
    if not has(user, Permission.LOG_READ) or code not in RULES:
        raise Refused(ObjectType.WATCH_RULE, None, action)
    return RULES[code]


def get_trial(user: User, trial_id: UUID) -> Trial:
    """Raises Refused."""
    trial = Trial.objects.select_related("asked_by").filter(pk=trial_id).first()
    if trial is None or not has(user, Permission.LOG_READ):
        raise Refused(ObjectType.WATCH_RULE, trial_id, Action.WATCH_TRY)
    return trial


def get_mute(user: User, mute_id: UUID) -> Mute:
    """Raises Refused."""
    mute = Mute.objects.filter(pk=mute_id).first()
    if mute is None or not has(user, Permission.WATCH_MANAGE):
        raise Refused(ObjectType.WATCH_RULE, mute_id, Action.WATCH_UNMUTE)
    return mute


def refuse(action: Action) -> NoReturn:
    raise Refused(ObjectType.WATCH_RULE, None, action)
