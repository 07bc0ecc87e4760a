import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import audit.ids
import vault.sealed.fields

# Both ends of a relation lie in one book, and the upper one is a company: two rows that no check constraint sees.
ONE_BOOK = """
create function vault_check_relation() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  if not exists (
    select from vault_client company join vault_client holder on holder.book_id = company.book_id
    where company.id = new.company_id and holder.id = new.client_id and company.kind = 'company'
  ) then
    raise exception 'a relation joins two clients of one book, and a company'
      using errcode = 'check_violation', constraint = 'relation_in_one_book';
  end if;
  return new;
end $$;
create trigger relation_in_one_book before insert or update of company_id, client_id on vault_relation
  for each row execute function vault_check_relation();
"""
NO_ONE_BOOK = """
drop trigger relation_in_one_book on vault_relation;
drop function vault_check_relation();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("vault", "0010_intake"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="FollowUp",
            fields=[
                ("key_id", models.BigIntegerField(editable=False)),
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("due_at", models.DateTimeField()),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("service", "Serving the client"),
                            ("mandate", "Carrying out a mandate"),
                            ("identity_check", "Checking identity"),
                            ("complaint", "Complaint or dispute"),
                            ("legal_duty", "Legal duty"),
                            ("deal", "The deal it was entrusted for"),
                            ("marketing", "Marketing"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("call", "To call or write to the client"),
                            ("contract", "To draw up a document"),
                            ("verify", "To check what is recorded"),
                            ("request", "The client asked for it"),
                            ("other", "Another reason, given beside"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "repeat",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (0, "Once"),
                            (7, "Every week"),
                            (14, "Every two weeks"),
                            (30, "Every 30 days"),
                            (90, "Every 90 days"),
                        ],
                        default=0,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Open"), ("done", "Done"), ("dropped", "Dropped")],
                        default="open",
                        max_length=8,
                    ),
                ),
                ("shown_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("words", vault.sealed.fields.SealedGroup("followup.note")),
                ("words_seal", models.PositiveIntegerField(default=0, editable=False)),
                (
                    "assigned",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="%(class)s_rows",
                        to="vault.client",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Communication",
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
                    "channel",
                    models.CharField(
                        choices=[
                            ("call", "Call"),
                            ("wechat", "WeChat"),
                            ("visit", "Visit"),
                            ("email", "E-mail"),
                            ("other", "Other"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "direction",
                    models.CharField(choices=[("out", "From us"), ("in", "From the client")], max_length=3),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("reached", "Spoke with the client"),
                            ("no_answer", "No answer"),
                            ("busy", "Call back later"),
                            ("interested", "Interested"),
                            ("not_interested", "Not interested"),
                            ("wrong_number", "Wrong number"),
                            ("no_contact", "Wants no more contact"),
                            ("message", "Left a message"),
                        ],
                        max_length=16,
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("minutes", models.PositiveSmallIntegerField(null=True)),
                ("words", vault.sealed.fields.SealedGroup("communication.text")),
                ("words_seal", models.PositiveIntegerField(default=0, editable=False)),
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
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="%(class)s_rows",
                        to="vault.client",
                    ),
                ),
                (
                    "corrects",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="corrected_by",
                        to="vault.communication",
                    ),
                ),
                (
                    "followup",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="contacts",
                        to="vault.followup",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Preference",
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
                    "channel",
                    models.CharField(
                        choices=[
                            ("call", "Call"),
                            ("wechat", "WeChat"),
                            ("visit", "Visit"),
                            ("email", "E-mail"),
                            ("other", "Other"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "hours",
                    models.CharField(
                        choices=[
                            ("any", "Any time"),
                            ("morning", "Mornings"),
                            ("afternoon", "Afternoons"),
                            ("evening", "Evenings"),
                            ("weekend", "Weekends"),
                        ],
                        max_length=10,
                    ),
                ),
                ("wishes", vault.sealed.fields.SealedGroup("preference.wishes")),
                ("wishes_seal", models.PositiveIntegerField(default=0, editable=False)),
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
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="%(class)s_rows",
                        to="vault.client",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Rating",
            fields=[
                ("key_id", models.BigIntegerField(editable=False)),
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("score", models.PositiveSmallIntegerField()),
                (
                    "aspects",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("attitude", "Attitude"),
                                ("expertise", "Expertise"),
                                ("speed", "Speed"),
                                ("openness", "Openness on progress and fees"),
                                ("secrecy", "Care with what is confidential"),
                            ],
                            max_length=12,
                        ),
                        default=list,
                        size=None,
                    ),
                ),
                ("comment", vault.sealed.fields.SealedGroup("rating.words")),
                ("comment_seal", models.PositiveIntegerField(default=0, editable=False)),
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
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="%(class)s_rows",
                        to="vault.client",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Relation",
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
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="%(class)s_rows",
                        to="vault.client",
                    ),
                ),
                (
                    "company",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="positions",
                        to="vault.client",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Transaction",
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
                            ("deposit", "Earnest money"),
                            ("final", "Final payment"),
                            ("fee", "Service fee"),
                            ("refund", "Refund"),
                            ("other", "Other"),
                        ],
                        max_length=8,
                    ),
                ),
                ("on", models.DateField()),
                ("deal_id", models.UUIDField(null=True)),
                ("struck_at", models.DateTimeField(null=True)),
                ("money", vault.sealed.fields.SealedGroup("transaction.amount")),
                ("money_seal", models.PositiveIntegerField(default=0, editable=False)),
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
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="%(class)s_rows",
                        to="vault.client",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="followup",
            index=models.Index(
                models.F("assigned"),
                models.F("due_at"),
                models.F("id"),
                condition=models.Q(("state", "open")),
                name="followup_due",
            ),
        ),
        migrations.AddConstraint(
            model_name="followup",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "purpose__in",
                        [
                            "service",
                            "mandate",
                            "identity_check",
                            "complaint",
                            "legal_duty",
                            "deal",
                            "marketing",
                        ],
                    )
                ),
                name="followup_purpose_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="followup",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason__in", ["call", "contract", "verify", "request"])),
                name="followup_reason_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="followup",
            constraint=models.CheckConstraint(
                condition=models.Q(("repeat__in", [0, 7, 14, 30, 90])), name="followup_repeat_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="followup",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", True), ("state", "open")),
                    models.Q(("ended_at__isnull", False), ("state__in", ("done", "dropped"))),
                    _connector="OR",
                ),
                name="followup_ended_has_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="followup",
            constraint=models.CheckConstraint(
                condition=models.Q(("shown_at__isnull", True), ("state", "open"), _connector="OR"),
                name="followup_shown_is_open",
            ),
        ),
        migrations.AddIndex(
            model_name="communication",
            index=models.Index(
                models.F("client"),
                models.OrderBy(models.F("at"), descending=True),
                models.OrderBy(models.F("id"), descending=True),
                name="communication_by_client",
            ),
        ),
        migrations.AddConstraint(
            model_name="communication",
            constraint=models.CheckConstraint(
                condition=models.Q(("channel__in", ["call", "wechat", "visit", "email", "other"])),
                name="communication_channel_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="communication",
            constraint=models.CheckConstraint(
                condition=models.Q(("direction__in", ["out", "in"])), name="communication_direction_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="communication",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "outcome__in",
                        [
                            "reached",
                            "no_answer",
                            "busy",
                            "interested",
                            "not_interested",
                            "wrong_number",
                            "no_contact",
                            "message",
                        ],
                    )
                ),
                name="communication_outcome_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="communication",
            constraint=models.CheckConstraint(
                condition=models.Q(("minutes__isnull", True), ("minutes__lte", 1440), _connector="OR"),
                name="communication_within_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="communication",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("corrects__isnull", True),
                    models.Q(("corrects", models.F("id")), _negated=True),
                    _connector="OR",
                ),
                name="communication_not_of_itself",
            ),
        ),
        migrations.AddIndex(
            model_name="preference",
            index=models.Index(
                models.F("client"),
                models.OrderBy(models.F("id"), descending=True),
                name="preference_by_client",
            ),
        ),
        migrations.AddConstraint(
            model_name="preference",
            constraint=models.CheckConstraint(
                condition=models.Q(("channel__in", ["call", "wechat", "visit", "email", "other"])),
                name="preference_channel_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="preference",
            constraint=models.CheckConstraint(
                condition=models.Q(("hours__in", ["any", "morning", "afternoon", "evening", "weekend"])),
                name="preference_hours_known",
            ),
        ),
        migrations.AddIndex(
            model_name="rating",
            index=models.Index(
                models.F("client"), models.OrderBy(models.F("id"), descending=True), name="rating_by_client"
            ),
        ),
        migrations.AddConstraint(
            model_name="rating",
            constraint=models.CheckConstraint(
                condition=models.Q(("score__gte", 1), ("score__lte", 5)), name="rating_of_one_to_five"
            ),
        ),
        migrations.AddConstraint(
            model_name="rating",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("aspects__contained_by", ["attitude", "expertise", "speed", "openness", "secrecy"])
                ),
                name="rating_aspects_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="relation",
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
                name="relation_position_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="relation",
            constraint=models.CheckConstraint(
                condition=models.Q(("evidence__in", ["registry", "articles", "register", "stated", "other"])),
                name="relation_evidence_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="relation",
            constraint=models.CheckConstraint(
                condition=models.Q(("client", models.F("company")), _negated=True),
                name="relation_of_two_clients",
            ),
        ),
        migrations.AddConstraint(
            model_name="relation",
            constraint=models.CheckConstraint(
                condition=models.Q(("position", "shareholder"), ("share__isnull", True), _connector="OR"),
                name="relation_shareholder_has_share",
            ),
        ),
        migrations.AddConstraint(
            model_name="relation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("until__isnull", True),
                    ("since__isnull", True),
                    ("until__gte", models.F("since")),
                    _connector="OR",
                ),
                name="relation_ends_later",
            ),
        ),
        migrations.AddConstraint(
            model_name="relation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("until__isnull", True)),
                fields=("company", "client", "position"),
                name="relation_live_once",
            ),
        ),
        migrations.AddIndex(
            model_name="transaction",
            index=models.Index(
                models.F("client"),
                models.OrderBy(models.F("on"), descending=True),
                models.OrderBy(models.F("id"), descending=True),
                name="transaction_by_client",
            ),
        ),
        migrations.AddConstraint(
            model_name="transaction",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["deposit", "final", "fee", "refund", "other"])),
                name="transaction_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="transaction",
            constraint=models.CheckConstraint(
                condition=models.Q(("money__isnull", False)), name="transaction_has_an_amount"
            ),
        ),
        migrations.RunSQL(ONE_BOOK, NO_ONE_BOOK),
    ]
