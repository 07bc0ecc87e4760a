"""The RFC 3161 time-stamp that goes along with evidence: by when its entries were there, at the latest.

The log is stamped each hour and evidence is made up to its newest checkpoint, so the stamp is as a rule of an
older one; the proof that the log grew from that to the evidence's goes along.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from rfc3161_client import decode_timestamp_response

from audit.checkpoints.sinks import BadCopy, SinkDown, configured
from audit.checkpoints.sinks.timestamp import TimestampSink
from audit.checkpoints.store import Checkpoint
from audit.tree import store as tree
from compliance.proofs.files import growth_file


@dataclass(frozen=True, slots=True)
class Stamp:
    """A stamped checkpoint of `size` entries: its note, the authority's answer, PEM of its root and chain."""

    size: int
    note: bytes
    answer: bytes
    roots: bytes
    chain: bytes


def stamp_files(past: int, newest: Checkpoint) -> tuple[int | None, dict[str, bytes]]:
    """The stamp for evidence whose entries lie before leaf `past`: the size of its checkpoint, and the files.

    None and no file where nothing that holds was stamped, or no authority is set up.
    """
    stamp = _best(past, newest.size)
    if stamp is None:
        return None, {}
    files = {
        "timestamp.checkpoint": stamp.note,
        "timestamp.tsr": stamp.answer,
        "tsa-root.pem": stamp.roots,
        "tsa-chain.pem": stamp.chain,
    }
    if stamp.size < newest.size:
        proof = tree.consistency(stamp.size, newest.size)
        files["timestamp.growth"] = growth_file(stamp.size, proof, newest.note)
    return stamp.size, files


def _best(past: int, size: int) -> Stamp | None:
    """The earliest that covers every entry, which tells most; else the newest, which covers the first."""
    for sink in configured():
        if isinstance(sink, TimestampSink):
            return next(_held(sink, past, size), None)
    return None


def _held(sink: TimestampSink, past: int, size: int) -> Iterator[Stamp]:
    """Those that hold, the best first: each is checked as it is read."""
    try:
        copies = [(int(name), day) for day in sink.days() for name in sink.names(day)]
        covering = sorted(one for one in copies if past <= one[0] <= size)
        partly = sorted((one for one in copies if one[0] < past), reverse=True)
        for known, day in (*covering, *partly):
            try:
                note, answer = sink.stamped(day, known)
            except BadCopy:
                continue
            yield Stamp(known, note, answer, sink.roots(), _chain(answer))
    except SinkDown:
        return


def _chain(answer: bytes) -> bytes:
    """The certificates that the authority sent along, its own and those between it and its root."""
    found = decode_timestamp_response(answer).signed_data.certificates
    chain = sorted(map(x509.load_der_x509_certificate, found), key=lambda one: one.subject.rfc4514_string())
    return b"".join(one.public_bytes(Encoding.PEM) for one in chain)
