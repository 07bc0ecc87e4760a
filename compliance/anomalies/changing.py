"""Changing a rule: at once where it finds as much or more, with a second officer where it finds less."""

from collections.abc import Mapping

from django.db import connection, transaction
from django.utils import timezone

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from compliance.anomalies import tasks
from compliance.anomalies.codes import Change
from compliance.anomalies.models import RuleVersion, Trial
from compliance.anomalies.reading import day_of
from compliance.anomalies.rules import RULES
from compliance.anomalies.settings import Setting, setting_of
from people.accounts.models import User
from people.approvals.models import ApprovalRequest
from people.approvals.models import State as ApprovalState
from people.approvals.services import request_approval
from people.roles.access import require
from people.roles.permissions import Permission

LOOSEN = "watch.loosen"
_LOCK = 4907  # with the rule's place: changes of one rule queue


def loosens(setting: Setting, *, active: bool, params: Mapping[str, int]) -> bool:
    """Whether the change lets pass anything that is found now. A rule that is off finds nothing to lose."""
    return setting.active and (not active or setting.rule.loosens(setting.params, params))


@transaction.atomic
def change_rule(
    *, actor: User, code: str, active: bool, params: Mapping[str, int], why: Change, words: str
) -> ApprovalRequest | None:
    """Sets the rule, or asks a second officer, whose request comes back.

    Raises Refused, ValueError for impossible parameters, ValidationError for the words of a request.
    """
    require(actor, Permission.WATCH_MANAGE)
    checked = RULES[code].checked(params)
    lock_rule(code)
    setting = setting_of(code)
    if loosens(setting, active=active, params=checked):
        asked: dict[str, str | int] = {
            "rule": code,
            "version": setting.number,
            "active": int(active),
            "why": why.value,
        }
        asked |= {f"p.{name}": value for name, value in checked.items()}
        return request_approval(actor=actor, action=LOOSEN, params=asked, reason=words)
    if (active, checked) != (setting.active, setting.params):
        set_rule(setting, active=active, params=checked, why=why, made_by=actor)
    return None


def set_rule(
    setting: Setting,
    *,
    active: bool,
    params: Mapping[str, int],
    why: Change,
    made_by: User,
    decided_by: User | None = None,
) -> RuleVersion:
    """The next version, with its entry. The caller has locked the rule and knows that this may be done."""
    made = RuleVersion.objects.create(
        rule=setting.rule.code,
        number=setting.number + 1,
        active=active,
        params=dict(params),
        why=why,
        made_by=made_by,
        decided_by=decided_by,
    )
    changed = tuple(f"{name}-{value}" for name, value in params.items() if setting.params[name] != value)
    switched = () if active == setting.active else (f"switched.{'on' if active else 'off'}",)
    record_change(
        Entry(
            action=Action.WATCH_RULE,
            object_type=ObjectType.WATCH_RULE,
            object_id=None,
            reason=why.value,
            fields=(f"rule.{setting.rule.code}", f"version-{made.number}", *switched, *changed),
        )
    )
    return made


def lock_rule(code: str) -> None:
    """Changes of one rule queue until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s, %s)", [_LOCK, list(RULES).index(code)])


def waiting_change(code: str) -> ApprovalRequest | None:
    """The open request to loosen this rule."""
    found = ApprovalRequest.objects.filter(
        action=LOOSEN, state=ApprovalState.PENDING, params__rule=code, expires_at__gt=timezone.now()
    )
    return found.select_related("requester").order_by("-created_at").first()


@transaction.atomic
def try_rule(*, actor: User, code: str, params: Mapping[str, int], days: int) -> Trial:
    """Orders a trial over the last `days` days. Raises Refused, ValueError."""
    require(actor, Permission.WATCH_MANAGE)
    checked = RULES[code].checked(params)
    today = day_of(timezone.now())
    trial = Trial.objects.create(
        rule=code,
        params=checked,
        first=today.fromordinal(today.toordinal() - days + 1),
        days=days,
        asked_by=actor,
    )
    record_change(
        Entry(
            action=Action.WATCH_TRY,
            object_type=ObjectType.WATCH_RULE,
            object_id=trial.pk,
            fields=(f"rule.{code}", f"days-{days}", *(f"{n}-{v}" for n, v in checked.items())),
        )
    )
    transaction.on_commit(lambda: tasks.try_on_the_past.delay(str(trial.pk)))
    return trial
