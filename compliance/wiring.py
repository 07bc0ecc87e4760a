"""What this app brings to the registries of the layers below, once all apps are loaded."""

from django.utils.translation import gettext_lazy as _

from audit.sentences import register_codes
from compliance import notices
from compliance.accessreviews import today as access_reviews
from compliance.anomalies import today as anomalies
from compliance.anomalies.approval import LoosenRule
from compliance.anomalies.codes import Change, Confirmed, FalseAlarm, MuteReason, State
from compliance.anomalies.rules import RULES
from compliance.anomalies.services import watch_leaver
from compliance.audits import today as audits
from compliance.audits.codes import Basis as AuditBasis
from compliance.audits.codes import Result as AuditResult
from compliance.audits.due import held_books
from compliance.audits.keeping import held_panel, whose_texts
from compliance.audits.succession import CorrectiveActions
from compliance.conduct import today as conduct
from compliance.conduct.access import hidden_cases
from compliance.conduct.codes import Measure
from compliance.conduct.texts import whose_texts as whose_cases
from compliance.containment import today as containment
from compliance.containment.approval import EndLock
from compliance.containment.clocks import CLOCKS
from compliance.containment.codes import Answer, Closed, Contained, Severity
from compliance.containment.locking import end_what_they_see
from compliance.containment.panels import locked_panel
from compliance.dashboard import providers
from compliance.destruction.approval import DestroyRecords
from compliance.logretention import today as logretention
from compliance.logretention.approval import LetMonthGo, ShortenLog
from compliance.logretention.models import Trouble as LogTrouble
from compliance.logretention.shredding import ShredDetails
from compliance.outside import telling as outside_notices
from compliance.outside import today as outside
from compliance.outside.access import is_confined
from compliance.outside.approval import AgreeToOutsideAudit
from compliance.outside.codes import Method as OutsideMethod
from compliance.outside.codes import Why as SeatsClosed
from compliance.outside.landing import SEAT
from compliance.outside.planning import LANDING
from compliance.outside.texts import whose_texts as whose_outside
from compliance.proofs import today as proofs
from compliance.proofs.losing import DeclareLoss, Why
from compliance.rail import add_entries
from compliance.reach.reasons import Why as Shut
from compliance.retention.approval import EndUse
from compliance.retention.grades import retention_effects
from compliance.retention.models import EndReason
from compliance.retention.panels import asked_panel
from compliance.review.today import due as samples_due
from compliance.speakup import today as speakup
from compliance.speakup.access import hidden_reports
from compliance.speakup.approval import ProtectedAct
from compliance.speakup.codes import ACTS, Outcome, Shielding
from compliance.speakup.keeping import whose_reports
from compliance.speakup.protecting import shield
from compliance.stream import health as stream
from compliance.stream.models import Trouble
from compliance.tree import today as tree
from compliance.verifying.findings import Settled
from compliance.verifying.today import due
from people import shielding, today
from people.approvals.registry import register
from people.factors.access import oblige
from people.invitations.registry import on_accepted, register_landing
from people.locks.codes import LockReason
from people.raci import tasks
from people.roles.permissions import Permission
from people.staffing.estate import register_ending, register_estate, register_told
from vault.custody import owners
from vault.disclosures import holds
from vault.purposes.catalogue import ChangeReason, Purpose, Reason
from vault.records.grading.effects import register_effects
from vault.records.labels import FIELD_LABELS, Group
from vault.records.panels import Panel, Tab, book_page, client_page, review_page


def connect() -> None:
    notices.connect()
    register(DestroyRecords())
    register(EndUse())
    register(LoosenRule())
    register(DeclareLoss())
    register(LetMonthGo())
    register(ShortenLog())
    register(ShredDetails())
    register(ProtectedAct())
    register(EndLock())
    _connect_outside()
    _connect_containment()
    _connect_retention()
    providers.connect()
    log = (tree.due, proofs.due, anomalies.due, stream.due, samples_due, logretention.due)
    for provider in (
        due,
        *log,
        access_reviews.due,
        audits.due,
        speakup.due,
        containment.due,
        conduct.due,
        outside.due,
    ):
        today.register(provider)
    add_entries()
    _connect_tasks()
    holds.register(held_books)
    owners.register(whose_texts)
    owners.register(whose_reports)
    owners.register(whose_cases)
    shielding.register(shield)
    shielding.register_hides(hidden_reports)
    shielding.register_hides(hidden_cases)
    register_estate("actions", CorrectiveActions())
    register_ending(end_what_they_see)
    register_told(watch_leaver)
    book_page.add_panel(Panel(template="compliance/audits/_held.html", context=held_panel, order=2))
    register_effects(retention_effects)
    for words in (Group, Purpose, Reason, ChangeReason, EndReason, Settled):
        register_codes(dict(words.choices))
    register_codes(dict(Shut.choices))
    for choices in (Confirmed, FalseAlarm, Change, MuteReason, Trouble, LogTrouble, AuditBasis, AuditResult):
        register_codes(dict(choices.choices))
    register_codes(dict(Outcome.choices))
    register_codes(dict(Shielding.choices))
    register_codes(ACTS)
    register_codes(dict(Measure.choices))
    register_codes({f"rule.{code}": rule.label for code, rule in RULES.items()})
    register_codes({f"why-{why.value}": why.label for why in Why})
    register_codes({"finding.muted": State.MUTED.label})
    register_codes({field.value: label for field, label in FIELD_LABELS.items()})


def _connect_outside() -> None:
    outside_notices.connect()
    register(AgreeToOutsideAudit())
    register_landing(LANDING, SEAT)
    on_accepted(outside_notices.tell_came)
    oblige(is_confined)
    owners.register(whose_outside)
    for choices in (OutsideMethod, SeatsClosed):
        register_codes(dict(choices.choices))


def _connect_retention() -> None:
    client_page.add_panel(Panel(template="compliance/retention/_asked.html", context=asked_panel, order=14))
    review_page.add_tab(
        Tab(
            label=_("No longer needed"),
            url_name="compliance:retention_end",
            permission=Permission.CLIENT_EDIT,
            order=10,
        )
    )


def _connect_containment() -> None:
    book_page.add_panel(Panel(template="compliance/containment/_book.html", context=locked_panel, order=0))
    for choices in (LockReason, Contained, Closed, Answer):
        register_codes(dict(choices.choices))
    register_codes({f"severity.{one.value}": one.label for one in Severity})
    register_codes({f"clock.{rule.code}": rule.label for rule in CLOCKS.values()})


def _connect_tasks() -> None:
    """What the page of responsibilities has of this layer (people.raci), beside its approvals."""
    tasks.register(
        tasks.Task(
            label=_("Lock a person, room, deal or client book"),
            page="compliance:lock",
            kinds=("incident.opened",),
        ),
        tasks.Task(label=_("Keep the case of an incident"), page="compliance:incident"),
        tasks.Task(
            label=_("Decide on a finding of the watch"),
            page="compliance:watch_decide",
            kinds=("finding.opened",),
        ),
        tasks.Task(
            label=_("Have everybody's access reviewed"),
            page="compliance:access_review_open",
            kinds=("review.due",),
        ),
        tasks.Task(label=_("Set rules of retention"), page="compliance:retention_edit"),
    )
