"""The registry of the rail: apps name their entries when ready, the shell shows what the viewer may open.

It lies in the lowest layer that has pages, because lower layers may not import the shell.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from audit.coverage import page_code
from audit.sentences import register_codes
from people.accounts.models import User


class Area(TextChoices):
    """A group of the rail, in the order shown."""

    WORK = "work", pgettext_lazy("rail group", "Work")
    OVERSIGHT = "oversight", pgettext_lazy("rail group", "Oversight")
    DUTIES = "duties", pgettext_lazy("rail group", "Rules and duties")
    PEOPLE = "people", pgettext_lazy("rail group", "People and access")
    DATA = "data", pgettext_lazy("rail group", "Data and keys")


@dataclass(frozen=True, kw_only=True)
class NavItem:
    """One entry of the rail.

    `label` is a lazy translation, `icon` a name of the sprite, `permission` what the viewer needs (several:
    one of them; None: every member of staff), `outside` what lets somebody from outside in as well, `seen_by`
    who sees it where that is no permission (it alone then decides), `covers` pages at other addresses that it
    leads to as well, by name and without arguments, `order` the place within the area, low first.
    """

    label: str | Promise
    icon: str
    url_name: str
    permission: str | tuple[str, ...] | None = None
    outside: str | None = None
    seen_by: Callable[[User], bool] | None = None
    covers: tuple[str, ...] = ()
    order: int = 100
    area: Area = Area.WORK


_items: dict[str, NavItem] = {}


def register(item: NavItem) -> None:
    """Adds an entry. Raises ValueError when another entry already leads to the same page."""
    known = _items.get(item.url_name)
    if known is not None and known != item:
        raise ValueError(f"Two entries of the rail lead to {item.url_name}.")
    _items[item.url_name] = item
    register_codes({page_code(item.url_name): item.label})  # what the log calls the page


def items() -> list[NavItem]:
    """All entries, in the order of the rail."""
    areas = list(Area)
    return sorted(_items.values(), key=lambda item: (areas.index(item.area), item.order, item.url_name))
