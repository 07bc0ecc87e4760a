"""Template tags of the pages about clients."""

from typing import Any

from django import template
from django.urls import reverse
from django.utils.translation import gettext as _

from vault.records.models import Client, ClientBook
from vault.records.panels import book_page, client_page

register = template.Library()


@register.inclusion_tag("components/local_nav.html", takes_context=True)
def client_nav(context: template.Context, client: Client) -> dict[str, Any]:
    """The tabs of one client: the record, and what the slices add."""
    return _nav(
        context, [(_("Record"), "vault:client")], client_page.tabs(context["request"].user), client.pk
    )


@register.inclusion_tag("components/local_nav.html", takes_context=True)
def book_nav(context: template.Context, book: ClientBook) -> dict[str, Any]:
    """The tabs of one book."""
    return _nav(context, [(_("Book"), "vault:book")], book_page.tabs(context["request"].user), book.pk)


def _nav(
    context: template.Context, first: list[tuple[str, str]], tabs: list[Any], key: object
) -> dict[str, Any]:
    path = context["request"].path
    names = first + [(tab.label, tab.url_name) for tab in tabs]
    links = [(label, reverse(name, args=[key])) for label, name in names]
    if len(links) == 1:  # a single tab leads nowhere
        return {"links": []}
    return {"links": [(label, url, url == path) for label, url in links]}
