"""Real servers on this machine: one that takes mail, one that answers as the providers of robots do."""

import hashlib
import hmac
import json
import socketserver
import threading
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


class MailServer(socketserver.ThreadingTCPServer):
    """Takes what SMTP (RFC 5321) brings, as bytes. It waits with its answer while `held` is clear, so that a
    test can kill who sends."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _MailHandler)
        self.taken: list[bytes] = []
        self.arriving = threading.Event()
        self.goes_on = threading.Event()
        self.goes_on.set()

    @property
    def port(self) -> int:
        return int(self.server_address[1])


class _MailHandler(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self._say("220 here")
        while line := self.rfile.readline():
            verb = line[:4].upper()
            if verb == b"DATA":
                self._say("354 go on")
                self._take()
            elif verb == b"QUIT":
                return self._say("221 bye")
            else:
                self._say("250 ok")
        return None

    def _take(self) -> None:
        lines: list[bytes] = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line)
        self.server.arriving.set()
        self.server.goes_on.wait(60)
        try:
            self._say("250 taken")
        finally:
            self.server.taken.append(b"".join(lines))

    def _say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


class RobotServer(ThreadingHTTPServer):
    """Answers as WeCom, DingTalk and Feishu do, by the path; compares signatures where it has a secret."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _RobotHandler)
        self.taken: list[tuple[str, bytes]] = []
        self.secret = ""
        self.redirect = ""
        self.endless = False

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _RobotHandler(BaseHTTPRequestHandler):
    server: RobotServer

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.taken.append((self.path, body))
        if self.server.redirect:
            self.send_response(307)
            self.send_header("Location", self.server.redirect)
            self.end_headers()
            return
        if self.server.endless:
            self._answer(b" " * (1024 * 1024))
            return
        said = json.loads(body)
        feishu = self.path.startswith("/open-apis/")
        right = self._is_signed(said, feishu=feishu) if self.server.secret else True
        code = 0 if right else 19021 if feishu else 310000
        self._answer(json.dumps({"code": code} if feishu else {"errcode": code, "errmsg": "said"}).encode())

    def _is_signed(self, said: dict[str, Any], *, feishu: bool) -> bool:
        secret = self.server.secret
        if feishu:
            key = f"{said['timestamp']}\n{secret}".encode()
            return bool(said["sign"] == b64encode(hmac.new(key, b"", hashlib.sha256).digest()).decode())
        asked = parse_qs(urlsplit(self.path).query)
        if "access_token" not in asked:
            return True
        text = f"{asked['timestamp'][0]}\n{secret}".encode()
        return asked["sign"] == [b64encode(hmac.new(secret.encode(), text, hashlib.sha256).digest()).decode()]

    def _answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing."""


@contextmanager
def running(server: Any) -> Iterator[Any]:
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
