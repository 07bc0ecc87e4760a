"""Roles that the house composed, for tests."""

from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

from audit.origin import Origin, acting_as
from people.accounts.models import User
from people.approvals.models import ApprovalRequest, State
from people.roles.access import forget
from people.roles.composing.models import RoleChange
from people.roles.composing.services import propose, proposed
from people.roles.models import GrantState, Role, RoleGrant
from people.roles.permissions import Permission
from people.roles.services import grant_role
from tests.people.helpers import approve, asked_for

LOOKS = (Permission.CLIENT_VIEW, Permission.CLIENT_SEARCH)


def ask(
    actor: User,
    permissions: Iterable[Permission] = LOOKS,
    *,
    role: Role | None = None,
    name: str = "Assistant",
    zh: str = "助理",
    **limits: Any,
) -> tuple[RoleChange, ApprovalRequest]:
    change = proposed(
        actor=actor,
        role=role,
        permissions=list(permissions),
        name_zh=zh,
        name_en=name,
        note="Looks up who has called.",
        **limits,
    )
    with acting_as(Origin(actor=actor.pk)):
        return change, propose(actor=actor, change=change, reason="a new desk")


def composed(
    people: SimpleNamespace,
    permissions: Iterable[Permission] = LOOKS,
    *,
    name: str = "Assistant",
    zh: str = "助理",
    **limits: Any,
) -> Role:
    """A role that ada asked for and olivia confirmed."""
    change, asked = ask(people.ada, permissions, name=name, zh=zh, **limits)
    with acting_as(Origin(actor=people.olivia.pk)):
        assert approve(people.olivia, asked).state == State.CARRIED_OUT
    return Role.objects.get(code=change.code)


def give(people: SimpleNamespace, role: Role, user: User, **more: Any) -> RoleGrant:
    """As asked for by ada and, where it opens data, confirmed by otto."""
    with acting_as(Origin(actor=people.ada.pk)):
        grant = grant_role(actor=people.ada, person=user, role=role.code, reason="a new desk", **more)
    if grant.state == GrantState.PENDING:
        with acting_as(Origin(actor=people.otto.pk)):
            assert approve(people.otto, asked_for(grant)).state == State.CARRIED_OUT
    forget(user)
    return grant
