"""The one way to open sealed data: commit a log entry, get the keys it names, enter the context.

    with access(Mode.OPEN, entry, groups={"client.contact"}):
        client.phone

If the entry cannot be committed or a key is withheld, nothing is opened and the page answers 503.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import chain
from uuid import UUID

from audit.entry import Entry, split
from audit.log import record_read, record_read_many
from vault.crypto.keywrap import KeyKind
from vault.keys.errors import KeyWithheld
from vault.keys.service import KeyDrafts, draft_keys, enter_keys, open_keys, open_keys_many
from vault.sealed.context import AccessContext, Mode, entered

__all__ = ["Mode", "access", "access_many", "drafted_subjects", "masks_only", "new_subjects"]


@contextmanager
def access(
    mode: Mode, entry: Entry, *, groups: Collection[str] | None = None, withheld: Collection[str] = ()
) -> Iterator[AccessContext]:
    """Open, mask or write the subjects that `entry` names, with the keys that it names.

    Args:
        groups: the disclosure groups that open; None means every one.
        withheld: names of values that are given out as masks all the same, in an access of Mode.OPEN.

    Raises:
        audit.errors.LogUnavailable: the entry could not be committed.
        vault.keys.errors.KeyWithheld: a key is destroyed or locked.
        vault.keys.errors.ProviderDown: the root key provider does not answer.
    """
    entry_id = record_read(entry)
    keys = open_keys(entry_id, entry.keys)
    chosen = None if groups is None else frozenset(groups)
    subjects, masked = _numbers(entry.subjects), frozenset(withheld)
    with entered(AccessContext(entry_id, mode, subjects, chosen, keys, masked)) as context:
        yield context


@contextmanager
def access_many(
    mode: Mode,
    entry: Entry,
    subjects: Sequence[tuple[UUID, int]],
    *,
    groups: Collection[str] | None = None,
) -> Iterator[AccessContext]:
    """As `access`, for any number of (subject, key id): one entry for each thousand, one request id.

    `entry.keys`, the keys that are no subject's own (the compartment's), are named by every entry.
    """
    entries = list(split(entry, ((subject, (key_id,)) for subject, key_id in subjects))) or [entry]
    entry_ids = record_read_many(entries)
    keys = open_keys_many(entry_ids, chain.from_iterable(part.keys for part in entries))
    chosen = None if groups is None else frozenset(groups)
    everyone = _numbers(subject for subject, _ in subjects)
    with entered(AccessContext(entry_ids[-1], mode, everyone, chosen, keys)) as context:
        yield context


@contextmanager
def new_subjects(context: AccessContext, owners: Sequence[UUID], *, parent: int) -> Iterator[dict[UUID, int]]:
    """Make a key for each new subject and let their records be sealed; gives subject → key id.

    `context` is the logged access to the compartment key `parent`. No stored key is released here, so there
    is nothing more to log: that the subjects were added is recorded with the change itself.

    Raises KeyWithheld: the context does not hold `parent`.
    """
    with drafted_subjects(context, owners, parent=parent) as drafts:
        enter_keys(drafts)
        yield drafts.ids()


@contextmanager
def drafted_subjects(context: AccessContext, owners: Sequence[UUID], *, parent: int) -> Iterator[KeyDrafts]:
    """As `new_subjects`, but the caller enters the keys, in the transaction that stores the records.

    Raises KeyWithheld: the context does not hold `parent`.
    """
    compartment = context.keys.get(parent)
    if compartment is None:
        raise KeyWithheld(1)
    drafts = draft_keys(KeyKind.SUBJECT, owners, parent=compartment)
    with entered(AccessContext(context.entry, Mode.WRITE, _numbers(owners), None, drafts.opened)):
        yield drafts


@contextmanager
def masks_only(context: AccessContext) -> Iterator[AccessContext]:
    """The same access, giving out nothing but masks: for showing what was opened only to be compared."""
    with entered(replace(context, mode=Mode.MASK)) as masked:
        yield masked


def _numbers(subjects: Iterable[UUID]) -> frozenset[int]:
    return frozenset([subject.int for subject in subjects])
