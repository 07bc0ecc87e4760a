"""For whom and for what an officer's review counts; refused uses that a client's facets rule out.

Safe on a live table: one column may be null, the other has a constant default in the database, so that the
release before this one goes on writing. What it writes names no purpose and lets nothing pass: an officer
looks once more. Every review until now was of what a person looks at themselves, for the purpose that its
request names.
"""

from django.db import migrations, models

_REASONS = (
    ("unlawful.purpose", "This book's data may never be used for this purpose."),
    ("unlawful.off", "This purpose is switched off in this book."),
    ("purpose_not_of_use", "These data were not taken in for this purpose."),
    ("needs_source", "These data come from outside, and where from is not recorded."),
    ("unlawful.fields", "This purpose does not need these data."),
    ("unlawful.consent", "The client has not consented to this."),
    ("unlawful.withdrawn", "The client has withdrawn the consent."),
    ("unlawful.outdated", "The consent was given before the purpose was changed."),
    ("unlawful.unconfirmed", "The client's consent waits for an officer to confirm it."),
    ("unlawful.form", "This needs a firmer form of consent than the one on record."),
    ("unlawful.deal_ended", "The deal that these data were entrusted for has ended."),
    ("unlawful.mandate_ended", "The client's mandate has ended."),
    ("unlawful.no_mandate", "No mandate of this client is in force: nothing is given away."),
)
# The way back leaves it as wide: an alert is never rewritten, and those of meanwhile must stay.
_KNOWN = """
alter table vault_purposealert drop constraint alert_reason_known;
alter table vault_purposealert add constraint alert_reason_known check (reason in ({}));
""".format(", ".join(f"'{code}'" for code, _ in _REASONS))
# Nobody rewrites a review, so the trigger that says so stands aside for this one statement.
_FILL = """
alter table vault_officerreview disable trigger reviews_stay;
update vault_officerreview review set purpose = asked.params ->> 'purpose'
  from people_approvalrequest asked where asked.id = review.approval_id;
alter table vault_officerreview enable trigger reviews_stay;
"""


class Migration(migrations.Migration):
    dependencies = [("vault", "0027_needed"), ("people", "0002_guards")]

    operations = [
        migrations.AddField("officerreview", "recipient_id", models.UUIDField(null=True)),
        migrations.AddField("officerreview", "purpose", models.CharField(db_default="", max_length=20)),
        migrations.RunSQL(_FILL, migrations.RunSQL.noop),
        migrations.AlterField("purposealert", "reason", models.CharField(choices=_REASONS, max_length=30)),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(_KNOWN, migrations.RunSQL.noop)],
            state_operations=[
                migrations.RemoveConstraint("purposealert", "alert_reason_known"),
                migrations.AddConstraint(
                    "purposealert",
                    models.CheckConstraint(
                        condition=models.Q(("reason__in", [code for code, _ in _REASONS])),
                        name="alert_reason_known",
                    ),
                ),
            ],
        ),
    ]
