"""Which tasks of the house the page of responsibilities has. Layers name theirs; who is what follows.

A task names where it is done (a page, whose view says which permissions it needs), which approval it
needs, which post alone decides it and which notices it leads to. No person, role or letter is named here.
"""

from dataclasses import dataclass

from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver
from django.utils.functional import Promise

from people.posts.codes import Post
from people.roles.access import REQUIRED
from people.roles.permissions import Permission


@dataclass(frozen=True, kw_only=True)
class Task:
    """`page`: the address by which it is done. `post`: whose holder alone does it. `kinds`: the notices
    that it leads to."""

    label: str | Promise
    page: str
    post: Post | None = None
    kinds: tuple[str, ...] = ()


_tasks: dict[str, Task] = {}


def register(*tasks: Task) -> None:
    """What somebody does alone. A second time changes nothing."""
    for task in tasks:
        _tasks.setdefault(task.page, task)


def tasks() -> list[Task]:
    return list(_tasks.values())


def permissions_for(page: str) -> tuple[Permission, ...]:
    """What the view of this address asks for: one of these. Raises NoReverseMatch for an address that
    there is not, ValueError for one whose view names none."""
    view = _views().get(page)
    if view is None:
        raise NoReverseMatch(page)
    found: tuple[Permission, ...] = getattr(view, REQUIRED, ())
    if not found:
        raise ValueError(f"The view of {page} does not say what it needs.")
    return found


def _views() -> dict[str, object]:
    found: dict[str, object] = {}

    def walk(resolver: URLResolver, prefix: str) -> None:
        for one in resolver.url_patterns:
            if isinstance(one, URLResolver):
                walk(one, f"{prefix}{one.namespace}:" if one.namespace else prefix)
            elif isinstance(one, URLPattern) and one.name:
                found[prefix + one.name] = one.callback

    walk(get_resolver(), "")
    return found
