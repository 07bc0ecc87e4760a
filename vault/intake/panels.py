"""What this slice adds to the pages of clients and books, to the rail and to the day."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.sentences import register_codes
from people import today
from people.accounts.models import User
from people.navigation import NavItem
from people.navigation import register as add_to_rail
from people.roles.access import has
from people.roles.permissions import Permission
from people.today import DueItem, Urgency
from vault.intake import handover, services
from vault.intake.duplicates import unseen
from vault.intake.forms import AssignForm
from vault.intake.keeper import HouseKeeper
from vault.intake.models import How
from vault.intake.ownership import rule_of, workers
from vault.purposes.catalogue import Holding
from vault.purposes.notices.services import is_told
from vault.records import saving
from vault.records.access import may_open
from vault.records.models import BookMember, Client, ClientBook, Level
from vault.records.panels import Panel, book_page, client_page

HISTORY = 5


def connect() -> None:
    """Fill the registries; a second time changes nothing."""
    saving.register(HouseKeeper())
    register_codes(dict(How.choices))
    handover.register_load(
        "enquiries", gettext_lazy("Clients from chats to complete"), handover.left_enquiries
    )
    for provider in (incomplete, duplicate_claims, left_behind):
        today.register(provider)
    client_page.add_panel(Panel(template="vault/intake/_owner.html", context=owner_panel, order=45))
    book_page.add_panel(Panel(template="vault/intake/_rule.html", context=rule_panel, order=20))
    add_to_rail(
        NavItem(
            label=gettext_lazy("Take in a client"),
            icon="message",
            url_name="vault:intake",
            permission=Permission.CLIENT_CREATE,
            covers=("vault:pool", "vault:duplicates"),
            order=15,
        )
    )


def owner_panel(user: User, client: Client) -> Mapping[str, Any] | None:
    """Whose client it is and until when, what this person may do about it, and what is still missing."""
    if client.book.holding != Holding.OWN or not may_open(client):
        return None
    level = (
        BookMember.objects.filter(book_id=client.book_id, user=user).values_list("level", flat=True).first()
    )
    manages = (level or 0) >= Level.MANAGE and has(user, Permission.BOOK_MANAGE)
    works = (level or 0) >= Level.WORK and has(user, Permission.CLIENT_EDIT)
    changes = client.ownership_changes.select_related("before", "after", "by").order_by("-at")
    return {
        "client": client,
        "owner": client.assigned,
        "history": list(changes[:HISTORY]),
        "may_claim": works and client.assigned_id is None,
        "may_release": client.assigned_id is not None
        and (manages or (works and client.assigned_id == user.pk)),
        "assign": AssignForm(workers=workers(client.book)) if manages else None,
        "late": client.complete_by is not None and client.complete_by <= timezone.now(),
        "may_complete": works and client.complete_by is not None,
        "is_told": client.complete_by is None or is_told(client),
    }


def rule_panel(user: User, book: ClientBook) -> Mapping[str, Any] | None:
    """The book's rule of ownership, for those who work in it."""
    if book.holding != Holding.OWN:
        return None
    manages = has(user, Permission.BOOK_MANAGE) and BookMember.objects.filter(
        book=book, user=user, level=Level.MANAGE
    )
    return {"book": book, "rule": rule_of(book.pk), "manages": bool(manages)}


def incomplete(user: User) -> Iterator[DueItem]:
    """Clients taken in from chats and not complete yet."""
    if has(user, Permission.CLIENT_CREATE):
        yield DueItem(
            label=_("Clients from chats to complete"),
            count=services.unfinished(user).count(),
            url=reverse("vault:intake_unfinished"),
            urgency=Urgency.NOW,
        )


def duplicate_claims(user: User) -> Iterator[DueItem]:
    """Somebody else saved a client of the person's."""
    if has(user, Permission.CLIENT_VIEW):
        yield DueItem(
            label=_("Duplicate claims on your clients"),
            count=unseen(user).count(),
            url=reverse("vault:duplicates"),
            urgency=Urgency.NOW,
        )


def left_behind(user: User) -> Iterator[DueItem]:
    """People who cannot work in a book any more and from whom nobody has taken over."""
    if has(user, Permission.BOOK_MANAGE):
        gone = list(handover.leavers(user).values_list("pk", flat=True))
        if gone:
            yield DueItem(
                label=_("People whose work is to be handed over"),
                count=len(gone),
                url=reverse("vault:handover", args=[gone[0]]),
                urgency=Urgency.NOW,
            )
