"""The registries of what stands on a client's and on a book's page: each slice names its panels and tabs.

`records` lies below the slices that know more of a client (consents, communications, follow-ups), so they
register here when the app is ready.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.utils.functional import Promise

from people.accounts.models import User
from people.roles.access import has
from people.roles.permissions import Permission
from vault.records.models import Client, ClientBook

Thing = TypeVar("Thing")
FIRST = 10
Shown = tuple[str, Mapping[str, Any]]  # template, context


@dataclass(frozen=True, kw_only=True)
class Panel(Generic[Thing]):
    """A part of the page: `template` is included with `panel` set to what `context` gives.

    Those of an order below FIRST stand above the record itself, or above who works in the book.

    `context` answers None where this person has nothing to see, and makes a fixed number of queries.
    """

    template: str
    context: Callable[[User, Thing], Mapping[str, Any] | None]
    order: int


@dataclass(frozen=True, kw_only=True)
class Tab:
    """A page of its own about the thing; `url_name` takes the thing's id."""

    label: Promise | str
    url_name: str
    permission: Permission
    order: int


class Page(Generic[Thing]):
    """What slices add to the page of one kind of thing."""

    def __init__(self) -> None:
        self._panels: list[Panel[Thing]] = []
        self._tabs: list[Tab] = []

    def add_panel(self, panel: Panel[Thing]) -> None:
        """A second time changes nothing."""
        if panel not in self._panels:
            self._panels = sorted([*self._panels, panel], key=lambda known: known.order)

    def add_tab(self, tab: Tab) -> None:
        """A second time changes nothing."""
        if tab not in self._tabs:
            self._tabs = sorted([*self._tabs, tab], key=lambda known: known.order)

    def panels(self, user: User, thing: Thing, *, first: bool | None = None) -> list[Shown]:
        """Template and context of each panel that this person has something to see in.

        `first` asks for those above the record alone, or for those below.
        """
        asked = [panel for panel in self._panels if first is None or first == (panel.order < FIRST)]
        found = [(panel.template, panel.context(user, thing)) for panel in asked]
        return [(template, context) for template, context in found if context is not None]

    def tabs(self, user: User) -> list[Tab]:
        """The tabs that this person's roles open."""
        return [tab for tab in self._tabs if has(user, tab.permission)]


client_page: Page[Client] = Page()
book_page: Page[ClientBook] = Page()
review_page: Page[Client] = Page()  # what else can be done about a client that nobody confirms
