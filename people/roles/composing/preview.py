"""Exactly what a change of a role does: to its set, and to whoever holds it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from people.approvals.registry import Preview
from people.roles.access import grants_in_force
from people.roles.composing.made import made_by, made_words
from people.roles.composing.models import RoleChange
from people.roles.composing.words import limit_words
from people.roles.effects import Effect, effects_of_changing
from people.roles.models import GrantState, Role, RoleGrant
from people.roles.permissions import Duty, Permission
from people.roles.sets import set_of

ASKED_ABOUT = 20  # holders for whom the gates are asked, so that a preview's cost has a bound


@dataclass(frozen=True, slots=True)
class _Reality:
    """What there is now of the role that is to change."""

    role: Role | None
    before: frozenset[Permission]
    after: frozenset[Permission]
    holders: list[RoleGrant]
    waiting: int
    made: dict[UUID, datetime]
    effects: list[Effect]


def preview_of(change: RoleChange) -> Preview:
    """For a change that is asked for, or as it would be asked for."""
    now = _reality(change)
    return Preview(
        facts=_facts(change, now),
        lines=_lines(change, now),
        counts=[
            (_("Permissions gained"), len(now.after - now.before)),
            (_("Permissions lost"), len(now.before - now.after)),
            (_("People who hold it"), len(now.holders)),
            *((_("%(what)s that open") % {"what": one.label}, one.opens) for one in now.effects),
            *((_("%(what)s that close") % {"what": one.label}, one.closes) for one in now.effects),
        ],
        columns=[_("Permission"), pgettext("role permission", "Change"), _("Opens data")],
        rows=[
            [
                str(permission.label),
                _moves(permission, now),
                _("yes") if permission.opens_data else _("no"),
            ]
            for permission in sorted(now.before | now.after)
        ],
    )


def _reality(change: RoleChange) -> _Reality:
    grants = RoleGrant.objects.filter(role_id=change.code)
    holders = list(
        grants_in_force()
        .filter(role_id=change.code)
        .select_related("user", "role")
        .order_by("user__display_name", "pk")
    )
    after = frozenset(Permission(code) for code in change.permissions)
    return _Reality(
        role=Role.objects.filter(pk=change.code).first(),
        before=set_of(change.code),
        after=after,
        holders=holders,
        waiting=grants.filter(state=GrantState.PENDING).count(),
        made=made_by([grant.user_id for grant in holders], change.proposed_by_id),
        effects=effects_of_changing(holders[:ASKED_ABOUT], after, change) if holders else [],
    )


def _facts(change: RoleChange, now: _Reality) -> dict[str, object]:
    return {
        "role": change.code,
        "duty": change.duty,
        "names": [change.name_zh, change.name_en],
        "note": change.note,
        "called": [now.role.name_zh, now.role.name_en] if now.role else [],
        "retired": bool(now.role and now.role.retired_at),
        "limits": [change.up_to_grade, change.stages, change.longest_days],
        "limits_before": [now.role.up_to_grade, now.role.stages, now.role.longest_days] if now.role else [],
        "before": sorted(now.before),
        "after": sorted(now.after),
        "by": str(change.proposed_by_id),
        "holders": [[str(grant.pk), str(grant.user_id), grant.user.display_name] for grant in now.holders],
        "made": {str(person): at.isoformat() for person, at in sorted(now.made.items())},
        "waiting": now.waiting,
        "effects": [[one.opens, one.closes] for one in now.effects],
    }


def _lines(change: RoleChange, now: _Reality) -> list[str]:
    words = {"zh": change.name_zh, "en": change.name_en, "duty": Duty(change.duty).label}
    lines = [
        _("The role %(zh)s (%(en)s) may do what stands below from now on. Its duty: %(duty)s.") % words,
        change.note,
    ]
    lines += limit_words(change)
    if now.role is not None and limit_words(now.role) != limit_words(change):
        before = limit_words(now.role) or [_("No limits.")]
        lines.append(_("Until now: %(limits)s") % {"limits": " ".join(before)})
    if now.role is None:
        lines.append(_("It is new: nobody holds it, and giving it to somebody is asked for each time."))
    elif (now.role.name_zh, now.role.name_en) != (change.name_zh, change.name_en):
        lines.append(_was(now.role))
    if now.holders:
        names = _(", ").join(grant.user.display_name for grant in now.holders[:ASKED_ABOUT])
        lines.append(_("It counts with their next request for: %(names)s.") % {"names": names})
    if len(now.holders) > ASKED_ABOUT:
        lines.append(
            _("What opens and closes was asked of the gates for the first %(n)s of them.")
            % {"n": ASKED_ABOUT}
        )
    if now.waiting:
        lines.append(
            ngettext(
                "%(n)s person waits for an officer to get it: that request becomes void.",
                "%(n)s people wait for an officer to get it: those requests become void.",
                now.waiting,
            )
            % {"n": now.waiting}
        )
    people = {grant.user_id: grant.user for grant in now.holders}
    return lines + [
        made_words(people[person], change.proposed_by, at, change.created_at)
        for person, at in now.made.items()
    ]


def _was(role: Role) -> str:
    return _("Until now it was called %(zh)s (%(en)s).") % {"zh": role.name_zh, "en": role.name_en}


def _moves(permission: Permission, now: _Reality) -> str:
    if permission not in now.before:
        return _("comes in")
    return _("stays") if permission in now.after else _("goes out")
