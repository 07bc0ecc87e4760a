"""Undertakings of companies: demands, documents, sealed copies, envelopes (sql/seals.sql)."""

import uuid
from pathlib import Path

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import audit.ids

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("deals", "0006_file_grades"),
        ("people", "0022_company_texts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CompanyUndertaking",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("number", models.CharField(max_length=24, unique=True)),
                (
                    "language",
                    models.CharField(choices=[("zh-hans", "简体中文"), ("en", "English")], max_length=10),
                ),
                ("text_hash", models.BinaryField(max_length=32)),
                ("document_hash", models.BinaryField(max_length=32)),
                ("pdf_id", models.UUIDField(unique=True)),
                ("pdf_sha256", models.BinaryField(max_length=32)),
                ("pdf_pages", models.PositiveSmallIntegerField()),
                ("pdf_key_id", models.BigIntegerField(unique=True)),
                ("key_id", models.BigIntegerField(unique=True)),
                ("facts", models.BinaryField()),
                ("issued_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                (
                    "method",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("copy", "Sealed on paper, compared by an officer"),
                            ("certificate", "Signed with the company's certificate"),
                        ],
                        max_length=12,
                    ),
                ),
                ("accepted_at", models.DateTimeField(null=True)),
                ("access_expires_at", models.DateTimeField(null=True)),
                ("duty_expires_at", models.DateTimeField(null=True)),
                ("revoked_at", models.DateTimeField(null=True)),
                (
                    "accepted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="undertakings",
                        to="deals.roomgroup",
                    ),
                ),
                (
                    "issued_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "revoked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "template",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.ndatemplate"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Envelope",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("reference", models.CharField(max_length=100, unique=True)),
                ("begun_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "trouble",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("ca.unreadable", "Not a signed PDF"),
                            ("ca.not_ours", "Not the document that was handed over"),
                            ("ca.changed", "More than a signature was added"),
                            ("ca.part", "The signature does not cover the whole file"),
                            ("ca.broken", "The signature is not valid"),
                            ("ca.untrusted", "The certificate leads to no root of the house"),
                            ("ca.revoked", "The certificate is revoked"),
                            ("ca.expired", "The certificate was not valid"),
                            ("ca.unknown", "Whether the certificate is revoked could not be learnt"),
                            ("ca.time", "Signed at another time"),
                            ("ca.name", "The certificate is another company's"),
                            ("ca.code", "The certificate has another credit code"),
                        ],
                        max_length=40,
                    ),
                ),
                ("signed_at", models.DateTimeField(null=True)),
                ("signed_sha256", models.BinaryField(max_length=32, null=True)),
                ("signed_key_id", models.BigIntegerField(null=True, unique=True)),
                ("certificate_sha256", models.BinaryField(max_length=32, null=True)),
                (
                    "begun_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "undertaking",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="envelopes",
                        to="deals.companyundertaking",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SealDemand",
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
                        blank=True,
                        choices=[("seller", "Seller"), ("buyer", "Buyer"), ("adviser", "Adviser")],
                        max_length=8,
                    ),
                ),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "ended_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="seal_demands",
                        to="deals.roomgroup",
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
            ],
        ),
        migrations.CreateModel(
            name="SealedReturn",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "power",
                    models.CharField(
                        choices=[
                            ("legal", "Legal representative"),
                            ("attorney", "Agent with a power of attorney"),
                        ],
                        max_length=8,
                    ),
                ),
                ("facts", models.BinaryField()),
                ("uploaded_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("decided_at", models.DateTimeField(null=True)),
                ("accepted", models.BooleanField(null=True)),
                ("word", models.BinaryField(null=True)),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "undertaking",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="returns",
                        to="deals.companyundertaking",
                    ),
                ),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SealedPaper",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "part",
                    models.CharField(
                        choices=[("copy", "Sealed copy"), ("authority", "Power of attorney")], max_length=10
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("media_type", models.CharField(max_length=20)),
                ("size", models.PositiveIntegerField()),
                ("pages", models.PositiveSmallIntegerField()),
                ("sha256", models.BinaryField(max_length=32)),
                ("file_key_id", models.BigIntegerField(unique=True)),
                (
                    "returned",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="papers",
                        to="deals.sealedreturn",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SealKeys",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("compartment", models.UUIDField(unique=True)),
                ("compartment_key_id", models.BigIntegerField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="seal_keys_is_one")
                ],
            },
        ),
        migrations.AddIndex(
            model_name="companyundertaking",
            index=models.Index(fields=["group", "-issued_at"], name="company_undertaking_by_group"),
        ),
        migrations.AddConstraint(
            model_name="companyundertaking",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("accepted_at__isnull", True),
                        ("accepted_by__isnull", True),
                        ("access_expires_at__isnull", True),
                        ("duty_expires_at__isnull", True),
                        ("method", ""),
                    ),
                    models.Q(
                        ("accepted_at__isnull", False),
                        ("accepted_by__isnull", False),
                        ("access_expires_at__gt", models.F("accepted_at")),
                        ("duty_expires_at__gte", models.F("access_expires_at")),
                        ("method", "copy"),
                    ),
                    models.Q(
                        ("accepted_at__isnull", False),
                        ("accepted_by__isnull", True),
                        ("access_expires_at__gt", models.F("accepted_at")),
                        ("duty_expires_at__gte", models.F("access_expires_at")),
                        ("method", "certificate"),
                    ),
                    _connector="OR",
                ),
                name="company_undertaking_accepted_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="companyundertaking",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("accepted_by__isnull", True),
                    models.Q(("accepted_by", models.F("issued_by")), _negated=True),
                    _connector="OR",
                ),
                name="company_undertaking_accepted_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="companyundertaking",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("revoked_at__isnull", True), ("revoked_by__isnull", True)),
                    models.Q(
                        ("accepted_at__isnull", False),
                        ("revoked_at__isnull", False),
                        ("revoked_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="company_undertaking_revoked_by_someone",
            ),
        ),
        migrations.AddConstraint(
            model_name="companyundertaking",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("withdrawn_at__isnull", True), ("accepted_at__isnull", True), _connector="OR"
                ),
                name="company_undertaking_accepted_not_withdrawn",
            ),
        ),
        migrations.AddConstraint(
            model_name="companyundertaking",
            constraint=models.CheckConstraint(
                condition=models.Q(("language__in", ["zh-hans", "en"])),
                name="company_undertaking_language_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="companyundertaking",
            constraint=models.CheckConstraint(
                condition=models.Q(("pdf_pages__gte", 1)), name="company_undertaking_has_pages"
            ),
        ),
        migrations.AddConstraint(
            model_name="companyundertaking",
            constraint=models.UniqueConstraint(
                condition=models.Q(("accepted_at__isnull", True), ("withdrawn_at__isnull", True)),
                fields=("group",),
                name="company_undertaking_one_waits",
            ),
        ),
        migrations.AddConstraint(
            model_name="envelope",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answered_at__isnull", True), ("signed_at__isnull", True), ("trouble", "")),
                    models.Q(
                        ("answered_at__isnull", False),
                        ("signed_at__isnull", True),
                        models.Q(("trouble", ""), _negated=True),
                    ),
                    models.Q(
                        ("answered_at__isnull", False),
                        ("certificate_sha256__isnull", False),
                        ("signed_at__isnull", False),
                        ("signed_key_id__isnull", False),
                        ("signed_sha256__isnull", False),
                        ("trouble", ""),
                    ),
                    _connector="OR",
                ),
                name="envelope_answered_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="envelope",
            constraint=models.CheckConstraint(
                condition=models.Q(("reference", ""), _negated=True), name="envelope_has_a_reference"
            ),
        ),
        migrations.AddConstraint(
            model_name="envelope",
            constraint=models.UniqueConstraint(
                condition=models.Q(("answered_at__isnull", True)),
                fields=("undertaking",),
                name="envelope_one_waits",
            ),
        ),
        migrations.AddConstraint(
            model_name="sealdemand",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("group__isnull", False), ("kind", "")),
                    models.Q(("group__isnull", True), ("kind__in", ["seller", "buyer", "adviser"])),
                    _connector="OR",
                ),
                name="seal_demand_of_group_or_side",
            ),
        ),
        migrations.AddConstraint(
            model_name="sealdemand",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", True), ("ended_by__isnull", True)),
                    models.Q(("ended_at__isnull", False), ("ended_by__isnull", False)),
                    _connector="OR",
                ),
                name="seal_demand_ended_by_someone",
            ),
        ),
        migrations.AddConstraint(
            model_name="sealdemand",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)),
                fields=("group",),
                name="seal_demand_once_a_group",
            ),
        ),
        migrations.AddConstraint(
            model_name="sealdemand",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True), ("group__isnull", True)),
                fields=("kind",),
                name="seal_demand_once_a_side",
            ),
        ),
        migrations.AddConstraint(
            model_name="sealedreturn",
            constraint=models.CheckConstraint(
                condition=models.Q(("power__in", ["legal", "attorney"])), name="sealed_return_power_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="sealedreturn",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("accepted__isnull", True),
                        ("decided_at__isnull", True),
                        ("decided_by__isnull", True),
                        ("word__isnull", True),
                    ),
                    models.Q(
                        ("accepted", True),
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                        ("word__isnull", True),
                    ),
                    models.Q(
                        ("accepted", False),
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                        ("word__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="sealed_return_decided_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="sealedreturn",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decided_by__isnull", True),
                    models.Q(("decided_by", models.F("uploaded_by")), _negated=True),
                    _connector="OR",
                ),
                name="sealed_return_decided_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="sealedreturn",
            constraint=models.UniqueConstraint(
                condition=models.Q(("decided_at__isnull", True)),
                fields=("undertaking",),
                name="sealed_return_one_waits",
            ),
        ),
        migrations.AddConstraint(
            model_name="sealedpaper",
            constraint=models.UniqueConstraint(
                fields=("returned", "part", "position"), name="sealed_paper_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="sealedpaper",
            constraint=models.CheckConstraint(
                condition=models.Q(("part__in", ["copy", "authority"])), name="sealed_paper_part_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="sealedpaper",
            constraint=models.CheckConstraint(
                condition=models.Q(("pages__gte", 1), ("pages__lte", 60)), name="sealed_paper_has_pages"
            ),
        ),
        migrations.AddConstraint(
            model_name="sealedpaper",
            constraint=models.CheckConstraint(
                condition=models.Q(("size__gte", 1), ("size__lte", 15728640)), name="sealed_paper_size"
            ),
        ),
        migrations.AddConstraint(
            model_name="sealedpaper",
            constraint=models.CheckConstraint(
                condition=models.Q(("media_type__in", ["application/pdf", "image/jpeg", "image/png"])),
                name="sealed_paper_type_known",
            ),
        ),
        migrations.RunSQL(
            (SQL / "seals.sql").read_text(encoding="utf-8"),
            (SQL / "seals_undo.sql").read_text(encoding="utf-8"),
        ),
    ]
