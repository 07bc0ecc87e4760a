"""What of a firm takes two: its return, a sub-processor, a version of the questions."""

from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from people.accounts.models import User
from people.approvals.about import about
from people.approvals.models import ApprovalRequest
from people.approvals.registry import ApprovableAction, CannotCarryOut, Params, Preview
from people.partners import questionnaires, subprocessing, suspending
from people.partners.codes import SubState, SuspendedFor
from people.partners.entries import log
from people.partners.models import PartnerPerson, PartnerSuspension, Subprocessor
from people.partners.records import Questionnaire
from people.partners.standing import lacks
from people.roles.permissions import Permission


class ReinstatePartner(ApprovableAction):
    code = suspending.CODE
    label = gettext_lazy("End the suspension of a partner firm")
    permission = Permission.APPROVAL_DECIDE
    for_counsel = True
    grave = True

    def preview(self, params: Params) -> Preview:
        suspension = _suspension(params)
        partner = suspension.partner
        people = PartnerPerson.objects.filter(partner=partner, left_at__isnull=True).count()
        # The suspension itself is what ends; whatever else is missing keeps the firm shut all the same.
        others = [one for one in lacks(partner) if one.value != "firm.suspended"]
        lines: list[str | Promise] = [
            _("“%(name)s” was suspended on %(since)s: %(why)s.")
            % {
                "name": partner.name,
                "since": f"{timezone.localtime(suspension.at):%Y-%m-%d %H:%M}",
                "why": SuspendedFor(suspension.reason).label,
            },
            _("Rooms open again to its people, with the rights that they had."),
            _("Sessions, links and exports that ended stay ended."),
        ]
        if others:
            words = "; ".join(str(one.label) for one in others)
            lines.append(_("It stays shut all the same: %(why)s") % {"why": words})
        return Preview(
            facts={
                "suspension": str(suspension.pk),
                "partner": [str(partner.pk), partner.name],
                "reason": suspension.reason,
                "people": people,
                "lacks": [one.value for one in others],
            },
            lines=lines,
            counts=[(_("People who come for the firm"), people)],
        )

    def carry_out(self, request: ApprovalRequest, actor: User) -> None:
        suspension = PartnerSuspension.objects.select_for_update().get(pk=_suspension(request.params).pk)
        suspension.ended_at, suspension.approval = timezone.now(), request
        suspension.save(update_fields=["ended_at", "approval"])
        log(Action.PARTNER_REINSTATE, suspension.partner_id)


class AgreeSubprocessor(ApprovableAction):
    code = subprocessing.CODE
    label = gettext_lazy("Agree to a sub-processor of a partner firm")
    permission = Permission.APPROVAL_DECIDE
    for_counsel = True
    grave = True

    def preview(self, params: Params) -> Preview:
        one = _named(params)
        return Preview(
            facts={"subprocessor": str(one.pk), "named": [one.name, one.does, one.abroad, one.partner.name]},
            lines=[
                _("“%(firm)s” has “%(name)s” work on what it is given: %(does)s")
                % {"firm": one.partner.name, "name": one.name, "does": one.does},
                _("It works abroad, or in Hong Kong, Macau or Taiwan: what goes there leaves the country.")
                if one.abroad
                else _("It works in mainland China."),
                _("With your word files may go out to the firm again, and on to this one (PIPL 21)."),
            ],
        )

    def concerned(self, request: ApprovalRequest) -> frozenset[UUID]:
        """Nobody of the firm says in the house's place (outside counsel) to whom it may pass things on."""
        firm = Subprocessor.objects.filter(pk=str(request.params["subprocessor"])).values("partner")
        people = PartnerPerson.objects.filter(partner__in=firm, left_at__isnull=True)
        return frozenset(people.values_list("person", flat=True))

    def concerning(self, user: User) -> Q:
        own = PartnerPerson.objects.filter(person=user, left_at__isnull=True)
        return about("subprocessor", Subprocessor.objects.filter(partner__in=own.values("partner")))

    def carry_out(self, request: ApprovalRequest, actor: User) -> None:
        one = _named(request.params, lock=True)
        one.state, one.approval = SubState.AGREED, request
        one.save(update_fields=["state", "approval"])
        log(Action.PARTNER_SUBPROCESSOR_AGREE, one.partner_id)

    def refused(self, request: ApprovalRequest) -> None:
        """The firm may not use it, so what waited for the answer waits no more. What only ran out of time, or
        was withdrawn, was not answered."""
        if request.state == "refused":
            named = Subprocessor.objects.filter(pk=str(request.params["subprocessor"]), state=SubState.NAMED)
            named.update(state=SubState.REFUSED)


class AdoptQuestions(ApprovableAction):
    code = questionnaires.CODE
    label = gettext_lazy("Bring questions for partner firms into force")
    permission = Permission.APPROVAL_DECIDE
    for_counsel = True
    grave = True

    def preview(self, params: Params) -> Preview:
        draft = _draft(params)
        questions = list(draft.questions.order_by("position"))
        return Preview(
            facts={
                "questionnaire": str(draft.pk),
                "threshold": draft.threshold,
                "questions": [
                    [one.text_zh, one.text_en, one.why_zh, one.why_en, one.weight, one.knockout, one.may_skip]
                    for one in questions
                ],
            },
            lines=[
                _("Version %(number)s of the questions, which every firm answers from its next paper on.")
                % {"number": draft.version},
                _("A firm passes with %(score)s of 100 and no knock-out.") % {"score": draft.threshold},
                _("What was answered before stands until the firm's next review."),
            ],
            counts=[(_("Questions"), len(questions))],
            columns=["简体中文", "English", _("Weight"), _("Knock-out")],
            rows=[
                [one.text_zh, one.text_en, str(one.weight), "●" if one.knockout else ""] for one in questions
            ],
        )

    def carry_out(self, request: ApprovalRequest, actor: User) -> None:
        draft = _draft(request.params)
        draft.in_force_at, draft.approval = timezone.now(), request
        draft.save(update_fields=["in_force_at", "approval"])
        record_change(
            Entry(action=Action.PARTNER_QUESTIONS_ADOPT, object_type=ObjectType.PARTNER, object_id=draft.pk)
        )


def _suspension(params: Params) -> PartnerSuspension:
    rows = PartnerSuspension.objects.select_related("partner")
    found = rows.filter(pk=str(params["suspension"]), ended_at__isnull=True).first()
    if found is None:
        raise CannotCarryOut
    return found


def _named(params: Params, *, lock: bool = False) -> Subprocessor:
    rows = Subprocessor.objects.select_related("partner")
    rows = rows.select_for_update(of=("self",)) if lock else rows
    found = rows.filter(pk=str(params["subprocessor"]), state=SubState.NAMED).first()
    if found is None:
        raise CannotCarryOut
    return found


def _draft(params: Params) -> Questionnaire:
    found = Questionnaire.objects.filter(pk=str(params["questionnaire"]), in_force_at__isnull=True).first()
    if found is None:
        raise CannotCarryOut
    return found
