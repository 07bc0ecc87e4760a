"""The registry of the rail: apps name their entries when ready, the shell shows what the viewer may open.

It lies in the lowest layer that has pages, because lower layers may not import the shell.
"""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise

from audit.coverage import page_code
from audit.sentences import register_codes


class Area(StrEnum):
    """A group of the rail, in the order shown."""

    WORK = "work"
    OVERSIGHT = "oversight"
    SYSTEM = "system"


@dataclass(frozen=True, kw_only=True)
class NavItem:
    """One entry of the rail.

    `label` is a lazy translation, `icon` a name of the sprite, `permission` what the viewer needs (several:
    one of them; None: every member of staff), `order` the place within the area, low first.
    """

    label: str | Promise
    icon: str
    url_name: str
    permission: str | tuple[str, ...] | None = None
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
