"""RFC 3161 time-stamps: an authority that the house does not run signs that the note was there at a moment.

Only the note's SHA-512 digest leaves the house. The answer is checked before it counts, and again whenever it
is read back: by the authority's root certificate in `TSA_CA_FILE`, over exactly the note beside it.
"""

import urllib.error
import urllib.request
from datetime import timedelta
from pathlib import Path

from cryptography import x509
from rfc3161_client import (
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from audit.checkpoints.sinks.base import BadCopy, SinkDown, day_of, name_of
from audit.checkpoints.sinks.file import FileSink
from audit.checkpoints.store import Checkpoint
from audit.files import write_once

_TIMEOUT = 15  # seconds
_MAX_ANSWER = 100_000  # bytes


class TimestampSink(FileSink):
    """Keeps `<size>.tsr`, the authority's answer, beside `<size>.checkpoint`."""

    name = "timestamp"
    every = timedelta(hours=1)
    takes_all = False

    def __init__(self, folder: Path, *, url: str, roots: Path) -> None:
        super().__init__(folder)
        self._url = url
        self._roots = roots

    def put(self, checkpoint: Checkpoint) -> None:
        request = TimestampRequestBuilder().data(checkpoint.note).build()
        answer = self._asked(request.as_bytes())
        self._check(answer, checkpoint.note, nonce=request.nonce)
        try:
            # First the token: a note without one is no copy, a token without its note is not looked at.
            write_once(self._token(day_of(checkpoint), name_of(checkpoint.size)), answer)
        except OSError:
            raise SinkDown("not-written") from None
        super().put(checkpoint)

    def read(self, day: str, name: str) -> bytes:
        return self._read(day, name)[0]

    def stamped(self, day: str, size: int) -> tuple[bytes, bytes]:
        """A copy's note and the authority's answer about it, which holds. Raises SinkDown, BadCopy."""
        return self._read(day, name_of(size))

    def roots(self) -> bytes:
        """The root certificates that are trusted here, in PEM. Raises SinkDown."""
        try:
            return self._roots.read_bytes()
        except OSError:
            raise SinkDown("no-certificate") from None

    def _read(self, day: str, name: str) -> tuple[bytes, bytes]:
        note = super().read(day, name)
        try:
            answer = self._token(day, name).read_bytes()
            self._check(answer, note)
        except (OSError, SinkDown):
            raise BadCopy("no-time-stamp") from None
        return note, answer

    def _asked(self, question: bytes) -> bytes:
        request = urllib.request.Request(  # noqa: S310 (an operator set it; checked to be http or https)
            self._url, data=question, headers={"Content-Type": "application/timestamp-query"}
        )
        try:
            with urllib.request.urlopen(request, timeout=_TIMEOUT) as answer:  # noqa: S310
                return bytes(answer.read(_MAX_ANSWER))
        except (urllib.error.URLError, OSError):
            raise SinkDown("unreachable") from None

    def _check(self, answer: bytes, note: bytes, *, nonce: int | None = None) -> TimeStampResponse:
        """Raises SinkDown where the answer is no time-stamp of this note by that authority."""
        try:
            builder = VerifierBuilder(nonce=nonce)
            for root in x509.load_pem_x509_certificates(self.roots()):
                builder = builder.add_root_certificate(root)
            response = decode_timestamp_response(answer)
            builder.build().verify_message(response, note)
        except (VerificationError, ValueError):
            raise SinkDown("bad-token") from None
        return response

    def _token(self, day: str, name: str) -> Path:
        return self._folder / day / f"{name}.tsr"
