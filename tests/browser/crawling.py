"""Finding the pages of a site by following links."""

import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from playwright.sync_api import Error as BrowserError
from playwright.sync_api import Page, Response

_IDENTIFIER = re.compile(r"/(?:[0-9a-f]{8}-[0-9a-f-]{27}|\d+)(?=/|$)")
_NOT_PAGES = re.compile(r"/(logout|export|download|raw|original|bad-rows|pages?/x)|\.\w{2,4}$")


def shape(address: str) -> str:
    """A path without identifiers and query: two addresses of one shape are the same page of two objects."""
    return _IDENTIFIER.sub("/x", urlsplit(address).path)


def crawl(page: Page, base: str, *, most: int) -> Iterator[tuple[str, int]]:
    """Addresses that links lead to, one a shape, breadth first, with their status; each is open meanwhile."""
    queue, seen = ["/"], {"/"}
    while queue and most:
        address = queue.pop(0)
        answer = _open(page, address)
        if answer is None:
            continue
        most -= 1
        links: list[str] = page.eval_on_selector_all("a[href]", "links => links.map(link => link.href)")
        for link in links:
            path = shape(link)
            if urljoin(base, link).startswith(base) and path not in seen and not _NOT_PAGES.search(path):
                seen.add(path)
                queue.append(urlsplit(link).path)
        yield address, answer.status


def _open(page: Page, address: str) -> Response | None:
    """None for a download."""
    try:
        answer = page.goto(address)
    except BrowserError:
        return None
    is_page = answer is not None and "html" in answer.headers.get("content-type", "")
    return answer if is_page else None
