"""A second person's word on an export, and an officer's where the counts or a price ask for it."""

from collections.abc import Sequence
from typing import ClassVar
from uuid import UUID

from django.db import transaction
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
from people.approvals.models import ApprovalRequest, State, Verdict
from people.approvals.registry import ApprovableAction, CannotCarryOut, Params, Preview
from people.roles.access import has
from people.roles.permissions import Permission
from vault.disclosures import tasks
from vault.disclosures.categories import MARKS, Category, adding_of
from vault.disclosures.counting import Counts, Standing, own_standing
from vault.disclosures.ends import end_export
from vault.disclosures.listdigest import list_digest
from vault.disclosures.models import REVIEW_HOLDS, Export, ExportState, OfficerReview, Scope
from vault.disclosures.recipients import recipient_facts, recipient_words, still_receives
from vault.disclosures.reserving import ListMoved, foretold, needs_officer, people_given, reserve
from vault.disclosures.selection import left_out_words
from vault.purposes.catalogue import Purpose
from vault.records.labels import FIELD_LABELS

ORDINARY, COUNTED, REVIEW = "export.clients", "export.counted", "disclosure.review"


class ExportClients(ApprovableAction):
    """An ordinary export: one other person decides."""

    code: ClassVar[str] = ORDINARY
    label: ClassVar[str | Promise] = gettext_lazy("Export clients")
    permission = Permission.EXPORT_APPROVE
    asked_by = (Permission.CLIENT_EXPORT,)
    delegable: ClassVar[bool] = True
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
                "recipient": recipient_facts(export),
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
        if not still_receives(export) or (
            needs_officer(export) and not (self.with_officer and _officers(request))
        ):
            raise CannotCarryOut
        try:
            reserve(export)
        except ListMoved:
            raise CannotCarryOut from None
        export.state = ExportState.APPROVED
        export.save(update_fields=["state"])
        transaction.on_commit(lambda: tasks.build.delay(str(export.pk)), robust=True)

    def concerned(self, request: ApprovalRequest) -> frozenset[UUID]:
        """Whoever is to get the list does not agree to it."""
        found = Export.objects.filter(pk=str(request.params["export"]), colleague__isnull=False)
        return frozenset(one for one in found.values_list("colleague", flat=True) if one is not None)

    def concerning(self, user: User) -> Q:
        """Whoever is to get the list does not agree to it."""
        return about("export", Export.objects.filter(colleague=user))

    def refused(self, request: ApprovalRequest) -> None:
        export = Export.objects.select_for_update().get(pk=str(request.params["export"]))
        if export.state == ExportState.ASKED:
            end_export(export, ExportState.REFUSED)


class ExportPastMarks(ExportClients):
    """An export that reaches the marks or has a price: two others decide, an officer among them."""

    code = COUNTED
    label = gettext_lazy("Export clients, with an officer")
    quorum = 2
    delegable = False
    with_officer = True

    def who_may(self, request: ApprovalRequest, people: Sequence[User]) -> list[User]:
        """The last of the two places is the officer's until an officer has taken the other."""
        able = super().who_may(request, people)
        if not able:
            return []
        given = request.decisions.filter(verdict=Verdict.APPROVE).count()
        if given + 1 < request.quorum or _officers(request):
            return able
        return [person for person in able if is_officer(person)]


