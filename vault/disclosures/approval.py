"""A second person's word on an export, and an officer's where the counts or a price ask for it."""

from collections.abc import Sequence
from typing import ClassVar

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from people.accounts.models import User
from people.approvals.models import ApprovalRequest, Verdict
from people.approvals.registry import ApprovableAction, CannotCarryOut, Params, Preview
from people.roles.access import has
from people.roles.permissions import Permission
from vault.disclosures import tasks
from vault.disclosures.categories import MARKS, Category
from vault.disclosures.counting import own_standing
from vault.disclosures.ends import end_export
from vault.disclosures.listdigest import list_digest
from vault.disclosures.models import REVIEW_HOLDS, Export, ExportState, OfficerReview, Scope
from vault.disclosures.recipients import recipient_words
from vault.disclosures.reserving import ListMoved, needs_officer, reserve
from vault.disclosures.selection import left_out_words
from vault.records.labels import FIELD_LABELS

ORDINARY, COUNTED, REVIEW = "export.clients", "export.counted", "disclosure.review"


class ExportClients(ApprovableAction):
    """An ordinary export: one other person decides."""

    code: ClassVar[str] = ORDINARY
    label: ClassVar[str | Promise] = gettext_lazy("Export clients")
    permission = Permission.EXPORT_APPROVE
    grave = True
    with_officer: ClassVar[bool] = False

    def preview(self, params: Params) -> Preview:
        """Who, what, for whom, for what. Nothing of a client is opened for it."""
        export = _undecided(params)
        to_whom = recipient_words(export)
        return Preview(
            # The list's digest fixes the very people: another filter is another export.
            facts={
                "export": str(export.pk),
                "list": list_digest(export),
                "recipient": [str(export.recipient_id), to_whom],
                "what": [export.purpose, *export.fields, export.format, export.masked, export.priced],
                "counts": export.asked_counts,
                "left_out": export.left_out,
                "size": export.size,
            },
            lines=_lines(export, to_whom, self.with_officer),
            counts=[
                (gettext_lazy("People in the export"), export.size),
                *left_out_words(export.left_out),
            ],
            columns=[_("Counted with this export over"), *(str(one.label) for one in Category)],
            rows=counts_table(export.asked_counts),
        )

    def carry_out(self, request: ApprovalRequest, actor: User) -> None:
        """Counts what is approved as taken: two lists side by side cannot both stay under a mark."""
        export = _undecided(request.params, lock=True)
        if needs_officer(export) and not (self.with_officer and _officers(request)):
            raise CannotCarryOut
        try:
            reserve(export)
        except ListMoved:
            raise CannotCarryOut from None
        export.state = ExportState.APPROVED
        export.save(update_fields=["state"])
        transaction.on_commit(lambda: tasks.build.delay(str(export.pk)), robust=True)

    def refused(self, request: ApprovalRequest) -> None:
        export = Export.objects.select_for_update().get(pk=str(request.params["export"]))
        if export.state == ExportState.ASKED:
            end_export(export, ExportState.REFUSED)


class ExportPastMarks(ExportClients):
    """An export that reaches the marks or has a price: two others decide, an officer among them."""

    code = COUNTED
    label = gettext_lazy("Export clients, with an officer")
    quorum = 2
    with_officer = True

    def may_decide(self, user: User, request: ApprovalRequest) -> bool:
        """The last of the two places is the officer's until an officer has taken the other."""
        if not super().may_decide(user, request):
            return False
        given = request.decisions.filter(verdict=Verdict.APPROVE).count()
        return is_officer(user) or given + 1 < request.quorum or _officers(request)


class ReviewCounts(ApprovableAction):
    """An officer looks at how much a person has opened for themselves, past the marks."""

    code = REVIEW
    label = gettext_lazy("Look at the counts of a person")
    permission = Permission.APPROVAL_DECIDE
    grave = True

    def preview(self, params: Params) -> Preview:
        person, purpose = _reviewed(params), str(params["purpose"])
        standing = own_standing(person, purpose)
        counts = standing.flat()
        return Preview(
            facts={"person": [str(person.pk), person.display_name], "counts": counts, "base": standing.base},
            lines=[
                _("%(person)s has opened the data of as many people as the rows below say.")
                % {"person": person.display_name},
                _("After your word the count goes on until as much has come on top, for 30 days at most."),
                _("Reaching no mark does not make a use lawful; look at the log entries of this person."),
            ],
            columns=[_("Counted over"), *(str(one.label) for one in Category)],
            rows=counts_table(counts),
        )

    def carry_out(self, request: ApprovalRequest, actor: User) -> None:
        person = _reviewed(request.params)
        now = timezone.now()
        OfficerReview.objects.create(
            person=person,
            officer=actor,
            approval_id=request.pk,
            base=own_standing(person, str(request.params["purpose"])).points,
            at=now,
            until=now + REVIEW_HOLDS,
        )
        record_change(
            Entry(
                action=Action.DISCLOSURE_REVIEW,
                object_type=ObjectType.APPROVAL,
                object_id=request.pk,
                subjects=(person.pk,),
            )
        )

    def may_decide(self, user: User, request: ApprovalRequest) -> bool:
        """Nobody looks at their own counts."""
        return super().may_decide(user, request) and str(user.pk) != request.params["person"]


def counts_table(counts: Sequence[int]) -> list[list[str]]:
    """Rows of a table: each scope with its three counts, and the marks beneath."""
    width = len(Category)
    rows = [
        [str(scope.label), *map(str, counts[place * width : (place + 1) * width])]
        for place, scope in enumerate(Scope)
    ]
    return [*rows, [_("Marks of the interpretation of 2017"), *(str(MARKS[one]) for one in Category)]]


def is_officer(user: User) -> bool:
    return has(user, Permission.DISCLOSURE_READ)


def _officers(request: ApprovalRequest) -> bool:
    """Whether an officer is among those who approved."""
    given = request.decisions.filter(verdict=Verdict.APPROVE).select_related("decider")
    return any(is_officer(decision.decider) for decision in given)


def _undecided(params: Params, *, lock: bool = False) -> Export:
    exports = Export.objects.select_related("colleague", "outsider")
    if lock:
        exports = exports.select_for_update(of=("self",))
    export = exports.filter(pk=str(params["export"]), state=ExportState.ASKED).first()
    if export is None:
        raise CannotCarryOut
    return export


def _reviewed(params: Params) -> User:
    person = User.objects.filter(pk=str(params["person"]), is_active=True).first()
    if person is None:
        raise CannotCarryOut
    return person


def _lines(export: Export, to_whom: str, with_officer: bool) -> list[str]:
    fields = _(", ").join(str(FIELD_LABELS[field]) for field in export.chosen)
    lines = [
        _("For: %(recipient)s.") % {"recipient": to_whom},
        (_("Masked: %(fields)s.") if export.masked else _("In plaintext: %(fields)s.")) % {"fields": fields},
    ]
    if export.priced:
        lines.append(_("A price is asked for this list. Selling personal data may be a crime at any count."))
    if with_officer:
        lines.append(_("Two others have to decide, one of them an officer."))
    lines.append(
        _("Canary records and the number of stars in masks mark the list for this recipient.")
        if export.masked
        else _("Canary records and equal forms of addresses mark the list for this recipient.")
    )
    return lines
