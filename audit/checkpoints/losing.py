"""When the newest history of the log is lost for good: what the checkpoints outside say of it, and the log's
next generation.

A restored database without its newest entries contradicts what was signed, and the signer refuses it for
ever. The one way on is another log: its origin has a generation behind it, so that no two histories bear
the same one, and it says of the former log which of its entries are lost. That asks for two persons
(`compliance.proofs.losing`) and for the file of the keys, which the database does not hold.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings

from audit.checkpoints import keys, places, store
from audit.checkpoints.comparing import compare
from audit.checkpoints.judging import FORBIDS_SIGNING, Found, Known, body_of, judged
from audit.checkpoints.sinks import BadCopy, Sink, SinkDown, configured
from audit.files import write_once
from audit.merkle.body import Body
from audit.tree import store as tree

HEAD = "sealroom lost history 1"


class NothingLost(Exception):
    """Every checkpoint outside is one of this tree: there is nothing to declare."""


class CannotTell(Exception):
    """What is lost cannot be said now. The message is a code: a sink that does not answer or whose copies do
    not hold; `database` where its own last checkpoint contradicts its tree, which no restore explains."""


@dataclass(frozen=True, slots=True)
class Loss:
    """What is lost of the log `origin`.

    Attributes:
        size, root, note: of the newest checkpoint outside.
        agreed: the size of the largest checkpoint that this tree contains; 0 for none.
        kept: the size of the last checkpoint in the database; 0 for none.
    """

    origin: str
    size: int
    root: bytes
    note: str
    agreed: int
    kept: int

    @property
    def lost(self) -> int:
        """How many entries, as far as checkpoints tell: a few of them may be there, and no proof shows it."""
        return self.size - self.agreed


def found_loss() -> Loss:
    """What the sinks show, each read now. Raises NothingLost, CannotTell, NoKeys, LogUnavailable."""
    log = keys.load()
    known, last = Known.of(log), store.latest()
    if last is not None and judged(last.note, known) is not Found.SAME:
        raise CannotTell("database")
    found: list[tuple[Body, str]] = []
    for sink in configured():
        place = compare(sink)
        if place.error:
            raise CannotTell(sink.key)
        body = _contradicting(place, known)
        if body is not None:
            found.append((body, place.note))
    if not found:
        raise NothingLost
    newest, note = max(found, key=lambda one: one[0].size)
    if newest.origin != log.origin:
        raise CannotTell("database")  # a former log went on somewhere: that is no loss of this one
    kept = last.size if last else 0
    own = kept if last and last.body.origin == log.origin else 0
    agreed = max((_agreed(sink, known, log.origin) for sink in configured()), default=0)
    return Loss(log.origin, newest.size, newest.root, note, max(own, agreed), kept)


def begin_anew(loss: Loss, *, why: str, request: str, asked_by: str, decided_by: str, at: str) -> keys.Former:
    """Go on as the log's next generation; from now on it is signed again, under its own origin.

    The declaration, signed by the former log's key, lies where the checkpoints lie as files.

    Raises:
        NoKeys: the keys are not on this machine, or another generation has begun.
    """
    former = keys.Former(
        origin=loss.origin,
        size=loss.size,
        note=loss.note,
        agreed=loss.agreed,
        agreed_root=tree.root_at(loss.agreed).hex() if loss.agreed else "",
        kept=loss.kept,
        why=why,
        request=request,
        asked_by=asked_by,
        decided_by=decided_by,
        at=at,
    )
    before = keys.load()
    after = keys.begin_anew(former)
    told = {
        "v": 1,
        "goes_on_as": after.origin,
        "keys": [key.vkey() for key in after.public()],
        "lost": former.lost,
    }
    text = f"{HEAD}\n{json.dumps(asdict(former) | told, ensure_ascii=False, indent=1, sort_keys=True)}\n"
    folder = Path(settings.CHECKPOINTS_DIR) / f"generation-{len(after.formers) + 1}"
    write_once(folder / "declaration.note", before.sign_statement(text).encoded())
    return former


def _contradicting(place: places.Place, known: Known) -> Body | None:
    note = place.note.encode()
    return body_of(note, known) if note and judged(note, known) in FORBIDS_SIGNING else None


def _agreed(sink: Sink, known: Known, origin: str) -> int:
    """The size of the sink's largest copy that this tree contains. Histories agree up to some entry and never
    after it, so that halves tell. Raises CannotTell."""
    head = tree.head()
    try:
        days = [(day, sink.names(day)) for day in sink.days()]
        copies = [
            (day, name) for day, names in days for name in names if int(name) <= (head.size if head else 0)
        ]
        low, high = 0, len(copies)
        while low < high:
            middle = (low + high) // 2
            if _agrees(sink, *copies[middle], known, origin):
                low = middle + 1
            else:
                high = middle
    except SinkDown:
        raise CannotTell(sink.key) from None
    return int(copies[low - 1][1]) if low else 0


def _agrees(sink: Sink, day: str, name: str, known: Known, origin: str) -> bool:
    try:
        note = sink.read(day, name)
    except BadCopy:
        raise CannotTell(sink.key) from None
    body = body_of(note, known)
    if body is None or body.origin != origin or body.size != int(name):
        raise CannotTell(sink.key)
    return judged(note, known) is Found.SAME
