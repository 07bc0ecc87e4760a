"""Mandates of clients, and the refusals that follow from their end.

Safe on a live table: the table is new, and the new condition on alerts holds for all that there are.
"""

from pathlib import Path

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import audit.ids
import vault.sealed.fields

_SQL = Path(__file__).parent / "sql"
RULES = (_SQL / "mandates.sql").read_text(encoding="utf-8")
UNDO = (_SQL / "mandates_undo.sql").read_text(encoding="utf-8")

_REASONS = (
    ("unlawful.purpose", "This book's data may never be used for this purpose."),
    ("unlawful.off", "This purpose is switched off in this book."),
    ("unlawful.consent", "The client has not consented to this."),
    ("unlawful.withdrawn", "The client has withdrawn the consent."),
    ("unlawful.outdated", "The consent was given before the purpose was changed."),
    ("unlawful.unconfirmed", "The client's consent waits for an officer to confirm it."),
    ("unlawful.form", "This needs a firmer form of consent than the one on record."),
    ("unlawful.deal_ended", "The deal that these data were entrusted for has ended."),
    ("unlawful.mandate_ended", "The client's mandate has ended."),
    ("unlawful.no_mandate", "No mandate of this client is in force: nothing is given away."),
)


class Migration(migrations.Migration):
    dependencies = [
        ("vault", "0025_settling"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Mandate",
            fields=[
                ("key_id", models.BigIntegerField(editable=False)),
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("sell", "Selling a company"),
                            ("buy", "Buying a company"),
                            ("filing", "Filing at the registry"),
                            ("accounting", "Keeping the books"),
                            ("service", "Another service"),
                        ],
                        max_length=12,
                    ),
                ),
                ("exclusive", models.BooleanField(default=False)),
                ("begins_on", models.DateField()),
                ("ends_on", models.DateField()),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "Draft"), ("signed", "Signed"), ("terminated", "Ended early")],
                        default="draft",
                        max_length=12,
                    ),
                ),
                ("signed_on", models.DateField(null=True)),
                ("terminated_on", models.DateField(null=True)),
                (
                    "why",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("mandate.done", "What it was for is done"),
                            ("mandate.client", "The client ended it"),
                            ("mandate.house", "We ended it"),
                            ("mandate.agreed", "Both agreed to end it"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "kept",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("keep.consent", "The client agreed to hear from us"),
                            ("keep.duty", "A law has us keep them"),
                            ("keep.open", "Accounts or claims are still open"),
                        ],
                        max_length=20,
                    ),
                ),
                ("has_document", models.BooleanField(default=False)),
                ("terms", vault.sealed.fields.SealedGroup("mandate.terms")),
                ("document", vault.sealed.fields.SealedGroup("mandate.document")),
                ("terms_seal", models.PositiveIntegerField(default=0, editable=False)),
                ("document_seal", models.PositiveIntegerField(default=0, editable=False)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="purposealert",
            name="alert_reason_known",
        ),
        migrations.AlterField(
            model_name="purposealert",
            name="reason",
            field=models.CharField(choices=_REASONS, max_length=30),
        ),
        migrations.AddConstraint(
            model_name="purposealert",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason__in", [code for code, _ in _REASONS])), name="alert_reason_known"
            ),
        ),
        migrations.AddField(
            model_name="mandate",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="mandate",
            name="client",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="%(class)s_rows", to="vault.client"
            ),
        ),
        migrations.AddIndex(
            model_name="mandate",
            index=models.Index(fields=["client", "state", "ends_on"], name="mandate_of_client"),
        ),
        migrations.AddIndex(
            model_name="mandate",
            index=models.Index(
                models.F("ends_on"),
                models.F("id"),
                condition=models.Q(("state", "signed")),
                name="mandate_by_end",
            ),
        ),
        migrations.AddConstraint(
            model_name="mandate",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["sell", "buy", "filing", "accounting", "service"])),
                name="mandate_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="mandate",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["draft", "signed", "terminated"])),
                name="mandate_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="mandate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("why__in", ["", "mandate.done", "mandate.client", "mandate.house", "mandate.agreed"])
                ),
                name="mandate_why_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="mandate",
            constraint=models.CheckConstraint(
                condition=models.Q(("kept__in", ["", "keep.consent", "keep.duty", "keep.open"])),
                name="mandate_kept_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="mandate",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_on__gt", models.F("begins_on"))),
                name="mandate_ends_after_it_begins",
            ),
        ),
        migrations.AddConstraint(
            model_name="mandate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("signed_on__isnull", True), ("state", "draft")),
                    models.Q(
                        models.Q(("state", "draft"), _negated=True),
                        ("signed_on__isnull", False),
                        ("signed_on__lte", models.F("begins_on")),
                    ),
                    _connector="OR",
                ),
                name="mandate_signed_before_in_force",
            ),
        ),
        migrations.AddConstraint(
            model_name="mandate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("state", "terminated"),
                        ("terminated_on__isnull", False),
                        models.Q(("why", ""), _negated=True),
                        ("terminated_on__gte", models.F("signed_on")),
                        ("terminated_on__lte", models.F("ends_on")),
                    ),
                    models.Q(
                        models.Q(("state", "terminated"), _negated=True),
                        ("terminated_on__isnull", True),
                        ("why", ""),
                    ),
                    _connector="OR",
                ),
                name="mandate_ended_early_has_day_and_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="mandate",
            constraint=models.CheckConstraint(
                condition=models.Q(("terms__isnull", False)), name="mandate_has_terms"
            ),
        ),
        migrations.AddConstraint(
            model_name="mandate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("document__isnull", False),
                        ("has_document", True),
                        models.Q(("state", "draft"), _negated=True),
                    ),
                    models.Q(("document__isnull", True), ("has_document", False)),
                    _connector="OR",
                ),
                name="mandate_document_of_a_signed_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="mandate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kept", ""), models.Q(("state", "draft"), _negated=True), _connector="OR"
                ),
                name="mandate_kept_after_signing",
            ),
        ),
        migrations.RunSQL(RULES, UNDO),
    ]
