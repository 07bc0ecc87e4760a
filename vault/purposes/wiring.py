"""What purposes bring to the registries, once all apps are loaded."""

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from audit.sentences import register_codes
from people import today
from people.approvals.registry import register as register_action
from people.navigation import Area, NavItem, register
from people.raci import tasks
from people.roles.permissions import Permission
from vault.purposes import panels
from vault.purposes.alerts.today import due
from vault.purposes.bases.services import DECIDES
from vault.purposes.catalogue import Basis
from vault.purposes.codes import Act, Channel, Outcome, Recipient, Scope, SourceKind, Told, Unlawful, Why
from vault.purposes.needs import WORDS
from vault.purposes.sources.approval import UseBoughtList
from vault.records.labels import HELD_LABELS


def connect() -> None:
    panels.connect()
    today.register(due)
    register_action(UseBoughtList())
    tasks.register(
        tasks.Task(label=_("Set the lawful basis of a purpose"), page="vault:basis", post=DECIDES),
        tasks.Task(label=_("Say which fields a purpose needs"), page="vault:needs", post=DECIDES),
        tasks.Task(label=_("Tell people in a notice how their data are used"), page="vault:notice_publish"),
    )
    for words in (Act, Outcome, Unlawful, Why):
        register_codes(dict(words.choices))
    register_codes(WORDS)
    for code, label in HELD_LABELS.items():
        register_codes(
            {
                f"needs.{code}": format_lazy("+ {}", label),
                f"spares.{code}": format_lazy("− {}", label),
            }
        )
    register_codes(
        {
            **{f"basis.{basis.value}": basis.label for basis in Basis},
            "consent.to_confirm": _("Counts once an officer has confirmed it"),
            "basis.on": _("Switched on"),
            "basis.off": _("Switched off"),
            **{f"scope.{scope.value}": scope.label for scope in Scope},
            **{f"channel.{channel.value}": channel.label for channel in Channel},
            **{f"to.{code.value}": code.label for code in Recipient},
            **{f"source.{kind.value}": kind.label for kind in SourceKind},
            **{f"told.{told.value}": told.label for told in Told},
        }
    )
    register(
        NavItem(
            label=_("Purposes and consents"),
            icon="scale",
            url_name="vault:purposes",
            permission=Permission.PURPOSE_MANAGE,
            area=Area.DATA,
            order=30,
        )
    )
