"""A second person's word on a rotation."""

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from people.accounts.models import User
from people.approvals.models import ApprovalRequest
from people.approvals.registry import ApprovableAction, CannotCarryOut, Params, Preview
from people.roles.permissions import Permission
from vault.custody import services, tasks
from vault.keys.words import provider_name


class RotateKeys(ApprovableAction):
    code = services.ACTION
    label = gettext_lazy("Rotate the keys")
    permission = Permission.KEY_ROTATE
    asked_by = (Permission.KEY_ROTATE,)
    grave = True

    def preview(self, params: Params) -> Preview:
        try:
            version = services.rotatable_version()
        except services.CannotRotate:
            raise CannotCarryOut from None
        if version != params["root"]:
            raise CannotCarryOut
        to = services.moves_to()
        moved = _("The root keys move to another provider: %(provider)s.") % {"provider": provider_name(to)}
        return Preview(
            facts={"root": version, "to": to},
            lines=[
                *([moved] if to else []),
                _("Every book and room gets a new key, and every key in it is wrapped anew. Work goes on."),
                _("Root key version %(version)s is then destroyed for good.") % {"version": version},
                _("Old copies of the keyring then open with old recovery shares only: have those destroyed."),
            ],
        )

    def carry_out(self, request: ApprovalRequest, actor: User) -> None:
        rotation = services.order(
            ordered_by=request.requester, approval=request.pk, version=int(str(request.params["root"]))
        )
        transaction.on_commit(lambda: tasks.rotate.delay(str(rotation.pk)))
