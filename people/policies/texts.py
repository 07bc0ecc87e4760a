"""The texts of policies: their hash, their parts, what changed between two, and the ones the house starts
from."""

import difflib
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from people.accounts.system import SYSTEM_ID
from people.fingerprints import fingerprint
from people.policies.models import Policy, PolicyVersion

TEXTS = Path(__file__).parent / "texts"
LANGUAGES = ("zh", "en")
HEADING = "# "  # begins a part
_DAYS, _REVIEWED_AFTER = 14, timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Part:
    """`heading` is empty of what stands before the first one."""

    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """A line of a comparison. `kind`: "same", "out" (of the older) or "in" (of the newer)."""

    kind: str
    line: str


def hash_of(version: PolicyVersion) -> bytes:
    """SHA-256 over title and text in both languages (`people.fingerprints`)."""
    return fingerprint(
        getattr(version, f"{name}_{language}") for language in LANGUAGES for name in ("title", "text")
    )


def parts_of(text: str) -> list[Part]:
    """The parts of a text, in order; none is empty and no line is lost."""
    found: list[tuple[str, list[str]]] = []
    for line in text.splitlines():
        if line.startswith(HEADING) and line.removeprefix(HEADING).strip():
            found.append((line.removeprefix(HEADING).strip(), []))
        elif found:
            found[-1][1].append(line)
        elif line.strip():
            found.append(("", [line]))
    return [Part(heading, "\n".join(lines).strip("\n")) for heading, lines in found]


def changes(older: str, newer: str) -> list[Change]:
    """Line by line, in the order of reading; blank lines left out."""
    kinds = {"  ": "same", "- ": "out", "+ ": "in"}
    compared = difflib.Differ().compare(older.splitlines(), newer.splitlines())
    return [Change(kinds[line[:2]], line[2:]) for line in compared if line[:2] in kinds and line[2:].strip()]


def ensure_first_policies(*, using: str = "default") -> None:
    """A draft of each text here of which the database has no policy yet. None is in force before an officer
    of the house has read and taken it up, and another has agreed."""
    with transaction.atomic(using=using):
        present = set(Policy.objects.using(using).values_list("code", flat=True))
        for code, text in _shipped():
            if code not in present:
                policy = Policy(code=code)
                policy.save(using=using)
                _draft(policy, text).save(using=using)


def _shipped() -> Iterator[tuple[str, dict[str, Any]]]:
    for path in sorted(TEXTS.glob("*.toml")):
        yield path.stem, tomllib.loads(path.read_text(encoding="utf-8"))


def _draft(policy: Policy, text: dict[str, Any]) -> PolicyVersion:
    today = timezone.localdate()
    version = PolicyVersion(
        policy=policy,
        number=1,
        days=_DAYS,
        effective_on=today,
        review_on=today + _REVIEWED_AFTER,
        written_by_id=SYSTEM_ID,
        **{
            f"{name}_{language}": text[language][name].strip()
            for language in LANGUAGES
            for name in ("title", "text")
        },
    )
    version.text_hash = hash_of(version)
    return version
