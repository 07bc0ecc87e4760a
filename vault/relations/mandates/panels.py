"""What mandates bring to the registries, the rail and the day's page."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from audit.sentences import register_codes
from people import today
from people.navigation import NavItem, register
from people.roles.permissions import Permission
from vault.purposes import engagements
from vault.records.panels import Tab, client_page
from vault.relations.mandates.due import due
from vault.relations.mandates.models import DOCUMENT, TERMS, Keep, MandateKind, Why
from vault.relations.mandates.standing import engagements as of_mandates


def connect() -> None:
    engagements.register(of_mandates)
    today.register(due)
    client_page.add_tab(
        Tab(
            label=_("Mandates"), url_name="vault:client_mandates", permission=Permission.CLIENT_VIEW, order=25
        )
    )
    register_codes({f"mandate.{kind.value}": kind.label for kind in MandateKind})
    register_codes({**dict(Why.choices), **dict(Keep.choices)})
    register_codes(
        {
            TERMS: pgettext_lazy("field group", "Terms of a mandate"),
            DOCUMENT: pgettext_lazy("field group", "Signed mandate"),
        }
    )
    register(
        NavItem(
            label=_("Mandates"),
            icon="certificate",
            url_name="vault:mandates",
            permission=Permission.CLIENT_EDIT,
            order=22,
        )
    )
