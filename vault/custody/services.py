"""Asking for a rotation, ordering it, letting one that stopped go on."""

from collections.abc import Sequence
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from people.accounts.models import User
from people.approvals.models import ApprovalRequest
from people.approvals.registry import CannotCarryOut
from people.approvals.services import request_approval
from people.roles.access import require
from people.roles.permissions import Permission
from vault.custody.models import KeyRotation, RotationOrder, RotationState
from vault.keys import inventory, store
from vault.keys.words import provider_name

ACTION = "keys.rotate"


class CannotRotate(Exception):
    """There is nothing to rotate, or a rotation goes on; the text says which, for the page."""


def rotatable_version() -> int:
    """The root version that a rotation would end now. Raises CannotRotate."""
    version = store.root_in_force()
    if version is None:
        raise CannotRotate(_("There is no key yet: the first client book or data room makes the first one."))
    _check_reachable()
    if KeyRotation.objects.filter(ended_at__isnull=True).exists():
        raise CannotRotate(_("A rotation is under way. The next one can begin when it has ended."))
    return version


def _check_reachable() -> None:
    """A rotation that could not open the old keys would leave the house between two providers."""
    named = {settings.KEY_PROVIDER, settings.KEY_PROVIDER_BEFORE}
    for root in inventory.root_versions():
        if root.ended_at is None and root.provider not in named:
            raise CannotRotate(
                _("The root key is elsewhere: %(provider)s. Name that in KEY_PROVIDER_BEFORE, then rotate.")
                % {"provider": provider_name(root.provider)}
            )


def moves_to() -> str:
    """The provider that a rotation would move the root keys to; "" while they stay where they are."""
    newest = inventory.root_versions()[:1]
    return settings.KEY_PROVIDER if newest and newest[0].provider != settings.KEY_PROVIDER else ""


@transaction.atomic
def ask_for_rotation(*, actor: User, reason: str) -> ApprovalRequest:
    """Asks a second person. Raises Refused, CannotRotate, ValidationError for the reason."""
    require(actor, Permission.KEY_ROTATE)
    version = rotatable_version()
    waiting = ApprovalRequest.objects.filter(action=ACTION, state="pending", params={"root": version})
    if any(request.is_open for request in waiting):
        raise CannotRotate(_("A rotation has been asked for already and waits for its approval."))
    return request_approval(actor=actor, action=ACTION, params={"root": version}, reason=reason)


@transaction.atomic
def order(*, ordered_by: User, approval: UUID, version: int) -> KeyRotation:
    """Writes the order, in the transaction of the approval: entries that name every compartment.

    Raises CannotCarryOut: another rotation was faster.
    """
    try:
        with transaction.atomic():
            rotation = KeyRotation.objects.create(
                ordered_by=ordered_by, approval_id=approval, version_before=version
            )
    except IntegrityError:
        raise CannotCarryOut from None
    named = False
    for compartments in inventory.hanging_from(version):
        add_order(rotation, compartments)
        named = True
    if not named:
        add_order(rotation, [])
    return rotation


def add_order(rotation: KeyRotation, compartments: Sequence[UUID]) -> RotationOrder:
    """An entry that names these compartments, at most a thousand."""
    entry = record_change(
        Entry(
            action=Action.KEYS_ROTATE,
            object_type=ObjectType.KEY_ROTATION,
            object_id=rotation.pk,
            subjects=tuple(compartments),
        )
    )
    return RotationOrder.objects.create(rotation=rotation, entry=entry)


@transaction.atomic
def go_on(*, actor: User, rotation: KeyRotation) -> KeyRotation:
    """Lets a rotation that stopped try again, after somebody has seen to the keys that did not open."""
    require(actor, Permission.KEY_ROTATE)
    locked = KeyRotation.objects.select_for_update().get(pk=rotation.pk)
    if locked.state == RotationState.STOPPED:
        locked.state, locked.keys_broken = RotationState.ORDERED, 0
        locked.save(update_fields=["state", "keys_broken"])
        add_order(locked, [])
    return locked
