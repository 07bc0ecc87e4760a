"""The local SMS server of `make run` with demo people, and of the tests: takes what a gateway would be given,
and keeps the newest messages in a private file instead of sending them. `manage.py demo_sms` shows them.
"""

import json
import os
import sys
import threading
import time
from hmac import compare_digest
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from config.embedded.files import make_folder, secret, write_private

KEPT = 20  # messages
_LONGEST = 16 * 1024  # bytes
FOLDER, SECRET = "sms", "sms"
MODULE = "config.embedded.smsinbox"


class Inbox(ThreadingHTTPServer):
    """Listens on 127.0.0.1 alone."""

    daemon_threads = True

    def __init__(self, port: int, home: Path) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        make_folder(home / "secrets")
        self.secret = secret(home / "secrets" / SECRET)
        self.path = make_folder(home / FOLDER) / "inbox.json"
        self._mutex = threading.Lock()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/"

    def keep(self, to: str, text: str) -> int:
        with self._mutex:
            kept = [*messages(self.path), {"at": time.time(), "to": to, "text": text}][-KEPT:]
            write_private(self.path, json.dumps(kept, ensure_ascii=False, indent=1))
            return len(kept)


def messages(path: Path) -> list[dict[str, Any]]:
    """What the inbox holds, the newest last."""
    found: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else []
    return found


class _Handler(BaseHTTPRequestHandler):
    server: Inbox

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(min(length, _LONGEST))
        given = self.headers.get("Authorization", "").encode()
        if not compare_digest(given, f"Bearer {self.server.secret}".encode()):
            return self._answer(HTTPStatus.UNAUTHORIZED, {})
        try:
            message = json.loads(body)
            to, text = str(message["to"]), str(message["text"])
        except (ValueError, KeyError, TypeError):
            return self._answer(HTTPStatus.BAD_REQUEST, {})
        return self._answer(HTTPStatus.OK, {"receipt": str(self.server.keep(to, text))})

    def _answer(self, status: HTTPStatus, said: dict[str, str]) -> None:
        body = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing: a line for each message would say when somebody was sent one."""


def command(port: int) -> list[str]:
    """The command line of the server as a process of its own."""
    return [sys.executable, "-m", MODULE, str(port)]


if __name__ == "__main__":
    Inbox(int(sys.argv[1]), Path(os.environ["SEALROOM_HOME"])).serve_forever()
