"""How the rules are set: the newest version of each, or its first settings where nobody changed it."""

from dataclasses import dataclass
from datetime import date

from compliance.anomalies.models import RuleVersion
from compliance.anomalies.reading import day_of
from compliance.anomalies.rules import RULES
from compliance.anomalies.rules.base import Rule


@dataclass(frozen=True, slots=True)
class Setting:
    """A rule as it is in force. `since` is the day it was last switched on, None from the beginning."""

    rule: Rule
    number: int
    active: bool
    params: dict[str, int]
    version: RuleVersion | None = None
    since: date | None = None


def settings_in_force() -> dict[str, Setting]:
    """By code. One query."""
    newest: dict[str, RuleVersion] = {}
    since: dict[str, date | None] = {}
    for one in RuleVersion.objects.select_related("made_by", "decided_by").order_by("rule", "number"):
        before = newest.get(one.rule)
        if one.active and before is not None and not before.active:
            since[one.rule] = day_of(one.made_at)
        newest[one.rule] = one
    return {code: _setting(rule, newest.get(code), since.get(code)) for code, rule in RULES.items()}


def setting_of(code: str) -> Setting:
    """Raises KeyError for a rule that is not there."""
    return settings_in_force()[code]


def _setting(rule: Rule, version: RuleVersion | None, since: date | None) -> Setting:
    if version is None:
        return Setting(rule, 0, True, rule.defaults)
    # A parameter that a later release added has its default until somebody sets it.
    return Setting(rule, version.number, version.active, rule.defaults | version.params, version, since)
