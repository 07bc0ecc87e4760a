"""Composing a role, changing its set, retiring it. Each change and its entry are one transaction.

An administrator asks; an officer confirms who neither asked nor holds the role (approval.py). What the
database refuses anyway is refused here first, with a sentence.
"""

from collections.abc import Collection
from uuid import uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from people.accounts.models import User
from people.approvals.models import ApprovalRequest
from people.approvals.reasons import clean_reason
from people.approvals.services import request_approval
from people.roles.access import has
from people.roles.composing.access import CHANGE
from people.roles.composing.models import ChangeState, RoleChange
from people.roles.models import HOUSE, LIVE, GrantState, Role, RoleCode, RoleGrant
from people.roles.permissions import Duty, Permission
from people.roles.services import end_grant
from people.roles.sets import set_of
from people.shielding import Act, why_waits
from people.staffsessions.standing import at_request

LANGUAGES = ("zh-hans", "en")
LIMITS = ("up_to_grade", "stages", "longest_days")


class NotComposable(Exception):
    """The role cannot be like that; the text says why, for the page."""


def proposed(
    *,
    actor: User,
    role: Role | None,
    permissions: Collection[Permission],
    name_zh: str,
    name_en: str,
    note: str,
    up_to_grade: int | None = None,
    stages: Collection[int] = (),
    longest_days: int | None = None,
) -> RoleChange:
    """The change as it would be asked for, unsaved: a new role where `role` is None.

    Args:
        up_to_grade: the highest grade of fields whose plaintext it reaches; None: every one.
        stages: the stages of a deal at which it counts on deals and rooms; empty: every one.
        longest_days: for how long it is given at most; None: for any time.

    Duty follows from the set and is asked of nobody. Raises NotComposable; ValidationError for the note.
    """
    duties = {permission.duty for permission in permissions}
    if not duties:
        raise NotComposable(_("Choose at least one permission."))
    if len(duties) > 1:
        names = _(", ").join(sorted(str(duty.label) for duty in duties))
        raise NotComposable(_("A role has one duty. These belong to several: %(names)s.") % {"names": names})
    duty = duties.pop()
    if role is not None and role.duty != duty:
        raise NotComposable(_("A role keeps its duty: compose another one for this."))
    if duty != Duty.BUSINESS and (up_to_grade is not None or stages):
        raise NotComposable(_("Only a role of business is limited by level and stage: nothing else asks."))
    code = role.code if role is not None else HOUSE + uuid4().hex
    _check_names(code, name_zh, name_en)
    return RoleChange(
        code=code,
        duty=duty.value,
        name_zh=name_zh,
        name_en=name_en,
        note=clean_reason(note),
        permissions=sorted(permission.value for permission in permissions),
        up_to_grade=up_to_grade,
        stages=sorted(stages) or None,
        longest_days=longest_days,
        proposed_by=actor,
    )


def propose(*, actor: User, change: RoleChange, reason: str) -> ApprovalRequest:
    """Asks an officer to confirm a change that `proposed` made.

    Taking permissions from somebody who is shielded (people.shielding) is an act against them as taking the
    role is, and waits as that does. Raises Refused without a staff session; NotComposable, also where it
    waits; ValidationError for the reason.
    """
    with at_request(actor), transaction.atomic():
        asked = _propose(actor, change, reason)
    if isinstance(asked, str):
        raise NotComposable(asked)
    return asked


def _propose(actor: User, change: RoleChange, reason: str) -> ApprovalRequest | str:
    if not has(actor, Permission.ROLE_MANAGE):
        raise NotComposable(_("Only an administrator composes roles."))
    role = Role.objects.select_for_update(no_key=True).filter(pk=change.code).first()
    live = RoleGrant.objects.filter(role_id=change.code, state__in=LIVE)
    if role is not None and role.retired_at is not None:
        raise NotComposable(_("This role has been retired."))
    if live.filter(user=actor).exists():
        raise NotComposable(_("Nobody changes a role that they hold themselves."))
    if RoleChange.objects.filter(code=change.code, state=ChangeState.PENDING).exists():
        raise NotComposable(_("A change of this role waits for an officer already."))
    if role is not None and _takes(role, change):
        words = _why_held(actor, list(live))
        if words is not None:
            return words
    change.save(force_insert=True)
    record_change(
        Entry(
            action=Action.ROLE_COMPOSE,
            object_type=ObjectType.ROLE,
            object_id=change.role_id,
            fields=tuple(change.permissions),
        )
    )
    return request_approval(actor=actor, action=CHANGE, params={"change": str(change.pk)}, reason=reason)


