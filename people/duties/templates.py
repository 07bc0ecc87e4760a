"""The texts of the undertakings: their hash, the version in force, and the first ones the house comes
with."""

import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils import timezone

from people.duties.models import CLAUSES, NdaKind, NdaTemplate, NdaText
from people.fingerprints import fingerprint

TEXTS = Path(__file__).parent / "texts"
LANGUAGES = ("zh", "en")


@dataclass(frozen=True)
class Part:
    """One part of a text as shown: the preamble or one of the four clauses."""

    name: str
    text: str


def text_hash(template: NdaText) -> bytes:
    """SHA-256 over title, preamble and clauses in both languages (`people.fingerprints`)."""
    return fingerprint(
        getattr(template, f"{name}_{language}")
        for language in LANGUAGES
        for name in ("title", "preamble", *CLAUSES)
    )


def parts(template: NdaText, language: str) -> list[Part]:
    """The whole text in `language` ("zh" or "en"), in order."""
    return [Part(name, getattr(template, f"{name}_{language}")) for name in ("preamble", *CLAUSES)]


def in_force(kind: NdaKind | str) -> NdaTemplate | None:
    """The newest version of a kind that has taken effect."""
    known = NdaTemplate.objects.filter(kind=kind, effective_at__lte=timezone.now())
    return known.order_by("-version").first()


def ensure_first_templates(*, kinds: Collection[str] = tuple(NdaKind.values), using: str = "default") -> None:
    """Version 1 of each of these kinds that has a text here and none in the database. After migrations that
    went back, the database knows fewer kinds than the code."""
    present = set(NdaTemplate.objects.using(using).values_list("kind", flat=True))
    for path in sorted(TEXTS.glob("*.toml")):
        if path.stem in kinds and path.stem not in present:
            _template(path.stem, tomllib.loads(path.read_text(encoding="utf-8"))).save(using=using)


def _template(kind: str, text: dict[str, Any]) -> NdaTemplate:
    fields = {
        f"{name}_{language}": text[language][name].strip()
        for language in LANGUAGES
        for name in ("title", "preamble", *CLAUSES)
    }
    template = NdaTemplate(
        kind=kind, version=1, access_days=text["access_days"], duty_days=text["duty_days"], **fields
    )
    template.text_hash = text_hash(template)
    return template
