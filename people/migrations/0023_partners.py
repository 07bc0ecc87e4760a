"""Partner firms, and the rules of them that span rows (sql/partners.sql)."""

import uuid
from pathlib import Path

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0022_company_texts"),
    ]

    operations = [
        migrations.CreateModel(
            name="PartnerQuestion",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("text_zh", models.CharField(max_length=300)),
                ("text_en", models.CharField(max_length=400)),
                ("why_zh", models.CharField(max_length=300)),
                ("why_en", models.CharField(max_length=400)),
                ("weight", models.PositiveSmallIntegerField()),
                ("knockout", models.BooleanField(default=False)),
                ("may_skip", models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name="Partner",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("name", models.CharField(max_length=120)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("law", "Law firm"),
                            ("accounting", "Accountants"),
                            ("filing", "Filing agent"),
                            ("translation", "Translators"),
                            ("valuation", "Valuers"),
                            ("other", "Other"),
                        ],
                        max_length=12,
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("passed", models.BooleanField(default=False)),
                ("agreed_until", models.DateField(null=True)),
                ("review_due_on", models.DateField(null=True)),
                ("suspended", models.BooleanField(default=False)),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Assessment",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("asked_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("by_firm", models.BooleanField()),
                ("handed_in_at", models.DateTimeField(null=True)),
                ("score", models.PositiveSmallIntegerField(null=True)),
                ("knocked_out", models.PositiveSmallIntegerField(null=True)),
                ("passed", models.BooleanField(null=True)),
                ("taken_at", models.DateTimeField(null=True)),
                ("cancelled_at", models.DateTimeField(null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "handed_in_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "taken_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assessments",
                        to="people.partner",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PartnerContact",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("sealed", models.BinaryField()),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("replaced_at", models.DateTimeField(null=True)),
                ("tested_at", models.DateTimeField(null=True)),
                ("answer_by", models.DateTimeField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contacts",
                        to="people.partner",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PartnerFile",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("media_type", models.CharField(max_length=40)),
                ("size", models.PositiveIntegerField()),
                ("sha256", models.BinaryField(max_length=32)),
                ("sealed", models.BinaryField()),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="files", to="people.partner"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PartnerAgreement",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("entrustment", "Entrusted processing (PIPL 21)"),
                            ("provision", "Provision to another handler (PIPL 23)"),
                        ],
                        max_length=12,
                    ),
                ),
                ("signed_on", models.DateField()),
                ("until", models.DateField()),
                (
                    "clauses",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=12), size=None
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("checked_at", models.DateTimeField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "checked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="agreements",
                        to="people.partner",
                    ),
                ),
                (
                    "file",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="agreement",
                        to="people.partnerfile",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PartnerKeys",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("compartment", models.UUIDField(unique=True)),
                ("compartment_key_id", models.BigIntegerField()),
                ("key_id", models.BigIntegerField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="partner_keys_is_one")
                ],
            },
        ),
        migrations.CreateModel(
            name="PartnerLink",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("questionnaire", "Answering the questionnaire"),
                            ("contact", "Test of the incident contact"),
                            ("recall", "Certifying return or destruction"),
                        ],
                        max_length=14,
                    ),
                ),
                ("object_id", models.UUIDField()),
                ("token_hash", models.BinaryField(max_length=32, unique=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("expires_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
                ("cancelled_at", models.DateTimeField(null=True)),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="links", to="people.partner"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PartnerPerson",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("since", models.DateTimeField(default=django.utils.timezone.now)),
                ("left_at", models.DateTimeField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "left_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="people",
                        to="people.partner",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="firms",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AssessmentEvidence",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evidence",
                        to="people.assessment",
                    ),
                ),
                (
                    "file",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evidence",
                        to="people.partnerfile",
                    ),
                ),
                (
                    "question",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.partnerquestion",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AssessmentAnswer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "answer",
                    models.CharField(
                        choices=[
                            ("yes", "Yes"),
                            ("partly", "Partly"),
                            ("no", "No"),
                            ("na", "Does not concern us"),
                        ],
                        max_length=8,
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=500)),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answers",
                        to="people.assessment",
                    ),
                ),
                (
                    "question",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.partnerquestion",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PartnerRecall",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("deal_id", models.UUIDField()),
                ("asked_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("due_at", models.DateTimeField()),
                (
                    "how",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("returned", "Everything was returned"),
                            ("destroyed", "Everything was destroyed"),
                            ("nothing", "Nothing was kept outside the data room"),
                        ],
                        max_length=10,
                    ),
                ),
                ("signed_as", models.CharField(blank=True, max_length=80)),
                ("certified_at", models.DateTimeField(null=True)),
                ("checked_at", models.DateTimeField(null=True)),
                (
                    "checked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "file",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recall",
                        to="people.partnerfile",
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recalls",
                        to="people.partner",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PartnerReview",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("contact_answered_at", models.DateTimeField()),
                ("held_on", models.DateField()),
                ("next_due_on", models.DateField()),
                ("drill_on", models.DateField(null=True)),
                ("training_on", models.DateField(null=True)),
                ("note", models.CharField(max_length=1000)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.assessment"
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reviews",
                        to="people.partner",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PartnerSuspension",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("firm.incident", "An incident at the firm"),
                            ("firm.breach", "The agreement was broken"),
                            ("firm.answers", "An answer turned out to be wrong"),
                            ("firm.review", "Its yearly review is overdue"),
                            ("firm.ended", "The work with it has ended"),
                        ],
                        max_length=20,
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=500)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "approval",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.approvalrequest",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="suspensions",
                        to="people.partner",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Questionnaire",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("version", models.PositiveSmallIntegerField(unique=True)),
                ("threshold", models.PositiveSmallIntegerField()),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("in_force_at", models.DateTimeField(null=True)),
                (
                    "approval",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.approvalrequest",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="partnerquestion",
            name="questionnaire",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="questions",
                to="people.questionnaire",
            ),
        ),
        migrations.AddField(
            model_name="assessment",
            name="questionnaire",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.questionnaire"
            ),
        ),
        migrations.CreateModel(
            name="Subprocessor",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("name", models.CharField(max_length=120)),
                ("does", models.CharField(max_length=200)),
                ("abroad", models.BooleanField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("named", "Named, not agreed to"),
                            ("agreed", "Agreed to"),
                            ("refused", "Refused"),
                            ("ended", "No longer used"),
                        ],
                        default="named",
                        max_length=8,
                    ),
                ),
                ("named_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "approval",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.approvalrequest",
                    ),
                ),
                (
                    "named_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="subprocessors",
                        to="people.partner",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="partner",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True), name="partner_has_name"
            ),
        ),
        migrations.AddConstraint(
            model_name="partner",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ["law", "accounting", "filing", "translation", "valuation", "other"])
                ),
                name="partner_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="partner",
            constraint=models.UniqueConstraint(
                django.db.models.functions.text.Upper("name"),
                name="partner_name_once",
                violation_error_message="There is a firm of this name already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="partnercontact",
            constraint=models.UniqueConstraint(
                condition=models.Q(("replaced_at__isnull", True)),
                fields=("partner",),
                name="partner_contact_is_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="partnercontact",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answer_by__isnull", True), ("tested_at__isnull", True)),
                    models.Q(
                        ("answer_by__gt", models.F("tested_at")),
                        ("answer_by__isnull", False),
                        ("tested_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="partner_contact_test_has_an_end",
            ),
        ),
        migrations.AddConstraint(
            model_name="partnercontact",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("answered_at__isnull", True), ("tested_at__isnull", False), _connector="OR"
                ),
                name="partner_contact_answers_a_test",
            ),
        ),
        migrations.AddConstraint(
            model_name="partnerfile",
            constraint=models.CheckConstraint(
                condition=models.Q(("media_type__in", ["application/pdf", "image/png", "image/jpeg"])),
                name="partner_file_type_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="partnerfile",
            constraint=models.CheckConstraint(
                condition=models.Q(("size__gte", 1)), name="partner_file_not_empty"
            ),
        ),
        migrations.AddConstraint(
            model_name="partneragreement",
            constraint=models.CheckConstraint(
                condition=models.Q(("until__gt", models.F("signed_on"))), name="partner_agreement_ends_later"
            ),
        ),
        migrations.AddConstraint(
            model_name="partneragreement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "clauses__contained_by",
                        [
                            "purpose",
                            "period",
                            "method",
                            "kinds",
                            "protection",
                            "duties",
                            "supervision",
                            "return",
                            "no_others",
                            "told",
                            "consent",
                            "within",
                        ],
                    ),
                    models.Q(
                        models.Q(
                            (
                                "clauses__contains",
                                [
                                    "purpose",
                                    "period",
                                    "method",
                                    "kinds",
                                    "protection",
                                    "duties",
                                    "supervision",
                                    "return",
                                    "no_others",
                                ],
                            ),
                            ("kind", "entrustment"),
                        ),
                        models.Q(
                            (
                                "clauses__contains",
                                [
                                    "purpose",
                                    "method",
                                    "kinds",
                                    "protection",
                                    "duties",
                                    "supervision",
                                    "told",
                                    "consent",
                                    "within",
                                ],
                            ),
                            ("kind", "provision"),
                        ),
                        _connector="OR",
                    ),
                ),
                name="partner_agreement_has_its_clauses",
            ),
        ),
        migrations.AddConstraint(
            model_name="partneragreement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("checked_at__isnull", True), ("checked_by__isnull", True)),
                    models.Q(("checked_at__isnull", False), ("checked_by__isnull", False)),
                    _connector="OR",
                ),
                name="partner_agreement_checked_as_a_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="partneragreement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("checked_by__isnull", True),
                    models.Q(("checked_by", models.F("by")), _negated=True),
                    _connector="OR",
                ),
                name="partner_agreement_checked_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="partnerlink",
            constraint=models.CheckConstraint(
                condition=models.Q(("purpose__in", ["questionnaire", "contact", "recall"])),
                name="partner_link_purpose_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="partnerlink",
            constraint=models.CheckConstraint(
                condition=models.Q(("expires_at__gt", models.F("created_at"))),
                name="partner_link_expires_later",
            ),
        ),
        migrations.AddConstraint(
            model_name="partnerlink",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("used_at__isnull", True), ("cancelled_at__isnull", True), _connector="OR"
                ),
                name="partner_link_used_or_cancelled",
            ),
        ),
        migrations.AddConstraint(
            model_name="partnerperson",
            constraint=models.UniqueConstraint(
                condition=models.Q(("left_at__isnull", True)),
                fields=("person",),
                name="partner_person_of_one_firm",
            ),
        ),
        migrations.AddConstraint(
            model_name="partnerperson",
            constraint=models.CheckConstraint(
                condition=models.Q(("by", models.F("person")), _negated=True),
                name="partner_person_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="partnerperson",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("left_at__isnull", True), ("left_by__isnull", True)),
                    models.Q(("left_at__isnull", False), ("left_by__isnull", False)),
                    _connector="OR",
                ),
                name="partner_person_left_as_a_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="assessmentanswer",
            constraint=models.UniqueConstraint(
                fields=("assessment", "question"), name="assessment_answer_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="assessmentanswer",
            constraint=models.CheckConstraint(
                condition=models.Q(("answer__in", ["yes", "partly", "no", "na"])),
                name="assessment_answer_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="partnerrecall",
            constraint=models.UniqueConstraint(
                condition=models.Q(("checked_at__isnull", True)),
                fields=("partner", "deal_id"),
                name="recall_one_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="partnerrecall",
            constraint=models.CheckConstraint(
                condition=models.Q(("due_at__gt", models.F("asked_at"))), name="recall_due_later"
            ),
        ),
        migrations.AddConstraint(
            model_name="partnerrecall",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("certified_at__isnull", True), ("file__isnull", True), ("how", "")),
                    models.Q(
                        ("certified_at__isnull", False),
                        ("how__in", ["returned", "destroyed", "nothing"]),
                        models.Q(("signed_as", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="recall_certified_as_a_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="partnerrecall",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("how__in", ["returned", "destroyed"]), _negated=True),
                    ("file__isnull", False),
                    _connector="OR",
                ),
                name="recall_has_evidence",
            ),
        ),
        migrations.AddConstraint(
            model_name="partnerrecall",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("checked_at__isnull", True), ("checked_by__isnull", True)),
                    models.Q(
                        ("certified_at__isnull", False),
                        ("checked_at__isnull", False),
                        ("checked_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="recall_checked_after",
            ),
        ),
        migrations.AddConstraint(
            model_name="partnerreview",
            constraint=models.CheckConstraint(
                condition=models.Q(("note", ""), _negated=True), name="partner_review_has_note"
            ),
        ),
        migrations.AddConstraint(
            model_name="partnerreview",
            constraint=models.CheckConstraint(
                condition=models.Q(("next_due_on__gt", models.F("held_on"))),
                name="partner_review_next_is_later",
            ),
        ),
        migrations.AddConstraint(
            model_name="partnersuspension",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "reason__in",
                        ["firm.incident", "firm.breach", "firm.answers", "firm.review", "firm.ended"],
                    )
                ),
                name="partner_suspended_for_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="partnersuspension",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)),
                fields=("partner",),
                name="partner_suspended_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="partnersuspension",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("approval__isnull", True), ("ended_at__isnull", True)),
                    models.Q(("approval__isnull", False), ("ended_at__isnull", False)),
                    _connector="OR",
                ),
                name="partner_suspension_ends_by_approval",
            ),
        ),
        migrations.AddConstraint(
            model_name="questionnaire",
            constraint=models.CheckConstraint(
                condition=models.Q(("threshold__gte", 50), ("threshold__lte", 100)),
                name="questionnaire_threshold",
            ),
        ),
        migrations.AddConstraint(
            model_name="questionnaire",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("version", 1),
                    ("in_force_at__isnull", True),
                    ("approval__isnull", False),
                    _connector="OR",
                ),
                name="questionnaire_in_force_by_approval",
            ),
        ),
        migrations.AddConstraint(
            model_name="questionnaire",
            constraint=models.UniqueConstraint(
                condition=models.Q(("in_force_at__isnull", True)),
                fields=("in_force_at",),
                name="questionnaire_one_draft",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="partnerquestion",
            constraint=models.UniqueConstraint(
                fields=("questionnaire", "position"), name="partner_question_in_place"
            ),
        ),
        migrations.AddConstraint(
            model_name="partnerquestion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("text_zh", ""), _negated=True),
                    models.Q(("text_en", ""), _negated=True),
                    models.Q(("why_zh", ""), _negated=True),
                    models.Q(("why_en", ""), _negated=True),
                ),
                name="partner_question_is_worded",
            ),
        ),
        migrations.AddConstraint(
            model_name="partnerquestion",
            constraint=models.CheckConstraint(
                condition=models.Q(("weight__gte", 1), ("weight__lte", 10)), name="partner_question_weight"
            ),
        ),
        migrations.AddConstraint(
            model_name="partnerquestion",
            constraint=models.CheckConstraint(
                condition=models.Q(("knockout", False), ("may_skip", False), _connector="OR"),
                name="partner_knockout_not_skipped",
            ),
        ),
        migrations.AddIndex(
            model_name="assessment",
            index=models.Index(fields=["partner", "-asked_at"], name="assessment_of_partner"),
        ),
        migrations.AddConstraint(
            model_name="assessment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("cancelled_at__isnull", True), ("handed_in_at__isnull", True)),
                fields=("partner",),
                name="assessment_one_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="assessment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("handed_in_at__isnull", True),
                        ("knocked_out__isnull", True),
                        ("passed__isnull", True),
                        ("score__isnull", True),
                    ),
                    models.Q(
                        ("cancelled_at__isnull", True),
                        ("handed_in_at__isnull", False),
                        ("knocked_out__isnull", False),
                        ("passed__isnull", False),
                        ("score__isnull", False),
                        ("score__lte", 100),
                    ),
                    _connector="OR",
                ),
                name="assessment_handed_in_as_a_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="assessment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("handed_in_at__isnull", True), ("handed_in_by__isnull", True)),
                    models.Q(("by_firm", True), ("handed_in_by__isnull", True)),
                    models.Q(("by_firm", False), ("handed_in_by__isnull", False)),
                    _connector="OR",
                ),
                name="assessment_answered_by_whom_it_says",
            ),
        ),
        migrations.AddConstraint(
            model_name="assessment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("taken_at__isnull", True), ("taken_by__isnull", True)),
                    models.Q(
                        ("passed", True),
                        ("passed__isnull", False),
                        ("taken_at__isnull", False),
                        ("taken_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="assessment_taken_passes",
            ),
        ),
        migrations.AddConstraint(
            model_name="assessment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("taken_by__isnull", True),
                    ("handed_in_by__isnull", True),
                    models.Q(("taken_by", models.F("handed_in_by")), _negated=True),
                    _connector="OR",
                ),
                name="assessment_taken_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="subprocessor",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("name", ""), _negated=True), models.Q(("does", ""), _negated=True)
                ),
                name="subprocessor_is_worded",
            ),
        ),
        migrations.AddConstraint(
            model_name="subprocessor",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["named", "agreed", "refused", "ended"])),
                name="subprocessor_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="subprocessor",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "agreed"), _negated=True), ("approval__isnull", False), _connector="OR"
                ),
                name="subprocessor_agreed_by_approval",
            ),
        ),
        migrations.AddConstraint(
            model_name="subprocessor",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", False), ("state", "ended")),
                    models.Q(models.Q(("state", "ended"), _negated=True), ("ended_at__isnull", True)),
                    _connector="OR",
                ),
                name="subprocessor_ended_has_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="subprocessor",
            constraint=models.UniqueConstraint(
                models.F("partner"),
                django.db.models.functions.text.Upper("name"),
                condition=models.Q(("state__in", ["named", "agreed"])),
                name="subprocessor_once",
            ),
        ),
        migrations.RunSQL(
            (SQL / "partners.sql").read_text(encoding="utf-8"),
            (SQL / "partners_undo.sql").read_text(encoding="utf-8"),
        ),
    ]
