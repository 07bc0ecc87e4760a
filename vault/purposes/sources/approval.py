"""The officer's word on a bought list."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from people.accounts.models import User
from people.approvals.models import ApprovalRequest
from people.approvals.registry import ApprovableAction, CannotCarryOut, Params, Preview
from people.posts.codes import Post
from people.roles.permissions import Permission
from vault.purposes.codes import Told
from vault.purposes.sources.models import ListSource
from vault.purposes.sources.services import APPROVAL
from vault.records.models import ClientBook


class UseBoughtList(ApprovableAction):
    code = APPROVAL
    label = gettext_lazy("Use a bought list")
    permission = Permission.APPROVAL_DECIDE
    asked_by = (Permission.CLIENT_IMPORT,)
    post = Post.DPO
    grave = True

    def preview(self, params: Params) -> Preview:
        book = ClientBook.objects.filter(pk=str(params["book"])).first()
        if book is None:
            raise CannotCarryOut
        told, collected = Told(str(params["told"])), str(params["collected"])
        return Preview(
            facts={
                "source": params["source"],
                "book": [str(book.pk), book.name],
                "told": told.value,
                "collected": collected,
            },
            lines=[
                _("A list that was bought may be imported into %(book)s.") % {"book": book.name},
                _("Collected on %(day)s. Told: %(told)s.") % {"day": collected, "told": told.label},
                _(
                    "Check the seller and the evidence before you approve (after Data Security Law, article"
                    " 33). Buying personal data without lawful grounds may be a crime at any count."
                ),
            ],
        )

    def carry_out(self, request: ApprovalRequest, actor: User) -> None:
        source = ListSource.objects.filter(pk=str(request.params["source"]), approval_id=request.pk)
        if not source.update(usable=True):
            raise CannotCarryOut
        record_change(
            Entry(
                action=Action.SOURCE_APPROVE,
                object_type=ObjectType.SOURCE,
                object_id=ListSource.objects.only("pk").get(approval_id=request.pk).pk,
            )
        )
