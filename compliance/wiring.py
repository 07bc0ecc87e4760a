"""What this app brings to the registries of the layers below, once all apps are loaded."""

from django.utils.translation import gettext_lazy as _

from audit.sentences import register_codes
from compliance.dashboard import providers
from compliance.destruction.approval import DestroyRecords
from compliance.rail import add_entries
from compliance.retention.approval import EndUse
from compliance.retention.grades import retention_effects
from compliance.retention.models import EndReason
from compliance.retention.panels import asked_panel
from compliance.review.today import due as samples_due
from compliance.verifying.findings import Settled
from compliance.verifying.today import due
from people import today
from people.approvals.registry import register
from people.roles.permissions import Permission
from vault.purposes.catalogue import ChangeReason, Purpose, Reason
from vault.records.grading.effects import register_effects
from vault.records.labels import FIELD_LABELS, Group
from vault.records.panels import Panel, Tab, client_page, review_page


def connect() -> None:
    register(DestroyRecords())
    register(EndUse())
    _connect_retention()
    providers.connect()
    today.register(due)
    today.register(samples_due)
    add_entries()
    register_effects(retention_effects)
    for words in (Group, Purpose, Reason, ChangeReason, EndReason, Settled):
        register_codes(dict(words.choices))
    register_codes({field.value: label for field, label in FIELD_LABELS.items()})


def _connect_retention() -> None:
    client_page.add_panel(Panel(template="compliance/retention/_asked.html", context=asked_panel, order=14))
    review_page.add_tab(
        Tab(
            label=_("No longer needed"),
            url_name="compliance:retention_end",
            permission=Permission.CLIENT_EDIT,
            order=10,
        )
    )
