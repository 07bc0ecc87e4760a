"""Bundles of evidence: a month of the log, or all entries about a deal or about a person or company.

A bundle is a zip that anybody verifies offline with `tools/verify_evidence.py`. Its manifest lists every file
with its SHA-256 and is signed as a note, so that what the house states about the bundle (which entries it
holds, that these are all) is the house's word and stays so. The entries are the leaves as they stand in the
log: ids and codes.

A month holds its own entries and no others. Where transactions crossed midnight, entries of its neighbours
lie among them in the tree: of those it has the hashes alone, whether they are still in the log or have left,
so that a month's bundle holds the same whichever months left before it. A history says which months have
left, since it cannot hold what they took along.
"""

import json
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import IO, Literal
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from audit.actions import Action, ObjectType
from audit.checkpoints import keys
from audit.checkpoints import store as checkpoints
from audit.entry import Entry, timestamp
from audit.log import record_read
from audit.merkle.proofs import inclusion_proof
from audit.merkle.ranges import Run, runs_in, runs_proof, runs_text
from audit.refusals import Refused
from audit.tree import store as tree
from compliance.conduct.access import hidden_cases
from compliance.proofs.access import HasLeft, NotYet, key_lines, left_months, require
from compliance.proofs.files import hash_lines
from compliance.proofs.stamps import stamp_files
from people.accounts.models import User
from people.roles.permissions import Permission

HEAD = "sealroom evidence 1"
GUIDES = {"GUIDE.en.txt": "guide.en.txt", "说明.zh.txt": "guide.zh.txt"}
_FETCH = 2000  # rows
_BLOCK = 1 << 20  # bytes

Kind = Literal["month", "deal", "subject"]
Parameters = dict[str, int | str]
_WHICH = {
    "deal": "e.deal = %(about)s::uuid",
    "subject": "e.subjects @> array[%(about)s]::uuid[]",
    "month": "l.index >= %(first)s and l.index < %(past)s"
    " and l.at >= %(begins)s and l.at < %(ends)s and e.at >= %(begins)s and e.at < %(ends)s",
}
_LEAVES = """
select l.index, e.leaf, l.hash from log.leaf l join log.entry e on e.id = l.entry and e.at = l.at
where {} and l.index < %(size)s order by l.index
"""
_TELLS = """
select exists (select from log.leaf l join log.entry e on e.id = l.entry and e.at = l.at
where {} and l.index < %(size)s and e.object_id = any(%(hidden)s::uuid[]))
"""
_RUNS = """
select min(index), max(index) + 1
from (select index, index - row_number() over (order by index) as run
      from log.leaf where at >= %(begins)s and at < %(ends)s and index < %(size)s) own
group by run order by 1
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """What a bundle is of: `about` is a month as YYYY-MM, or the id of a deal or subject."""

    kind: Kind
    about: str

    def parameters(self, size: int) -> Parameters:
        """What the query of its entries takes; of a month also which leaves they have, and how many.

        Raises NotYet where a month has none, ValueError for what is no month.
        """
        if self.kind != "month":
            return {"about": self.about, "size": size}
        begins, ends = _bounds(self.about)
        runs = runs_of(self.about, size)
        if not runs:
            raise NotYet
        return {
            "begins": begins.isoformat(),
            "ends": ends.isoformat(),
            "first": runs[0][0],
            "past": runs[-1][1],
            "size": size,
            "runs": runs_text(runs),
            "entries": sum(past - first for first, past in runs),
        }


@dataclass(frozen=True, slots=True)
class Made:
    """What was written: how many entries, up to which checkpoint."""

    entries: int
    size: int


def export(*, actor: User, wanted: Wanted, file: IO[bytes]) -> Made:
    """Write the bundle. Its number of entries is committed to the log before the first leaves.

    Raises:
        Refused: not for this person, or there are entries in it about a case of theirs: nothing can be left
            out of what says that it is whole.
        NotYet: there is no checkpoint, or the month has no entry in it.
        HasLeft: the month has left the log.
        NoKeys: the manifest cannot be signed on this machine.
        LogUnavailable: the export cannot be recorded.
    """
    require(actor, Permission.LOG_EXPORT, Action.LOG_EXPORT)
    keys.load()
    newest = checkpoints.latest()
    if newest is None:
        raise NotYet
    if wanted.kind == "month":
        for month in left_months():
            if month.code == wanted.about:
                raise HasLeft(month)
    parameters = wanted.parameters(newest.size)
    if _tells(wanted, parameters, hidden_cases(actor)):
        raise Refused(ObjectType.LOG, None, Action.LOG_EXPORT)
    with transaction.atomic():  # one snapshot of a cursor; the leaves below `size` never change
        count = _count(wanted, parameters)
        _record(wanted, count)
        write(file, wanted, parameters, newest)
    return Made(count, newest.size)


def write(file: IO[bytes], wanted: Wanted, parameters: Parameters, newest: checkpoints.Checkpoint) -> None:
    """The bundle itself, in the caller's transaction, which has recorded it. Raises NoKeys."""
    signing = keys.load()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as bundle:
        parts = _Parts(bundle)
        facts = _write_month if wanted.kind == "month" else _write_history
        told = facts(parts, wanted, parameters)
        parts.add("checkpoint", newest.note)
        parts.add("keys.txt", key_lines().encode())
        told["stamp"] = _add_stamp(parts, told, newest)
        for name, source in GUIDES.items():
            parts.add(name, (Path(__file__).parent / source).read_bytes())
        manifest = {
            "v": 1,
            "kind": wanted.kind,
            "about": wanted.about,
            "origin": signing.origin,
            "size": newest.size,
            "made": timestamp(timezone.now()),
            **told,
            **_former_facts(signing),
            "files": parts.digests,
        }
        text = f"{HEAD}\n{json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True)}\n"
        bundle.writestr("manifest.note", signing.sign_statement(text).encoded())


