"""Corrective actions that somebody is to do, when they leave or change jobs (people.staffing.estate)."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance.audits.codes import ActionState
from compliance.audits.findings import hand_on
from compliance.audits.followup import CorrectiveAction
from compliance.audits.models import AuditMember
from people.accounts.models import Kind, User
from people.staffing.estate import Thing


class CorrectiveActions:
    label = gettext_lazy("Corrective actions")

    def things(self, person: User) -> Sequence[Thing]:
        rows = CorrectiveAction.objects.filter(owner=person, state=ActionState.OPEN).order_by("due", "pk")
        return [Thing(one.pk, _("Due on %(day)s") % {"day": one.due.isoformat()}) for one in rows]

    def heirs(self, person: User, thing: UUID) -> "QuerySet[User]":
        """Any colleague but the auditors of that audit."""
        auditors = AuditMember.objects.filter(audit__items__findings__actions=thing).values("user")
        staff = User.objects.filter(kind=Kind.STAFF, is_active=True).exclude(pk=person.pk)
        found: QuerySet[User] = staff.exclude(pk__in=auditors).order_by("display_name", "id")
        return found

    def give(self, *, actor: User, person: User, thing: UUID, to: User | None) -> None:
        assert to is not None  # what is to be put right never lapses
        hand_on(action_id=thing, owner=to)
