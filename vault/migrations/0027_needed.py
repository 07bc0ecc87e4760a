"""Which fields each purpose of a book needs.

Safe on a live table: the column has a constant default in the database, so that the release before this one
goes on writing. The rows that are there get what the catalogue says of their purpose. That opens nothing that
was shut, outdates no consent (each needs less than it might until now), and shuts only what its purpose has no
use for: an officer who does need more says so on the book's page. Together the purposes that a book starts
with need every field, so such a book goes on taking all of them in.
"""

import django.contrib.postgres.fields
from django.db import migrations, models

_HELD = [
    *("name", "id_number", "credit_code", "birth_date", "phone", "email", "address", "bank_account", "notes"),
    "extras",
]
_NEEDED = {
    "service": "name,credit_code,phone,email,address,notes,extras",
    "mandate": "name,id_number,credit_code,phone,email,address,bank_account,notes,extras",
    "identity_check": "name,id_number,credit_code,birth_date,phone,address",
    "complaint": "name,id_number,credit_code,phone,email,address,bank_account,notes,extras",
    "legal_duty": "name,id_number,credit_code,birth_date,phone,email,address,bank_account",
    "deal": ",".join(_HELD),
    "marketing": "name,phone,email",
}
_FILL = [
    (
        "update vault_bookbasis set fields = string_to_array(%s, ',')::varchar(20)[] where purpose = %s",
        [fields, purpose],
    )
    for purpose, fields in _NEEDED.items()
]
_REASONS = (
    ("unlawful.purpose", "This book's data may never be used for this purpose."),
    ("unlawful.off", "This purpose is switched off in this book."),
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


class Migration(migrations.Migration):
    dependencies = [("vault", "0026_mandates")]

    operations = [
        migrations.AddField(
            "bookbasis",
            "fields",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=20),
                db_default=models.Value(
                    [],
                    output_field=django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20), size=None
                    ),
                ),
                default=list,
                size=None,
            ),
        ),
        migrations.RunSQL(_FILL, migrations.RunSQL.noop),
        migrations.AddConstraint(
            "bookbasis",
            models.CheckConstraint(
                condition=models.Q(("fields__contained_by", _HELD)), name="basis_fields_known"
            ),
        ),
        migrations.AddConstraint(
            "bookbasis",
            models.CheckConstraint(
                condition=models.Q(
                    ("fields__overlap", ["id_number", "birth_date", "bank_account"]),
                    ("purpose", "marketing"),
                    _negated=True,
                ),
                name="basis_fields_never_needed",
            ),
        ),
        migrations.AddConstraint(
            "bookbasis",
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(("fields__contains", ["birth_date"]), _negated=True),
                    ("fields__contains", ["id_number"]),
                    _connector="OR",
                ),
                name="basis_birth_date_with_id_number",
            ),
        ),
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
