"""A partner firm, its people, and what stands of it. What spans rows is kept by sql/partners.sql.

`passed`, `agreed_until`, `review_due_on` and `suspended` repeat what other tables say, so that a gate asks
one row; the database refuses any of them that the other tables do not bear out.
"""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.approvals.models import ApprovalRequest
from people.partners.codes import ASKED, AgreementKind, Clause, FirmKind, SubState, SuspendedFor

PERSON = settings.AUTH_USER_MODEL
MAX_NAME = 120


class PartnerKeys(models.Model):
    """The compartment of files and contacts of firms in the keyring, and its one key. One row."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    compartment = models.UUIDField(unique=True)
    compartment_key_id = models.BigIntegerField()
    key_id = models.BigIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="partner_keys_is_one")]


class Partner(models.Model):
    """A firm that works on our deals. Its name is a company's, no person's."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=MAX_NAME)
    kind = models.CharField(max_length=12, choices=FirmKind)
    created_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    passed = models.BooleanField(default=False)
    agreed_until = models.DateField(null=True)
    review_due_on = models.DateField(null=True)
    suspended = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="partner_has_name"),
            models.CheckConstraint(condition=Q(kind__in=FirmKind.values), name="partner_kind_known"),
            models.UniqueConstraint(
                Upper("name"),
                name="partner_name_once",
                violation_error_message=_("There is a firm of this name already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PartnerFile(models.Model):
    """An agreement or a piece of evidence, sealed for its own row."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="files")
    media_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    sha256 = models.BinaryField(max_length=32)
    sealed = models.BinaryField()
    by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")  # None: the firm
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(media_type__in=["application/pdf", "image/png", "image/jpeg"]),
                name="partner_file_type_known",
            ),
            models.CheckConstraint(condition=Q(size__gte=1), name="partner_file_not_empty"),
        ]

    @property
    def fingerprint(self) -> str:
        return bytes(self.sha256).hex()


class PartnerPerson(models.Model):
    """Somebody from outside comes for this firm, of one firm at a time."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="people")
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="firms")
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField(default=timezone.now)
    left_at = models.DateTimeField(null=True)
    left_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(left_at__isnull=True), name="partner_person_of_one_firm"
            ),
            models.CheckConstraint(condition=~Q(by=F("person")), name="partner_person_by_another"),
            models.CheckConstraint(
                condition=Q(left_at__isnull=True, left_by__isnull=True)
                | Q(left_at__isnull=False, left_by__isnull=False),
                name="partner_person_left_as_a_whole",
            ),
        ]


class PartnerSuspension(models.Model):
    """From `at` until two people end it nothing opens to anybody of the firm."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="suspensions")
    reason = models.CharField(max_length=20, choices=SuspendedFor)
    note = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)
    approval = models.OneToOneField(ApprovalRequest, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(reason__in=SuspendedFor.values), name="partner_suspended_for_known"
            ),
            models.UniqueConstraint(
                fields=["partner"], condition=Q(ended_at__isnull=True), name="partner_suspended_once"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, approval__isnull=True)
                | Q(ended_at__isnull=False, approval__isnull=False),
                name="partner_suspension_ends_by_approval",
            ),
        ]


def _clauses_whole() -> Q:
    whole = Q()
    for kind, clauses in ASKED.items():
        whole |= Q(kind=kind, clauses__contains=[clause.value for clause in clauses])
    return whole


class PartnerAgreement(models.Model):
    """What the firm and the house signed. It counts once another than who recorded it has checked it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="agreements")
    kind = models.CharField(max_length=12, choices=AgreementKind)
    signed_on = models.DateField()
    until = models.DateField()
    clauses = ArrayField(models.CharField(max_length=12))
    file = models.OneToOneField(PartnerFile, on_delete=models.PROTECT, related_name="agreement")
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    checked_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    checked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until__gt=F("signed_on")), name="partner_agreement_ends_later"
            ),
            models.CheckConstraint(
                condition=Q(clauses__contained_by=Clause.values) & _clauses_whole(),
                name="partner_agreement_has_its_clauses",
            ),
            models.CheckConstraint(
                condition=Q(checked_at__isnull=True, checked_by__isnull=True)
                | Q(checked_at__isnull=False, checked_by__isnull=False),
                name="partner_agreement_checked_as_a_whole",
            ),
            models.CheckConstraint(
                condition=Q(checked_by__isnull=True) | ~Q(checked_by=F("by")),
                name="partner_agreement_checked_by_another",
            ),
        ]

    @property
    def clause_words(self) -> list[str]:
        return [str(Clause(code).label) for code in self.clauses]


class Subprocessor(models.Model):
    """Whom the firm has work on what it is given. Named by the firm or by us, agreed to by two of us."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="subprocessors")
    name = models.CharField(max_length=MAX_NAME)
    does = models.CharField(max_length=200)
    abroad = models.BooleanField()
    state = models.CharField(max_length=8, choices=SubState, default=SubState.NAMED)
    named_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")  # None: firm
    named_at = models.DateTimeField(default=timezone.now)
    approval = models.OneToOneField(ApprovalRequest, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(name="") & ~Q(does=""), name="subprocessor_is_worded"),
            models.CheckConstraint(condition=Q(state__in=SubState.values), name="subprocessor_state_known"),
            models.CheckConstraint(
                condition=~Q(state=SubState.AGREED) | Q(approval__isnull=False),
                name="subprocessor_agreed_by_approval",
            ),
            models.CheckConstraint(
                condition=Q(state=SubState.ENDED, ended_at__isnull=False)
                | (~Q(state=SubState.ENDED) & Q(ended_at__isnull=True)),
                name="subprocessor_ended_has_time",
            ),
            models.UniqueConstraint(
                "partner",
                Upper("name"),
                condition=Q(state__in=[SubState.NAMED, SubState.AGREED]),
                name="subprocessor_once",
            ),
        ]


class PartnerContact(models.Model):
    """Whom to tell at once when something happens: name, phone and mail, sealed together. Tested each year by
    a message that has to be answered."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="contacts")
    sealed = models.BinaryField()
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    replaced_at = models.DateTimeField(null=True)
    tested_at = models.DateTimeField(null=True)
    answer_by = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["partner"], condition=Q(replaced_at__isnull=True), name="partner_contact_is_one"
            ),
            models.CheckConstraint(
                condition=Q(tested_at__isnull=True, answer_by__isnull=True)
                | Q(tested_at__isnull=False, answer_by__isnull=False, answer_by__gt=F("tested_at")),
                name="partner_contact_test_has_an_end",
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True) | Q(tested_at__isnull=False),
                name="partner_contact_answers_a_test",
            ),
        ]
