"""The numbers of the law, pledges, campaigns and the pulse, and the rules of them that span rows."""

import datetime
import uuid
from pathlib import Path

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0018_posts"),
    ]

    operations = [
        migrations.CreateModel(
            name="PledgeDue",
            fields=[
                ("id", models.CharField(max_length=72, primary_key=True, serialize=False)),
                ("due_at", models.DateTimeField()),
                ("signed_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "people_pledgedue",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="Campaign",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("poster", "Poster"),
                            ("lecture", "Lecture"),
                            ("contest", "Contest"),
                            ("case", "Case of the month"),
                        ],
                        max_length=10,
                    ),
                ),
                ("title_zh", models.CharField(max_length=80)),
                ("title_en", models.CharField(max_length=120)),
                ("text_zh", models.TextField(max_length=4000)),
                ("text_en", models.TextField(max_length=4000)),
                (
                    "roles",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), blank=True, default=list, size=None
                    ),
                ),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField()),
                ("word", models.CharField(default="", max_length=40)),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
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
            name="CampaignReach",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("act", models.CharField(choices=[("seen", "Read"), ("joined", "Took part")], max_length=10)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reach",
                        to="people.campaign",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Crossing",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "mark",
                    models.CharField(
                        choices=[
                            (
                                "filing",
                                "Data of 1,000,000 people: the data protection officer is filed with the authority",
                            ),
                            (
                                "sensitive",
                                "Sensitive data of 100,000 people: a data protection officer stands",
                            ),
                        ],
                        max_length=20,
                        unique=True,
                    ),
                ),
                ("crossed_on", models.DateField()),
                ("count", models.PositiveIntegerField()),
                ("due_on", models.DateField()),
                ("done_on", models.DateField(null=True)),
                ("number", models.CharField(default="", max_length=60)),
                ("recorded_at", models.DateTimeField(null=True)),
                (
                    "recorded_by",
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
            name="HeadCount",
            fields=[
                ("day", models.DateField(primary_key=True, serialize=False)),
                ("people", models.PositiveIntegerField()),
                ("sensitive", models.PositiveIntegerField()),
                ("counted_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("sensitive__lte", models.F("people"))),
                        name="headcount_sensitive_among",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PledgeRound",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("year", models.PositiveSmallIntegerField()),
                ("text_zh", models.TextField(max_length=4000)),
                ("text_en", models.TextField(max_length=4000)),
                ("text_hash", models.BinaryField(max_length=32)),
                ("opened_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("due_at", models.DateTimeField()),
                (
                    "opened_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PledgeSignature",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("text_hash", models.BinaryField(max_length=32)),
                ("typed_name", models.CharField(max_length=80)),
                ("language", models.CharField(max_length=10)),
                ("signed_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signatures",
                        to="people.pledgeround",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PulseRound",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("opens_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("closes_at", models.DateTimeField()),
                (
                    "opened_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PulseCount",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("group", models.CharField(max_length=10)),
                (
                    "question",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (1, "I know what I may open and what not."),
                            (2, "I have the time to handle data with care."),
                            (3, "I can say when something goes wrong, without fear."),
                            (4, "Those who lead handle data as they ask of us."),
                            (5, "Our tools make the careful way the easy one."),
                        ]
                    ),
                ),
                ("value", models.PositiveSmallIntegerField()),
                ("count", models.PositiveIntegerField()),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="counts",
                        to="people.pulseround",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PulseVoice",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="voices",
                        to="people.pulseround",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="campaign",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["poster", "lecture", "contest", "case"])),
                name="campaign_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="campaign",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "roles__contained_by",
                        ["admin", "agent", "deal_lead", "compliance_officer", "auditor", "counsel"],
                    )
                ),
                name="campaign_roles_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="campaign",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_on__gte", models.F("starts_on"))), name="campaign_ends_later"
            ),
        ),
        migrations.AddConstraint(
            model_name="campaign",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind__in", ["lecture", "contest"]), models.Q(("word", ""), _negated=True)),
                    models.Q(models.Q(("kind__in", ["lecture", "contest"]), _negated=True), ("word", "")),
                    _connector="OR",
                ),
                name="campaign_word_where_one_joins",
            ),
        ),
        migrations.AddConstraint(
            model_name="campaignreach",
            constraint=models.UniqueConstraint(fields=("campaign", "person", "act"), name="reach_once"),
        ),
        migrations.AddConstraint(
            model_name="campaignreach",
            constraint=models.CheckConstraint(
                condition=models.Q(("act__in", ["seen", "joined"])), name="reach_act_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="crossing",
            constraint=models.CheckConstraint(
                condition=models.Q(("mark__in", ["filing", "sensitive"])), name="crossing_mark_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="crossing",
            constraint=models.CheckConstraint(
                condition=models.Q(("due_on__gt", models.F("crossed_on"))), name="crossing_due_later"
            ),
        ),
        migrations.AddConstraint(
            model_name="crossing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("done_on__isnull", True),
                        ("number", ""),
                        ("recorded_at__isnull", True),
                        ("recorded_by__isnull", True),
                    ),
                    models.Q(
                        ("done_on__isnull", False),
                        ("recorded_at__isnull", False),
                        ("recorded_by__isnull", False),
                        models.Q(("number", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="crossing_recorded_as_a_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="pledgeround",
            constraint=models.UniqueConstraint(fields=("year",), name="pledge_once_a_year"),
        ),
        migrations.AddConstraint(
            model_name="pledgeround",
            constraint=models.CheckConstraint(
                condition=models.Q(("text_en__regex", "^.{30,}"), ("text_zh__regex", "^.{30,}")),
                name="pledge_in_both_languages",
            ),
        ),
        migrations.AddConstraint(
            model_name="pledgeround",
            constraint=models.CheckConstraint(
                condition=models.Q(("due_at__gt", models.F("opened_at"))), name="pledge_due_later"
            ),
        ),
        migrations.AddConstraint(
            model_name="pledgeround",
            constraint=models.CheckConstraint(
                condition=models.Q(("year__gte", 2020), ("year__lte", 2200)), name="pledge_year"
            ),
        ),
        migrations.AddConstraint(
            model_name="pledgesignature",
            constraint=models.UniqueConstraint(fields=("person", "round"), name="pledge_signed_once"),
        ),
        migrations.AddConstraint(
            model_name="pledgesignature",
            constraint=models.CheckConstraint(
                condition=models.Q(("typed_name", ""), _negated=True), name="pledge_signed_by_name"
            ),
        ),
        migrations.AddConstraint(
            model_name="pulseround",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "closes_at__gte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("opens_at"), "+", models.Value(datetime.timedelta(days=3))
                        ),
                    ),
                    (
                        "closes_at__lte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("opens_at"), "+", models.Value(datetime.timedelta(days=31))
                        ),
                    ),
                ),
                name="pulse_open_for_a_while",
            ),
        ),
        migrations.AddConstraint(
            model_name="pulsecount",
            constraint=models.UniqueConstraint(
                fields=("round", "group", "question", "value"), name="pulse_count_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="pulsecount",
            constraint=models.CheckConstraint(
                condition=models.Q(("group__in", ["", "admin", "business", "oversight", "audit"])),
                name="pulse_group_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="pulsecount",
            constraint=models.CheckConstraint(
                condition=models.Q(("question__in", [1, 2, 3, 4, 5])), name="pulse_question_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="pulsecount",
            constraint=models.CheckConstraint(
                condition=models.Q(("value__gte", 1), ("value__lte", 5)), name="pulse_value_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="pulsevoice",
            constraint=models.UniqueConstraint(fields=("round", "person"), name="pulse_one_voice"),
        ),
        migrations.RunSQL(
            (SQL / "pledge.sql").read_text(encoding="utf-8"),
            (SQL / "pledge_undo.sql").read_text(encoding="utf-8"),
        ),
        migrations.RunSQL(
            (SQL / "headcount.sql").read_text(encoding="utf-8"),
            (SQL / "headcount_undo.sql").read_text(encoding="utf-8"),
        ),
        migrations.RunSQL(
            (SQL / "campaigns.sql").read_text(encoding="utf-8"),
            (SQL / "campaigns_undo.sql").read_text(encoding="utf-8"),
        ),
    ]
