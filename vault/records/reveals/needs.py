"""What a reveal needs, before anything is opened: from the grades of the group and the client's facets."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from vault.masking.grades import Grade
from vault.purposes.catalogue import Purpose
from vault.purposes.codes import Unlawful
from vault.records.facets import Origin, Use, Visibility
from vault.records.grading.declared import group_grade
from vault.records.grading.rules import Rule, SecondPerson
from vault.records.labels import Group
from vault.records.models import Client, ClientKind, Source


@dataclass(frozen=True, slots=True)
class Needs:
    """What showing one group of one client asks for."""

    grade: Grade
    step_up: bool
    second_person: bool
    weight: int
    watermark: bool


def needs_of(client: Client, group: Group, rules: Mapping[Grade, Rule]) -> Needs:
    """From `rules.rules()`; opens nothing and asks the database nothing more."""
    grade = group_grade(
        group,
        raised=client.book.field_grades,
        client=client.grade,
        visibility=client.visibility,
        company=client.kind == ClientKind.COMPANY,
    )
    rule = rules[grade]
    asked_if_private = rule.second_person == SecondPerson.PRIVATE and client.visibility == Visibility.PRIVATE
    return Needs(
        grade=grade,
        step_up=rule.step_up,
        second_person=asked_if_private or rule.second_person == SecondPerson.ALWAYS,
        weight=rule.weight,
        watermark=rule.watermark,
    )


# What the data were taken in for bounds what they are shown for (PIPL 6, 14). Codes, not members: a purpose
# that the catalogue gains later is bounded by its code.
_ALWAYS = frozenset({Purpose.DEAL.value, Purpose.COMPLAINT.value, Purpose.LEGAL_DUTY.value})
_MARKETING = "marketing"
_ONLY: Mapping[str, frozenset[str]] = {
    Use.MARKETING: _ALWAYS | {_MARKETING},
    Use.SERVICE: _ALWAYS | {Purpose.SERVICE.value, Purpose.IDENTITY_CHECK.value},
}

_sources: list[Callable[[Client], bool]] = []


def register_source(known: Callable[[Client], bool]) -> None:
    """Another place where the source of a client's data may be recorded; a second time changes nothing."""
    if known not in _sources:
        _sources.append(known)


def fits_use(use: str, purpose: str) -> bool:
    """Whether data taken in for `use` may be shown for this purpose."""
    allowed = _ONLY.get(use)
    return purpose != _MARKETING if allowed is None else purpose in allowed


def lack_of_facets(client: Client, purpose: str) -> Unlawful | None:
    """Why the client's facets keep plaintext from this purpose; None where they do not."""
    if not fits_use(client.use, purpose):
        return Unlawful.NOT_OF_USE
    if client.origin == Origin.EXTERNAL and not _has_source(client):
        return Unlawful.NO_SOURCE
    return None


def _has_source(client: Client) -> bool:
    return client.source != Source.OTHER or any(known(client) for known in _sources)
