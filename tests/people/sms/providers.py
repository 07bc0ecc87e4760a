"""Stand-ins of the two providers: real servers that check the signature by rules written down anew here, from
the raw request, and refuse what is not signed as they want it."""

import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs

Handled = Callable[["Provider", bytes], dict[str, Any]]
KEY_ID, SECRET = "an-id", "a secret of the tests"


class Provider(BaseHTTPRequestHandler):
    """`taken` are the messages, as the provider would read them."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        said = json.dumps(self.server.handled(self, body)).encode()  # type: ignore[attr-defined]
        self.send_response(self.server.status)  # type: ignore[attr-defined]
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *_: object) -> None:
        """Nothing."""


@contextmanager
def serving(handled: Handled, *, status: int = 200) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """The provider's address, and what it took."""
    server = HTTPServer(("127.0.0.1", 0), Provider)
    taken: list[dict[str, Any]] = []
    server.handled, server.status, server.taken = handled, status, taken  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", taken
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def as_alibaba(request: Provider, body: bytes) -> dict[str, Any]:
    scheme, _, rest = request.headers["Authorization"].partition(" ")
    parts = dict(part.split("=", 1) for part in rest.split(","))
    names = parts["SignedHeaders"].split(";")
    lines = "".join(f"{name}:{request.headers[name]}\n" for name in names)
    canonical = f"POST\n{request.path}\n\n{lines}\n{parts['SignedHeaders']}\n{_hash(body)}"
    right = _hmac(SECRET.encode(), f"{scheme}\n{_hash(canonical.encode())}").hex()
    must = {"host", "content-type", "x-acs-action", "x-acs-content-sha256", "x-acs-date", "x-acs-version"}
    whole = must | {"x-acs-signature-nonce"} <= set(names) and parts["Credential"] == KEY_ID
    if not whole or scheme != "ACS3-HMAC-SHA256" or parts["Signature"] != right:
        return {"Code": "SignatureDoesNotMatch", "Message": "no", "RequestId": "1"}
    fields = {name: values[0] for name, values in parse_qs(body.decode()).items()}
    request.server.taken.append({"action": request.headers["x-acs-action"], **fields})  # type: ignore[attr-defined]
    return {"Code": "OK", "Message": "OK", "BizId": "biz-1", "RequestId": "1"}


def as_tencent(request: Provider, body: bytes) -> dict[str, Any]:
    scheme, _, rest = request.headers["Authorization"].partition(" ")
    parts = dict(part.strip().split("=", 1) for part in rest.split(","))
    key_id, day, service, end = parts["Credential"].split("/")
    lines = ""
    for name in parts["SignedHeaders"].split(";"):
        value = request.headers[name]
        lines += f"{name}:{value.lower() if name == 'x-tc-action' else value}\n"
    canonical = f"POST\n{request.path}\n\n{lines}\n{parts['SignedHeaders']}\n{_hash(body)}"
    moment = request.headers["X-TC-Timestamp"]
    text = f"{scheme}\n{moment}\n{day}/{service}/{end}\n{_hash(canonical.encode())}"
    key = _hmac(_hmac(_hmac(f"TC3{SECRET}".encode(), day), service), end)
    if (key_id, service, parts["Signature"]) != (KEY_ID, "sms", _hmac(key, text).hex()):
        return {"Response": {"Error": {"Code": "AuthFailure.SignatureFailure"}, "RequestId": "1"}}
    request.server.taken.append(  # type: ignore[attr-defined]
        {"action": request.headers["X-TC-Action"], **json.loads(body)}
    )
    return {"Response": {"SendStatusSet": [{"SerialNo": "serial-1", "Code": "Ok"}], "RequestId": "1"}}
