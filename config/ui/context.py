"""What every page's shell needs. The rail is asked for only when a template shows it."""

from dataclasses import dataclass
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
from people.roles.access import has, permissions_of
from people.roles.permissions import Permission
from people.staffsessions.marking import marked


@dataclass(frozen=True)
class RailLink:
    label: str | Promise
    icon: str
    url: str
    area: Area
    opens_area: bool
    current: bool


def _may_open(viewer: User, item: NavItem) -> bool:
    if item.permission is None:
        return viewer.kind == Kind.STAFF
    wanted = (item.permission,) if isinstance(item.permission, str) else item.permission
    return not permissions_of(viewer).isdisjoint(wanted)


def rail(request: HttpRequest) -> list[RailLink]:
    """The entries the viewer may open; none for outside people without a role, whose pages have no rail, and
    none in a preview, which shows their pages.

    The current one is that with the longest address that the request's address starts with.
    """
    viewer = request.user
    if not viewer.is_authenticated or current_sight() is not None:
        return []
    shown = [(item, reverse(item.url_name)) for item in items() if _may_open(viewer, item)]
    matching = [
        url for _, url in shown if url == request.path or (url != "/" and request.path.startswith(url))
    ]
    current = max(matching, key=len, default=None)
    links: list[RailLink] = []
    for item, url in shown:
        opens_area = bool(links) and links[-1].area != item.area
        links.append(RailLink(item.label, item.icon, url, item.area, opens_area, url == current))
    return links


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `theme`, `themes`, `referrer`, `rail`, `may_search`, `sight` (in a preview of a
    room), `staff_session` (in one)."""
    return {
        "referrer": REFERRER_POLICY if is_unattributed(request) else settings.SECURE_REFERRER_POLICY,
        "theme": theme_of(request),
        "themes": THEMES,
        "sight": current_sight(),
        "staff_session": marked(request),
        "rail": SimpleLazyObject(lambda: rail(request)),
        "may_search": SimpleLazyObject(lambda: has(request.user, Permission.CLIENT_SEARCH)),
    }
