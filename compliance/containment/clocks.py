"""The clocks of an incident: which law or rule sets them, from when, for how long.

Each starts at discovery, the final report's when the incident is contained. Where a law names no hours, the
house sets some, and the words say so. Sources: 网络安全事件报告管理办法 (in force 2025-11-01): 4 hours to the
provincial cyberspace administration from 较大 upwards, 1 hour for critical infrastructure, the final report
within 30 days of the end of handling; PIPL art. 57 and Data Security Law art. 29, at once, no hours named;
GDPR art. 33(1) 72 hours, art. 34(1) without undue delay. A lawyer of the house confirms them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from compliance.containment.codes import Severity


@dataclass(frozen=True, slots=True)
class Facts:
    """What decides which clocks run: how severe, critical infrastructure, people in the European Union."""

    severity: int
    critical: bool
    gdpr: bool


@dataclass(frozen=True, slots=True)
class ClockRule:
    """`binds` says of which incidents; `once_contained`: it starts when the incident is contained."""

    code: str
    label: Promise | str
    source: Promise | str
    within: timedelta
    binds: Callable[[Facts], bool]
    once_contained: bool = False


def _always(_facts: Facts) -> bool:
    return True


def _reportable(facts: Facts) -> bool:
    return facts.severity >= Severity.LARGER


CLOCKS: dict[str, ClockRule] = {
    rule.code: rule
    for rule in (
        ClockRule(
            "house.contain",
            _("Contain it"),
            _("Rule of the house: 1 hour"),
            timedelta(hours=1),
            _always,
        ),
        ClockRule(
            "cac.critical",
            _("Report to the protection department and the police (critical infrastructure)"),
            _("Measures on reporting cybersecurity incidents (2025): 1 hour, critical infrastructure"),
            timedelta(hours=1),
            lambda facts: facts.critical and _reportable(facts),
        ),
        ClockRule(
            "house.severity",
            _("Settle how severe it is"),
            _("Rule of the house: 4 hours"),
            timedelta(hours=4),
            _always,
        ),
        ClockRule(
            "cac.report",
            _("Report to the provincial cyberspace administration"),
            _("Measures on reporting cybersecurity incidents (2025): 4 hours, from “larger” upwards"),
            timedelta(hours=4),
            _reportable,
        ),
        ClockRule(
            "pipl.57",
            _("Tell the authority and the people concerned"),
            _("PIPL art. 57: at once, no hours named; the house sets 24 hours"),
            timedelta(hours=24),
            _always,
        ),
        ClockRule(
            "dsl.29",
            _("Tell users and the competent department of the data security incident"),
            _("Data Security Law art. 29: at once, as rules provide; the house sets 24 hours"),
            timedelta(hours=24),
            _always,
        ),
        ClockRule(
            "gdpr.33",
            _("Notify the supervisory authority"),
            _("GDPR art. 33(1): 72 hours"),
            timedelta(hours=72),
            lambda facts: facts.gdpr,
        ),
        ClockRule(
            "gdpr.34",
            _("Tell the people concerned (high risk)"),
            _("GDPR art. 34(1): without undue delay; the house sets 72 hours"),
            timedelta(hours=72),
            lambda facts: facts.gdpr,
        ),
        ClockRule(
            "cac.final",
            _("Final report"),
            _("Measures on reporting cybersecurity incidents (2025): 30 days after handling has ended"),
            timedelta(days=30),
            _reportable,
            once_contained=True,
        ),
    )
}
