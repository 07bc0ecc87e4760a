"""Consents that wait for an officer: given through a link from where our own people work, too.

Safe on a live table: the new column has a constant default in the database, which rewrites no row and lets
the release before this one go on writing; no row is in the new index, and the new condition holds for all.
"""

from pathlib import Path

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import audit.ids

_SQL = Path(__file__).parent / "sql"
GUARDS = (_SQL / "confirmed.sql").read_text(encoding="utf-8")
UNDO = (_SQL / "confirmed_undo.sql").read_text(encoding="utf-8")
_REASONS = (
    ("unlawful.purpose", "This book's data may never be used for this purpose."),
    ("unlawful.off", "This purpose is switched off in this book."),
    ("unlawful.consent", "The client has not consented to this."),
    ("unlawful.withdrawn", "The client has withdrawn the consent."),
    ("unlawful.outdated", "The consent was given before the purpose was changed."),
    ("unlawful.unconfirmed", "The client's consent waits for an officer to confirm it."),
    ("unlawful.form", "This needs a firmer form of consent than the one on record."),
    ("unlawful.deal_ended", "The deal that these data were entrusted for has ended."),
)


class Migration(migrations.Migration):
    dependencies = [("vault", "0023_lean"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.AddField(
            "consentevent", "to_confirm", models.BooleanField(default=False, db_default=False)
        ),
        migrations.AddConstraint(
            "consentevent",
            models.CheckConstraint(
                condition=models.Q(
                    ("to_confirm", False), models.Q(("channel", "link"), ("given", True)), _connector="OR"
                ),
                name="consent_waits_only_when_given_by_link",
            ),
        ),
        migrations.AddIndex(
            "consentevent",
            models.Index(fields=["-at"], condition=models.Q(("to_confirm", True)), name="consent_to_confirm"),
        ),
        migrations.CreateModel(
            name="ConsentConfirmation",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("accepted", models.BooleanField()),
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
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="vault.client"
                    ),
                ),
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="confirmation",
                        to="vault.consentevent",
                    ),
                ),
            ],
        ),
        migrations.AlterField("purposealert", "reason", models.CharField(choices=_REASONS, max_length=30)),
        migrations.RemoveConstraint("purposealert", "alert_reason_known"),
        migrations.AddConstraint(
            "purposealert",
            models.CheckConstraint(
                condition=models.Q(("reason__in", [code for code, _ in _REASONS])), name="alert_reason_known"
            ),
        ),
        migrations.RunSQL(GUARDS, UNDO),
    ]
