"""A second person's word on the end of a freeze."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from people.accounts.models import User
from people.approvals.models import ApprovalRequest
from people.approvals.registry import ApprovableAction, CannotCarryOut, Params, Preview
from people.locks.standing import held_compartments
from people.roles.permissions import Permission
from vault.custody.freezing import services, tasks
from vault.keys.freezing import frozen_among
from vault.records.models import ClientBook


class ThawCompartment(ApprovableAction):
    code = services.ACTION
    label = gettext_lazy("End a freeze")
    permission = Permission.KEY_FREEZE
    asked_by = (Permission.KEY_FREEZE, Permission.BOOK_MANAGE)
    grave = True

    def preview(self, params: Params) -> Preview:
        """A freeze of its own each time: one that was ended and came again needs a new request."""
        compartment = UUID(str(params["compartment"]))
        frozen = frozen_among([compartment]).get(compartment)
        if frozen is None or held_compartments([compartment]):
            raise CannotCarryOut
        name = ClientBook.objects.filter(pk=compartment).values_list("name", flat=True).first()
        return Preview(
            facts={"compartment": str(compartment), "freeze": str(frozen.entry), "name": name or ""},
            lines=[
                _("“%(name)s” can be opened again by everybody who works in it.")
                % {"name": name or compartment},
            ],
        )

    def carry_out(self, request: ApprovalRequest, actor: User) -> None:
        compartment = UUID(str(request.params["compartment"]))
        record_change(
            Entry(
                action=Action.KEYS_UNLOCK,
                object_type=ObjectType.APPROVAL,
                object_id=request.pk,
                subjects=(compartment,),
            )
        )
        transaction.on_commit(tasks.thaw_ordered.delay)
