"""An audit: its plan, the people who carry it out, its checklist, its figures, and how often one is due.

Titles and questions are plain text that names nobody (services refuse numbers and addresses in them). All
other free text is sealed under the audit's own key (`texts.py`). What is closed stays as it is: the triggers
of migration 0009 refuse every change to it, whichever code asks.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import get_language

from audit.ids import uuid7
from compliance.audits.codes import Area, Basis, EvidenceKind, Kind, Method, Result, Scope, State
from deals.pipeline.models import Deal
from people.roles.models import Role
from vault.records.models import ClientBook

PERSON = settings.AUTH_USER_MODEL
MAX_MONTHS = (
    24  # CAC order no. 18, art. 4: every two years at the least where there are over 10 million people
)
MAX_TITLE = 80
MAX_QUESTION = 300


class AuditKeys(models.Model):
    """The one row that names the slice's own compartment; each audit's key hangs from it."""

    one_row = models.BooleanField(primary_key=True, default=True)
    compartment = models.UUIDField(unique=True)
    key_id = models.BigIntegerField(unique=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(one_row=True), name="audit_keys_one_row")]


class AuditPolicy(models.Model):
    """How often the whole house is audited, and when others are told. One row."""

    one_row = models.BooleanField(primary_key=True, default=True)
    months = models.PositiveSmallIntegerField(default=12)
    remind_days = models.PositiveSmallIntegerField(default=30)
    escalate_days = models.PositiveSmallIntegerField(default=7)
    changed_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(one_row=True), name="audit_policy_one_row"),
            models.CheckConstraint(
                condition=Q(months__gte=1, months__lte=MAX_MONTHS), name="audit_policy_two_years_at_most"
            ),
            models.CheckConstraint(
                condition=Q(remind_days__gte=1, remind_days__lte=180), name="audit_policy_reminds"
            ),
            models.CheckConstraint(condition=Q(escalate_days__lte=30), name="audit_policy_escalates"),
        ]


class ChecklistVersion(models.Model):
    """The house's checklist from `made_at` on. Never changed: another question makes another version.

    `questions`: dicts of area, kind, measure, method, zh, en.
    """

    number = models.PositiveIntegerField(primary_key=True)
    questions = models.JSONField()
    made_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(number__gte=1), name="checklist_version_from_one"),
            models.CheckConstraint(condition=~Q(questions=[]), name="checklist_version_asks_something"),
        ]


def _scope_names_its_object() -> Q:
    none: dict[str, object] = {"book__isnull": True, "deal__isnull": True, "role__isnull": True}
    return (
        Q(scope__in=[Scope.HOUSE, Scope.OUTSIDE], **none)
        | Q(scope=Scope.BOOK, **none | {"book__isnull": False})
        | Q(scope=Scope.DEAL, **none | {"deal__isnull": False})
        | Q(scope=Scope.ROLE, **none | {"role__isnull": False})
    )


class Audit(models.Model):
    """One audit. `digest` is of the report that was closed (`report.py`); exactly that is signed off."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    title = models.CharField(max_length=MAX_TITLE)
    scope = models.CharField(max_length=8, choices=Scope)
    book = models.ForeignKey(ClientBook, null=True, on_delete=models.PROTECT, related_name="+")
    deal = models.ForeignKey(Deal, null=True, on_delete=models.PROTECT, related_name="+")
    role = models.ForeignKey(Role, null=True, on_delete=models.PROTECT, related_name="+")
    basis = models.CharField(max_length=20, choices=Basis)
    period_from = models.DateField()
    period_to = models.DateField()
    planned_from = models.DateField()
    planned_to = models.DateField()
    checklist = models.ForeignKey(ChecklistVersion, on_delete=models.PROTECT, related_name="+")
    compartment = models.UUIDField()
    key_id = models.BigIntegerField(unique=True)
    state = models.CharField(max_length=10, choices=State, default=State.PLANNED)
    lead = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    made_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True)
    digest = models.BinaryField(max_length=32, null=True)
    signed_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="audit_has_a_title"),
            models.CheckConstraint(condition=_scope_names_its_object(), name="audit_scope_names_its_object"),
            models.CheckConstraint(condition=Q(basis__in=Basis.values), name="audit_basis_known"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="audit_state_known"),
            models.CheckConstraint(
                condition=Q(period_from__lte=F("period_to")), name="audit_period_in_order"
            ),
            models.CheckConstraint(
                condition=Q(planned_from__lte=F("planned_to")), name="audit_dates_in_order"
            ),
            models.CheckConstraint(condition=Q(period_to__lte=F("planned_from")), name="audit_looks_back"),
            models.CheckConstraint(
                condition=Q(
                    state__in=[State.CLOSED, State.SIGNED], closed_at__isnull=False, digest__isnull=False
                )
                | (
                    ~Q(state__in=[State.CLOSED, State.SIGNED])
                    & Q(closed_at__isnull=True, digest__isnull=True)
                ),
                name="audit_closed_with_a_digest",
            ),
            models.CheckConstraint(
                condition=Q(state=State.SIGNED, signed_by__isnull=False, signed_at__isnull=False)
                | (~Q(state=State.SIGNED) & Q(signed_by__isnull=True, signed_at__isnull=True)),
                name="audit_signed_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(signed_by__isnull=True) | ~Q(signed_by=F("lead")), name="audit_signed_by_another"
            ),
        ]
        indexes = [
            models.Index(fields=["-planned_from", "-id"], name="audit_by_date"),
            models.Index(fields=["scope", "state", "-signed_at"], name="audit_by_scope"),
        ]

    def __str__(self) -> str:
        return self.title


