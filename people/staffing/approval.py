"""The officer's word on who comes to a job, new or from another."""

from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.actions import Action
from people.accounts.models import User
from people.approvals.about import about
from people.approvals.models import ApprovalRequest
from people.approvals.registry import ApprovableAction, CannotCarryOut, Params, Preview
from people.roles.permissions import Permission
from people.roles.sets import names_of
from people.staffing.checklist import checklist
from people.staffing.codes import Kind, State
from people.staffing.effects import Difference, difference
from people.staffing.entries import log
from people.staffing.heirs import JOB, held_by, unnamed
from people.staffing.joining import end_join, invite
from people.staffing.models import StaffChange


class ChangeJob(ApprovableAction):
    """Grave; and for nobody who comes to the job, or planned it, themselves."""

    code = JOB
    label = gettext_lazy("Come to a job")
    permission = Permission.APPROVAL_DECIDE
    for_counsel = True
    grave = True

    def preview(self, params: Params) -> Preview:
        change = _planned(params)
        diff, held = difference(change), held_by(change)
        names = names_of(change.roles)
        return Preview(
            facts={
                "change": str(change.pk),
                "person": [str(change.person_id), change.person.is_active],
                "at": change.happens_at.isoformat(),
                "roles": sorted(change.roles),
                "ends": [str(grant.pk) for grant in diff.ending],
                "gained": diff.gained,
                "lost": diff.lost,
                "closes": [one.closes for one in diff.effects],
                "heirs": sorted([one.key, str(one.named.pk if one.named else "")] for one in held),
                "asked": [one.code for one in checklist(change)] if change.kind == Kind.JOIN else [],
                "signs": change.job is not None and change.job.signs_anew,
            },
            lines=_lines(change, diff, names),
            counts=[
                (_("Permissions opened"), len(diff.gained)),
                (_("Permissions closed"), len(diff.lost)),
                (_("Things that go to others"), len(held)),
                *((effect.label, effect.closes) for effect in diff.effects),
            ],
            columns=[_("Permission"), _("With the change")],
            rows=[
                *([str(one.label), _("opens")] for one in diff.gained),
                *([str(one.label), _("closes")] for one in diff.lost),
            ],
        )

    def carry_out(self, request: ApprovalRequest, actor: User) -> None:
        change = StaffChange.objects.select_for_update().get(pk=_planned(request.params).pk)
        if unnamed(change):
            raise CannotCarryOut
        change.state, change.approval = State.SET, request
        change.save(update_fields=["state", "approval"])
        log(change, Action.STAFFING_SETTLE)
        if change.kind == Kind.JOIN:
            invite(change, actor)

    def refused(self, request: ApprovalRequest) -> None:
        """The account of somebody who was to join was made for that alone."""
        found = StaffChange.objects.select_for_update().filter(pk=str(request.params["change"]))
        change = found.filter(kind=Kind.JOIN, state=State.PLANNED).first()
        if change is not None:
            end_join(change)

    def concerned(self, request: ApprovalRequest) -> frozenset[UUID]:
        """Whose change it is, and who planned it."""
        found = _of_jobs().filter(pk=str(request.params["change"])).values_list("person", "planned_by")
        return frozenset(one for row in found for one in row)

    def concerning(self, user: User) -> Q:
        return about("change", _of_jobs().filter(Q(person=user) | Q(planned_by=user)))


def _lines(change: StaffChange, diff: Difference, names: dict[str, str]) -> list[str]:
    at = f"{timezone.localtime(change.happens_at):%Y-%m-%d %H:%M}"
    lines = [
        _("%(person)s comes to the job “%(job)s” at %(at)s.")
        % {"person": change.person.display_name, "job": change.job, "at": at},
        _("Roles from then on: %(roles)s.") % {"roles": ", ".join(names[code] for code in sorted(names))},
    ]
    if change.kind == Kind.JOIN:
        lines.append(_("They are invited now. No role counts before everything on their list is done."))
        lines += [_("Asked of them: %(what)s.") % {"what": one.label} for one in checklist(change)]
        return lines
    lines += [
        _("At the same moment ends: %(roles)s.")
        % {"roles": ", ".join(str(grant.role) for grant in diff.ending) or "–"},
        _("Deals, data rooms and client books close to them: they are let into others one by one."),
    ]
    if change.job is not None and change.job.signs_anew:
        lines.append(
            _("No data room opens to them before they have signed the undertaking of the house again.")
        )
    return lines


def _of_jobs() -> QuerySet[StaffChange]:
    return StaffChange.objects.exclude(kind=Kind.LEAVE)


def _planned(params: Params) -> StaffChange:
    rows = StaffChange.objects.select_related("person", "job", "lead")
    found = rows.filter(pk=str(params["change"]), state=State.PLANNED).exclude(kind=Kind.LEAVE).first()
    if found is None or not found.person.is_active or found.happens_at <= timezone.now():
        raise CannotCarryOut
    return found
