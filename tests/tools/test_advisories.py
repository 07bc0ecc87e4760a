"""Pins that are past the days of SECURITY.md are named; a service that does not answer is no clean bill."""

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from tools import advisories
from tools.advisories import ROOT, Pin, compare, excused, pins

TODAY = date(2026, 11, 24)


class Service(ThreadingHTTPServer):
    """Speaks OSV's /v1/query: one advisory a page, so that pages have to be followed."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.known: dict[str, list[dict[str, Any]]] = {}
        self.asked: set[tuple[str, str, str]] = set()
        self.broken_at = ""

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Answering(BaseHTTPRequestHandler):
    server: Service

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        name, ecosystem = asked["package"]["name"], asked["package"]["ecosystem"]
        self.server.asked.add((ecosystem, name, asked["version"]))
        if self.path != "/v1/query" or name == self.server.broken_at:
            self.send_error(503)
            return
        known, at = self.server.known.get(f"{name}=={asked['version']}", []), int(asked.get("page_token", 0))
        told: dict[str, Any] = {"vulns": known[at : at + 1]} if known else {}
        if at + 1 < len(known):
            told["next_page_token"] = str(at + 1)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(told).encode())

    def log_message(self, *_args: object) -> None:
        """Not into the output of the tests."""


@pytest.fixture
def service() -> Iterator[Service]:
    server = Service()
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def house(tmp_path: Path) -> Path:
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements/run.txt").write_text(
        "django==5.2.8 \\\n    --hash=sha256:00\n    # via allauth\n"
        "colorama==0.4.6 ; sys_platform == 'win32' \\\n"
    )
    (tmp_path / "static/vendor/htmx-2.0.11").mkdir(parents=True)
    return tmp_path


def told(name: str, rating: str | None, published: str, *aliases: str, **more: Any) -> dict[str, Any]:
    rated = {"database_specific": {"severity": rating}} if rating else {}
    return {"id": name, "published": f"{published}T08:00:00Z", "aliases": [*aliases]} | rated | more


def test_every_pin_is_asked_about(service: Service, house: Path) -> None:
    assert compare(house, service.address, TODAY) == ([], [])
    assert service.asked == {
        ("PyPI", "django", "5.2.8"),
        ("PyPI", "colorama", "0.4.6"),
        ("npm", "htmx.org", "2.0.11"),
    }


def test_no_pin_of_ours_is_missed() -> None:
    found = pins(ROOT)
    lines = {
        line.split(" ")[0].split(";")[0]
        for path in ROOT.glob("requirements/*.txt")
        for line in path.read_text().splitlines()
        if "==" in line and not line.startswith((" ", "#"))
    }
    assert {f"{pin.name}=={pin.version}" for pin in found if pin.ecosystem == "PyPI"} == lines
    assert {pin.name for pin in found if pin.ecosystem == "npm"} == {
        "@tabler/core",
        "@tabler/icons",
        "echarts",
        "htmx.org",
    }


@pytest.mark.parametrize(
    ("rating", "published", "overdue"),
    [
        ("CRITICAL", "2026-11-21", False),
        ("CRITICAL", "2026-11-20", True),
        ("HIGH", "2026-11-10", False),
        ("HIGH", "2026-11-09", True),
        ("MODERATE", "2026-09-25", False),
        ("LOW", "2026-09-24", True),
        (None, "2026-11-10", False),
        (None, "2026-11-09", True),
        ("TERRIFYING", "2026-11-09", True),
    ],
)
def test_each_rating_has_its_days(
    service: Service, house: Path, rating: str | None, published: str, overdue: bool
) -> None:
    service.known["django==5.2.8"] = [told("GHSA-1", rating, published)]
    late, in_time = compare(house, service.address, TODAY)
    assert [one.id for one in (late if overdue else in_time)] == ["GHSA-1"]
    assert not (in_time if overdue else late)


def test_pages_are_followed_names_counted_once_and_the_withdrawn_left_out(
    service: Service, house: Path
) -> None:
    service.known["django==5.2.8"] = [
        told("PYSEC-1", None, "2026-11-20", "CVE-1"),
        told("GHSA-1", "CRITICAL", "2026-11-19", "CVE-1"),
        told("GHSA-2", "CRITICAL", "2026-01-01", withdrawn="2026-02-01T00:00:00Z"),
        told("GHSA-3", "LOW", "2026-11-19"),
    ]
    late, in_time = compare(house, service.address, TODAY)
    assert [one.id for one in late] == ["GHSA-1"]
    assert [one.id for one in in_time] == ["GHSA-3"]


def test_an_excuse_counts_until_its_end(service: Service, house: Path) -> None:
    service.known["django==5.2.8"] = [told("GHSA-1", "HIGH", "2026-01-01", "CVE-1")]
    listed = house / "requirements/advisories.toml"
    listed.write_text('[CVE-1]\nwhy = "nothing here calls it"\nuntil = 2026-11-24\n')
    assert compare(house, service.address, TODAY) == ([], [])
    [late], _in_time = compare(house, service.address, date(2026, 11, 25))
    assert late.pin == Pin("PyPI", "django", "5.2.8")


@pytest.mark.parametrize("said", ["until = 2026-12-01", 'why = "so"', 'why = "so"\nuntil = 2028-01-01'])
def test_an_excuse_without_reason_or_near_end_is_refused(house: Path, said: str) -> None:
    (house / "requirements/advisories.toml").write_text(f"[CVE-1]\n{said}\n")
    with pytest.raises(ValueError, match="CVE-1"):
        excused(house, TODAY)


def run(service: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, advisories.__file__, "--service", service]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_command_says_what_it_found_and_how_it_ends(service: Service) -> None:
    clean = run(service.address)
    assert clean.returncode == 0
    assert "0 advisories overdue" in clean.stdout
    django = next(pin for pin in pins(ROOT) if pin.name == "django")
    service.known[f"django=={django.version}"] = [told("GHSA-1", "HIGH", "2026-01-01")]
    found = run(service.address)
    assert found.returncode == 1
    assert f"Overdue: django {django.version}: GHSA-1" in found.stdout
    service.broken_at = "htmx.org"
    silent = run(service.address)
    assert silent.returncode == 2
    assert "says nothing" in silent.stderr
    assert "overdue" not in silent.stdout


def test_the_days_are_those_that_security_md_promises() -> None:
    words = " ".join((ROOT / "SECURITY.md").read_text().split())
    assert f"within {advisories.DAYS['CRITICAL']} days when it opens" in words
    assert f"within {advisories.DAYS['HIGH']} days when it is severe" in words
    assert f"within {advisories.DAYS['LOW']} days in all other cases" in words