class ReviewCounts(ApprovableAction):
    """An officer looks at how far a person is for a purpose, at the marks: with what they open themselves,
    or towards somebody (`recipient`) who wants to take a list (`export`) that they put into a room."""

    code = REVIEW
    label = gettext_lazy("Look at the counts of a person")
    permission = Permission.APPROVAL_DECIDE
    grave = True

    def preview(self, params: Params) -> Preview:
        person, taker = _reviewed(params), _taker(params)
        purpose, standing = Purpose(str(params["purpose"])), _seen(params, person, taker)
        counts = standing.flat()
        named = {"person": person.display_name, "purpose": purpose.label}
        facts = {"person": [str(person.pk), person.display_name], "counts": counts, "base": standing.base}
        if taker is None:
            what = _("%(person)s has opened the data of as many people as the rows below say.")
            if people := sum(_adding(params).values()):
                named["people"] = f"{people:,}"
                what = _(
                    "%(person)s wants to open the data of %(people)s people now. "
                    "The rows below say how many it would then be."
                )
            what %= named
        else:
            named["recipient"] = taker.display_name
            facts |= {"recipient": [str(taker.pk), taker.display_name], "export": str(params["export"])}
            what = _(
                "%(recipient)s wants to take a list that %(person)s put into a deal's room. "
                "The rows below say how many people's data %(person)s would then have given."
            )
            what %= named
        return Preview(
            facts=facts | {"purpose": purpose.value},
            lines=[
                what,
                _("Purpose: %(purpose)s. Your approval counts for this purpose alone.") % named,
                _("After your approval they may go on until as much has come on top, for 30 days at most."),
                _("Staying below the thresholds makes no use lawful; look at this person's log entries."),
            ],
            columns=[_("Counted over"), *(str(one.label) for one in Category)],
            rows=counts_table(counts),
        )

    def carry_out(self, request: ApprovalRequest, actor: User) -> None:
        person, taker = _reviewed(request.params), _taker(request.params)
        purpose, now = str(request.params["purpose"]), timezone.now()
        OfficerReview.objects.create(
            person=person,
            officer=actor,
            approval_id=request.pk,
            recipient_id=taker.pk if taker else None,
            purpose=purpose,
            base=_seen(request.params, person, taker).points,
            at=now,
            until=now + REVIEW_HOLDS,
        )
        record_change(
            Entry(
                action=Action.DISCLOSURE_REVIEW,
                object_type=ObjectType.APPROVAL,
                object_id=request.pk,
                subjects=(person.pk,),
                purpose=purpose,
            )
        )

    def concerned(self, request: ApprovalRequest) -> frozenset[UUID]:
        """Nobody looks at their own counts, or lets themselves be given a list."""
        named = (request.params["person"], request.params.get("recipient"))
        return frozenset(UUID(str(one)) for one in named if one)

    def among(self, user: User) -> Q | None:
        allowed = super().among(user)
        if allowed is None:
            return None
        for_another = Q(params__recipient__isnull=True) | ~Q(params__recipient=str(user.pk))
        return allowed & for_another


def counts_table(counts: Sequence[int]) -> list[list[str]]:
    """Rows of a table: each scope with its three counts, and the marks beneath."""
    width = len(Category)
    rows = [
        [str(scope.label), *map(str, counts[place * width : (place + 1) * width])]
        for place, scope in enumerate(Scope)
    ]
    label = _("Thresholds of the 2017 judicial interpretation (half, for data obtained at work)")
    return [*rows, [label, *(str(MARKS[one]) for one in Category)]]


def waiting_review(user: User, purpose: str) -> ApprovalRequest | None:
    """What this person asked an officer to look at for this purpose, and nobody has decided yet."""
    asked = ApprovalRequest.objects.filter(requester=user, action=REVIEW, state=State.PENDING)
    return asked.filter(params__purpose=purpose).exclude(params__has_key="export").first()


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


def _taker(params: Params) -> User | None:
    """Who wants to take a list; None where the review is of what the person opens themselves."""
    if "recipient" not in params:
        return None
    taker = User.objects.filter(pk=str(params["recipient"]), is_active=True).first()
    if taker is None:
        raise CannotCarryOut
    return taker


def _seen(params: Params, person: User, taker: User | None) -> Standing:
    """What the officer is shown and the review lets pass: how far it is, or would be with the list."""
    purpose = str(params["purpose"])
    if taker is None:
        # With the very disclosure that was stopped: a review of less would stop it again, however often.
        return own_standing(person, purpose).plus(_adding(params))
    export = Export.objects.get(pk=str(params["export"]))
    return foretold(person, taker.pk, purpose, people_given(export))


def _adding(params: Params) -> Counts:
    """How many people of each class they want to open at once: the request says it, the officer sees it."""
    return adding_of(str(params.get("adding", "")))


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