class AuditMember(models.Model):
    """Who carries an audit out, its lead included."""

    audit = models.ForeignKey(Audit, on_delete=models.PROTECT, related_name="members")
    user = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["audit", "user"], name="audit_member_once")]


class AuditItem(models.Model):
    """One question of an audit, copied from the checklist, and the auditor's word on it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    audit = models.ForeignKey(Audit, on_delete=models.PROTECT, related_name="items")
    number = models.PositiveSmallIntegerField()
    area = models.CharField(max_length=12, choices=Area)
    kind = models.CharField(max_length=8, choices=Kind)
    measure = models.CharField(max_length=40, blank=True)
    text_zh = models.CharField(max_length=MAX_QUESTION)
    text_en = models.CharField(max_length=MAX_QUESTION)
    method = models.CharField(max_length=20, choices=Method, blank=True)
    result = models.CharField(max_length=24, choices=Result, blank=True)
    judged_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    judged_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["audit", "number"], name="audit_item_once"),
            models.CheckConstraint(condition=Q(area__in=Area.values), name="audit_item_area_known"),
            models.CheckConstraint(
                condition=Q(method__in=["", *Method.values]), name="audit_item_method_known"
            ),
            models.CheckConstraint(
                condition=Q(result__in=["", *Result.values]), name="audit_item_result_known"
            ),
            models.CheckConstraint(
                condition=Q(kind=Kind.HAND, measure="") | (Q(kind=Kind.MEASURED) & ~Q(measure="")),
                name="audit_item_kind_fits",
            ),
            models.CheckConstraint(
                condition=Q(result="", judged_by__isnull=True, judged_at__isnull=True)
                | (~Q(result="") & Q(judged_by__isnull=False, judged_at__isnull=False)),
                name="audit_item_judged_by_somebody",
            ),
        ]

    @property
    def text(self) -> str:
        """The question in the reader's language."""
        return self.text_zh if (get_language() or "").startswith("zh") else self.text_en


class Measurement(models.Model):
    """What the system answered from its own records: never changed (trigger); the newest counts.

    `figures` are pairs of a name and a whole number; `digest` as `measures.base.Measured` says.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    item = models.ForeignKey(AuditItem, on_delete=models.PROTECT, related_name="measurements")
    figures = models.JSONField()
    passed = models.BooleanField()
    digest = models.BinaryField(max_length=32)
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["item", "-at"], name="measurement_newest")]


class AuditEvidence(models.Model):
    """What shows an answer: something that is kept elsewhere, and its digest at that time. Never changed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    item = models.ForeignKey(AuditItem, on_delete=models.PROTECT, related_name="evidence")
    kind = models.CharField(max_length=10, choices=EvidenceKind)
    object_id = models.UUIDField()
    digest = models.BinaryField(max_length=32)
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=EvidenceKind.values), name="audit_evidence_known"),
            models.UniqueConstraint(fields=["item", "kind", "object_id"], name="audit_evidence_once"),
        ]
