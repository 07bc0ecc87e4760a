"""Officers set what a grade asks for and how much a role is shown in a day. Each change is logged."""

from dataclasses import asdict

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from people.accounts.models import User
from people.roles.access import require
from people.roles.models import Role
from people.roles.permissions import Permission
from vault.masking.grades import Grade
from vault.records.errors import NotPossible
from vault.records.grading.effects import out_of_order
from vault.records.grading.rules import COLUMNS, GradeRule, Rule, rules
from vault.records.reveals.limits import limits
from vault.records.reveals.models import MOST_A_DAY, RevealLimit


@transaction.atomic
def set_rule(*, actor: User, grade: Grade, rule: Rule) -> None:
    """Raises Refused; NotPossible when a higher grade would ask less than a lower one."""
    require(actor, Permission.GRADE_MANAGE)
    now = rules()[grade]
    changed = tuple(name for name in COLUMNS if getattr(now, name) != getattr(rule, name))
    if not changed:
        return
    if out_of_order(grade, rule):
        raise NotPossible(_("A higher grade asks for at least as much as a lower one, in every point."))
    GradeRule.objects.update_or_create(grade=grade, defaults=asdict(rule) | {"changed_at": timezone.now()})
    _log(Action.GRADE_RULE, ObjectType.GRADE, (f"l{grade.value}", *changed))


@transaction.atomic
def set_limit(*, actor: User, role: Role, per_day: int) -> None:
    """Raises Refused; NotPossible for a number out of range or a role that reveals nothing."""
    require(actor, Permission.GRADE_MANAGE)
    now = limits().get(role.code)
    if now is None or not 0 <= per_day <= MOST_A_DAY:
        raise NotPossible(_("Between 0 and %(most)d a day.") % {"most": MOST_A_DAY})
    if now == per_day:
        return
    RevealLimit.objects.update_or_create(
        role=role, defaults={"per_day": per_day, "changed_at": timezone.now()}
    )
    _log(Action.GRADE_LIMIT, ObjectType.ROLE, (role.code,))


def _log(action: Action, kind: ObjectType, fields: tuple[str, ...]) -> None:
    record_change(Entry(action=action, object_type=kind, object_id=None, fields=fields))
