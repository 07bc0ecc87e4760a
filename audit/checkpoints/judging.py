"""Whether a checkpoint that stands outside is one of this tree."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy

from audit.checkpoints.keys import Former, LogKeys, NoKeys, load
from audit.merkle.body import Body, NotABody
from audit.merkle.notes import BadNote, NoteKey, verified
from audit.tree import store


class Found(TextChoices):
    """What a comparison found."""

    SAME = "same", pgettext_lazy("checkpoint", "Agrees with the tree")
    LARGER = "larger", pgettext_lazy("checkpoint", "Has more entries than the tree: the database is older")
    OTHER = "other", pgettext_lazy("checkpoint", "Has another root than the tree at that size")
    DAMAGED = "damaged", pgettext_lazy("checkpoint", "Is no checkpoint that this log signed")
    GONE = "gone", pgettext_lazy("checkpoint", "Is gone, though it was there")


# With these the tree is not what was signed before: nothing more is signed. A damaged copy says nothing of
# the tree, and whoever can write to a sink must not stop the log by it.
FORBIDS_SIGNING = frozenset({Found.LARGER, Found.OTHER})


@dataclass(frozen=True, slots=True)
class Known:
    """The public keys of every generation of the log, and what is known of the former ones, by origin."""

    keys: tuple[NoteKey, ...] = ()
    formers: Mapping[str, Former] = field(default_factory=dict)

    @classmethod
    def of(cls, log: LogKeys) -> "Known":
        return cls(log.known(), {former.origin: former for former in log.formers})


def known() -> Known:
    """Nothing where this machine does not have the file."""
    try:
        return Known.of(load())
    except NoKeys:
        return Known()


def body_of(note: bytes, log: Known) -> Body | None:
    """What a note of this log states, of whatever generation; None where it is none. Either key is enough."""
    try:
        found, signers = verified(note, log.keys)
        body = Body.parse(found.text)
    except (BadNote, NotABody):
        return None
    return body if {key.name for key in signers} == {body.origin} else None


def judged(note: bytes, log: Known) -> Found:
    """What the note says of the tree in the database."""
    body = body_of(note, log)
    if body is None:
        return Found.DAMAGED
    former = log.formers.get(body.origin)
    if former is not None and body.size > former.agreed:
        return _judged_as_lost(body, former, log)
    return _compared(body)


def _judged_as_lost(body: Body, former: Former, log: Known) -> Found:
    """Of a history that was declared lost: it ends where the declaration says. What the former log signed
    beyond is news of it: somebody has it and goes on with it.
    """
    if body.size > former.size:
        return Found.LARGER
    end = body_of(former.note.encode(), log)
    return Found.OTHER if body.size == former.size and body != end else Found.SAME


def _compared(body: Body) -> Found:
    head = store.head()
    if body.size > (head.size if head else 0):
        return Found.LARGER
    try:
        return Found.SAME if store.root_at(body.size) == body.root else Found.OTHER
    except LookupError:  # hashes of the tree are lost
        return Found.OTHER


def goes_on(former: Former) -> Found:
    """Whether the tree still begins with what it has in common with the former log."""
    if not former.agreed:
        return Found.SAME
    return _compared(Body(former.origin, former.agreed, bytes.fromhex(former.agreed_root)))


def size_of(note: bytes, log: Known) -> int:
    """The size that a signed note states; 0 where it is none of ours."""
    body = body_of(note, log)
    return body.size if body else 0
