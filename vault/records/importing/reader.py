"""Reading an uploaded list: a short one here, a long one by a parser process that holds no key."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from queue import Queue
from typing import Any, BinaryIO, cast

from django.conf import settings

from vault.formats.messages import MESSAGES
from vault.records.importing.frames import FILE, MESSAGE, PIECE, PROBLEM, READ, REQUEST, receive, send
from vault.records.importing.parsing import messages
from vault.records.importing.problems import SheetError

SHORT = 256 * 1024  # bytes: what a page may read while a person waits
_PARSER = "vault.records.importing.parser"
_AHEAD = 2  # messages that wait for whoever takes them
_CLEAN = ("PATH", "LANG", "LC_ALL", "PYTHONPATH", "LD_LIBRARY_PATH")


@contextmanager
def reading(file: BinaryIO, request: Mapping[str, Any]) -> Iterator[Iterator[Any]]:
    """The messages that `parsing.messages` gives for this file and request.

    Taking them raises SheetError, and whatever reading the sealed file raises.
    """
    size = file.seek(0, 2)
    if size <= SHORT:
        yield messages(file, request)
        return
    child = _Child(file, {**request, "size": size})
    try:
        yield child.messages()
    finally:
        child.end()


class _Child:
    """A parser process, and the thread that hands it pieces of the file and takes what it says."""

    def __init__(self, file: BinaryIO, request: Mapping[str, Any]) -> None:
        self._file = file
        self._said: Queue[Any] = Queue(_AHEAD)
        self._ended = threading.Event()
        self._process = subprocess.Popen(  # noqa: S603 (our own module)
            [sys.executable, "-m", _PARSER],
            cwd=settings.BASE_DIR,
            env={name: os.environ[name] for name in _CLEAN if name in os.environ},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # a traceback could quote the list
        )
        self._thread = threading.Thread(target=self._serve, args=(request,), name="parser", daemon=True)
        self._thread.start()

    def messages(self) -> Iterator[Any]:
        while (said := self._said.get()) is not None:
            if isinstance(said, BaseException):
                raise said
            yield said

    def end(self) -> None:
        """Stop the process, whatever it is at."""
        self._ended.set()
        self._process.kill()
        while self._thread.is_alive():  # it may wait for room
            with suppress(Exception):
                self._said.get_nowait()
            self._thread.join(0.01)
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()

    def _serve(self, request: Mapping[str, Any]) -> None:
        try:
            self._said.put(self._answers(request))
        except (EOFError, BrokenPipeError, ValueError):
            # The parser died over the file: out of memory, out of time, or by a fault of its own.
            self._said.put(SheetError("sheet.damaged"))
        except Exception as error:  # noqa: BLE001 (raised again where the messages are taken)
            self._said.put(error)

    def _answers(self, request: Mapping[str, Any]) -> SheetError | None:
        source, target = cast("BinaryIO", self._process.stdout), cast("BinaryIO", self._process.stdin)
        send(target, REQUEST, json.dumps(dict(request)).encode())
        while not self._ended.is_set():
            kind, body = receive(source)
            if kind == READ:
                offset, size = PIECE.unpack(body)
                self._file.seek(offset)
                send(target, FILE, self._file.read(size))
            elif kind == MESSAGE:
                self._said.put(json.loads(body))
            elif kind == PROBLEM:
                code, params = json.loads(body)
                return SheetError(code if code in MESSAGES else "sheet.damaged", **params)
            else:
                return None
        return None
