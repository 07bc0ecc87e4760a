"""Signing the tree as it was last committed."""

from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone

from audit.checkpoints import alarms, keys, store
from audit.checkpoints.comparing import forbidding
from audit.checkpoints.judging import Found, Known, goes_on, judged
from audit.merkle.body import Body
from audit.tree import store as tree

EVERY = timedelta(seconds=10)
SIGNER = "signer"  # the alarm of the signer itself stands beside those of the sinks


class NotSigned(Exception):
    """The tree is not the one that was signed before; the alarm is in the log. `sink` is the one that shows
    it.
    """

    def __init__(self, sink: str, found: Found, size: int) -> None:
        super().__init__(f"the tree is not signed: {found.value}, by {sink} at size {size}")
        self.sink, self.found, self.size = sink, found, size


def sign_latest() -> store.Checkpoint | None:
    """Sign the newest head and store the checkpoint; None where there is nothing to sign yet.

    A signature cannot be taken back, so the head must be one that no crash can: it is read in autocommit,
    where only committed rows are seen. Two signers at once are harmless: both sign the same root for a size,
    and the note that was first is the one.

    Raises:
        NotSigned: the tree contradicts what was signed before, here or at a sink.
        NoKeys: there are checkpoints, and no keys.
        LogUnavailable, NoOrigin: the alarm cannot be written.
        TransactionManagementError: called within a transaction.
    """
    if connection.in_atomic_block:
        raise transaction.TransactionManagementError("only a committed head is signed")
    head, last, now = tree.head(), store.latest(), timezone.now()
    if head is None or (last and (last.size >= head.size or now - last.at < EVERY)):
        return None
    signing = _keys(is_first=last is None)
    _refuse_another_tree(last, head, signing)
    if (outside := forbidding(now)) is not None:
        _refuse(*outside)
    alarms.tell(SIGNER, Found.SAME, 0)
    text = Body(signing.origin, head.size, head.root).text()
    return store.keep(head.size, signing.sign(text).encoded())


def _keys(*, is_first: bool) -> keys.LogKeys:
    try:
        return keys.load()
    except keys.NoKeys:
        if is_first and not keys.path().exists():
            return keys.make()
        raise


def _refuse_another_tree(last: store.Checkpoint | None, head: tree.Head, signing: keys.LogKeys) -> None:
    """What is left of former logs, the database's own last checkpoint, the head's root against the tiles."""
    for former in signing.formers:
        if (found := goes_on(former)) is not Found.SAME:
            _refuse("database", found, former.agreed)
    if last is not None and (found := judged(last.note, Known.of(signing))) is not Found.SAME:
        _refuse("database", found, last.size)
    try:
        is_whole = tree.root_at(head.size) == head.root
    except LookupError:
        is_whole = False
    if not is_whole:
        _refuse("database", Found.OTHER, head.size)


def _refuse(sink: str, found: Found, size: int) -> None:
    alarms.tell(SIGNER, found, size)
    raise NotSigned(sink, found, size)