def put_in_force(*, change: RoleChange, by: User) -> None:
    """The role becomes what was agreed. Inside the officer's decision; the caller has locked the change."""
    change.state, change.confirmed_by, change.decided_at = ChangeState.IN_FORCE, by, timezone.now()
    change.save(update_fields=["state", "confirmed_by", "decided_at"])
    words = {name: getattr(change, name) for name in ("name_zh", "name_en", "note", *LIMITS)}
    facts = {"duty": change.duty, "opens_data": any(Permission(one).opens_data for one in change.permissions)}
    role, _made = Role.objects.update_or_create(
        code=change.code, defaults=words, create_defaults=words | facts
    )
    held = set_of(role.code)
    role.permissions.exclude(permission__in=change.permissions).delete()
    for permission in change.permissions:
        if permission not in held:
            role.permissions.create(permission=permission)
    holders = RoleGrant.objects.filter(role=role, state=GrantState.ACTIVE).order_by("pk")
    record_change(
        Entry(
            action=Action.ROLE_CHANGE,
            object_type=ObjectType.ROLE,
            object_id=change.role_id,
            subjects=tuple(holders.values_list("user_id", flat=True)[:1000]),
            fields=tuple(change.permissions),
        )
    )


def retire(*, actor: User, role: Role) -> None:
    """Nobody gets the role any more, and each of its grants ends: it only closes, so nobody else is asked.

    Raises Refused without a staff session; NotComposable where it must not be, or waits (people.shielding).
    """
    with at_request(actor), transaction.atomic():
        words = _retire(actor, role)
    if words is not None:
        raise NotComposable(words)


def _retire(actor: User, role: Role) -> str | None:
    locked = Role.objects.select_for_update(no_key=True).get(pk=role.pk)
    if not has(actor, Permission.ROLE_MANAGE) or not locked.composed or locked.retired_at is not None:
        raise NotComposable(_("This role cannot be retired."))
    live = list(RoleGrant.objects.select_for_update().filter(role=locked, state__in=LIVE).order_by("pk"))
    if any(grant.user_id == actor.pk for grant in live):
        raise NotComposable(_("Nobody takes their own role; another administrator does."))
    if RoleChange.objects.filter(code=locked.code, state=ChangeState.PENDING).exists():
        raise NotComposable(_("A change of this role waits for an officer; it has to be withdrawn first."))
    words = _why_held(actor, live)
    if words is not None:
        return words
    for grant in live:
        end_grant(grant, GrantState.REVOKED)
        record_change(
            Entry(
                action=Action.ROLE_REVOKE,
                object_type=ObjectType.ROLE_GRANT,
                object_id=grant.pk,
                subjects=(grant.user_id,),
            )
        )
    locked.retired_at = timezone.now()
    locked.save(update_fields=["retired_at"])
    record_change(Entry(action=Action.ROLE_RETIRE, object_type=ObjectType.ROLE, object_id=locked.id))
    return None


def _takes(role: Role, change: RoleChange) -> bool:
    """Whether the change takes something from a holder: a permission, or how far one reaches."""
    if set_of(role.code) - {Permission(code) for code in change.permissions}:
        return True
    grade, stages = change.up_to_grade, change.stages
    lower = grade is not None and (role.up_to_grade is None or grade < role.up_to_grade)
    fewer = stages is not None and (role.stages is None or not set(role.stages) <= set(stages))
    return lower or fewer


def _why_held(actor: User, grants: Collection[RoleGrant]) -> str | None:
    """Why it waits, of any of these; what it waits for is asked for once for each."""
    found = [
        why_waits(actor=actor, person_id=grant.user_id, act=Act.ROLE_REVOKE, params={"grant": str(grant.pk)})
        for grant in grants
    ]
    return next((words for words in found if words is not None), None)


def _check_names(code: str, name_zh: str, name_en: str) -> None:
    """No two roles are called alike, and none like a built-in one in any language."""
    if not name_zh.strip() or not name_en.strip():
        raise NotComposable(_("A role has a name in both languages."))
    taken: set[str] = set()
    for language in LANGUAGES:
        with override(language):
            taken |= {str(one.label).casefold() for one in RoleCode}
    others = Role.objects.exclude(pk=code).filter(retired_at__isnull=True)
    waiting = RoleChange.objects.filter(state=ChangeState.PENDING).exclude(code=code)
    for rows in (others.exclude(name_en=""), waiting):
        for names in rows.values_list("name_zh", "name_en"):
            taken |= {name.casefold() for name in names}
    if {name_zh.strip().casefold(), name_en.strip().casefold()} & taken:
        raise NotComposable(_("Another role is called so already."))
