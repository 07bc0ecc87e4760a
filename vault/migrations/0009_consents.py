"""Bases, notices, consents, sources and alerts; triggers and grants in sql/consents.sql."""

import uuid
from pathlib import Path

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import audit.ids
import vault.sealed.fields

GUARDS = (Path(__file__).parent / "sql" / "consents.sql").read_text(encoding="utf-8")
UNDO = (Path(__file__).parent / "sql" / "consents_undo.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [
        ("vault", "0008_disclosures"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="BookBasis",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "holding",
                    models.CharField(
                        choices=[("own", "Our own clients"), ("entrusted", "Entrusted to us for a deal")],
                        max_length=10,
                    ),
                ),
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
                    "basis",
                    models.CharField(
                        choices=[
                            ("consent", "Consent"),
                            ("contract", "Needed for a contract with the person"),
                            ("statute", "A statute demands it"),
                            ("made_public", "Lawfully made public, within reason"),
                            ("entrusted", "Entrusted by the principal of a deal"),
                        ],
                        max_length=20,
                    ),
                ),
                ("on", models.BooleanField(default=True)),
                ("ask_sensitive", models.BooleanField(default=False)),
                (
                    "recipients",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("", "Nobody else"),
                                ("buyer", "Buyer in a deal"),
                                ("adviser", "Lawyers, accountants and other advisers"),
                                ("filing_agent", "Filing agent"),
                                ("partner", "Partner firm"),
                            ],
                            max_length=20,
                        ),
                        default=list,
                        size=None,
                    ),
                ),
                ("overseas", models.BooleanField(default=False)),
                ("consents_since", models.PositiveIntegerField(default=0)),
                (
                    "why",
                    models.CharField(
                        choices=[
                            ("basis.start", "Set when the book was opened"),
                            ("basis.review", "Review by the officer"),
                            ("basis.new_use", "The data are needed for something new"),
                            ("basis.law", "The law has changed"),
                            ("basis.stop", "No longer needed"),
                        ],
                        default="basis.start",
                        max_length=20,
                    ),
                ),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name="ConsentEvent",
            fields=[
                ("key_id", models.BigIntegerField(editable=False)),
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
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
                    "scope",
                    models.CharField(
                        choices=[
                            ("use", "Use for this purpose"),
                            ("sensitive", "Use of sensitive data (bank account, highest grade)"),
                            ("share", "Giving to a third party"),
                            ("overseas", "Giving abroad"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "recipient",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "Nobody else"),
                            ("buyer", "Buyer in a deal"),
                            ("adviser", "Lawyers, accountants and other advisers"),
                            ("filing_agent", "Filing agent"),
                            ("partner", "Partner firm"),
                        ],
                        max_length=20,
                    ),
                ),
                ("given", models.BooleanField()),
                (
                    "form",
                    models.CharField(
                        choices=[
                            ("general", "Consent"),
                            ("separate", "Separate consent"),
                            ("written", "Written consent"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("link", "By the person, through the link"),
                            ("paper", "On paper"),
                            ("chat", "In a chat message"),
                            ("phone", "By phone"),
                            ("in_person", "Face to face"),
                            ("principal", "Instruction of the principal"),
                        ],
                        max_length=20,
                    ),
                ),
                ("notice_version", models.PositiveIntegerField(default=0)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("has_proof", models.BooleanField(default=False)),
                ("proof", vault.sealed.fields.SealedGroup("consent.proof")),
                ("proof_seal", models.PositiveIntegerField(default=0, editable=False)),
            ],
        ),
        migrations.CreateModel(
            name="ListSource",
            fields=[
                ("key_id", models.BigIntegerField(editable=False)),
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "holding",
                    models.CharField(
                        choices=[("own", "Our own clients"), ("entrusted", "Entrusted to us for a deal")],
                        max_length=10,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("own", "Collected by ourselves"),
                            ("partner", "From a partner firm"),
                            ("purchased", "Bought"),
                            ("entrusted", "Entrusted by the principal of the deal"),
                            ("public", "From public registers"),
                        ],
                        max_length=10,
                    ),
                ),
                ("collected_on", models.DateField()),
                (
                    "told",
                    models.CharField(
                        choices=[
                            ("notice", "They were given our notice"),
                            ("others", "They were told by whoever collected the data"),
                            ("not_yet", "Not yet: they will be given our notice"),
                            ("public", "Nothing: the data were public already"),
                        ],
                        max_length=10,
                    ),
                ),
                ("usable", models.BooleanField()),
                ("approval_id", models.UUIDField(null=True, unique=True)),
                ("recorded_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("origin", vault.sealed.fields.SealedGroup("source.origin")),
                ("origin_seal", models.PositiveIntegerField(default=0, editable=False)),
            ],
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("version", models.PositiveIntegerField()),
                ("content", models.JSONField()),
                ("inputs", models.JSONField()),
                ("terms", models.JSONField()),
                ("text_hash", models.BinaryField(max_length=32)),
                ("effective_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name="NoticeDelivery",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("link", "By the person, through the link"),
                            ("paper", "On paper"),
                            ("chat", "In a chat message"),
                            ("phone", "By phone"),
                            ("in_person", "Face to face"),
                            ("principal", "Instruction of the principal"),
                        ],
                        max_length=20,
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name="NoticeLink",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("token_hash", models.BinaryField(max_length=32, unique=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("gives_until", models.DateTimeField()),
                ("opened_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="PurposeAlert",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("actor_id", models.UUIDField(null=True)),
                (
                    "purpose",
                    models.CharField(
                        blank=True,
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
                    "act",
                    models.CharField(
                        choices=[
                            ("act.reveal", "Show plaintext"),
                            ("act.export", "Export"),
                            ("act.share", "Give to a third party"),
                            ("act.overseas", "Give abroad"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("unlawful.purpose", "This book's data may never be used for this purpose."),
                            ("unlawful.off", "This purpose is switched off in this book."),
                            ("unlawful.consent", "The client has not consented to this."),
                            ("unlawful.withdrawn", "The client has withdrawn the consent."),
                            ("unlawful.outdated", "The consent was given before the purpose was changed."),
                            ("unlawful.form", "This needs a firmer form of consent than the one on record."),
                            ("unlawful.deal_ended", "The deal that these data were entrusted for has ended."),
                        ],
                        max_length=30,
                    ),
                ),
                ("clients", models.PositiveIntegerField()),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("alert.seen", "Seen"),
                            ("alert.explained", "Handled: explained to the person"),
                            ("alert.consent", "Handled: consent or notice is obtained"),
                            ("alert.basis", "Handled: the book's basis was corrected"),
                            ("alert.incident", "Handled: taken up as an incident"),
                        ],
                        max_length=20,
                    ),
                ),
                ("handled_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="client",
            name="client_purpose_known",
        ),
        migrations.RemoveConstraint(
            model_name="clientbook",
            name="book_purpose_known",
        ),
        migrations.AlterField(
            model_name="client",
            name="purpose",
            field=models.CharField(
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
        migrations.AlterField(
            model_name="clientbook",
            name="purpose",
            field=models.CharField(
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
                verbose_name="main purpose",
            ),
        ),
        migrations.AddConstraint(
            model_name="client",
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
                name="client_purpose_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="clientbook",
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
                name="book_purpose_known",
            ),
        ),
        migrations.AddField(
            model_name="bookbasis",
            name="book",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="bases", to="vault.clientbook"
            ),
        ),
        migrations.AddField(
            model_name="bookbasis",
            name="changed_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="consentevent",
            name="client",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="consents", to="vault.client"
            ),
        ),
        migrations.AddField(
            model_name="consentevent",
            name="recorded_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="listsource",
            name="book",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="sources", to="vault.clientbook"
            ),
        ),
        migrations.AddField(
            model_name="listsource",
            name="recorded_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="importjob",
            name="source",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="imports",
                to="vault.listsource",
            ),
        ),
        migrations.AddField(
            model_name="notice",
            name="book",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="notices", to="vault.clientbook"
            ),
        ),
        migrations.AddField(
            model_name="notice",
            name="published_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="consentevent",
            name="notice",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="vault.notice"
            ),
        ),
        migrations.AddField(
            model_name="noticedelivery",
            name="client",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="deliveries", to="vault.client"
            ),
        ),
        migrations.AddField(
            model_name="noticedelivery",
            name="notice",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="deliveries", to="vault.notice"
            ),
        ),
        migrations.AddField(
            model_name="noticedelivery",
            name="recorded_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="noticelink",
            name="client",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="notice_links", to="vault.client"
            ),
        ),
        migrations.AddField(
            model_name="noticelink",
            name="created_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="purposealert",
            name="book",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="vault.clientbook",
            ),
        ),
        migrations.AddField(
            model_name="purposealert",
            name="handled_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="bookbasis",
            constraint=models.UniqueConstraint(fields=("book", "purpose"), name="basis_once_a_purpose"),
        ),
        migrations.AddConstraint(
            model_name="bookbasis",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("basis__in", ["contract", "consent", "made_public"]), ("purpose", "service")),
                    models.Q(("basis__in", ["contract", "consent"]), ("purpose", "mandate")),
                    models.Q(
                        ("basis__in", ["contract", "statute", "consent"]), ("purpose", "identity_check")
                    ),
                    models.Q(("basis__in", ["statute", "contract", "consent"]), ("purpose", "complaint")),
                    models.Q(("basis__in", ["statute"]), ("purpose", "legal_duty")),
                    models.Q(("basis__in", ["entrusted"]), ("purpose", "deal")),
                    models.Q(("basis__in", ["consent"]), ("purpose", "marketing")),
                    _connector="OR",
                ),
                name="basis_can_carry_the_purpose",
            ),
        ),
        migrations.AddConstraint(
            model_name="bookbasis",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("holding", "entrusted"), ("purpose", "deal")),
                    models.Q(("holding", "own"), models.Q(("purpose", "deal"), _negated=True)),
                    _connector="OR",
                ),
                name="basis_entrusted_for_the_deal_alone",
            ),
        ),
        migrations.AddConstraint(
            model_name="bookbasis",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("recipients__contained_by", ["buyer", "adviser", "filing_agent", "partner"])
                ),
                name="basis_recipients_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="bookbasis",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("why__in", ["basis.start", "basis.review", "basis.new_use", "basis.law", "basis.stop"])
                ),
                name="basis_why_known",
            ),
        ),
        migrations.AddIndex(
            model_name="listsource",
            index=models.Index(fields=["book", "-recorded_at"], name="source_by_book"),
        ),
        migrations.AddConstraint(
            model_name="listsource",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["own", "partner", "purchased", "entrusted", "public"])),
                name="source_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="listsource",
            constraint=models.CheckConstraint(
                condition=models.Q(("told__in", ["notice", "others", "not_yet", "public"])),
                name="source_told_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="listsource",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("holding", "entrusted"), ("kind", "entrusted")),
                    models.Q(("holding", "own"), models.Q(("kind", "entrusted"), _negated=True)),
                    _connector="OR",
                ),
                name="source_fits_holding",
            ),
        ),
        migrations.AddConstraint(
            model_name="listsource",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "purchased"), _negated=True),
                    ("approval_id__isnull", False),
                    _connector="OR",
                ),
                name="source_bought_is_put_to_an_officer",
            ),
        ),
        migrations.AddConstraint(
            model_name="listsource",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind", "purchased"), ("usable", True), _connector="OR"),
                name="source_usable_unless_bought",
            ),
        ),
        migrations.AddConstraint(
            model_name="listsource",
            constraint=models.CheckConstraint(
                condition=models.Q(("origin__isnull", False)), name="source_names_its_giver"
            ),
        ),
        migrations.AddConstraint(
            model_name="listsource",
            constraint=models.UniqueConstraint(fields=("key_id",), name="source_key_is_its_own"),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.UniqueConstraint(fields=("book", "version"), name="notice_version_once"),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.CheckConstraint(
                condition=models.Q(("version__gte", 1)), name="notice_version_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.CheckConstraint(
                condition=models.Q(("content__has_keys", ["zh-hans", "en"])), name="notice_in_both_languages"
            ),
        ),
        migrations.AddIndex(
            model_name="consentevent",
            index=models.Index(
                fields=["client", "purpose", "scope", "recipient", "-at", "-id"], name="consent_state"
            ),
        ),
        migrations.AddIndex(
            model_name="consentevent",
            index=models.Index(fields=["-at", "-id"], name="consent_by_time"),
        ),
        migrations.AddConstraint(
            model_name="consentevent",
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
                name="consent_purpose_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="consentevent",
            constraint=models.CheckConstraint(
                condition=models.Q(("scope__in", ["use", "sensitive", "share", "overseas"])),
                name="consent_scope_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="consentevent",
            constraint=models.CheckConstraint(
                condition=models.Q(("form__in", ["general", "separate", "written"])),
                name="consent_form_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="consentevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("channel__in", ["link", "paper", "chat", "phone", "in_person", "principal"])
                ),
                name="consent_channel_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="consentevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("scope", "share"), ("recipient__in", ["buyer", "adviser", "filing_agent", "partner"])
                    ),
                    models.Q(models.Q(("scope", "share"), _negated=True), ("recipient", "")),
                    _connector="OR",
                ),
                name="consent_to_sharing_names_the_recipient",
            ),
        ),
        migrations.AddConstraint(
            model_name="consentevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("scope", "use"), models.Q(("form", "general"), _negated=True), _connector="OR"
                ),
                name="consent_beyond_use_is_separate",
            ),
        ),
        migrations.AddConstraint(
            model_name="consentevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("channel", "link"), ("recorded_by__isnull", True)),
                    models.Q(models.Q(("channel", "link"), _negated=True), ("recorded_by__isnull", False)),
                    _connector="OR",
                ),
                name="consent_recorded_by_someone_unless_by_link",
            ),
        ),
        migrations.AddConstraint(
            model_name="consentevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("given", False), ("channel", "principal"), ("notice__isnull", False), _connector="OR"
                ),
                name="consent_is_to_a_notice",
            ),
        ),
        migrations.AddConstraint(
            model_name="consentevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("purpose", "deal"), ("channel", "principal")),
                    models.Q(
                        models.Q(("purpose", "deal"), _negated=True),
                        models.Q(("channel", "principal"), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="consent_of_the_principal_for_the_deal_alone",
            ),
        ),
        migrations.AddConstraint(
            model_name="consentevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("has_proof", True), ("proof__isnull", False)),
                    models.Q(("has_proof", False), ("proof__isnull", True)),
                    _connector="OR",
                ),
                name="consent_proof_is_there",
            ),
        ),
        migrations.AddConstraint(
            model_name="consentevent",
            constraint=models.CheckConstraint(
                condition=models.Q(("channel", "link"), ("has_proof", True), _connector="OR"),
                name="consent_is_proved",
            ),
        ),
        migrations.AddConstraint(
            model_name="noticedelivery",
            constraint=models.UniqueConstraint(fields=("client", "notice"), name="delivery_once_a_version"),
        ),
        migrations.AddConstraint(
            model_name="noticedelivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("channel__in", ["link", "paper", "chat", "phone", "in_person", "principal"])
                ),
                name="delivery_channel_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="noticedelivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("channel", "link"), ("recorded_by__isnull", True)),
                    models.Q(models.Q(("channel", "link"), _negated=True), ("recorded_by__isnull", False)),
                    _connector="OR",
                ),
                name="delivery_recorded_by_someone_unless_by_link",
            ),
        ),
        migrations.AddConstraint(
            model_name="noticelink",
            constraint=models.CheckConstraint(
                condition=models.Q(("gives_until__gt", models.F("created_at"))),
                name="notice_link_lives_after_it_is_made",
            ),
        ),
        migrations.AddIndex(
            model_name="purposealert",
            index=models.Index(fields=["-at", "-id"], name="alert_by_time"),
        ),
        migrations.AddConstraint(
            model_name="purposealert",
            constraint=models.CheckConstraint(
                condition=models.Q(("act__in", ["act.reveal", "act.export", "act.share", "act.overseas"])),
                name="alert_act_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="purposealert",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "reason__in",
                        [
                            "unlawful.purpose",
                            "unlawful.off",
                            "unlawful.consent",
                            "unlawful.withdrawn",
                            "unlawful.outdated",
                            "unlawful.form",
                            "unlawful.deal_ended",
                        ],
                    )
                ),
                name="alert_reason_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="purposealert",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("handled_at__isnull", True), ("handled_by__isnull", True), ("outcome", "")),
                    models.Q(
                        (
                            "outcome__in",
                            [
                                "alert.seen",
                                "alert.explained",
                                "alert.consent",
                                "alert.basis",
                                "alert.incident",
                            ],
                        ),
                        ("handled_at__isnull", False),
                        ("handled_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="alert_handled_by_someone",
            ),
        ),
        migrations.RunSQL(GUARDS, UNDO),
    ]
