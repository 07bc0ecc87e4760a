"""Outside audits: seats, requests for evidence, reports. Their triggers are in sql/outside.sql."""

import datetime
import uuid
from pathlib import Path

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import audit.ids
import vault.sealed.fields

_SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("compliance", "0014_conduct"),
        ("deals", "0006_file_grades"),
        ("people", "0021_auditors"),
        ("vault", "0033_details"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="EvidenceBundle",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "Being made"),
                            ("ready", "Ready"),
                            ("failed", "Could not be made"),
                            ("over", "Expired"),
                        ],
                        default="asked",
                        max_length=8,
                    ),
                ),
                ("size", models.BigIntegerField()),
                ("done", models.PositiveSmallIntegerField(default=0)),
                ("asked_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("ready_at", models.DateTimeField(null=True)),
                ("expires_at", models.DateTimeField()),
                ("file_id", models.UUIDField(null=True, unique=True)),
                ("file_key", models.BigIntegerField(null=True, unique=True)),
                ("bytes", models.BigIntegerField(null=True)),
                ("manifest", models.BinaryField(max_length=32, null=True)),
                ("digest", models.BinaryField(max_length=32, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="EvidenceRequest",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "Asked"),
                            ("owned", "Somebody works on it"),
                            ("answered", "Answered"),
                            ("returned", "Sent back"),
                            ("accepted", "Accepted"),
                        ],
                        default="asked",
                        max_length=10,
                    ),
                ),
                ("due", models.DateField()),
                ("asked_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("answered_at", models.DateTimeField(null=True)),
                ("sent_back", models.PositiveSmallIntegerField(default=0)),
                ("closed_at", models.DateTimeField(null=True)),
                ("reminded_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="OutsideAudit",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("firm", models.CharField(max_length=80)),
                ("firm_code", models.CharField(max_length=18)),
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
                (
                    "method",
                    models.CharField(
                        choices=[("outside.remote", "Remote"), ("outside.on_site", "On site")], max_length=20
                    ),
                ),
                (
                    "areas",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("log", "The audit log"),
                                ("access", "Roles and reviews of access"),
                                ("approvals", "Approval requests"),
                                ("destruction", "Destruction"),
                                ("training", "Training"),
                            ],
                            max_length=12,
                        ),
                        size=None,
                    ),
                ),
                (
                    "deals",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(), default=list, size=None
                    ),
                ),
                ("period_from", models.DateField()),
                ("period_to", models.DateField()),
                ("opens_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("asked", "Waits for a second person"),
                            ("agreed", "Agreed"),
                            ("ended", "Seats closed"),
                            ("cancelled", "Given up"),
                        ],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("compartment", models.UUIDField()),
                ("key_id", models.BigIntegerField(unique=True)),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("agreed_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "ended_why",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("outside.time", "Its time was over"),
                            ("outside.house", "Ended by the house"),
                        ],
                        max_length=20,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="OutsideFile",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("answer", "File"),
                            ("extract", "Extract made by the product"),
                            ("report", "Report"),
                        ],
                        max_length=10,
                    ),
                ),
                ("extension", models.CharField(max_length=4)),
                ("size", models.PositiveIntegerField()),
                ("digest", models.BinaryField(max_length=32)),
                ("pages", models.PositiveIntegerField(default=0)),
                ("key_id", models.BigIntegerField(unique=True)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name="OutsideKeys",
            fields=[
                ("one_row", models.BooleanField(default=True, primary_key=True, serialize=False)),
                ("compartment", models.UUIDField(unique=True)),
                ("key_id", models.BigIntegerField(unique=True)),
            ],
        ),
        migrations.CreateModel(
            name="OutsideReport",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("handed_in_at", models.DateTimeField(null=True)),
                ("acknowledged_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="OutsideSeat",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("added_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name="OutsideText",
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
                            ("ask", "What is asked for"),
                            ("answer", "Answer"),
                            ("verdict", "Why it was sent back"),
                            ("advice", "Recommendation"),
                        ],
                        max_length=10,
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("words", vault.sealed.fields.SealedGroup("outside.text")),
                ("words_seal", models.PositiveIntegerField(default=0, editable=False)),
            ],
        ),
        migrations.CreateModel(
            name="Recommendation",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
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
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="audit",
            name="audit_scope_names_its_object",
        ),
        migrations.AlterField(
            model_name="audit",
            name="scope",
            field=models.CharField(
                choices=[
                    ("house", "The whole house"),
                    ("book", "One client book"),
                    ("deal", "One deal"),
                    ("role", "One role"),
                    ("outside", "What an outside audit recommends"),
                ],
                max_length=8,
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
                        ("scope__in", ["house", "outside"]),
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
        migrations.AddField(
            model_name="evidencerequest",
            name="answered_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="evidencerequest",
            name="asked_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="evidencerequest",
            name="owner",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="outsideaudit",
            name="agreed_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="outsideaudit",
            name="approval",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="people.approvalrequest",
            ),
        ),
        migrations.AddField(
            model_name="outsideaudit",
            name="ended_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="outsideaudit",
            name="lead",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="outsideaudit",
            name="made_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="evidencerequest",
            name="audit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="requests",
                to="compliance.outsideaudit",
            ),
        ),
        migrations.AddField(
            model_name="outsidefile",
            name="audit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="files",
                to="compliance.outsideaudit",
            ),
        ),
        migrations.AddField(
            model_name="outsidefile",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="outsidefile",
            name="request",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="files",
                to="compliance.evidencerequest",
            ),
        ),
        migrations.AddConstraint(
            model_name="outsidekeys",
            constraint=models.CheckConstraint(
                condition=models.Q(("one_row", True)), name="outside_keys_one_row"
            ),
        ),
        migrations.AddField(
            model_name="outsidereport",
            name="acknowledged_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="outsidereport",
            name="audit",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="report",
                to="compliance.outsideaudit",
            ),
        ),
        migrations.AddField(
            model_name="outsidereport",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="outsidereport",
            name="file",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="compliance.outsidefile"
            ),
        ),
        migrations.AddField(
            model_name="outsidereport",
            name="followed_by",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="compliance.audit",
            ),
        ),
        migrations.AddField(
            model_name="outsideseat",
            name="audit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="seats",
                to="compliance.outsideaudit",
            ),
        ),
        migrations.AddField(
            model_name="outsideseat",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="evidencebundle",
            name="seat",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="bundles",
                to="compliance.outsideseat",
            ),
        ),
        migrations.AddField(
            model_name="outsidetext",
            name="audit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="texts",
                to="compliance.outsideaudit",
            ),
        ),
        migrations.AddField(
            model_name="outsidetext",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="recommendation",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="recommendation",
            name="finding",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="compliance.auditfinding",
            ),
        ),
        migrations.AddField(
            model_name="recommendation",
            name="report",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="recommendations",
                to="compliance.outsidereport",
            ),
        ),
        migrations.AddIndex(
            model_name="outsideaudit",
            index=models.Index(fields=["-made_at", "-id"], name="outside_audit_by_date"),
        ),
        migrations.AddIndex(
            model_name="outsideaudit",
            index=models.Index(
                condition=models.Q(("state", "agreed")), fields=["ends_at"], name="outside_audit_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="outsideaudit",
            constraint=models.CheckConstraint(
                condition=models.Q(("firm", ""), _negated=True), name="outside_audit_names_a_firm"
            ),
        ),
        migrations.AddConstraint(
            model_name="outsideaudit",
            constraint=models.CheckConstraint(
                condition=models.Q(("firm_code__regex", "^[0-9A-Z]{18}$")),
                name="outside_audit_firm_has_a_code",
            ),
        ),
        migrations.AddConstraint(
            model_name="outsideaudit",
            constraint=models.CheckConstraint(
                condition=models.Q(("method__in", ["outside.remote", "outside.on_site"])),
                name="outside_audit_method_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="outsideaudit",
            constraint=models.CheckConstraint(
                condition=models.Q(("basis__in", ["audit.regular", "audit.ordered", "audit.house_rule"])),
                name="outside_audit_basis_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="outsideaudit",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["draft", "asked", "agreed", "ended", "cancelled"])),
                name="outside_audit_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="outsideaudit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("areas__len__gte", 1),
                    ("areas__contained_by", ["log", "access", "approvals", "destruction", "training"]),
                ),
                name="outside_audit_areas_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="outsideaudit",
            constraint=models.CheckConstraint(
                condition=models.Q(("period_from__lte", models.F("period_to"))),
                name="outside_audit_period_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="outsideaudit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ends_at__gt", models.F("opens_at")),
                    (
                        "ends_at__lte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("opens_at"), "+", models.Value(datetime.timedelta(days=92))
                        ),
                    ),
                ),
                name="outside_audit_ends_by_itself",
            ),
        ),
        migrations.AddConstraint(
            model_name="outsideaudit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("state__in", ["agreed", "ended"]),
                        ("agreed_at__isnull", False),
                        ("agreed_by__isnull", False),
                        ("approval__isnull", False),
                    ),
                    models.Q(
                        models.Q(("state__in", ["agreed", "ended"]), _negated=True),
                        ("agreed_at__isnull", True),
                        ("agreed_by__isnull", True),
                        ("approval__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="outside_audit_agreed_to_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="outsideaudit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("agreed_by__isnull", True),
                    models.Q(("agreed_by", models.F("made_by")), _negated=True),
                    _connector="OR",
                ),
                name="outside_audit_agreed_to_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="outsideaudit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("ended_at__isnull", False),
                        ("state", "ended"),
                        models.Q(("ended_why", ""), _negated=True),
                    ),
                    models.Q(
                        models.Q(("state", "ended"), _negated=True),
                        ("ended_at__isnull", True),
                        ("ended_by__isnull", True),
                        ("ended_why", ""),
                    ),
                    _connector="OR",
                ),
                name="outside_audit_ended_with_a_reason",
            ),
        ),
        migrations.AddIndex(
            model_name="evidencerequest",
            index=models.Index(fields=["audit", "state", "due"], name="evidence_request_by_state"),
        ),
        migrations.AddIndex(
            model_name="evidencerequest",
            index=models.Index(fields=["owner", "due"], name="evidence_request_by_owner"),
        ),
        migrations.AddConstraint(
            model_name="evidencerequest",
            constraint=models.UniqueConstraint(fields=("audit", "number"), name="evidence_request_once"),
        ),
        migrations.AddConstraint(
            model_name="evidencerequest",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["asked", "owned", "answered", "returned", "accepted"])),
                name="evidence_request_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="evidencerequest",
            constraint=models.CheckConstraint(
                condition=models.Q(("state", "asked"), ("owner__isnull", False), _connector="OR"),
                name="evidence_request_has_an_owner",
            ),
        ),
        migrations.AddConstraint(
            model_name="evidencerequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["asked", "owned"]),
                    models.Q(("answered_at__isnull", False), ("answered_by__isnull", False)),
                    _connector="OR",
                ),
                name="evidence_request_answered_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="evidencerequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("answered_by__isnull", True),
                    models.Q(("answered_by", models.F("asked_by")), _negated=True),
                    _connector="OR",
                ),
                name="evidence_request_not_answered_by_its_asker",
            ),
        ),
        migrations.AddConstraint(
            model_name="evidencerequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at__isnull", False), ("state", "accepted")),
                    models.Q(models.Q(("state", "accepted"), _negated=True), ("closed_at__isnull", True)),
                    _connector="OR",
                ),
                name="evidence_request_closed_when_accepted",
            ),
        ),
        migrations.AddIndex(
            model_name="outsidefile",
            index=models.Index(fields=["request", "at"], name="outside_file_of_it"),
        ),
        migrations.AddConstraint(
            model_name="outsidefile",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["answer", "extract", "report"])),
                name="outside_file_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="outsidefile",
            constraint=models.CheckConstraint(
                condition=models.Q(("extension__in", ["pdf", "png", "jpg", "csv"])),
                name="outside_file_type_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="outsidefile",
            constraint=models.CheckConstraint(
                condition=models.Q(("size__gte", 1)), name="outside_file_holds_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="outsidefile",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "report"), ("request__isnull", True)),
                    models.Q(models.Q(("kind", "report"), _negated=True), ("request__isnull", False)),
                    _connector="OR",
                ),
                name="outside_file_answers_a_request",
            ),
        ),
        migrations.AddConstraint(
            model_name="outsidereport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("acknowledged_at__isnull", True),
                        ("acknowledged_by__isnull", True),
                        ("followed_by__isnull", True),
                    ),
                    models.Q(
                        ("acknowledged_at__isnull", False),
                        ("acknowledged_by__isnull", False),
                        ("followed_by__isnull", False),
                        ("handed_in_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="outside_report_acknowledged_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="outsidereport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("acknowledged_by__isnull", True),
                    models.Q(("acknowledged_by", models.F("by")), _negated=True),
                    _connector="OR",
                ),
                name="outside_report_acknowledged_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="outsideseat",
            constraint=models.UniqueConstraint(fields=("audit", "person"), name="outside_seat_once"),
        ),
        migrations.AddConstraint(
            model_name="evidencebundle",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["asked", "ready", "failed", "over"])),
                name="bundle_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="evidencebundle",
            constraint=models.CheckConstraint(
                condition=models.Q(("done__lte", 100)), name="bundle_done_in_percent"
            ),
        ),
        migrations.AddConstraint(
            model_name="evidencebundle",
            constraint=models.CheckConstraint(
                condition=models.Q(("expires_at__gt", models.F("asked_at"))), name="bundle_expires_later"
            ),
        ),
        migrations.AddConstraint(
            model_name="evidencebundle",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "ready"), _negated=True),
                    models.Q(
                        ("digest__isnull", False),
                        ("file_id__isnull", False),
                        ("file_key__isnull", False),
                        ("manifest__isnull", False),
                        ("ready_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="bundle_ready_is_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="evidencebundle",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "asked")), fields=("seat",), name="bundle_one_at_a_time"
            ),
        ),
        migrations.AddIndex(
            model_name="outsidetext",
            index=models.Index(fields=["audit", "about", "at"], name="outside_text_of_it"),
        ),
        migrations.AddConstraint(
            model_name="outsidetext",
            constraint=models.CheckConstraint(
                condition=models.Q(("says__in", ["ask", "answer", "verdict", "advice"])),
                name="outside_text_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="outsidetext",
            constraint=models.CheckConstraint(
                condition=models.Q(("words__isnull", False)), name="outside_text_says_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="recommendation",
            constraint=models.UniqueConstraint(fields=("report", "number"), name="recommendation_once"),
        ),
        migrations.AddConstraint(
            model_name="recommendation",
            constraint=models.CheckConstraint(
                condition=models.Q(("severity__in", ["audit.observation", "audit.minor", "audit.major"])),
                name="recommendation_severity_known",
            ),
        ),
        migrations.RunSQL(
            (_SQL / "outside.sql").read_text(encoding="utf-8"),
            (_SQL / "outside_down.sql").read_text(encoding="utf-8"),
        ),
    ]
