"""The second person's word on a change of identity or bank account."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any, ClassVar, overload

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from audit.actions import Action
from audit.refusals import Refused
from people.accounts.models import User
from people.approvals.models import ApprovalRequest
from people.approvals.registry import ApprovableAction, CannotCarryOut, Params, Preview
from people.roles.access import counts_on, has
from people.roles.permissions import Permission
from vault.access import Mode, access
from vault.purposes.catalogue import ChangeReason
from vault.records.access import let_into, may_open, which_books
from vault.records.changing import Change, changed_fields, put_in, writing
from vault.records.entries import client_entry
from vault.records.errors import NotPossible
from vault.records.labels import Field
from vault.records.models import Client, ClientVersion
from vault.records.versions.models import ChangeProposal
from vault.records.versions.proposing import CHANGE_BY_TWO
from vault.sealed.models import SealedModel


class AgreedInTheBook(ApprovableAction):
    """Decided by a colleague who works in the client's book, or by a compliance officer: an agent's own book
    has no colleague in it. What waits is a row of `waiting`, gone as soon as it is decided."""

    permission = Permission.CLIENT_EDIT
    asked_by = (Permission.CLIENT_EDIT,)
    decided_by = (Permission.CLIENT_EDIT, Permission.APPROVAL_DECIDE)
    grave = True
    waiting: ClassVar[type[SealedModel]]
    by_book: ClassVar[str]

    def refused(self, request: ApprovalRequest) -> None:
        self.waiting.objects.filter(pk=request.params["proposal"]).delete()

    def who_may(self, request: ApprovalRequest, people: Sequence[User]) -> list[User]:
        """As `among`, for many: by the memberships of the one book."""
        waiting = self.waiting.objects.order_by().filter(approval=request.pk)
        place = waiting.values_list(self.by_book, f"{self.by_book}__deal_id").first()
        able = [person for person in people if self.may_at_all(person)]
        if place is None or not able:
            return []
        book, deal = place
        let_in = let_into(Permission.CLIENT_EDIT).filter(book=book, user__in=able)
        inside = set(let_in.values_list("user_id", flat=True))
        return [
            person
            for person in able
            if has(person, Permission.APPROVAL_DECIDE)
            or (person.pk in inside and counts_on(person, Permission.CLIENT_EDIT, deal))
        ]

    def among(self, user: User) -> Q | None:
        waiting = self.waiting.objects.order_by()
        if not has(user, Permission.APPROVAL_DECIDE):
            books = which_books(user, Permission.CLIENT_EDIT)
            waiting = waiting.filter(**{f"{self.by_book}__in": books})
        return Q(pk__in=waiting.values("approval"))


class ChangeByTwo(AgreedInTheBook):
    """Who a client is, and where money goes."""

    code = CHANGE_BY_TWO
    label = gettext_lazy("Change who a client is or where money goes")
    waiting = ChangeProposal
    by_book = "book"

    def preview(self, params: Params) -> Preview:
        proposal = _proposal(params)
        client = proposal.client
        return Preview(
            facts={
                "params": dict(params),
                "client": str(client.pk),
                "fields": proposal.fields,
                "reason": proposal.reason,
                "masked_as": [client.kind, client.grade, client.visibility, client.book.field_grades],
                "book": [str(client.book_id), client.book.name],
                "person": [str(proposal.proposed_by_id), proposal.proposed_by.username],
            },
            lines=[
                _("One client of the book “%(book)s”, whose record ends in %(id)s.")
                % {"book": client.book.name, "id": client.pk.hex[-8:]},
                _("Proposed by %(person)s: %(reason)s.")
                % {
                    "person": proposal.proposed_by.display_name,
                    "reason": ChangeReason(proposal.reason).label,
                },
            ],
            columns=[
                pgettext("change", "What"),
                pgettext("change", "Now"),
                pgettext("change", "Then"),
            ],
            rows=MaskedDiff(proposal),
        )

    def carry_out(self, request: ApprovalRequest, actor: User) -> None:
        proposal = _proposal(request.params)
        try:
            with writing(proposal.client) as (client, tokens):
                change = Change({code: getattr(proposal, Field(code)) for code in proposal.fields})
                if changed_fields(client, change) != proposal.fields:
                    raise CannotCarryOut
                put_in(
                    client,
                    tokens,
                    change,
                    proposal.fields,
                    by=proposal.proposed_by,
                    agreed_by=actor,
                    reason=proposal.reason,
                )
        except (NotPossible, Refused) as moved:
            raise CannotCarryOut from moved
        proposal.delete()


class MaskedDiff(Sequence[Sequence[str]]):
    """What, now, then, in masks: opened under an entry of its own when somebody looks, and not where only the
    digest of the preview is asked for."""

    def __init__(self, proposal: ChangeProposal) -> None:
        self._proposal = proposal

    def __len__(self) -> int:
        return len(self._proposal.fields)

    @overload
    def __getitem__(self, at: int) -> Sequence[str]: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Sequence[str]]: ...
    def __getitem__(self, at: Any) -> Any:
        return self._rows[at]

    @cached_property
    def _rows(self) -> list[list[str]]:
        proposal = self._proposal
        client = proposal.client
        entry = client_entry(
            client, Action.CLIENT_VIEW, more_keys=(proposal.key_id,), fields=tuple(proposal.fields)
        )
        with access(Mode.MASK, entry):
            return [
                [label, *two_masks(getattr(client, Field(code)), getattr(proposal, Field(code)))]
                for code, label in zip(proposal.fields, proposal.fields_in_words, strict=True)
            ]


def two_masks(now: str, then: str) -> tuple[str, str]:
    """As the page's cells say them; equal masks must not look like no change."""
    said = f"{then} ({_('changed, same mask')})" if now == then else then or _("Emptied")
    return now or "—", said


def _proposal(params: Params) -> ChangeProposal:
    """Raises CannotCarryOut: gone, kept for storage only, or one of its fields has changed since."""
    found = ChangeProposal.objects.select_related("client__book", "proposed_by")
    proposal: ChangeProposal | None = found.filter(pk=str(params["proposal"])).first()
    if proposal is None or not may_open(proposal.client) or _moved(proposal.client, proposal):
        raise CannotCarryOut
    return proposal


def _moved(client: Client, proposal: ChangeProposal) -> bool:
    since = ClientVersion.objects.filter(client=client, number__gte=proposal.version)
    return bool(since.filter(fields__overlap=proposal.fields).exists())
