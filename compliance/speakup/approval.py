"""The officer's word on an act against somebody who is protected."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance.conduct.codes import State as CaseState
from compliance.conduct.models import ConductCase
from compliance.conduct.opening import begin as begin_case
from compliance.speakup.access import PROTECTED_ACT, which_cases, who_handle
from compliance.speakup.shields import Protection
from people.accounts.models import User
from people.accounts.services import NotPossible as AccountStays
from people.accounts.services import disable_person
from people.approvals.about import about
from people.approvals.models import ApprovalRequest
from people.approvals.registry import ApprovableAction, CannotCarryOut, Params, Preview
from people.roles.models import LIVE, RoleGrant
from people.roles.permissions import Permission
from people.roles.services import NotGrantable, revoke_role
from people.shielding import Act
from people.staffing.codes import State as Planned
from people.staffing.errors import NotNow
from people.staffing.models import StaffChange
from people.staffing.planning import go_on
from vault.intake.handover import hand_over
from vault.records.errors import NotPossible
from vault.records.models import ClientBook


class ProtectedAct(ApprovableAction):
    """Decided by those who handle the report, and never by whom it accuses. Its words do not say why it
    waits: whoever asked reads them, too."""

    code = PROTECTED_ACT
    label = gettext_lazy("Act about a colleague")
    permission = Permission.SPEAKUP_HANDLE

    def preview(self, params: Params) -> Preview:
        person = User.objects.get(pk=str(params["person"]))
        return Preview(
            facts={"params": dict(params), "active": person.is_active},
            lines=[
                _act_words(params, person),
                _("It is done as it was asked for, by whoever asked, once an officer agrees."),
            ],
        )

    def carry_out(self, request: ApprovalRequest, actor: User) -> None:
        try:
            _do(request.params, request.requester)
        except (NotGrantable, AccountStays, NotNow, NotPossible):
            raise CannotCarryOut from None

    def who_may(self, request: ApprovalRequest, people: Sequence[User]) -> list[User]:
        shield = str(request.params["protection"])
        found = Protection.objects.filter(pk=shield).select_related("case").first()
        if found is None:
            return []
        return [one for one in who_handle(found.case, people) if one.pk != found.user_id]

    def deciding(self, request: ApprovalRequest) -> tuple[Permission, ...]:
        return (Permission.SPEAKUP_HANDLE, Permission.LOG_READ)

    def among(self, user: User) -> Q | None:
        return about("protection", Protection.objects.filter(case__in=which_cases(user)).exclude(user=user))


def _act_words(params: Params, person: User) -> str:
    """Raises CannotCarryOut: what it is about is gone."""
    act = Act(str(params["act"]))
    if "change" in params:
        return _change_words(_change(params), person)
    if act == Act.ROLE_REVOKE:
        return _("The role “%(role)s” of %(person)s is revoked.") % {
            "role": _grant(params).role,
            "person": person.display_name,
        }
    if act == Act.PERSON_DISABLE:
        if not person.is_active:
            raise CannotCarryOut
        return _("The account of %(person)s is disabled.") % {"person": person.display_name}
    if act == Act.CONDUCT:
        _held(params)
        return _("A conduct case about %(person)s begins.") % {"person": person.display_name}
    book = ClientBook.objects.filter(pk=str(params["book"])).first()
    if book is None:
        raise CannotCarryOut
    return _("What %(person)s has in the client book “%(book)s” is handed over.") % {
        "person": person.display_name,
        "book": book.name,
    }


def _do(params: Params, asked_by: User) -> None:
    act, person = Act(str(params["act"])), UUID(str(params["person"]))
    if "change" in params:
        go_on(_change(params))
    elif act == Act.ROLE_REVOKE:
        revoke_role(actor=asked_by, grant=_grant(params), agreed=True)
    elif act == Act.PERSON_DISABLE:
        disable_person(actor=asked_by, person=User.objects.get(pk=person), agreed=True)
    elif act == Act.CONDUCT:
        begin_case(_held(params))
    else:
        to = params["to"]
        assert isinstance(to, list)
        kind = str(params["kind"])
        hand_over(
            actor=asked_by,
            leaver_id=person,
            book_id=UUID(str(params["book"])),
            to=list(User.objects.filter(pk__in=to).order_by("pk")),
            kind="" if kind == "all" else kind,
            agreed=True,
        )


def _change_words(change: StaffChange, person: User) -> str:
    if change.leaves:
        return _("It is planned that %(person)s leaves the house.") % {"person": person.display_name}
    return _("It is planned that %(person)s changes to another job.") % {"person": person.display_name}


def _change(params: Params) -> StaffChange:
    # Planned: at the moment when it is asked for, before it is held.
    open_ones = StaffChange.objects.filter(state__in=[Planned.HELD, Planned.PLANNED])
    change = open_ones.filter(pk=str(params["change"])).first()
    if change is None:
        raise CannotCarryOut
    return change


def _held(params: Params) -> ConductCase:
    case = ConductCase.objects.filter(pk=str(params["case"]), state=CaseState.HELD).first()
    if case is None:
        raise CannotCarryOut
    return case


def _grant(params: Params) -> RoleGrant:
    grants = RoleGrant.objects.select_related("user", "role")
    grant = grants.filter(pk=str(params["grant"]), state__in=LIVE).first()
    if grant is None:
        raise CannotCarryOut
    return grant
