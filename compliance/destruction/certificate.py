"""The certificate: what was destroyed, by whose word, and every copy of a key with the moment when it dies.

Its content is canonical JSON; exactly those bytes are kept and hashed, and the digest is what an outsider
compares. It holds ids, codes, counts and times; names of people are put in by the page that shows it.
"""

import hashlib
from collections import Counter
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings

from audit.actions import Action, ObjectType
from audit.entry import Entry, canonical, timestamp
from audit.log import record_change
from compliance.destruction.copies import outstanding
from compliance.destruction.models import DestructionCertificate, DestructionRun
from people.approvals.models import ApprovalDecision, ApprovalRequest, Verdict
from vault.custody.copies.reach import reach_back
from vault.custody.models import KeyringBackup
from vault.keys import store
from vault.keys.store import KeyCopy

VERSION = 4
_OWNERS_A_QUERY = 1000


class NotGone(Exception):
    """A key or an index row of a destroyed record is still there: no certificate, and the run is not done."""


def issue(run: DestructionRun) -> DestructionCertificate:
    """Makes the certificate of a run whose batches are all done, in the transaction that ends the run.

    Raises NotGone.
    """
    clients = list(run.destroyed.order_by("client_id").values_list("client_id", flat=True))
    keys = _destroyed_keys(clients)
    content = canonical(_content(run, clients, keys))
    entry = record_change(
        Entry(action=Action.DESTRUCTION_CERTIFY, object_type=ObjectType.CERTIFICATE, object_id=run.pk)
    )
    return DestructionCertificate.objects.create(
        run=run, content=content.decode(), digest=hashlib.sha256(content).digest(), entry=entry
    )


def _destroyed_keys(clients: list[UUID]) -> list[KeyCopy]:
    found: list[KeyCopy] = []
    for start in range(0, len(clients), _OWNERS_A_QUERY):
        found += store.copies(clients[start : start + _OWNERS_A_QUERY])
    if any(copy.live or copy.index_rows for copy in found) or {copy.owner for copy in found} != set(clients):
        raise NotGone
    return sorted(found, key=lambda copy: (copy.owner, copy.key))


def _content(run: DestructionRun, clients: list[UUID], keys: list[KeyCopy]) -> dict[str, object]:
    batches = list(run.batches.order_by("number"))
    items = list(run.destroyed.select_related("rule"))
    rules = {item.rule_id: item.rule for item in items}
    last = max(copy.destroyed_at for copy in keys if copy.destroyed_at)
    return {
        "v": VERSION,
        "run": str(run.pk),
        "approval": _approval(run),
        "ordered_at": _time(run.ordered_at),
        "ended_at": _time(run.ended_at),
        "counts": {
            "records": len(clients),
            "keys": sum(batch.keys or 0 for batch in batches),
            "index_rows": sum(batch.index_rows or 0 for batch in batches),
        },
        "books": [[str(book), n] for book, n in sorted(Counter(item.book_id for item in items).items())],
        "rules": [
            [str(rule), rules[rule].basis, n]
            for rule, n in sorted(Counter(item.rule_id for item in items).items())
        ],
        "batches": [
            [batch.number, str(batch.order_entry), str(batch.done_entry), _time(batch.done_at)]
            for batch in batches
        ],
        "keys": [[str(copy.owner), copy.key, _time(copy.destroyed_at)] for copy in keys],
        "copies": key_copies(last),
        "room_copies": outstanding(run),
    }


def key_copies(destroyed: datetime) -> list[dict[str, object]]:
    """Every place where a copy of the keys was or may be, as the house knows it now.

    No `dies_at` where an event ends it that has not come yet: the page says when it has (`words.copies`), and
    once the last has, a supplement.
    """
    cached_until = destroyed + timedelta(seconds=settings.KEY_CACHE_SECONDS)
    reach = reach_back(destroyed)
    return [
        {"place": "keyring", "dies_at": _time(destroyed), "state": "destroyed"},
        {"place": "index", "dies_at": _time(destroyed), "state": "destroyed"},
        {"place": "caches", "dies_at": _time(cached_until), "state": "next_access"},
        {"place": "data_backups", "dies_at": _time(destroyed), "state": "never_held"},
        {
            "place": "keyring_backups",
            "dies_at": None if reach.backups else _time(destroyed),
            "state": "declared" if reach.backups else "none_declared",
            "backups": [_declared(one) for one in reach.backups],
        },
        {
            "place": "root_copies",
            "dies_at": None if reach.root_copies else _time(destroyed),
            "state": "declared" if reach.root_copies else "none_declared",
            "backups": [_declared(one) for one in reach.root_copies],
        },
        {
            "place": "recovery_shares",
            "dies_at": None if reach.shares else _time(destroyed),
            "state": "reach_back" if reach.shares else "none_reach_back",
            "copies": [
                [str(one.pk), _time(one.made_at), one.root_version, one.threshold, one.left]
                for one in reach.shares
            ],
        },
        {
            "place": "physical",
            "dies_at": _time(reach.over_at),
            "state": "past_undoing" if reach.over_at else "root_version_ends",
            "root_version": store.root_in_force(),
        },
    ]


def _declared(backup: KeyringBackup) -> list[str | None]:
    return [str(backup.pk), _time(backup.taken_at), backup.place, backup.holds]


def _approval(run: DestructionRun) -> dict[str, object]:
    assert run.approval_id is not None  # a run is ordered by an approval only
    asked = ApprovalRequest.objects.get(pk=run.approval_id)
    decisions = ApprovalDecision.objects.filter(request=asked, verdict=Verdict.APPROVE).order_by("decided_at")
    return {
        "id": str(asked.pk),
        "requested_by": str(asked.requester_id),
        "requested_at": _time(asked.created_at),
        "preview": bytes(asked.preview_digest).hex(),
        "approved": [[str(one.decider_id), _time(one.decided_at)] for one in decisions],
    }


def _time(moment: datetime | None) -> str | None:
    return timestamp(moment) if moment else None
