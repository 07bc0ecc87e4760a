"""The second person's word on who owns a company and who signs for it."""

from collections.abc import Sequence
from decimal import Decimal
from functools import cached_property
from typing import Any, overload

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.refusals import Refused
from people.accounts.models import User
from people.approvals.models import ApprovalRequest
from people.approvals.registry import CannotCarryOut, Params, Preview
from vault.access import Mode, access
from vault.records.access import may_open
from vault.records.errors import NotPossible
from vault.records.labels import Group
from vault.records.reading import keys_of
from vault.records.versions.approval import AgreedInTheBook, two_masks
from vault.relations.people import register
from vault.relations.people.models import SHARE, Position, PositionProposal
from vault.relations.people.proposing import POSITION_BY_TWO, why


class PositionByTwo(AgreedInTheBook):
    """Who owns a company, and who signs for it."""

    code = POSITION_BY_TWO
    label = gettext_lazy("Change who owns a company or signs for it")
    waiting = PositionProposal
    by_book = "company__book"

    def preview(self, params: Params) -> Preview:
        proposal = _proposal(params)
        company, holder = proposal.company, proposal.client
        return Preview(
            facts={
                "params": dict(params),
                "clients": [
                    [str(one.pk), one.state, one.kind, one.grade, one.visibility] for one in (company, holder)
                ],
                "position": [proposal.position, proposal.evidence],
                "days": [str(proposal.since), str(proposal.until)],
                "replaces": str(proposal.replaces_id),
                "book": [str(company.book_id), company.book.name, company.book.field_grades],
                "person": [str(proposal.by_id), proposal.by.username],
            },
            lines=[
                _("A company of the book “%(book)s”, whose record ends in %(id)s.")
                % {"book": company.book.name, "id": company.pk.hex[-8:]},
                _("Proposed by %(person)s: %(reason)s.")
                % {"person": proposal.by.display_name, "reason": why(proposal)},
            ],
            columns=[
                pgettext("position", "Company"),
                pgettext("position", "Who"),
                _("Position"),
                pgettext("change", "Now"),
                pgettext("change", "Then"),
            ],
            rows=MaskedPosition(proposal),
        )

    def carry_out(self, request: ApprovalRequest, actor: User) -> None:
        proposal = _proposal(request.params)
        try:
            if proposal.until is not None:
                _end(proposal, agreed_by=actor)
            elif proposal.position == Position.SHAREHOLDER:
                _put_in_share(proposal, agreed_by=actor)
            else:
                _put_in(proposal, agreed_by=actor)
        except (NotPossible, Refused) as moved:
            raise CannotCarryOut from moved
        proposal.delete()


def _end(proposal: PositionProposal, *, agreed_by: User) -> None:
    assert proposal.replaces is not None  # constraint proposed_end_of_something
    assert proposal.until is not None
    with transaction.atomic():
        register.lock(proposal.company)
        register.end(proposal.replaces, until=proposal.until, by=proposal.by, agreed_by=agreed_by)


def _put_in(proposal: PositionProposal, *, agreed_by: User, percent: str = "") -> None:
    with transaction.atomic():
        register.lock(proposal.company, proposal.client)
        register.check_new(proposal.company, proposal.client, proposal.position)
        register.put_in(
            proposal.company,
            proposal.client,
            proposal.position,
            by=proposal.by,
            evidence=proposal.evidence,
            since=proposal.since,
            percent=percent,
            agreed_by=agreed_by,
        )


def _put_in_share(proposal: PositionProposal, *, agreed_by: User) -> None:
    """The share that it follows ends the day the new one begins; the sum is that of the register now."""
    company, holder = proposal.company, proposal.client
    with register.opened(company, holder) as among:
        register.lock(company, holder)
        percent = proposal.percent
        register.check_sum(company, holder, Decimal(percent), among, with_proposed=False)
        live = register.live_row(company, holder, Position.SHAREHOLDER)
        register.check_follows(live, proposal.since)
        if live is not None:
            until = proposal.since or timezone.localdate()
            register.end(live, until=until, by=proposal.by, agreed_by=agreed_by)
        _put_in(proposal, agreed_by=agreed_by, percent=percent)


class MaskedPosition(Sequence[Sequence[str]]):
    """One row: company, who, position, now and then, in masks; opened under an entry of its own when somebody
    looks, and not where only the digest of the preview is asked for."""

    def __init__(self, proposal: PositionProposal) -> None:
        self._proposal = proposal

    def __len__(self) -> int:
        return 1

    @overload
    def __getitem__(self, at: int) -> Sequence[str]: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Sequence[str]]: ...
    def __getitem__(self, at: Any) -> Any:
        return [self._row][at]

    @cached_property
    def _row(self) -> list[str]:
        proposal = self._proposal
        both = (proposal.company, proposal.client)
        shown = [one for one in both if may_open(one)]
        is_open = proposal.client in shown
        rows = [row for row in (proposal, proposal.replaces) if row and is_open]
        entry = Entry(
            action=Action.CLIENT_VIEW,
            object_type=ObjectType.CLIENT,
            object_id=proposal.company_id,
            subjects=tuple(one.pk for one in shown),
            deal=proposal.company.book.deal_id,
            fields=(SHARE,),
            keys=tuple({*keys_of(shown), *(row.key_id for row in rows)}),
        )
        with access(Mode.MASK, entry, groups={Group.IDENTITY.value, SHARE}):
            names = [one.name if may_open(one) else _("Storage only") for one in both]
            return [*names, proposal.get_position_display(), *self._now_and_then(is_open)]

    def _now_and_then(self, is_open: bool) -> tuple[str, str]:
        proposal = self._proposal
        live = proposal.replaces
        now = "" if live is None else _("Held")
        if live is not None and live.share is not None and is_open:
            now = live.percent
        if proposal.until is not None:
            return now, _("Ends on %(day)s") % {"day": proposal.until.isoformat()}
        if proposal.position != Position.SHAREHOLDER:
            return now or "—", _("Held")
        return two_masks(now, proposal.percent)


def _proposal(params: Params) -> PositionProposal:
    """Raises CannotCarryOut: gone, one of the two is closed, or the position has changed since."""
    found = PositionProposal.objects.select_related("company__book", "client__book", "by", "replaces")
    proposal: PositionProposal | None = found.filter(pk=str(params["proposal"])).first()
    if proposal is None or not may_open(proposal.company) or _moved(proposal):
        raise CannotCarryOut
    return proposal


def _moved(proposal: PositionProposal) -> bool:
    """Whether the position is not the one over which this was proposed, or nothing may follow it."""
    live = register.live_row(proposal.company, proposal.client, proposal.position)
    closed = proposal.until is None and not may_open(proposal.client)
    return closed or (live.pk if live else None) != proposal.replaces_id
