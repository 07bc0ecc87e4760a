"""Whether a checkpoint that stands outside is one of this tree."""

from collections.abc import Sequence

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy

from audit.checkpoints.keys import NoKeys, load
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


def public_keys() -> Sequence[NoteKey]:
    """The log's; none where this machine does not have the file."""
    try:
        return load().public()
    except NoKeys:
        return ()


def judged(note: bytes, keys: Sequence[NoteKey]) -> Found:
    """What the note says of the tree in the database. Either key is enough."""
    try:
        body = Body.parse(verified(note, keys)[0].text)
    except (BadNote, NotABody):
        return Found.DAMAGED
    if body.origin not in {key.name for key in keys}:
        return Found.DAMAGED
    head = store.head()
    if body.size > (head.size if head else 0):
        return Found.LARGER
    try:
        return Found.SAME if store.root_at(body.size) == body.root else Found.OTHER
    except LookupError:  # hashes of the tree are lost
        return Found.OTHER


def size_of(note: bytes, keys: Sequence[NoteKey]) -> int:
    """The size that a signed note states; 0 where it is none of ours."""
    try:
        return Body.parse(verified(note, keys)[0].text).size
    except (BadNote, NotABody):
        return 0
