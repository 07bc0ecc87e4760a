"""The texts of the undertakings: their hash, the version in force, and the first ones the house comes
with."""

import hashlib
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils import timezone

from people.duties.models import CLAUSES, NdaKind, NdaTemplate

TEXTS = Path(__file__).parent / "texts"
LANGUAGES = ("zh", "en")


@dataclass(frozen=True)
class Part:
    """One part of a text as shown: the preamble or one of the four clauses."""

    name: str
    text: str


def text_hash(template: NdaTemplate) -> bytes:
    """SHA-256 over title, preamble and clauses in both languages, each length-prefixed so that no two texts
    with their boundaries moved hash alike."""
    digest = hashlib.sha256()
    for language in LANGUAGES:
        for name in ("title", "preamble", *CLAUSES):
            piece = getattr(template, f"{name}_{language}").encode()
            digest.update(len(piece).to_bytes(8, "big") + piece)
    return digest.digest()


def parts(template: NdaTemplate, language: str) -> list[Part]:
    """The whole text in `language` ("zh" or "en"), in order."""
    return [Part(name, getattr(template, f"{name}_{language}")) for name in ("preamble", *CLAUSES)]


def in_force(kind: NdaKind | str) -> NdaTemplate | None:
    """The newest version of a kind that has taken effect."""
    known = NdaTemplate.objects.filter(kind=kind, effective_at__lte=timezone.now())
    return known.order_by("-version").first()


def ensure_first_templates(*, using: str = "default") -> None:
    """Version 1 of each kind that has a text here and none in the database."""
    present = set(NdaTemplate.objects.using(using).values_list("kind", flat=True))
    for path in sorted(TEXTS.glob("*.toml")):
        if path.stem not in present:
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
