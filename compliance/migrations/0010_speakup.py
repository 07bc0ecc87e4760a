"""Whistle-blowing. Its triggers are in sql/speakup.sql."""

import uuid
from pathlib import Path

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import vault.sealed.fields

_SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("compliance", "0009_audits"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SpeakUpCase",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("compartment", models.UUIDField()),
                ("key_id", models.BigIntegerField(unique=True)),
                ("code", models.BinaryField(max_length=16, null=True, unique=True)),
                (
                    "category",
                    models.CharField(
                        choices=[
                            ("data", "Personal data misused, sold or leaked"),
                            ("money", "Bribes, kickbacks, embezzlement"),
                            ("clients", "Clients deceived or harmed"),
                            ("conflict", "Conflict of interest, private deals"),
                            ("people", "Harassment or unfair treatment at work"),
                            ("law", "Another breach of law or of the house's rules"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("new", "New"),
                            ("acknowledged", "Acknowledged"),
                            ("investigating", "Being looked into"),
                            ("closed", "Closed"),
                        ],
                        default="new",
                        max_length=14,
                    ),
                ),
                ("apart", models.BooleanField(default=False)),
                ("waits", models.BooleanField(default=True)),
                ("made_on", models.DateField()),
                ("acknowledged_on", models.DateField(null=True)),
                ("answered_on", models.DateField(null=True)),
                ("closed_on", models.DateField(null=True)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("speakup.confirmed", "Confirmed"),
                            ("speakup.partly", "Confirmed in part"),
                            ("speakup.not_shown", "Could not be shown"),
                            ("speakup.unfounded", "Found not to be so"),
                            ("speakup.out_of_scope", "Not a matter for this channel"),
                            ("speakup.passed_on", "Passed on to the authority"),
                        ],
                        max_length=24,
                    ),
                ),
                ("destroyed_on", models.DateField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["-made_on", "-id"], name="speakup_by_day"),
                    models.Index(
                        condition=models.Q(("destroyed_on__isnull", True)),
                        fields=["state"],
                        name="speakup_open",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("category__in", ["data", "money", "clients", "conflict", "people", "law"])
                        ),
                        name="speakup_category_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["new", "acknowledged", "investigating", "closed"])),
                        name="speakup_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("acknowledged_on__isnull", True), ("state", "new")),
                            models.Q(
                                models.Q(("state", "new"), _negated=True),
                                ("acknowledged_on__gte", models.F("made_on")),
                                ("acknowledged_on__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="speakup_acknowledged_has_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("answered_on__isnull", False),
                                ("closed_on__isnull", False),
                                (
                                    "outcome__in",
                                    [
                                        "speakup.confirmed",
                                        "speakup.partly",
                                        "speakup.not_shown",
                                        "speakup.unfounded",
                                        "speakup.out_of_scope",
                                        "speakup.passed_on",
                                    ],
                                ),
                                ("state", "closed"),
                            ),
                            models.Q(
                                models.Q(("state", "closed"), _negated=True),
                                ("closed_on__isnull", True),
                                ("outcome", ""),
                            ),
                            _connector="OR",
                        ),
                        name="speakup_closed_with_an_outcome",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("code__isnull", False), ("destroyed_on__isnull", True)),
                            models.Q(
                                ("code__isnull", True), ("destroyed_on__isnull", False), ("state", "closed")
                            ),
                            _connector="OR",
                        ),
                        name="speakup_destroyed_has_no_code",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Protection",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "shielding",
                    models.CharField(
                        choices=[
                            ("wait", "The act waits for an officer: whoever acts learns that it does"),
                            (
                                "watch",
                                "The act goes on, and officers see it at once: nobody else learns anything",
                            ),
                        ],
                        max_length=6,
                    ),
                ),
                ("on", models.DateField(default=django.utils.timezone.localdate)),
                ("ended_on", models.DateField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
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
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="protections",
                        to="compliance.speakupcase",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Accused",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("on", models.DateField(default=django.utils.timezone.localdate)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="accused",
                        to="compliance.speakupcase",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SpeakUpKeys",
            fields=[
                ("one_row", models.BooleanField(default=True, primary_key=True, serialize=False)),
                ("compartment", models.UUIDField(unique=True)),
                ("key_id", models.BigIntegerField(unique=True)),
                ("index_key_id", models.BigIntegerField(unique=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("one_row", True)), name="speakup_keys_one_row")
                ],
            },
        ),
        migrations.CreateModel(
            name="SpeakUpPolicy",
            fields=[
                ("one_row", models.BooleanField(default=True, primary_key=True, serialize=False)),
                ("months", models.PositiveSmallIntegerField(default=24)),
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
            name="SpeakUpText",
            fields=[
                ("key_id", models.BigIntegerField(editable=False)),
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("number", models.PositiveSmallIntegerField()),
                (
                    "says",
                    models.CharField(
                        choices=[
                            ("report", "What happened"),
                            ("when", "When and where"),
                            ("who", "Whom it concerns"),
                            ("message", "Message of the reporter"),
                            ("answer", "Answer"),
                            ("note", "Note, not for the reporter"),
                        ],
                        max_length=10,
                    ),
                ),
                ("day", models.DateField()),
                ("words", vault.sealed.fields.SealedGroup("speakup.text")),
                ("words_seal", models.PositiveIntegerField(default=0, editable=False)),
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
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="texts",
                        to="compliance.speakupcase",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ShieldedAct",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("act", models.CharField(max_length=20)),
                ("on", models.DateField(default=django.utils.timezone.localdate)),
                ("settled_on", models.DateField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "protection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="acts",
                        to="compliance.protection",
                    ),
                ),
                (
                    "settled_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("act__in", ["role.revoke", "person.disable", "client.hand_over"])
                        ),
                        name="speakup_act_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("settled_by__isnull", True), ("settled_on__isnull", True)),
                            models.Q(
                                ("settled_by__isnull", False),
                                ("settled_on__gte", models.F("on")),
                                ("settled_on__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="speakup_act_settled_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("settled_by__isnull", True),
                            models.Q(("settled_by", models.F("by")), _negated=True),
                            _connector="OR",
                        ),
                        name="speakup_act_settled_by_another",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="protection",
            index=models.Index(
                condition=models.Q(("ended_on__isnull", True)), fields=["user"], name="speakup_protected"
            ),
        ),
        migrations.AddConstraint(
            model_name="protection",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_on__isnull", True)),
                fields=("case", "user"),
                name="speakup_protected_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="protection",
            constraint=models.CheckConstraint(
                condition=models.Q(("shielding__in", ["wait", "watch"])), name="speakup_shielding_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="protection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_by__isnull", True), ("ended_on__isnull", True)),
                    models.Q(
                        ("ended_by__isnull", False),
                        ("ended_on__gte", models.F("on")),
                        ("ended_on__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="speakup_protection_ended_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="accused",
            constraint=models.UniqueConstraint(fields=("case", "user"), name="speakup_accused_once"),
        ),
        migrations.AddConstraint(
            model_name="speakuppolicy",
            constraint=models.CheckConstraint(
                condition=models.Q(("one_row", True)), name="speakup_policy_one_row"
            ),
        ),
        migrations.AddConstraint(
            model_name="speakuppolicy",
            constraint=models.CheckConstraint(
                condition=models.Q(("months__gte", 6), ("months__lte", 120)), name="speakup_policy_months"
            ),
        ),
        migrations.AddConstraint(
            model_name="speakuptext",
            constraint=models.UniqueConstraint(fields=("case", "number"), name="speakup_text_once"),
        ),
        migrations.AddConstraint(
            model_name="speakuptext",
            constraint=models.CheckConstraint(
                condition=models.Q(("says__in", ["report", "when", "who", "message", "answer", "note"])),
                name="speakup_text_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="speakuptext",
            constraint=models.CheckConstraint(
                condition=models.Q(("words__isnull", False)), name="speakup_text_says_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="speakuptext",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("by__isnull", True), ("says__in", ("report", "when", "who", "message"))),
                    models.Q(
                        models.Q(("says__in", ("report", "when", "who", "message")), _negated=True),
                        ("by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="speakup_reporter_has_no_account",
            ),
        ),
        migrations.RunSQL(
            (_SQL / "speakup.sql").read_text(encoding="utf-8"),
            (_SQL / "speakup_down.sql").read_text(encoding="utf-8"),
        ),
    ]
