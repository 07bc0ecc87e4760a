"""Making and changing retention rules. Each change is one transaction with its log entry."""

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from compliance.retention.models import RetentionRule
from people.accounts.models import User
from people.roles.access import require
from people.roles.permissions import Permission


@transaction.atomic
def create_rule(*, actor: User, values: Mapping[str, object]) -> RetentionRule:
    """A new rule from the model's fields (checked by the form). Raises Refused, IntegrityError."""
    require(actor, Permission.RETENTION_MANAGE)
    rule = RetentionRule.objects.create(created_by=actor, **values)
    _log(rule, Action.RETENTION_CREATE, tuple(sorted(values)))
    return rule


@transaction.atomic
def edit_rule(*, actor: User, rule: RetentionRule, values: Mapping[str, object]) -> None:
    """Changes a rule. A list that was approved under the old rule and no longer fits becomes void."""
    require(actor, Permission.RETENTION_MANAGE)
    locked = RetentionRule.objects.select_for_update().get(pk=rule.pk)
    changed = tuple(sorted(name for name, value in values.items() if getattr(locked, name) != value))
    if not changed:
        return
    for name in changed:
        setattr(locked, name, values[name])
    locked.updated_at = timezone.now()
    locked.save(update_fields=[*changed, "updated_at"])
    _log(locked, Action.RETENTION_EDIT, changed)


def _log(rule: RetentionRule, action: Action, fields: tuple[str, ...]) -> None:
    record_change(
        Entry(action=action, object_type=ObjectType.RETENTION_RULE, object_id=rule.pk, fields=fields)
    )
