"""What a change of a grade's rule would do, before it is done: layers above add what they know."""

from collections.abc import Callable
from itertools import pairwise

from vault.masking.grades import Grade
from vault.records.grading.rules import Rule, rules
from vault.records.models import Client, ClientState

Effect = tuple[str, int]  # words, and how many

# What the new rule of this grade would change, in words.
Provider = Callable[[Grade, Rule], list[Effect]]

_providers: list[Provider] = []


def register_effects(provider: Provider) -> None:
    """A second time changes nothing."""
    if provider not in _providers:
        _providers.append(provider)


def effects_of(grade: Grade, rule: Rule) -> list[Effect]:
    """What the layers above say that `rule` would do."""
    return [effect for provider in _providers for effect in provider(grade, rule)]


def clients_of(grade: Grade) -> int:
    """Clients in use that have this grade themselves."""
    return Client.objects.filter(grade=grade, state=ClientState.ACTIVE).count()


def out_of_order(grade: Grade, rule: Rule) -> bool:
    """Whether a higher grade would then ask less than a lower one in any point."""
    changed = rules() | {grade: rule}
    grades = list(Grade)
    return any(changed[higher].is_milder_than(changed[lower]) for lower, higher in pairwise(grades))
