"""Compares every pin with the published advisories: which are past the days that SECURITY.md promises?

    python tools/advisories.py [--service https://api.osv.dev]

The pins are requirements/*.txt and the folders of static/vendor; the advisories come from OSV (osv.dev),
which is told names and versions of public packages and nothing else. Ends with 1 where something is overdue,
with 2 where the service did not answer: that nothing was found is said only when everything was asked.
pip-audit knows neither the days nor the vendored packages, and would bring thirty packages of its own.

An advisory that does not touch us stands in requirements/advisories.toml with the reason and an end, at the
latest a year away, after which it is asked about again:

    [GHSA-xxxx-xxxx-xxxx]
    why = "only the command line of the package is concerned, which nothing here calls"
    until = 2027-03-31
"""

import json
import re
import sys
import tomllib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

ROOT = Path(__file__).resolve().parent.parent
SERVICE = "https://api.osv.dev"
# From publication, as SECURITY.md says. Without a word on how severe it is, it counts as severe.
DAYS = {"CRITICAL": 3, "HIGH": 14, "MODERATE": 60, "MEDIUM": 60, "LOW": 60}
UNRATED = "HIGH"
LONGEST_EXCUSE = timedelta(days=366)
_PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)
_VENDORED = re.compile(r"(.+)-(\d[^-]*)")
# Folders are called otherwise than the packages that they come from.
_IN_NPM = {"htmx": "htmx.org", "tabler-core": "@tabler/core", "tabler-icons": "@tabler/icons"}
_WAIT = 30  # seconds, for one answer


@dataclass(frozen=True, order=True)
class Pin:
    ecosystem: str
    name: str
    version: str

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


@dataclass(frozen=True)
class Advisory:
    pin: Pin
    id: str
    names: frozenset[str]
    rating: str
    published: date

    @property
    def due(self) -> date:
        return self.published + timedelta(days=DAYS[self.rating])

    def __str__(self) -> str:
        return f"{self.pin}: {self.id}, {self.rating.lower()}, of {self.published}, due {self.due}"


def pins(root: Path) -> list[Pin]:
    found = {
        Pin("PyPI", *pin)
        for path in root.glob("requirements/*.txt")
        for pin in _PIN.findall(path.read_text())
    }
    for folder in (root / "static/vendor").iterdir():
        if folder.is_dir():
            named = _VENDORED.fullmatch(folder.name)
            if named is None:
                raise ValueError(f"{folder.name} is not called by name and version")
            name, version = named.groups()
            found.add(Pin("npm", _IN_NPM.get(name, name), version))
    return sorted(found)


def excused(root: Path, today: date) -> set[str]:
    """The identifiers that need no answer today. Raises ValueError where a reason or an end is missing."""
    path = root / "requirements/advisories.toml"
    listed: dict[str, dict[str, Any]] = tomllib.loads(path.read_text()) if path.exists() else {}
    for name, said in listed.items():
        if not said.get("why") or not isinstance(said.get("until"), date):
            raise ValueError(f"{name}: say why and until when")
        if said["until"] - today > LONGEST_EXCUSE:
            raise ValueError(f"{name}: at most a year ahead")
    return {name for name, said in listed.items() if said["until"] >= today}


def advisories(pin: Pin, service: str) -> list[Advisory]:
    """Raises OSError, ValueError: the service did not answer, or not as it should."""
    return [_advisory(pin, told) for told in _told(pin, service) if "withdrawn" not in told]


def _told(pin: Pin, service: str) -> Iterator[dict[str, Any]]:
    asked: dict[str, Any] = {
        "package": {"name": pin.name, "ecosystem": pin.ecosystem},
        "version": pin.version,
    }
    while True:
        request = Request(  # noqa: S310 (the service is ours to name)
            f"{service}/v1/query", json.dumps(asked).encode(), {"Content-Type": "application/json"}
        )
        with urlopen(request, timeout=_WAIT) as answer:  # noqa: S310
            told = json.load(answer)
        if not isinstance(told, dict):
            raise ValueError("the service answered with something else than advisories")
        yield from told.get("vulns", [])
        if not told.get("next_page_token"):
            return
        asked["page_token"] = told["next_page_token"]


def _advisory(pin: Pin, told: dict[str, Any]) -> Advisory:
    rating = str(told.get("database_specific", {}).get("severity", "")).upper()
    return Advisory(
        pin=pin,
        id=told["id"],
        names=frozenset((told["id"], *told.get("aliases", []))),
        rating=rating if rating in DAYS else UNRATED,
        published=datetime.fromisoformat(told["published"]).date(),
    )


def compare(root: Path, service: str, today: date) -> tuple[list[Advisory], list[Advisory]]:
    """What is overdue, and what still has time; one advisory of several names once."""
    excuses = excused(root, today)
    with ThreadPoolExecutor(8) as pool:
        each = pool.map(lambda pin: advisories(pin, service), pins(root))
        found = [one for some in each for one in some if not one.names & excuses]
    # The same finding under another name may be rated higher or have been published earlier: that one counts.
    found.sort(key=lambda one: (one.pin, one.due, one.id))
    first: list[Advisory] = []
    for one in found:
        if not any(one.pin == other.pin and one.names & other.names for other in first):
            first.append(one)
    return [one for one in first if one.due < today], [one for one in first if one.due >= today]


def main(arguments: list[str]) -> int:
    service = arguments[1] if arguments[:1] == ["--service"] else SERVICE
    try:
        overdue, in_time = compare(ROOT, service.rstrip("/"), datetime.now(UTC).date())
    except (OSError, ValueError, KeyError) as problem:
        print(f"Not everything could be asked, so this says nothing: {problem!r}", file=sys.stderr)
        return 2
    for title, found in (("Overdue", overdue), ("In time", in_time)):
        for one in found:
            print(f"{title}: {one}")
    print(f"{len(pins(ROOT))} pins: {len(overdue)} advisories overdue, {len(in_time)} in time.")
    return 1 if overdue else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
