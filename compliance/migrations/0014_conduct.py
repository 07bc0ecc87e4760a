"""Conduct cases and commendations. Their triggers are in sql/conduct.sql."""

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
        ("compliance", "0013_access_reviews"),
        ("people", "0012_training"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Commendation",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("words", models.CharField(max_length=200)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name="ConductCase",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("opened_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("compartment", models.UUIDField()),
                ("key_id", models.BigIntegerField(unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("held", "Waits before it begins"),
                            ("open", "Open"),
                            ("decided", "Decided"),
                            ("appealed", "Appealed"),
                            ("closed", "Appeal decided"),
                        ],
                        default="held",
                        max_length=10,
                    ),
                ),
                (
                    "proposed",
                    models.CharField(
                        choices=[
                            ("conduct.none", "No measure: not shown"),
                            ("conduct.talk", "Talk"),
                            ("conduct.warning", "Written warning"),
                            ("conduct.retraining", "Retraining"),
                            ("conduct.suspension", "Suspension of roles"),
                            ("conduct.authorities", "Handed to the authorities"),
                        ],
                        max_length=24,
                    ),
                ),
                ("reply_due", models.DateTimeField(null=True)),
                ("replied_at", models.DateTimeField(null=True)),
                (
                    "measure",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("conduct.none", "No measure: not shown"),
                            ("conduct.talk", "Talk"),
                            ("conduct.warning", "Written warning"),
                            ("conduct.retraining", "Retraining"),
                            ("conduct.suspension", "Suspension of roles"),
                            ("conduct.authorities", "Handed to the authorities"),
                        ],
                        max_length=24,
                    ),
                ),
                ("decided_at", models.DateTimeField(null=True)),
                ("carried_out", models.BooleanField(default=False)),
                ("appeal_due", models.DateTimeField(null=True)),
                ("appealed_at", models.DateTimeField(null=True)),
                ("answer_due", models.DateTimeField(null=True)),
                (
                    "appeal_measure",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("conduct.none", "No measure: not shown"),
                            ("conduct.talk", "Talk"),
                            ("conduct.warning", "Written warning"),
                            ("conduct.retraining", "Retraining"),
                            ("conduct.suspension", "Suspension of roles"),
                            ("conduct.authorities", "Handed to the authorities"),
                        ],
                        max_length=24,
                    ),
                ),
                ("closed_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="ConductEvidence",
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
                            ("finding", "Finding"),
                            ("audit_finding", "Audit finding"),
                            ("incident", "Incident"),
                        ],
                        max_length=16,
                    ),
                ),
                ("object_id", models.UUIDField()),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name="ConductKeys",
            fields=[
                ("one_row", models.BooleanField(default=True, primary_key=True, serialize=False)),
                ("compartment", models.UUIDField(unique=True)),
                ("key_id", models.BigIntegerField(unique=True)),
            ],
        ),
        migrations.CreateModel(
            name="ConductText",
            fields=[
                ("key_id", models.BigIntegerField(editable=False)),
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "says",
                    models.CharField(
                        choices=[
                            ("charge", "What is said"),
                            ("reply", "Reply of the person"),
                            ("grounds", "Grounds"),
                            ("appeal", "Appeal"),
                            ("answer", "Answer to the appeal"),
                        ],
                        max_length=10,
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("words", vault.sealed.fields.SealedGroup("conduct.text")),
                ("words_seal", models.PositiveIntegerField(default=0, editable=False)),
            ],
        ),
        migrations.CreateModel(
            name="ConductVote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "measure",
                    models.CharField(
                        choices=[
                            ("conduct.none", "No measure: not shown"),
                            ("conduct.talk", "Talk"),
                            ("conduct.warning", "Written warning"),
                            ("conduct.retraining", "Retraining"),
                            ("conduct.suspension", "Suspension of roles"),
                            ("conduct.authorities", "Handed to the authorities"),
                        ],
                        max_length=24,
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="shieldedact",
            name="speakup_act_known",
        ),
        migrations.AddConstraint(
            model_name="shieldedact",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("act__in", ["role.revoke", "person.disable", "client.hand_over", "conduct.open"])
                ),
                name="speakup_act_known",
            ),
        ),
        migrations.AddField(
            model_name="commendation",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="commendation",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="conductcase",
            name="appeal_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="conductcase",
            name="first",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="conductcase",
            name="opened_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="conductcase",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="conductcase",
            name="second",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="conductcase",
            name="track",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.track"
            ),
        ),
        migrations.AddField(
            model_name="conductevidence",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="conductevidence",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="evidence",
                to="compliance.conductcase",
            ),
        ),
        migrations.AddConstraint(
            model_name="conductkeys",
            constraint=models.CheckConstraint(
                condition=models.Q(("one_row", True)), name="conduct_keys_one_row"
            ),
        ),
        migrations.AddField(
            model_name="conducttext",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="conducttext",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="texts", to="compliance.conductcase"
            ),
        ),
        migrations.AddField(
            model_name="conductvote",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="conductvote",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="votes", to="compliance.conductcase"
            ),
        ),
        migrations.AddIndex(
            model_name="commendation",
            index=models.Index(fields=["-at", "-id"], name="commendation_by_date"),
        ),
        migrations.AddConstraint(
            model_name="commendation",
            constraint=models.CheckConstraint(
                condition=models.Q(("by", models.F("person")), _negated=True), name="commendation_by_another"
            ),
        ),
        migrations.AddConstraint(
            model_name="commendation",
            constraint=models.CheckConstraint(
                condition=models.Q(("words", ""), _negated=True), name="commendation_says_something"
            ),
        ),
        migrations.AddIndex(
            model_name="conductcase",
            index=models.Index(fields=["person", "state"], name="conduct_about"),
        ),
        migrations.AddConstraint(
            model_name="conductcase",
            constraint=models.CheckConstraint(
                condition=models.Q(("opened_by", models.F("person")), _negated=True),
                name="conduct_opened_by_is_not_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="conductcase",
            constraint=models.CheckConstraint(
                condition=models.Q(("first", models.F("person")), _negated=True),
                name="conduct_first_is_not_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="conductcase",
            constraint=models.CheckConstraint(
                condition=models.Q(("second", models.F("person")), _negated=True),
                name="conduct_second_is_not_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="conductcase",
            constraint=models.CheckConstraint(
                condition=models.Q(("appeal_by", models.F("person")), _negated=True),
                name="conduct_appeal_by_is_not_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="conductcase",
            constraint=models.CheckConstraint(
                condition=models.Q(("first", models.F("second")), _negated=True),
                name="conduct_first_is_not_second",
            ),
        ),
        migrations.AddConstraint(
            model_name="conductcase",
            constraint=models.CheckConstraint(
                condition=models.Q(("first", models.F("opened_by")), _negated=True),
                name="conduct_first_is_not_opened_by",
            ),
        ),
        migrations.AddConstraint(
            model_name="conductcase",
            constraint=models.CheckConstraint(
                condition=models.Q(("second", models.F("opened_by")), _negated=True),
                name="conduct_second_is_not_opened_by",
            ),
        ),
        migrations.AddConstraint(
            model_name="conductcase",
            constraint=models.CheckConstraint(
                condition=models.Q(("appeal_by", models.F("first")), _negated=True),
                name="conduct_appeal_by_is_not_first",
            ),
        ),
        migrations.AddConstraint(
            model_name="conductcase",
            constraint=models.CheckConstraint(
                condition=models.Q(("appeal_by", models.F("second")), _negated=True),
                name="conduct_appeal_by_is_not_second",
            ),
        ),
        migrations.AddConstraint(
            model_name="conductcase",
            constraint=models.CheckConstraint(
                condition=models.Q(("appeal_by", models.F("opened_by")), _negated=True),
                name="conduct_appeal_by_is_not_opened_by",
            ),
        ),
        migrations.AddConstraint(
            model_name="conductcase",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["held", "open", "decided", "appealed", "closed"])),
                name="conduct_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="conductcase",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "proposed__in",
                        [
                            "conduct.none",
                            "conduct.talk",
                            "conduct.warning",
                            "conduct.retraining",
                            "conduct.suspension",
                            "conduct.authorities",
                        ],
                    ),
                    (
                        "measure__in",
                        [
                            "",
                            "conduct.none",
                            "conduct.talk",
                            "conduct.warning",
                            "conduct.retraining",
                            "conduct.suspension",
                            "conduct.authorities",
                        ],
                    ),
                    (
                        "appeal_measure__in",
                        [
                            "",
                            "conduct.none",
                            "conduct.talk",
                            "conduct.warning",
                            "conduct.retraining",
                            "conduct.suspension",
                            "conduct.authorities",
                        ],
                    ),
                ),
                name="conduct_measure_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="conductcase",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("proposed", "conduct.retraining"), _negated=True),
                    ("track__isnull", False),
                    _connector="OR",
                ),
                name="conduct_retraining_names_a_course",
            ),
        ),
        migrations.AddConstraint(
            model_name="conductcase",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("reply_due__isnull", True), ("state", "held")),
                    models.Q(models.Q(("state", "held"), _negated=True), ("reply_due__isnull", False)),
                    _connector="OR",
                ),
                name="conduct_open_is_heard",
            ),
        ),
        migrations.AddConstraint(
            model_name="conductcase",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at__isnull", True), ("measure", ""), ("state__in", ["held", "open"])),
                    models.Q(
                        models.Q(("state__in", ["held", "open"]), _negated=True),
                        models.Q(("measure", ""), _negated=True),
                        ("appeal_due__isnull", False),
                        ("decided_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="conduct_decided_with_a_measure",
            ),
        ),
        migrations.AddConstraint(
            model_name="conductcase",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("appealed_at__isnull", False),
                        ("closed_at__isnull", False),
                        ("state", "closed"),
                        models.Q(("appeal_measure", ""), _negated=True),
                    ),
                    models.Q(
                        models.Q(("state", "closed"), _negated=True),
                        ("appeal_measure", ""),
                        ("closed_at__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="conduct_closed_with_an_answer",
            ),
        ),
        migrations.AddConstraint(
            model_name="conductevidence",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["entry", "finding", "audit_finding", "incident"])),
                name="conduct_evidence_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="conductevidence",
            constraint=models.UniqueConstraint(
                fields=("case", "kind", "object_id"), name="conduct_evidence_once"
            ),
        ),
        migrations.AddIndex(
            model_name="conducttext",
            index=models.Index(fields=["case", "says", "at"], name="conduct_text_of_it"),
        ),
        migrations.AddConstraint(
            model_name="conducttext",
            constraint=models.CheckConstraint(
                condition=models.Q(("says__in", ["charge", "reply", "grounds", "appeal", "answer"])),
                name="conduct_text_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="conducttext",
            constraint=models.CheckConstraint(
                condition=models.Q(("words__isnull", False)), name="conduct_text_says_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="conductvote",
            constraint=models.UniqueConstraint(fields=("case", "by"), name="conduct_vote_once"),
        ),
        migrations.AddConstraint(
            model_name="conductvote",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "measure__in",
                        [
                            "conduct.none",
                            "conduct.talk",
                            "conduct.warning",
                            "conduct.retraining",
                            "conduct.suspension",
                            "conduct.authorities",
                        ],
                    )
                ),
                name="conduct_vote_known",
            ),
        ),
        migrations.RunSQL(
            (_SQL / "conduct.sql").read_text(encoding="utf-8"),
            (_SQL / "conduct_down.sql").read_text(encoding="utf-8"),
        ),
    ]
