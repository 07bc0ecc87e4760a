"""Shareholding by two people; a period of confirmation for each disclosure group."""

from pathlib import Path

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import audit.ids
import vault.sealed.fields

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0002_guards"),
        ("vault", "0014_freezing"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PositionProposal",
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
                    "position",
                    models.CharField(
                        choices=[
                            ("legal_representative", "Legal representative"),
                            ("shareholder", "Shareholder"),
                            ("director", "Director"),
                            ("supervisor", "Supervisor"),
                            ("manager", "Manager"),
                            ("finance", "Head of finance"),
                            ("contact", "Contact person"),
                            ("beneficial_owner", "Beneficial owner"),
                        ],
                        max_length=24,
                    ),
                ),
                (
                    "evidence",
                    models.CharField(
                        choices=[
                            ("registry", "Registry extract"),
                            ("articles", "Articles of association"),
                            ("register", "Register of shareholders"),
                            ("stated", "The client said so"),
                            ("other", "Other"),
                        ],
                        max_length=10,
                    ),
                ),
                ("since", models.DateField(null=True)),
                ("until", models.DateField(null=True)),
                ("share", vault.sealed.fields.SealedGroup("relation.share")),
                ("share_seal", models.PositiveIntegerField(default=0, editable=False)),
            ],
        ),
        migrations.AddField(
            model_name="client",
            name="contact_confirmed_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="client",
            name="financial_confirmed_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="client",
            name="identity_confirmed_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="client",
            name="notes_confirmed_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="clientbook",
            name="contact_review_months",
            field=models.PositiveSmallIntegerField(default=12),
        ),
        migrations.AddField(
            model_name="clientbook",
            name="financial_review_months",
            field=models.PositiveSmallIntegerField(default=12),
        ),
        migrations.AddField(
            model_name="clientbook",
            name="identity_review_months",
            field=models.PositiveSmallIntegerField(default=12),
        ),
        migrations.AddField(
            model_name="clientbook",
            name="notes_review_months",
            field=models.PositiveSmallIntegerField(default=12),
        ),
        # What a book said of all its data, it says of each group.
        migrations.RunSQL(
            "UPDATE vault_clientbook SET identity_review_months = review_months,"
            " contact_review_months = review_months, financial_review_months = review_months,"
            " notes_review_months = review_months",
            "UPDATE vault_clientbook SET review_months = least(identity_review_months, contact_review_months,"
            " financial_review_months, notes_review_months)",
        ),
        migrations.RemoveConstraint(
            model_name="clientbook",
            name="book_review_months_sane",
        ),
        migrations.RemoveField(
            model_name="clientbook",
            name="review_months",
        ),
        migrations.AddField(
            model_name="relation",
            name="agreed_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="relation",
            name="end_agreed_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="relation",
            name="ended_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="clientbook",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("contact_review_months__range", (1, 60)),
                    ("financial_review_months__range", (1, 60)),
                    ("identity_review_months__range", (1, 60)),
                    ("notes_review_months__range", (1, 60)),
                ),
                name="book_review_periods_sane",
            ),
        ),
        migrations.AddConstraint(
            model_name="relation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("until__isnull", False),
                    models.Q(("end_agreed_by__isnull", True), ("ended_by__isnull", True)),
                    _connector="OR",
                ),
                name="relation_ended_has_a_day",
            ),
        ),
        migrations.AddField(
            model_name="positionproposal",
            name="approval",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="people.approvalrequest",
            ),
        ),
        migrations.AddField(
            model_name="positionproposal",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="positionproposal",
            name="client",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="%(class)s_rows", to="vault.client"
            ),
        ),
        migrations.AddField(
            model_name="positionproposal",
            name="company",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="proposed_positions",
                to="vault.client",
            ),
        ),
        migrations.AddField(
            model_name="positionproposal",
            name="replaces",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="vault.relation"
            ),
        ),
        migrations.AddIndex(
            model_name="positionproposal",
            index=models.Index(fields=["key_id"], name="position_proposal_by_key"),
        ),
        migrations.AddConstraint(
            model_name="positionproposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "position__in",
                        [
                            "legal_representative",
                            "shareholder",
                            "director",
                            "supervisor",
                            "manager",
                            "finance",
                            "contact",
                            "beneficial_owner",
                        ],
                    )
                ),
                name="proposed_position_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="positionproposal",
            constraint=models.CheckConstraint(
                condition=models.Q(("evidence__in", ["registry", "articles", "register", "stated", "other"])),
                name="proposed_evidence_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="positionproposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("position", "shareholder"), ("share__isnull", False), ("until__isnull", True)),
                    models.Q(
                        models.Q(("position", "shareholder"), ("until__isnull", True), _negated=True),
                        ("share__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="proposed_share_of_a_shareholder",
            ),
        ),
        migrations.AddConstraint(
            model_name="positionproposal",
            constraint=models.CheckConstraint(
                condition=models.Q(("until__isnull", True), ("replaces__isnull", False), _connector="OR"),
                name="proposed_end_of_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="positionproposal",
            constraint=models.UniqueConstraint(
                fields=("company", "client", "position"), name="position_proposed_once"
            ),
        ),
        migrations.RunSQL(
            (SQL / "people.sql").read_text(encoding="utf-8"),
            (SQL / "people_undo.sql").read_text(encoding="utf-8"),
        ),
    ]