class _Parts:
    """The files of a bundle and their digests."""

    def __init__(self, bundle: zipfile.ZipFile) -> None:
        self._bundle = bundle
        self.digests: dict[str, str] = {}

    def add(self, name: str, data: bytes) -> None:
        self.stream(name, [data])

    def stream(self, name: str, blocks: "Iterator[bytes] | list[bytes]") -> None:
        made = sha256()
        with self._bundle.open(name, "w", force_zip64=True) as file:
            for block in blocks:
                made.update(block)
                file.write(block)
        self.digests[name] = made.hexdigest()


def _former_facts(signing: keys.LogKeys) -> dict[str, object]:
    """What the house states of the log before this generation, where there was one."""
    if not signing.formers:
        return {}
    last = signing.formers[-1]
    told = {"origin": last.origin, "size": last.size, "agreed": last.agreed, "lost": last.lost, "at": last.at}
    return {"former": told}


def _add_stamp(parts: _Parts, told: dict[str, object], newest: checkpoints.Checkpoint) -> int | None:
    """Put the time-stamp of the entries into the bundle; the size of the checkpoint that was stamped."""
    last_run = str(told.get("runs", "")).rpartition("-")[2]
    past = int(last_run) + 1 if last_run else sum(map(int, str(told["steps"]).split()))
    size, files = stamp_files(past, newest)
    for name, data in files.items():
        parts.add(name, data)
    return size


def _write_month(parts: _Parts, wanted: Wanted, parameters: Parameters) -> dict[str, object]:
    size, runs = int(parameters["size"]), runs_in(str(parameters["runs"]))
    with tempfile.TemporaryFile() as hashes:

        def lines() -> Iterator[bytes]:
            for _, leaf, made in _rows(wanted, parameters):
                hashes.write(made)
                yield leaf + b"\n"

        parts.stream("entries.jsonl", lines())
        hashes.seek(0)
        parts.stream("hashes.bin", iter(lambda: hashes.read(_BLOCK), b""))
    parts.add("outside.txt", hash_lines(runs_proof(tree.reader(size), runs, size)))
    return {"runs": parameters["runs"], "entries": parameters["entries"]}


def _write_history(parts: _Parts, wanted: Wanted, parameters: Parameters) -> dict[str, object]:
    size = int(parameters["size"])
    read, indexes = tree.reader(size), list[int]()

    def lines() -> Iterator[bytes]:
        for index, leaf, _ in _rows(wanted, parameters):
            indexes.append(index)
            yield leaf + b"\n"

    def places() -> Iterator[bytes]:
        for index in indexes:
            proof = hash_lines(inclusion_proof(read, index, size)).decode().split()
            yield json.dumps({"index": index, "proof": proof}).encode() + b"\n"

    parts.stream("entries.jsonl", lines())
    parts.stream("places.jsonl", places())
    before = [-1, *indexes]
    steps = " ".join(str(index - last) for last, index in zip(before, indexes, strict=False))
    months = left_months()
    left = [[one.code, one.bundle.hex()] for one in months if one.bundle and (one.first_leaf or 0) < size]
    return {"entries": len(indexes), "steps": steps} | ({"left": left} if left else {})


def _rows(wanted: Wanted, parameters: Parameters) -> Iterator[tuple[int, bytes, bytes]]:
    """Through a cursor on the server: memory does not grow with the bundle."""
    connection.ensure_connection()
    with closing(connection.connection.cursor("evidence")) as rows:
        rows.itersize = _FETCH
        rows.execute(_LEAVES.format(_WHICH[wanted.kind]), parameters)
        for index, leaf, made in rows:
            yield index, bytes(leaf), bytes(made)


def _count(wanted: Wanted, parameters: Parameters) -> int:
    if wanted.kind == "month":
        return int(parameters["entries"])
    leaves = _LEAVES.format(_WHICH[wanted.kind])
    with connection.cursor() as cursor:
        cursor.execute(f"select count(*) from ({leaves}) found", parameters)  # noqa: S608 (constants)
        return int(cursor.fetchone()[0])


def _tells(wanted: Wanted, parameters: Parameters, hidden: frozenset[UUID]) -> bool:
    """Whether an entry about one of these objects is in it."""
    if not hidden:
        return False
    with connection.cursor() as cursor:
        cursor.execute(_TELLS.format(_WHICH[wanted.kind]), {**parameters, "hidden": list(hidden)})
        return bool(cursor.fetchone()[0])


def runs_of(month: str, size: int) -> list[Run]:
    """Which of the first `size` leaves are of entries of a month (UTC), run by run. Raises ValueError."""
    begins, ends = _bounds(month)
    with connection.cursor() as cursor:
        cursor.execute(_RUNS, {"begins": begins, "ends": ends, "size": size})
        return [(int(first), int(past)) for first, past in cursor.fetchall()]


def _bounds(month: str) -> tuple[datetime, datetime]:
    begins = datetime.fromisoformat(f"{month}-01").replace(tzinfo=UTC)
    return begins, begins.replace(year=begins.year + begins.month // 12, month=begins.month % 12 + 1)


def _record(wanted: Wanted, count: int) -> None:
    about = None if wanted.kind == "month" else UUID(wanted.about)
    record_read(
        Entry(
            action=Action.LOG_EXPORT,
            object_type=ObjectType.LOG,
            object_id=None,
            subjects=(about,) if about and wanted.kind == "subject" else (),
            deal=about if wanted.kind == "deal" else None,
            fields=("evidence", wanted.kind, f"count.{count}")
            + ((f"month.{wanted.about}",) if wanted.kind == "month" else ()),
        )
    )
