"""The gate of proofs and evidence. Each is an entry of the log before a byte of it leaves."""

from uuid import UUID

from django.db import connection

from audit.actions import Action, ObjectType
from audit.checkpoints import keys
from audit.checkpoints import store as checkpoints
from audit.dropped import Dropped, dropped_months, holder
from audit.entry import Entry
from audit.log import record_read
from audit.models import LogEntry
from audit.refusals import Refused
from audit.tree import store as tree
from compliance.proofs.files import growth_file, proof_file
from people.accounts.models import User
from people.roles.access import has
from people.roles.permissions import Permission
from people.shielding import hidden_from


class NotYet(Exception):
    """No checkpoint has the entry yet: it is a matter of seconds, or the log is not signed."""


class HasLeft(Exception):
    """It has left the log with this month: the text is in the bundle that was made then."""

    def __init__(self, month: Dropped) -> None:
        super().__init__(month.code)
        self.month = month


def require(user: User, permission: Permission, action: Action, entry_id: UUID | None = None) -> None:
    """Raises Refused."""
    if not has(user, permission):
        raise Refused(ObjectType.LOG, entry_id, action)


def prove_entry(user: User, entry_id: UUID) -> bytes:
    """The entry and the proof that the newest checkpoint holds it.

    Raises:
        Refused: there is no such entry, or not for this person.
        HasLeft: it left the log; the month is the one in whose bundle its text is.
        NotYet: no checkpoint holds it yet.
        LogUnavailable: the taking of the proof cannot be recorded.
    """
    require(user, Permission.LOG_READ, Action.LOG_PROVE, entry_id)
    entry = LogEntry.objects.filter(pk=entry_id).first()
    if entry is None and (month := _left_with(entry_id)):
        raise HasLeft(month)
    if entry is None or entry.object_id in hidden_from(user):
        raise Refused(ObjectType.LOG, entry_id, Action.LOG_PROVE)
    index, newest = tree.index_of(entry_id), checkpoints.latest()
    if index is None or newest is None or newest.size <= index:
        raise NotYet
    record_read(
        Entry(
            action=Action.LOG_PROVE,
            object_type=ObjectType.LOG,
            object_id=entry_id,
            subjects=tuple(entry.subjects),
            deal=entry.deal,
            fields=("entry",),
        )
    )
    return proof_file(bytes(entry.leaf), index, tree.inclusion(index, newest.size), newest.note)


def prove_growth(user: User, old: int) -> bytes:
    """That the newest checkpoint goes on from the tree of `old` entries. Hashes alone: no entry is in it.

    Raises:
        Refused: not for this person.
        NotYet: no checkpoint is as large as that.
        LogUnavailable: it cannot be recorded.
    """
    require(user, Permission.LOG_READ, Action.LOG_PROVE)
    newest = checkpoints.latest()
    if newest is None or not 1 <= old <= newest.size:
        raise NotYet
    record_read(
        Entry(
            action=Action.LOG_PROVE,
            object_type=ObjectType.LOG,
            object_id=None,
            fields=("growth", f"old-{old}", f"size-{newest.size}"),
        )
    )
    return growth_file(old, tree.consistency(old, newest.size), newest.note)


def key_lines() -> str:
    """The log's public keys, a line each. Raises NoKeys."""
    return "".join(f"{key.vkey()}\n" for key in keys.load().public())


def left_months() -> list[Dropped]:
    """The months that have left the log, the oldest first."""
    connection.ensure_connection()
    return dropped_months(connection.connection)


def _left_with(entry_id: UUID) -> Dropped | None:
    leaf = tree.leaf_of(entry_id)
    return None if leaf is None else holder(left_months(), leaf.at, leaf.index)
