"""Two people's word on a destruction, after its exact list."""

from collections import Counter
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance.destruction import services, tasks
from compliance.destruction.copies import Copy, copies_of
from compliance.destruction.models import DestructionRun, RunState
from deals.files.ends import REPLACE_WITHIN
from people.accounts.models import User
from people.approvals.models import ApprovalRequest
from people.approvals.registry import ApprovableAction, CannotCarryOut, Params, Preview
from people.roles.permissions import Permission
from vault.records.models import ClientBook


class DestroyRecords(ApprovableAction):
    code = services.ACTION
    label = gettext_lazy("Destroy records for good")
    permission = Permission.DESTRUCTION_APPROVE
    asked_by = (Permission.DESTRUCTION_ORDER,)
    for_counsel = True
    quorum = 2
    grave = True

    def preview(self, params: Params) -> Preview:
        """The list itself: record numbers, books, rules, dates. Nothing of a client is opened for it."""
        run = _undecided(params)
        if len(services.still_due(run.items.all())) != run.size:
            raise CannotCarryOut
        items = list(run.items.select_related("rule").order_by("client_id"))
        books = dict(ClientBook.objects.in_bulk({item.book_id for item in items}).items())
        by_book = Counter(item.book_id for item in items)
        by_rule = Counter(item.rule for item in items)
        copies = copies_of([item.client_id for item in items])
        oldest, newest = min(item.since for item in items), max(item.since for item in items)
        # Names of books and rules are shown, so they are among the facts.
        counts: list[tuple[str | Promise, int]] = [(_("Records"), len(items))]
        counts += [(_("in the book %(name)s") % {"name": books[book].name}, n) for book, n in by_book.items()]
        counts += [(_("under the rule %(name)s") % {"name": rule.name}, n) for rule, n in by_rule.items()]
        counts += [(_("Copies in rooms"), len(copies))] if copies else []
        return Preview(
            facts={
                "run": str(run.pk),
                "list": services.list_digest(run),
                "size": len(items),
                "books": sorted([str(book), books[book].name, n] for book, n in by_book.items()),
                "rules": sorted([str(rule.pk), rule.name, rule.basis, n] for rule, n in by_rule.items()),
                "room_copies": [copy.facts for copy in copies],
                "dates": [oldest.isoformat(), newest.isoformat()],
            },
            lines=[
                _("The keys of these records are destroyed, then their rows, versions and search entries."),
                _("No backup of the data brings them back. Their numbers are kept as tombstones."),
                _("Counted from days between %(oldest)s and %(newest)s.")
                % {"oldest": _day(oldest), "newest": _day(newest)},
                *(_copy_line(copy) for copy in copies),
            ],
            counts=counts,
            columns=[_("Record number"), _("Client book"), _("Rule"), _("Counted from")],
            rows=[
                [str(item.client_id), books[item.book_id].name, item.rule.name, _day(item.since)]
                for item in items
            ],
        )

    def carry_out(self, request: ApprovalRequest, actor: User) -> None:
        run = _undecided(request.params, lock=True)
        services.order(run, ordered_by=request.requester)
        transaction.on_commit(lambda: tasks.run.delay(str(run.pk)))

    def refused(self, request: ApprovalRequest) -> None:
        run = DestructionRun.objects.select_for_update().get(pk=str(request.params["run"]))
        if run.state in (RunState.PROPOSED, RunState.REQUESTED):
            services.drop(run)


def _undecided(params: Params, *, lock: bool = False) -> DestructionRun:
    runs = DestructionRun.objects.select_for_update() if lock else DestructionRun.objects.all()
    run = runs.filter(pk=str(params["run"]), state__in=[RunState.PROPOSED, RunState.REQUESTED]).first()
    if run is None:
        raise CannotCarryOut
    return run


def _copy_line(copy: Copy) -> str:
    """By code name and ids: what a file is called lies sealed in its room."""
    return _(
        "A list in the room of %(deal)s holds somebody of them (file %(file)s, version %(number)d): withheld"
        " at once, destroyed within %(days)d days unless it is replaced before."
    ) % {
        "deal": copy.version.room.deal.code_name,
        "file": copy.version.file_id,
        "number": copy.version.number,
        "days": REPLACE_WITHIN.days,
    }


def _day(moment: datetime) -> str:
    """The day in the house's time zone: every approver is shown the same list."""
    return f"{timezone.localtime(moment, timezone.get_default_timezone()):%Y-%m-%d}"
