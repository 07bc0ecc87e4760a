"""The officer's word that a client is needed no more."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from compliance.retention import tasks
from compliance.retention.due import rules_over
from compliance.retention.ending import END_USE
from compliance.retention.models import Basis, EndOfUse, EndReason, RetentionRule
from people.accounts.models import User
from people.approvals.models import ApprovalRequest
from people.approvals.registry import ApprovableAction, CannotCarryOut, Params, Preview
from people.roles.permissions import Permission
from vault.records.access import may_open
from vault.records.errors import NotPossible
from vault.records.models import Client
from vault.records.stopping import stop_use
from vault.relations.mandates.standing import is_bound


class EndUse(ApprovableAction):
    """Storage only from now on, and due as soon as no law keeps it."""

    code = END_USE
    label = gettext_lazy("End the use of a client and let it come due")
    permission = Permission.RETENTION_MANAGE
    asked_by = (Permission.CLIENT_EDIT,)
    for_counsel = True
    grave = True

    def preview(self, params: Params) -> Preview:
        """The rules that end early; nothing of the client is opened for it."""
        client, rules = _asked(params)
        return Preview(
            facts={
                "params": dict(params),
                "book": [str(client.book_id), client.book.name],
                "rules": [[str(rule.pk), rule.name, rule.basis, rule.period_days] for rule in rules],
            },
            lines=[
                _("One client of the book “%(book)s”, whose record ends in %(id)s.")
                % {"book": client.book.name, "id": client.pk.hex[-8:]},
                _("Why: %(reason)s.") % {"reason": EndReason(str(params["reason"])).label},
                _("From then on it is kept for storage only: nobody is shown, changes or exports it."),
                _("Unless a law keeps it, it comes on the next list of destruction, which two approve."),
            ],
            columns=[_("Rule"), _("Legal basis"), _("Days kept"), pgettext("change", "Then")],
            rows=[_row(rule) for rule in rules],
        )

    def carry_out(self, request: ApprovalRequest, actor: User) -> None:
        client, _rules = _asked(request.params)
        reason = str(request.params["reason"])
        try:
            stop_use(client_id=client.pk, reason=reason)
        except NotPossible as moved:
            raise CannotCarryOut from moved
        EndOfUse.objects.create(
            client_id=client.pk,
            book_id=client.book_id,
            reason=reason,
            approval_id=request.pk,
            asked_by=request.requester,
            decided_by=actor,
        )
        record_change(
            Entry(
                action=Action.RETENTION_END_USE,
                object_type=ObjectType.CLIENT,
                object_id=client.pk,
                subjects=(client.pk,),
                deal=client.book.deal_id,
                reason=reason,
            )
        )
        transaction.on_commit(tasks.propose_due.delay)


def _asked(params: Params) -> tuple[Client, list[RetentionRule]]:
    """Raises CannotCarryOut: it is gone, kept for storage only or bound by a mandate; or no rule is left."""
    client: Client | None = (
        Client.objects.select_related("book").filter(pk=UUID(str(params["client"]))).first()
    )
    rules = rules_over(client.pk) if client else []
    if client is None or not may_open(client) or is_bound(client.pk) or not rules:
        raise CannotCarryOut
    return client, rules


def _row(rule: RetentionRule) -> list[str]:
    then = _("Stays: a law prescribes it") if rule.basis == Basis.LAW else _("Ends now")
    return [rule.name, rule.get_basis_display(), str(rule.period_days), then]
