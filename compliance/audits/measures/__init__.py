"""The measures by name. A code is for ever: checklists and reports keep it."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from compliance.audits.codes import Area
from compliance.audits.measures import logs, records
from compliance.audits.measures.base import Measure, Period

__all__ = ["MEASURES", "Measure", "Period"]

_ALL = (
    Measure(
        code="accounts_dormant",
        area=Area.ACCESS,
        label=_("Accounts that nobody signed in to for 90 days"),
        figures={"accounts": _("open accounts"), "dormant": _("dormant")},
        take=records.accounts_dormant,
    ),
    Measure(
        code="undertakings_missing",
        area=Area.ACCESS,
        label=_("People without an undertaking of confidentiality in force"),
        figures={"people": _("people who work here"), "without": _("without one")},
        take=records.undertakings_missing,
    ),
    Measure(
        code="approvals_quick",
        area=Area.APPROVALS,
        label=_("Approvals decided within 10 seconds of opening them"),
        figures={"decisions": _("decisions"), "quick": _("within 10 seconds")},
        take=records.approvals_quick,
    ),
    Measure(
        code="exports_without_officer",
        area=Area.OPENING,
        label=_("Exports past the marks that no officer approved"),
        figures={
            "exports": pgettext_lazy("audit figure", "exports"),
            "past_marks": _("past the marks"),
            "without_officer": _("without an officer"),
        },
        take=records.exports_without_officer,
        strict=True,
    ),
    Measure(
        code="reveals_unexplained",
        area=Area.OPENING,
        label=_("Reveals that neither a follow-up nor an approval explains"),
        figures={"reveals": _("reveals"), "unexplained": _("unexplained"), "percent": _("percent")},
        take=logs.reveals_unexplained,
    ),
    Measure(
        code="consents_withdrawn_used",
        area=Area.CONSENT,
        label=_("Data opened on a consent that had been withdrawn"),
        figures={"reveals": _("reveals"), "after_withdrawal": _("after withdrawal")},
        take=records.consents_withdrawn_used,
        strict=True,
    ),
    Measure(
        code="destruction_overdue",
        area=Area.DESTRUCTION,
        label=_("Clients due for destruction for more than 30 days"),
        figures={
            "due": pgettext_lazy("audit figure", "due"),
            "overdue": pgettext_lazy("audit figure", "overdue"),
        },
        take=records.destruction_overdue,
    ),
    Measure(
        code="log_signed",
        area=Area.LOG,
        label=_("Months of the log that an officer signed off"),
        figures={"months": _("months"), "signed": _("signed off"), "unsigned": _("not signed off")},
        take=logs.log_signed,
    ),
    Measure(
        code="samples_unanswered",
        area=Area.LOG,
        label=_("Samples (“why did you open this?”) without an answer in time"),
        figures={"drawn": _("drawn"), "unanswered": _("unanswered")},
        take=logs.samples_unanswered,
    ),
    Measure(
        code="findings_waiting",
        area=Area.LOG,
        label=_("Findings of the watch that wait for more than 14 days"),
        figures={"found": pgettext_lazy("audit figure", "found"), "waiting": _("still waiting")},
        take=logs.findings_waiting,
    ),
    Measure(
        code="log_compared",
        area=Area.LOG,
        label=_("Comparisons of the log with its tree"),
        figures={
            "comparisons": _("comparisons"),
            "failed": pgettext_lazy("audit figure", "failed"),
            "days_since": _("days since the last good one"),
        },
        take=logs.log_compared,
    ),
    Measure(
        code="checkpoints",
        area=Area.LOG,
        label=_("Signed checkpoints outside the database"),
        figures={
            "sinks": _("places"),
            "late": _("late"),
            "wrong": _("differing"),
            "alarms": _("alarms"),
            "signed": _("signed at all"),
        },
        take=logs.checkpoints,
    ),
    Measure(
        code="recovery_drill",
        area=Area.KEYS,
        label=_("Rehearsals of the recovery of the root keys within a year"),
        figures={
            "drills": _("rehearsals"),
            "passed": _("passed"),
            "days_since": _("days since the last good one"),
        },
        take=logs.recovery_drill,
    ),
    Measure(
        code="keys_old",
        area=Area.KEYS,
        label=_("Compartment keys older than 90 days"),
        figures={"keys": _("keys in force"), "older": _("older than 90 days")},
        take=logs.keys_old,
    ),
)
MEASURES: dict[str, Measure] = {one.code: one for one in _ALL}
