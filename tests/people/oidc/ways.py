"""What a browser does between the house and a provider, by hand."""

import re
from html import unescape
from urllib.parse import urlencode, urljoin, urlsplit

import requests
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.people.oidc.idp import PEOPLE


def sent_to(answer: HttpResponse) -> str:
    """The provider's address that a page of ours goes on to."""
    found = re.search(r'http-equiv="refresh" content="0;url=([^"]+)"', answer.content.decode())
    assert found, answer.content.decode()
    return unescape(found[1])


def set_off(browser: Client, code: str = "work", *, going_to: str = "") -> str:
    """To the provider, to sign in; the address there."""
    data = {"next": going_to} if going_to else {}
    return sent_to(browser.post(reverse("account_identity", args=[code]), data))


def set_off_to_link(browser: Client, code: str = "work") -> str:
    return sent_to(browser.post(reverse("people:identity_link", args=[code])))


def answered(address: str, who: str) -> str:
    """Signs in at the real provider as one of its people; the path and query that it sends back to."""
    with requests.Session() as session:
        page = session.get(address, timeout=10)
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
        assert token, page.text
        form = {"csrfmiddlewaretoken": token[1], "login": who, "password": PEOPLE[who]}
        following = re.search(r'name="next" value="([^"]+)"', page.text)
        if following:
            form["next"] = unescape(following[1])
        answer = session.post(
            page.url, data=form, headers={"Referer": page.url}, allow_redirects=False, timeout=10
        )
        while answer.is_redirect and "/return/" not in answer.headers["Location"]:
            answer = session.get(
                urljoin(answer.url, answer.headers["Location"]), allow_redirects=False, timeout=10
            )
        assert answer.is_redirect, answer.text
        parts = urlsplit(answer.headers["Location"])
    return f"{parts.path}?{parts.query}"


def linked(browser: Client, who: str, code: str = "work") -> HttpResponse:
    """The browser's person links their identity at the provider."""
    return browser.get(answered(set_off_to_link(browser, code), who), follow=True)


def returned(provider: str, **query: str) -> str:
    """An address that a provider sends back to, made up."""
    return f"{reverse('account_identity_return', args=[provider])}?{urlencode(query)}"
