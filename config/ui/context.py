"""What every page's shell needs. The rail is asked for only when a template shows it."""

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise, SimpleLazyObject

from audit.unattributed import REFERRER_POLICY, is_unattributed
from config.ui.theme import THEMES, theme_of
from deals.rooms.sight import current_sight
from people.accounts.models import Kind, User
from people.navigation import Area, NavItem, items
from people.notices.services import unread_count
from people.roles.access import has, permissions_of
from people.roles.permissions import Permission
from people.staffsessions.marking import marked

AT_ONCE = 12  # entries: what a low window shows without scrolling, the lids of the other groups beneath


@dataclass(frozen=True)
class RailLink:
    label: str | Promise
    icon: str
    url: str
    current: bool


@dataclass(frozen=True)
class RailGroup:
    """Entries of one area; `is_open`: seen before anybody opens the group. Those of the first always are."""

    area: Area
    links: tuple[RailLink, ...]
    is_open: bool


def may_open(viewer: User, item: NavItem) -> bool:
    if item.seen_by is not None:
        return item.seen_by(viewer)
    if item.outside is not None and item.outside in permissions_of(viewer):
        return True
    if item.permission is None:
        return viewer.kind == Kind.STAFF
    wanted = (item.permission,) if isinstance(item.permission, str) else item.permission
    return not permissions_of(viewer).isdisjoint(wanted)


def _current(shown: list[NavItem], path: str) -> NavItem | None:
    """The entry with the longest address that `path` starts with, its own or one that it covers."""
    addresses = [(reverse(name), item) for item in shown for name in (item.url_name, *item.covers)]
    matching = [
        (url, item) for url, item in addresses if url == path or (url != "/" and path.startswith(url))
    ]
    return max(matching, key=lambda match: len(match[0]), default=("", None))[1]


def rail(request: HttpRequest) -> list[RailGroup]:
    """The entries the viewer may open, group by group; none for outside people without a role, whose pages
    have no rail, and none in a preview, which shows their pages.

    Groups are open from the top as long as their entries are few enough, and that of the current page.
    """
    viewer = request.user
    if not viewer.is_authenticated or current_sight() is not None:
        return []
    shown = [item for item in items() if may_open(viewer, item)]
    current = _current(shown, request.path)
    groups: list[RailGroup] = []
    seen = 0
    for area, members in groupby(shown, key=lambda item: item.area):
        links = tuple(
            RailLink(item.label, item.icon, reverse(item.url_name), item == current) for item in members
        )
        seen += len(links)
        is_open = not groups or seen <= AT_ONCE or any(link.current for link in links)
        groups.append(RailGroup(area, links, is_open))
    return groups


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `theme`, `themes`, `referrer`, `rail`, `may_search`, `unread_notices`,
    `sight` (in a preview of a room), `staff_session` (in one)."""
    return {
        "referrer": REFERRER_POLICY if is_unattributed(request) else settings.SECURE_REFERRER_POLICY,
        "theme": theme_of(request),
        "themes": THEMES,
        "sight": current_sight(),
        "staff_session": marked(request),
        "rail": SimpleLazyObject(lambda: rail(request)),
        "unread_notices": SimpleLazyObject(lambda: unread_count(request.user)),
        "may_search": SimpleLazyObject(lambda: has(request.user, Permission.CLIENT_SEARCH)),
    }
