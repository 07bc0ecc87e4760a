"""What a second person agrees to: one reveal, or more of them today."""

from datetime import date, timedelta
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
from people.approvals.services import request_approval
from people.roles.access import has, require
from people.roles.permissions import Permission
from vault.masking.grades import Grade
from vault.purposes.catalogue import Purpose
from vault.records.access import may_reveal, which_clients
from vault.records.grading.rules import rules
from vault.records.labels import Group
from vault.records.models import Client
from vault.records.reveals.limits import limit_of, locked_day, today
from vault.records.reveals.needs import needs_of
from vault.records.reveals.permits import ASK_REVEAL, VALID_FOR, give_permit

MORE = "reveal.more"
MORE_CHOICES = (20, 50, 100)


class RevealOnce(ApprovableAction):
    """One group of one client, to its requester, for one purpose, once and within `VALID_FOR`."""

    code = ASK_REVEAL
    label = gettext_lazy("Show plaintext of a client once")
    permission = Permission.REVEAL_APPROVE
    asked_by = (Permission.CLIENT_REVEAL,)
    grave = True
    expires_after = timedelta(days=1)

    def preview(self, params: Params) -> Preview:
        client, group, person = _asked(params)
        needs = needs_of(client, group, rules())
        hours = VALID_FOR // timedelta(hours=1)
        return Preview(
            facts={
                "params": dict(params),
                "book": str(client.book_id),
                "grade": needs.grade.value,
                "visibility": client.visibility,
                "person": [str(person.pk), person.username],
                "hours": hours,
            },
            lines=[
                _("%(person)s may open “%(group)s” of one client of the book “%(book)s” once.")
                % {"person": person.display_name, "group": group.label, "book": client.book.name},
                _("The client's record ends in %(id)s. Purpose: %(purpose)s. Grade: %(grade)s.")
                % {
                    "id": client.pk.hex[-8:],
                    "purpose": Purpose(str(params["purpose"])).label,
                    "grade": Grade(needs.grade).label,
                },
                _("The permit ends %(hours)d hours after the decision.") % {"hours": hours},
            ],
        )

    def carry_out(self, request: ApprovalRequest, actor: User) -> None:
        client, group, _person = _asked(request.params)
        give_permit(request, client)
        record_change(
            Entry(
                action=Action.CLIENT_PERMIT,
                object_type=ObjectType.CLIENT,
                object_id=client.pk,
                subjects=(client.pk,),
                deal=client.book.deal_id,
                purpose=str(request.params["purpose"]),
                fields=(group.value,),
            )
        )


class MoreToday(ApprovableAction):
    """A higher limit for one person on one day; void when the day is over."""

    code = MORE
    label = gettext_lazy("Raise somebody's daily limit for today")
    permission = Permission.REVEAL_APPROVE
    asked_by = (Permission.CLIENT_REVEAL,)
    delegable = True
    standing_limit = 50
    expires_after = timedelta(days=1)

    def preview(self, params: Params) -> Preview:
        person, day, more = _more(params)
        return Preview(
            facts={"params": dict(params), "person": [str(person.pk), person.username]},
            lines=[
                _("%(person)s may be shown more on %(day)s.")
                % {"person": person.display_name, "day": day.isoformat()}
            ],
            counts=[(_("Daily limit of the role"), limit_of(person)), (_("Added for this day"), more)],
        )

    def carry_out(self, request: ApprovalRequest, actor: User) -> None:
        person, day, more = _more(request.params)
        row = locked_day(person, day)
        row.extra += more
        row.save(update_fields=["extra"])
        record_change(
            Entry(
                action=Action.GRADE_LIMIT_RAISE,
                object_type=ObjectType.PERSON,
                object_id=person.pk,
                subjects=(person.pk,),
            )
        )

    def size_of(self, params: Params) -> int:
        return int(str(params["more"]))

    def may_ask_standing(self, user: User) -> bool:
        return has(user, Permission.CLIENT_REVEAL)


@transaction.atomic
def ask_for_more(*, actor: User, more: int, reason: str) -> ApprovalRequest:
    """Ask an officer to raise the actor's limit for today. Raises Refused, ValidationError, ValueError."""
    require(actor, Permission.CLIENT_REVEAL)
    if more not in MORE_CHOICES:
        raise ValueError(f"one of {MORE_CHOICES}")
    params: Params = {"person": str(actor.pk), "day": today().isoformat(), "more": more}
    return request_approval(actor=actor, action=MORE, params=params, reason=reason)


def _asked(params: Params) -> tuple[Client, Group, User]:
    """Raises CannotCarryOut when the client is gone or closed, or the person may not reveal it any more."""
    person = User.objects.filter(pk=UUID(str(params["person"])), is_active=True).first()
    client: Client | None = None
    if person is not None:
        found = which_clients(person, Permission.CLIENT_REVEAL)
        client = found.filter(pk=str(params["client"])).first()
    group = Group(str(params["group"]))
    if person is None or client is None or not may_reveal(client, group):
        raise CannotCarryOut
    return client, group, person


def _more(params: Params) -> tuple[User, date, int]:
    person = User.objects.filter(pk=UUID(str(params["person"])), is_active=True).first()
    day = date.fromisoformat(str(params["day"]))
    if person is None or day != today():
        raise CannotCarryOut
    return person, day, int(str(params["more"]))
