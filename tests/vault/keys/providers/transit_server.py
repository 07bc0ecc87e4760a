"""A local server that speaks the documented interface of Transit and AppRole, with real AES-GCM behind it.

It stands for an outside product (OpenBao, HashiCorp Vault) that the tests do not run. It follows
https://openbao.org/api-docs/secret/transit/: keys, rotate, config, trim, encrypt and decrypt with
`batch_input` and `associated_data`, seal status 503, errors as `{"errors": [...]}`. What it
cannot show is that the products do as their documents say.
"""

import json
import secrets
import threading
import time
from base64 import b64decode, b64encode
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

ROLE, SECRET = "role-of-the-house", "secret-of-the-house"


class _Server(ThreadingHTTPServer):
    request_queue_size = 64  # of the default five, some of many threads at once would be turned away


class UserError(Exception):
    """Status 400."""


class TransitServer:
    """Keeps its keys while it is stopped. `trouble`: "", "sealed", "forbidden", "slow" or "truncated"."""

    def __init__(self) -> None:
        self.keys: dict[str, dict[str, Any]] = {}
        self.token = "s.first"
        self.trouble = ""
        self.calls = 0
        self._mutex = threading.Lock()
        self._port = 0
        self._server: _Server | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        self._server = _Server(("127.0.0.1", self._port), _handler(self))
        self._port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}).start()

    def stop(self) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def answer(self, method: str, path: str, token: str, body: Mapping[str, Any]) -> tuple[int, Any]:
        with self._mutex:
            self.calls += 1
            if self.trouble == "sealed":
                return 503, {"errors": ["Vault is sealed"]}
            if path == "auth/approle/login":
                return self._login(body)
            if token != self.token or self.trouble == "forbidden":
                return 403, {"errors": ["permission denied"]}
            try:
                return self._transit(method, path.removeprefix("transit/").split("/"), body)
            except UserError as error:
                return 400, {"errors": [str(error)]}

    def _login(self, body: Mapping[str, Any]) -> tuple[int, Any]:
        if (body.get("role_id"), body.get("secret_id")) != (ROLE, SECRET):
            return 400, {"errors": ["invalid role or secret ID"]}
        return 200, {"auth": {"client_token": self.token, "lease_duration": 3600}}

    def _transit(self, method: str, parts: list[str], body: Mapping[str, Any]) -> tuple[int, Any]:
        verb, name = parts[0], parts[1]
        if verb in {"encrypt", "decrypt"}:
            return self._batch(verb, self._key(name), body["batch_input"])
        if len(parts) == 2 and method == "GET":
            key = self.keys.get(name)
            return (404, {"errors": []}) if key is None else (200, {"data": _described(key)})
        if len(parts) == 2:
            fresh = {"type": body["type"], "keys": {}, "latest": 0, "decrypt": 1, "encrypt": 0, "lowest": 0}
            key = self.keys.setdefault(name, fresh)
            if not key["latest"]:
                _rotate(key)
            return 200, {"data": _described(key)}
        key = self._key(name)
        {"rotate": _rotate, "config": _configure, "trim": _trim}[parts[2]](key, body)
        return 200, {"data": _described(key)}

    def _key(self, name: str) -> dict[str, Any]:
        if name not in self.keys:
            raise UserError("encryption key not found")
        return self.keys[name]

    def _batch(self, verb: str, key: dict[str, Any], items: list[Mapping[str, Any]]) -> tuple[int, Any]:
        results = []
        for item in items:
            try:
                results.append(_encrypt(key, item) if verb == "encrypt" else _decrypt(key, item))
            except UserError as error:
                results.append({"error": str(error)})
        status = 400 if any("error" in result for result in results) else 200
        return status, {"data": {"batch_results": results}}


def _described(key: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": key["type"],
        "keys": {str(number): 1_700_000_000 for number in key["keys"] if number >= key["decrypt"]},
        "latest_version": key["latest"],
        "min_decryption_version": key["decrypt"],
        "min_encryption_version": key["encrypt"],
        "min_available_version": key["lowest"],
    }


def _rotate(key: dict[str, Any], _: Mapping[str, Any] = {}) -> None:
    key["latest"] += 1
    key["keys"][key["latest"]] = AESGCM.generate_key(256)


def _configure(key: dict[str, Any], body: Mapping[str, Any]) -> None:
    decrypt, encrypt = body["min_decryption_version"], body["min_encryption_version"]
    if not 1 <= decrypt <= key["latest"] or encrypt > key["latest"]:
        raise UserError("cannot set min decryption version of the given value")
    key["decrypt"], key["encrypt"] = decrypt, encrypt


def _trim(key: dict[str, Any], body: Mapping[str, Any]) -> None:
    lowest = body["min_available_version"]
    if not key["encrypt"] or lowest > min(key["decrypt"], key["encrypt"]) or lowest < key["lowest"]:
        raise UserError("minimum available version cannot be higher than minimum decryption version")
    key["lowest"] = lowest
    key["keys"] = {number: secret for number, secret in key["keys"].items() if number >= lowest}


def _encrypt(key: dict[str, Any], item: Mapping[str, Any]) -> dict[str, Any]:
    version = item.get("key_version") or key["latest"]
    if version < key["encrypt"] or version not in key["keys"]:
        raise UserError("requested version for encryption is not allowed")
    nonce = secrets.token_bytes(12)
    data = AESGCM(key["keys"][version]).encrypt(
        nonce, b64decode(item["plaintext"]), b64decode(item.get("associated_data", ""))
    )
    return {"ciphertext": f"vault:v{version}:{b64encode(nonce + data).decode()}", "key_version": version}


def _decrypt(key: dict[str, Any], item: Mapping[str, Any]) -> dict[str, Any]:
    _, version, text = item["ciphertext"].split(":")
    number = int(version[1:])
    if number < key["decrypt"] or number not in key["keys"]:
        raise UserError("ciphertext or signature version is disallowed by policy (too old)")
    try:
        data = b64decode(text, validate=True)
        plain = AESGCM(key["keys"][number]).decrypt(
            data[:12], data[12:], b64decode(item.get("associated_data", ""))
        )
    except (InvalidTag, ValueError):
        raise UserError("cipher: message authentication failed") from None
    return {"plaintext": b64encode(plain).decode()}


def _handler(server: TransitServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._reply("GET")

        def do_POST(self) -> None:
            self._reply("POST")

        def _reply(self, method: str) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else {}
            token = self.headers.get("X-Vault-Token", "")
            status, answer = server.answer(method, self.path.removeprefix("/v1/"), token, body)
            content = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if server.trouble == "truncated":
                content = content[: len(content) // 2]
            if server.trouble == "slow":
                self._drip(content)
            else:
                self.wfile.write(content)

        def _drip(self, content: bytes) -> None:
            """Byte by byte: no single read waits long."""
            try:
                for at in range(len(content)):
                    self.wfile.write(content[at : at + 1])
                    time.sleep(0.03)
            except OSError:
                pass  # the client has given up

        def log_message(self, *_: object) -> None:
            pass

    return Handler
