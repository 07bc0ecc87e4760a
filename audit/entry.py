"""One entry of the log: what callers state, and the leaf, the exact bytes that are stored and hashed.

The leaf is JSON in the canonical form of RFC 8785 (for what it holds: ASCII codes, UUIDs, digests and
integers below 2**53): keys sorted, no space, UTF-8. It is made once, here; whoever verifies hashes the stored
bytes and never serialises again. The query columns of the row repeat it, and `audit.verify` compares them.

No personal data fits in: texts are codes (also refused by named constraints of log.entry), the rest is
random ids. Free text goes in as `SealedDetail`: ciphertext beside the leaf and only its SHA-256 inside,
so that destroying its key erases it while every proof still holds. A nonce makes that digest unguessable.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256
from uuid import UUID

from audit.actions import Action, ObjectType, Result
from audit.ids import uuid7
from audit.origin import Origin

VERSION = 1
MAX_SUBJECTS = 1000
MAX_FIELDS = 200
MAX_KEYS = 2000
MAX_LEAF = 65_535  # bytes: the bound of an entry in C2SP tlog-tiles
MAX_DETAIL = 65_535  # bytes
_SPLIT_BUDGET = 60_000  # bytes of a leaf that its subjects and keys may fill
_SUBJECT_SIZE = 39  # a UUID, its quotes and a comma
_KEY_SIZE = 17  # an id below 2**53 and a comma

_CODE = re.compile(r"[a-z0-9._-]{0,64}\Z")


@dataclass(frozen=True, kw_only=True, slots=True)
class SealedDetail:
    """Free text, sealed by the caller under the data key with id `key`."""

    sealed: bytes
    key: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """What a caller states; who and from where is the `Origin`'s.

    Args:
        subjects: whose data it is about, at most 1,000 (see `split`).
        purpose, reason: codes, never free text.
        fields: codes of the fields touched, at most 200.
        keys: ids of the keys that this entry releases, at most 2,000.

    Raises:
        ValueError: something is not a code, or over its bound.
    """

    action: Action
    object_type: ObjectType
    object_id: UUID | None
    subjects: tuple[UUID, ...] = ()
    deal: UUID | None = None
    purpose: str = ""
    reason: str = ""
    result: Result = Result.DONE
    fields: tuple[str, ...] = ()
    keys: tuple[int, ...] = ()
    detail: SealedDetail | None = None

    def __post_init__(self) -> None:
        for name, bound in (("subjects", MAX_SUBJECTS), ("fields", MAX_FIELDS), ("keys", MAX_KEYS)):
            if len(getattr(self, name)) > bound:
                raise ValueError(f"an entry has at most {bound} {name}")
        if not all(map(_CODE.match, (self.purpose, self.reason, *self.fields))):
            raise ValueError(
                "purpose, reason and fields are codes: a-z, 0-9, dot, dash, underscore; at most 64"
            )
        if self.keys and not 0 < min(self.keys) <= max(self.keys) < 2**53:
            raise ValueError("key ids are positive and below 2**53")
        if self.detail is not None and len(self.detail.sealed) > MAX_DETAIL:
            raise ValueError(f"a sealed detail has at most {MAX_DETAIL} bytes")


@dataclass(frozen=True, slots=True)
class Stamped:
    """An entry with its origin, id and time: the leaf, and the columns beside it."""

    entry: Entry
    origin: Origin
    id: UUID = field(default_factory=uuid7)
    time: datetime = field(default_factory=lambda: datetime.now(UTC))

    def columns(self) -> dict[str, object]:
        """The query columns: what the leaf says, by the same names."""
        entry, origin = self.entry, self.origin
        return {
            "action": str(entry.action),
            "actor": _text(origin.actor),
            "deal": _text(entry.deal),
            "detail_key": entry.detail.key if entry.detail else None,
            "fields": list(entry.fields),
            "id": str(self.id),
            "keys": list(entry.keys),
            "network": origin.network,
            "object_id": _text(entry.object_id),
            "object_type": str(entry.object_type),
            "on_behalf_of": _text(origin.on_behalf_of),
            "purpose": entry.purpose,
            "reason": entry.reason,
            "request": _text(origin.request),
            "result": str(entry.result),
            "session": _text(origin.session),
            "subjects": list(map(str, entry.subjects)),
        }


def leaf(columns: Mapping[str, object], *, detail: bytes | None, time: str) -> bytes:
    """The canonical bytes of an entry.

    Args:
        columns: as `Stamped.columns` gives them.
        detail: the sealed free text beside the entry.
        time: the writer's clock, as `timestamp` formats it. The database keeps its own in `at`.

    Raises:
        ValueError: longer than MAX_LEAF.
    """
    digest = None if detail is None else sha256(detail).hexdigest()
    data = canonical({**columns, "detail": digest, "time": time, "v": VERSION})
    if len(data) > MAX_LEAF:
        raise ValueError(f"a leaf has at most {MAX_LEAF} bytes: split the entry")
    return data


def timestamp(time: datetime) -> str:
    """RFC 3339 in UTC, always with microseconds, so that its width is fixed."""
    return time.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")).encode


def canonical(value: object) -> bytes:
    """JSON with sorted keys and no space, in UTF-8. Raises ValueError on a number that JSON cannot hold."""
    return _encode(value).encode()


def split(entry: Entry, parts: Iterable[tuple[UUID, tuple[int, ...]]]) -> Iterator[Entry]:
    """The entry once for each run of `parts` (a subject, the ids of its keys) that fits into one entry.

    Each names the entry's own keys, which are no subject's, before those of its subjects. All are written
    under the same request id, which is what holds a larger read together.
    """
    subjects: list[UUID] = []
    keys = list(entry.keys)
    for subject, of_subject in parts:
        count, named = len(subjects) + 1, len(keys) + len(of_subject)
        full = count > MAX_SUBJECTS or named > MAX_KEYS
        if subjects and (full or count * _SUBJECT_SIZE + named * _KEY_SIZE > _SPLIT_BUDGET):
            yield replace(entry, subjects=tuple(subjects), keys=tuple(keys))
            subjects, keys = [], list(entry.keys)
        subjects.append(subject)
        keys.extend(of_subject)
    if subjects:
        yield replace(entry, subjects=tuple(subjects), keys=tuple(keys))


def _text(value: UUID | None) -> str | None:
    return None if value is None else str(value)
