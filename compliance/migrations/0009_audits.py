"""Internal audits. Their triggers are in sql/audits.sql."""

from pathlib import Path

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import audit.ids
import vault.sealed.fields

_SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("compliance", "0008_logretention"),
        ("deals", "0004_redaction"),
        ("people", "0002_guards"),
        ("vault", "0032_reviews"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Audit",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("title", models.CharField(max_length=80)),
                (
                    "scope",
                    models.CharField(
                        choices=[
                            ("house", "The whole house"),
                            ("book", "One client book"),
                            ("deal", "One deal"),
                            ("role", "One role"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "basis",
                    models.CharField(
                        choices=[
                            ("audit.regular", "Regular audit (PIPL 54, CAC order no. 18)"),
                            ("audit.ordered", "Ordered by the authority (PIPL 64)"),
                            ("audit.house_rule", "Rule of the house"),
                        ],
                        max_length=20,
                    ),
                ),
                ("period_from", models.DateField()),
                ("period_to", models.DateField()),
                ("planned_from", models.DateField()),
                ("planned_to", models.DateField()),
                ("compartment", models.UUIDField()),
                ("key_id", models.BigIntegerField(unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "Planned"),
                            ("running", "Running"),
                            ("closed", "Report closed"),
                            ("signed", "Signed off"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="planned",
                        max_length=10,
                    ),
                ),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("closed_at", models.DateTimeField(null=True)),
                ("digest", models.BinaryField(max_length=32, null=True)),
                ("signed_at", models.DateTimeField(null=True)),
                (
                    "book",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="vault.clientbook",
                    ),
                ),
                (
                    "deal",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="deals.deal",
                    ),
                ),
                (
                    "lead",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "role",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.role",
                    ),
                ),
                (
                    "signed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AuditItem",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                (
                    "area",
                    models.CharField(
                        choices=[
                            ("access", "Access and roles"),
                            ("approvals", "Approvals"),
                            ("opening", "Plaintext and exports"),
                            ("consent", "Notices and consents"),
                            ("destruction", "Retention and destruction"),
                            ("log", "Log and proofs"),
                            ("keys", "Keys and recovery"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "kind",
                    models.CharField(choices=[("hand", "By hand"), ("measured", "Measured")], max_length=8),
                ),
                ("measure", models.CharField(blank=True, max_length=40)),
                ("text_zh", models.CharField(max_length=300)),
                ("text_en", models.CharField(max_length=300)),
                (
                    "method",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("audit.interview", "Interview"),
                            ("audit.inspection", "Inspection"),
                            ("audit.sampling", "Sampling"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "result",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("audit.conforming", "Conforming"),
                            ("audit.observation", "Observation"),
                            ("audit.minor", "Minor nonconformity"),
                            ("audit.major", "Major nonconformity"),
                            ("audit.not_applicable", "Not applicable"),
                        ],
                        max_length=24,
                    ),
                ),
                ("judged_at", models.DateTimeField(null=True)),
                (
                    "audit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="compliance.audit",
                    ),
                ),
                (
                    "judged_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AuditFinding",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "severity",
                    models.CharField(
                        choices=[
                            ("audit.observation", "Observation"),
                            ("audit.minor", "Minor nonconformity"),
                            ("audit.major", "Major nonconformity"),
                        ],
                        max_length=24,
                    ),
                ),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "book",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="vault.clientbook",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="findings",
                        to="compliance.audititem",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AuditEvidence",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("entry", "Log entry"),
                            ("sign_off", "Sign-off of a review"),
                            ("sample", "Sample"),
                            ("view", "Saved view of the log"),
                        ],
                        max_length=10,
                    ),
                ),
                ("object_id", models.UUIDField()),
                ("digest", models.BinaryField(max_length=32)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evidence",
                        to="compliance.audititem",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AuditKeys",
            fields=[
                ("one_row", models.BooleanField(default=True, primary_key=True, serialize=False)),
                ("compartment", models.UUIDField(unique=True)),
                ("key_id", models.BigIntegerField(unique=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("one_row", True)), name="audit_keys_one_row")
                ],
            },
        ),
        migrations.CreateModel(
            name="AuditMember",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("added_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "audit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="members",
                        to="compliance.audit",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AuditPolicy",
            fields=[
                ("one_row", models.BooleanField(default=True, primary_key=True, serialize=False)),
                (
                    "months",
                    models.PositiveSmallIntegerField(default=12),
                ),
                (
                    "remind_days",
                    models.PositiveSmallIntegerField(default=30),
                ),
                (
                    "escalate_days",
                    models.PositiveSmallIntegerField(
                        default=7,
                    ),
                ),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "changed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AuditText",
            fields=[
                ("key_id", models.BigIntegerField(editable=False)),
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("about", models.UUIDField()),
                (
                    "says",
                    models.CharField(
                        choices=[
                            ("note", "Note"),
                            ("criterion", "What is demanded"),
                            ("found", "What was found"),
                            ("cause", "Cause"),
                            ("task", "What is to be done"),
                            ("done", "What was done"),
                            ("verdict", "Why it was sent back"),
                        ],
                        max_length=10,
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("words", vault.sealed.fields.SealedGroup("audit.text")),
                ("words_seal", models.PositiveIntegerField(default=0, editable=False)),
                (
                    "audit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="texts",
                        to="compliance.audit",
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
            ],
        ),
        migrations.CreateModel(
            name="ChecklistVersion",
            fields=[
                ("number", models.PositiveIntegerField(primary_key=True, serialize=False)),
                ("questions", models.JSONField()),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "made_by",
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
            model_name="audit",
            name="checklist",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="compliance.checklistversion",
            ),
        ),
        migrations.CreateModel(
            name="CorrectiveAction",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("due", models.DateField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "To be done"),
                            ("done", "Waits for verification"),
                            ("verified", "Verified"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("sent_back", models.PositiveSmallIntegerField(default=0)),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("done_at", models.DateTimeField(null=True)),
                ("verified_at", models.DateTimeField(null=True)),
                (
                    "done_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "finding",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="actions",
                        to="compliance.auditfinding",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "verified_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Measurement",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("figures", models.JSONField()),
                ("passed", models.BooleanField()),
                ("digest", models.BinaryField(max_length=32)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="measurements",
                        to="compliance.audititem",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="audititem",
            constraint=models.UniqueConstraint(fields=("audit", "number"), name="audit_item_once"),
        ),
        migrations.AddConstraint(
            model_name="audititem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("area__in", ["access", "approvals", "opening", "consent", "destruction", "log", "keys"])
                ),
                name="audit_item_area_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="audititem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("method__in", ["", "audit.interview", "audit.inspection", "audit.sampling"])
                ),
                name="audit_item_method_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="audititem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "result__in",
                        [
                            "",
                            "audit.conforming",
                            "audit.observation",
                            "audit.minor",
                            "audit.major",
                            "audit.not_applicable",
                        ],
                    )
                ),
                name="audit_item_result_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="audititem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "hand"), ("measure", "")),
                    models.Q(("kind", "measured"), models.Q(("measure", ""), _negated=True)),
                    _connector="OR",
                ),
                name="audit_item_kind_fits",
            ),
        ),
        migrations.AddConstraint(
            model_name="audititem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("judged_at__isnull", True), ("judged_by__isnull", True), ("result", "")),
                    models.Q(
                        models.Q(("result", ""), _negated=True),
                        ("judged_at__isnull", False),
                        ("judged_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="audit_item_judged_by_somebody",
            ),
        ),
        migrations.AddIndex(
            model_name="auditfinding",
            index=models.Index(
                condition=models.Q(("severity", "audit.major")), fields=["book"], name="audit_finding_by_book"
            ),
        ),
        migrations.AddConstraint(
            model_name="auditfinding",
            constraint=models.CheckConstraint(
                condition=models.Q(("severity__in", ["audit.observation", "audit.minor", "audit.major"])),
                name="audit_finding_severity_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="auditfinding",
            constraint=models.CheckConstraint(
                condition=models.Q(("book__isnull", True), ("person__isnull", True), _connector="OR"),
                name="audit_finding_concerns_one_thing",
            ),
        ),
        migrations.AddConstraint(
            model_name="auditfinding",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("person__isnull", True),
                    models.Q(("person", models.F("made_by")), _negated=True),
                    _connector="OR",
                ),
                name="audit_finding_not_about_oneself",
            ),
        ),
        migrations.AddConstraint(
            model_name="auditevidence",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["entry", "sign_off", "sample", "view"])),
                name="audit_evidence_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="auditevidence",
            constraint=models.UniqueConstraint(
                fields=("item", "kind", "object_id"), name="audit_evidence_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="auditmember",
            constraint=models.UniqueConstraint(fields=("audit", "user"), name="audit_member_once"),
        ),
        migrations.AddConstraint(
            model_name="auditpolicy",
            constraint=models.CheckConstraint(
                condition=models.Q(("one_row", True)), name="audit_policy_one_row"
            ),
        ),
        migrations.AddConstraint(
            model_name="auditpolicy",
            constraint=models.CheckConstraint(
                condition=models.Q(("months__gte", 1), ("months__lte", 24)),
                name="audit_policy_two_years_at_most",
            ),
        ),
        migrations.AddConstraint(
            model_name="auditpolicy",
            constraint=models.CheckConstraint(
                condition=models.Q(("remind_days__gte", 1), ("remind_days__lte", 180)),
                name="audit_policy_reminds",
            ),
        ),
        migrations.AddConstraint(
            model_name="auditpolicy",
            constraint=models.CheckConstraint(
                condition=models.Q(("escalate_days__lte", 30)), name="audit_policy_escalates"
            ),
        ),
        migrations.AddIndex(
            model_name="audittext",
            index=models.Index(fields=["audit", "about", "says", "at"], name="audit_text_of_it"),
        ),
        migrations.AddConstraint(
            model_name="audittext",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("says__in", ["note", "criterion", "found", "cause", "task", "done", "verdict"])
                ),
                name="audit_text_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="audittext",
            constraint=models.CheckConstraint(
                condition=models.Q(("words__isnull", False)), name="audit_text_says_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="checklistversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__gte", 1)), name="checklist_version_from_one"
            ),
        ),
        migrations.AddConstraint(
            model_name="checklistversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("questions", []), _negated=True), name="checklist_version_asks_something"
            ),
        ),
        migrations.AddIndex(
            model_name="audit",
            index=models.Index(fields=["-planned_from", "-id"], name="audit_by_date"),
        ),
        migrations.AddIndex(
            model_name="audit",
            index=models.Index(fields=["scope", "state", "-signed_at"], name="audit_by_scope"),
        ),
        migrations.AddConstraint(
            model_name="audit",
            constraint=models.CheckConstraint(
                condition=models.Q(("title", ""), _negated=True), name="audit_has_a_title"
            ),
        ),
        migrations.AddConstraint(
            model_name="audit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("book__isnull", True),
                        ("deal__isnull", True),
                        ("role__isnull", True),
                        ("scope", "house"),
                    ),
                    models.Q(
                        ("book__isnull", False),
                        ("deal__isnull", True),
                        ("role__isnull", True),
                        ("scope", "book"),
                    ),
                    models.Q(
                        ("book__isnull", True),
                        ("deal__isnull", False),
                        ("role__isnull", True),
                        ("scope", "deal"),
                    ),
                    models.Q(
                        ("book__isnull", True),
                        ("deal__isnull", True),
                        ("role__isnull", False),
                        ("scope", "role"),
                    ),
                    _connector="OR",
                ),
                name="audit_scope_names_its_object",
            ),
        ),
        migrations.AddConstraint(
            model_name="audit",
            constraint=models.CheckConstraint(
                condition=models.Q(("basis__in", ["audit.regular", "audit.ordered", "audit.house_rule"])),
                name="audit_basis_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="audit",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["planned", "running", "closed", "signed", "cancelled"])),
                name="audit_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="audit",
            constraint=models.CheckConstraint(
                condition=models.Q(("period_from__lte", models.F("period_to"))), name="audit_period_in_order"
            ),
        ),
        migrations.AddConstraint(
            model_name="audit",
            constraint=models.CheckConstraint(
                condition=models.Q(("planned_from__lte", models.F("planned_to"))), name="audit_dates_in_order"
            ),
        ),
        migrations.AddConstraint(
            model_name="audit",
            constraint=models.CheckConstraint(
                condition=models.Q(("period_to__lte", models.F("planned_from"))), name="audit_looks_back"
            ),
        ),
        migrations.AddConstraint(
            model_name="audit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("closed_at__isnull", False),
                        ("digest__isnull", False),
                        ("state__in", ["closed", "signed"]),
                    ),
                    models.Q(
                        models.Q(("state__in", ["closed", "signed"]), _negated=True),
                        ("closed_at__isnull", True),
                        ("digest__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="audit_closed_with_a_digest",
            ),
        ),
        migrations.AddConstraint(
            model_name="audit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("signed_at__isnull", False), ("signed_by__isnull", False), ("state", "signed")),
                    models.Q(
                        models.Q(("state", "signed"), _negated=True),
                        ("signed_at__isnull", True),
                        ("signed_by__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="audit_signed_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="audit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("signed_by__isnull", True),
                    models.Q(("signed_by", models.F("lead")), _negated=True),
                    _connector="OR",
                ),
                name="audit_signed_by_another",
            ),
        ),
        migrations.AddIndex(
            model_name="correctiveaction",
            index=models.Index(
                condition=models.Q(("state", "verified"), _negated=True),
                fields=["due"],
                name="corrective_action_waiting",
            ),
        ),
        migrations.AddIndex(
            model_name="correctiveaction",
            index=models.Index(fields=["owner", "state", "due"], name="corrective_action_by_owner"),
        ),
        migrations.AddConstraint(
            model_name="correctiveaction",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["open", "done", "verified"])),
                name="corrective_action_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="correctiveaction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state", "open"),
                    models.Q(("done_at__isnull", False), ("done_by__isnull", False)),
                    _connector="OR",
                ),
                name="corrective_action_done_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="correctiveaction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("state", "verified"), ("verified_at__isnull", False), ("verified_by__isnull", False)
                    ),
                    models.Q(
                        models.Q(("state", "verified"), _negated=True),
                        ("verified_at__isnull", True),
                        ("verified_by__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="corrective_action_verified_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="correctiveaction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("verified_by__isnull", True),
                    models.Q(
                        models.Q(("verified_by", models.F("owner")), _negated=True),
                        models.Q(("verified_by", models.F("done_by")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="corrective_action_verified_by_another",
            ),
        ),
        migrations.AddIndex(
            model_name="measurement",
            index=models.Index(fields=["item", "-at"], name="measurement_newest"),
        ),
        migrations.RunSQL(
            (_SQL / "audits.sql").read_text(encoding="utf-8"),
            (_SQL / "audits_down.sql").read_text(encoding="utf-8"),
        ),
    ]
