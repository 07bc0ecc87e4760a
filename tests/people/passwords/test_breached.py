"""The list of breached passwords: a file, a real local server that speaks the range protocol, and neither."""

import hashlib
import logging
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from config.checks import breached_passwords
from people.passwords.breached import SHORTEST_LINE, BreachedValidator, FileList, ListDown, RangeList

OUT = "marmalade 41 gravity quilt"  # a password that came out
DIGEST = hashlib.sha1(OUT.encode()).hexdigest().upper()
DIGESTS = st.binary(min_size=20, max_size=20).map(lambda raw: raw.hex().upper())


class Service(ThreadingHTTPServer):
    """What it was asked, and what it answers."""

    asked: list[tuple[str, str | None]]
    status = 200
    body = b""

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: Service

    def do_GET(self) -> None:
        self.server.asked.append((self.path, self.headers.get("Add-Padding")))
        self.send_response(self.server.status)
        if self.server.status == 302:
            self.send_header("Location", f"{self.server.address}/range/elsewhere")
        self.end_headers()
        self.wfile.write(self.server.body)

    def log_message(self, *_: object) -> None:
        """Nothing on the console."""


@pytest.fixture
def service() -> Iterator[Service]:
    with Service(("127.0.0.1", 0), Handler) as server:
        server.asked = []
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_the_service_is_told_five_digits_and_nothing_else(service: Service) -> None:
    service.body = f"{'0' * 35}:4\r\n{DIGEST[5:]}:17\r\n".encode()
    assert RangeList(service.address + "/").holds(DIGEST)
    assert service.asked == [(f"/range/{DIGEST[:5]}", "true")]


@pytest.mark.parametrize(
    "body", [b"", f"{'0' * 35}:4\n".encode(), f"{DIGEST[5:]}:0\n".encode(), f"{DIGEST[5:-1]}:9\n".encode()]
)
def test_what_is_not_listed(service: Service, body: bytes) -> None:
    """Padding has a count of 0; a part of a hash is none."""
    service.body = body
    assert not RangeList(service.address).holds(DIGEST)


@pytest.mark.parametrize("status", [302, 404, 429, 500])
def test_a_service_that_fails(service: Service, status: int) -> None:
    service.status = status
    with pytest.raises(ListDown):
        RangeList(service.address).holds(DIGEST)
    assert len(service.asked) == 1  # sent elsewhere, nobody is asked there


def test_what_is_no_text(service: Service) -> None:
    service.body = b"\xff\xfe"
    with pytest.raises(ListDown):
        RangeList(service.address).holds(DIGEST)


def test_a_validator_refuses_what_the_service_lists(service: Service, settings) -> None:
    settings.BREACHED_PASSWORDS = service.address
    service.body = f"{DIGEST[5:]}:17\n".encode()
    with pytest.raises(ValidationError) as found:
        BreachedValidator().validate(OUT)
    assert found.value.code == "password_breached"
    BreachedValidator().validate(OUT + " and more")


@pytest.mark.parametrize("named", ["http://127.0.0.1:9", "/nowhere/at-all.txt"])
def test_a_list_that_is_down_lets_the_password_pass_and_says_so(
    settings, named: str, caplog: pytest.LogCaptureFixture
) -> None:
    settings.BREACHED_PASSWORDS = named
    with caplog.at_level(logging.WARNING):
        BreachedValidator().validate(OUT)
    assert "was not compared" in caplog.text
    assert OUT not in caplog.text
    assert DIGEST[:5] not in caplog.text


def test_none_by_default(caplog: pytest.LogCaptureFixture) -> None:
    assert django_settings.BREACHED_PASSWORDS == ""
    BreachedValidator().validate(OUT)
    assert caplog.text == ""


@given(st.sets(DIGESTS, min_size=1, max_size=40), DIGESTS, st.integers(SHORTEST_LINE, 40), st.booleans())
def test_a_file_holds_what_is_in_it_and_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, listed: set[str], other: str, length: int, counted: bool
) -> None:
    lines = sorted({digest[:length] for digest in listed})
    path = tmp_path_factory.mktemp("list") / "hashes.txt"
    path.write_text("".join(f"{line}:{len(line)}\r\n" if counted else f"{line}\n" for line in lines))
    found = FileList(path)
    assert all(found.holds(digest) for digest in listed)
    assert found.holds(other) is (other[:length] in lines)


def test_lower_case_an_empty_file_and_a_line_that_is_too_short(tmp_path: Path) -> None:
    path = tmp_path / "hashes.txt"
    for text, holds in ((DIGEST.lower(), True), ("", False), (DIGEST[: SHORTEST_LINE - 1] + "\n", False)):
        path.write_text(text)
        assert FileList(path).holds(DIGEST) is holds


@pytest.mark.parametrize(
    ("named", "problems"),
    [
        ("", 0),
        ("https://list.example.cn", 0),
        ("http://127.0.0.1:8090", 0),
        ("http://list.example.cn", 1),
        ("/nowhere/at-all.txt", 1),
    ],
)
def test_a_check_at_the_start(settings, named: str, problems: int) -> None:
    settings.BREACHED_PASSWORDS = named
    assert [problem.id for problem in breached_passwords()] == ["sealroom.C018"] * problems
