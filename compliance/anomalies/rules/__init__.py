"""The rules of the watch, by code. Each is code here; whether it is on, and its numbers, stand in the
database."""

from compliance.anomalies.rules.base import Rule
from compliance.anomalies.rules.marks import AFTER_NOTICE, CANARY, DENIED_BURST, LOG_GAPS, UNEXPLAINED
from compliance.anomalies.rules.places import DORMANT, IMPERSONATION, NEW_PLACE
from compliance.anomalies.rules.volume import MASS_LISTING, MASS_OPENING, OFF_HOURS, REVEAL_RATIO

RULES: dict[str, Rule] = {
    rule.code: rule
    for rule in (
        MASS_OPENING,
        MASS_LISTING,
        REVEAL_RATIO,
        OFF_HOURS,
        NEW_PLACE,
        DENIED_BURST,
        CANARY,
        UNEXPLAINED,
        DORMANT,
        AFTER_NOTICE,
        IMPERSONATION,
        LOG_GAPS,
    )
}
