"""What relations bring to the rail, the day's page and the client's page."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from audit.sentences import register_codes
from people import today
from people.accounts.models import User
from people.approvals.registry import register as register_action
from people.navigation import NavItem, register
from people.roles.access import has
from people.roles.permissions import Permission
from people.today import DueItem, Urgency
from vault.purposes.catalogue import Holding
from vault.records.access import may_open
from vault.records.models import Client
from vault.records.panels import Panel, Tab, client_page
from vault.relations.communications.models import TEXT, Channel, Outcome
from vault.relations.communications.reading import communications_of
from vault.relations.followups.access import own_followups
from vault.relations.followups.models import NOTE
from vault.relations.followups.reading import day_end, due_by, open_of
from vault.relations.followups.services import CALLS_UNNOTED
from vault.relations.mandates import panels as mandates
from vault.relations.mandates.reading import terms_of
from vault.relations.people.approval import PositionByTwo
from vault.relations.people.models import SHARE, Position
from vault.relations.service.models import AMOUNT, RATING, WISHES

_GROUPS = {
    TEXT: pgettext_lazy("field group", "What was said"),
    NOTE: pgettext_lazy("field group", "Note for the call"),
    SHARE: pgettext_lazy("field group", "Shareholding"),
    RATING: pgettext_lazy("field group", "Words of a rating"),
    AMOUNT: pgettext_lazy("field group", "Amounts"),
    WISHES: pgettext_lazy("field group", "What is looked for"),
}


def connect() -> None:
    _rail()
    mandates.connect()
    register_action(PositionByTwo())
    today.register(due)
    for label, url_name, order in (
        (gettext_lazy("Communications"), "vault:communications", 10),
        (gettext_lazy("Follow-ups"), "vault:client_followups", 20),
        (gettext_lazy("Companies and people"), "vault:people", 30),
        (gettext_lazy("Service"), "vault:service", 40),
    ):
        client_page.add_tab(
            Tab(label=label, url_name=url_name, permission=Permission.CLIENT_VIEW, order=order)
        )
    client_page.add_panel(Panel(template="vault/relations/_glance.html", context=at_a_glance, order=0))
    register_codes({**_GROUPS, CALLS_UNNOTED: gettext_lazy("Calls shown and not noted")})
    for words in (Channel, Outcome, Position):
        register_codes(dict(words.choices))


def _rail() -> None:
    register(
        NavItem(
            label=gettext_lazy("Follow-ups"),
            icon="phone",
            url_name="vault:followups",
            permission=Permission.CLIENT_REVEAL,
            order=10,
        )
    )
    register(
        NavItem(
            label=pgettext_lazy("rail", "Figures"),
            icon="grid-dots",
            url_name="vault:figures",
            permission=Permission.FIGURES_VIEW,
            order=60,
        )
    )


def due(user: User) -> Iterator[DueItem]:
    """Calls to make today, and calls made that nobody has noted yet."""
    if not has(user, Permission.CLIENT_REVEAL):
        return
    now = timezone.now()
    url = reverse("vault:followups")
    due_today = due_by(user, day_end(now))
    yield DueItem(
        label=_("Calls to note"),
        count=own_followups(user).filter(shown_at__isnull=False).count(),
        url=url,
        urgency=Urgency.NOW,
    )
    late = due_today.filter(due_at__lt=now).count()
    yield DueItem(label=_("Follow-ups overdue"), count=late, url=url, urgency=Urgency.NOW)
    yield DueItem(label=_("Follow-ups for today"), count=due_today.filter(due_at__gte=now).count(), url=url)


def at_a_glance(user: User, client: Client) -> dict[str, Any] | None:
    """What comes next and what was last, each with the way to its tab. Four queries; nothing is opened."""
    if not may_open(client):
        return None
    coming = next(iter(open_of(client)), None)
    return {
        "client": client,
        "next": coming,
        "is_late": coming is not None and coming.due_at < timezone.now(),
        "last": communications_of(client).first(),
        "engaged": client.book.holding == Holding.OWN,
        "terms": terms_of(client),
        "wish": client.preference_rows.order_by("-id").first(),
        "may_add": has(user, Permission.CLIENT_EDIT),
    }
