"""From what is due to an order: proposing a list, asking for approval, ordering, dropping.

A proposed list follows reality until somebody asks for its approval; from then on it is exact, and an
approval of it is void as soon as one client on it is no longer due.
"""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from compliance.destruction.models import DestructionBatch, DestructionItem, DestructionRun, RunState
from compliance.retention.due import due_clients, rules_in_force, unlisted
from people.accounts.models import User
from people.approvals.models import ApprovalRequest
from people.approvals.services import request_approval
from people.roles.access import require
from people.roles.permissions import Permission
from vault.relations.mandates.standing import ends_of

ACTION = "destruction.run"
MAX_RUN = 20_000  # clients on one list; what is more comes due with the next one
BATCH_SIZE = 500  # clients destroyed in one transaction, and named by one order


class ListChanged(Exception):
    """The list is not the one that the person saw; the text says so, for the page."""


@transaction.atomic
def propose_due(*, actor: User) -> DestructionRun | None:
    """Brings the proposed list up to date, or makes one; None when nothing is due.

    Safe to run at any time, any number of times: the lock makes two proposers queue, and a client is on one
    live list at most (constraint).
    """
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext('compliance.propose_due'))")
    run = DestructionRun.objects.select_for_update().filter(state=RunState.PROPOSED).first()
    gone = _drop_no_longer_due(run) if run else 0
    room = MAX_RUN - (run.items.count() if run else 0)
    found = _newly_due(room)
    if run is None:
        if not found:
            return None
        run = DestructionRun.objects.create(proposed_by=actor, size=len(found))
    for item in found:
        item.run = run
    DestructionItem.objects.bulk_create(found, batch_size=2000)
    if found or gone:
        _settle(run)
    return run if run.state == RunState.PROPOSED else None


def _newly_due(limit: int) -> list[DestructionItem]:
    now, rules = timezone.now(), rules_in_force()
    items: dict[UUID, DestructionItem] = {}
    for rule in rules:
        rows = unlisted(due_clients(rule, rules, now)).order_by("pk")
        for client, book, key, since in rows.values_list("pk", "book_id", "key_id", rule.counted_from)[
            :limit
        ]:
            items.setdefault(
                client, DestructionItem(client_id=client, book_id=book, key_id=key, rule=rule, since=since)
            )
    for client, ended in ends_of(items).items():
        items[client].since = max(items[client].since, ended)
    return list(items.values())[:limit]


def _drop_no_longer_due(run: DestructionRun) -> int:
    known = set(run.items.values_list("client_id", flat=True))
    gone = known - still_due(run.items.all())
    run.items.filter(client_id__in=gone).delete()
    return len(gone)


def _settle(run: DestructionRun) -> None:
    """The run says how long its list is now; an empty one is dropped."""
    size = run.items.count()
    if not size:
        drop(run)
        return
    run.size = size
    run.save(update_fields=["size"])
    _log(run, Action.DESTRUCTION_PROPOSE)


def still_due(items: QuerySet[DestructionItem]) -> set[UUID]:
    """The clients of these lines that a rule lets go now and none keeps."""
    now, rules = timezone.now(), rules_in_force()
    listed = items.values("client_id")
    return {
        client
        for rule in rules
        for client in due_clients(rule, rules, now).filter(pk__in=listed).values_list("pk", flat=True)
    }


def list_digest(run: DestructionRun) -> str:
    """SHA-256, in hexadecimal, over the sorted list of (client, book, key, rule)."""
    digest = hashlib.sha256()
    rows = run.items.order_by("client_id").values_list("client_id", "book_id", "key_id", "rule_id")
    for row in rows.iterator(chunk_size=5000):
        digest.update(" ".join(map(str, row)).encode() + b"\n")
    return digest.hexdigest()


@transaction.atomic
def ask_for_approval(*, actor: User, run: DestructionRun, seen_digest: str, reason: str) -> ApprovalRequest:
    """Freezes the list and asks two others to approve it.

    Raises:
        ListChanged: the list is not the one whose digest the person saw, or not all of it is due any more.
        ValidationError: for the reason.
    """
    require(actor, Permission.DESTRUCTION_ORDER)
    locked = DestructionRun.objects.select_for_update().get(pk=run.pk)
    exact = locked.state == RunState.PROPOSED and list_digest(locked) == seen_digest
    if not exact or len(still_due(locked.items.all())) != locked.size:
        raise ListChanged(_("The list has changed meanwhile. Nothing was asked for: look at it again."))
    asked = request_approval(actor=actor, action=ACTION, params={"run": str(locked.pk)}, reason=reason)
    # Stored with the request, so that the run knows it whatever happens to the page.
    locked.state, locked.approval_id = RunState.REQUESTED, asked.pk
    locked.save(update_fields=["state", "approval_id"])
    return asked


@transaction.atomic
def order(run: DestructionRun, *, ordered_by: User) -> None:
    """Writes the orders, one entry a batch, in the transaction of the last approval."""
    run.state, run.ordered_at, run.ordered_by = RunState.ORDERED, timezone.now(), ordered_by
    run.save(update_fields=["state", "ordered_at", "ordered_by"])
    clients = list(run.items.order_by("client_id").values_list("pk", "client_id"))
    for number, start in enumerate(range(0, len(clients), BATCH_SIZE), start=1):
        part = clients[start : start + BATCH_SIZE]
        entry = _log(run, Action.DESTRUCTION_ORDER, [client for _pk, client in part])
        batch = DestructionBatch.objects.create(run=run, number=number, order_entry=entry)
        run.items.filter(pk__in=[pk for pk, _client in part]).update(batch=batch)


def spare(run: DestructionRun, clients: set[UUID]) -> None:
    """Takes clients off an ordered run, which ends without them; they may come due again on another list,
    that two others approve anew. In the caller's transaction."""
    run.items.filter(client_id__in=clients).update(live=False, batch=None)
    run.size = run.destroyed.count() or run.size  # a run of which nobody is left is dropped
    run.save(update_fields=["size"])
    _log(run, Action.DESTRUCTION_SPARE, sorted(clients))


def recently_spared(since: datetime) -> QuerySet[DestructionItem]:
    """Clients taken off runs that were ordered, and that have not ended or ended after `since`."""
    ordered = Exists(DestructionBatch.objects.filter(run=OuterRef("run")))
    late = Q(run__ended_at__isnull=True) | Q(run__ended_at__gte=since)
    return DestructionItem.objects.filter(late, ordered, live=False).order_by("-run__proposed_at")


@transaction.atomic
def drop(run: DestructionRun) -> None:
    """Ends a run that destroyed nobody; its clients may come due again on another list."""
    run.state, run.ended_at, run.ordered_at, run.ordered_by = RunState.DROPPED, timezone.now(), None, None
    run.save(update_fields=["state", "ended_at", "ordered_at", "ordered_by"])
    run.items.update(live=False)
    _log(run, Action.DESTRUCTION_VOID)


def _log(run: DestructionRun, action: Action, clients: Iterable[UUID] = ()) -> UUID:
    return record_change(
        Entry(
            action=action, object_type=ObjectType.DESTRUCTION_RUN, object_id=run.pk, subjects=tuple(clients)
        )
    )
