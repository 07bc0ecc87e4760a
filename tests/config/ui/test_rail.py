"""The rail's groups: each entry in one of them, the current page's marked and open, a short rail all open."""

import re
from collections import Counter

import pytest
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import reverse
from django.utils.translation import override

from config.ui import context
from config.ui.context import AT_ONCE, RailGroup
from people import navigation
from people.accounts.models import User
from people.navigation import Area
from people.roles.builtin import RoleCode
from tests.cast import fixed_rows, person

pytestmark = pytest.mark.django_db
ITEMS = navigation.items()
CURRENT = re.compile(r'<a class="rail-link" href="([^"]*)" aria-current="page">')


def rail_at(user: User, path: str) -> list[RailGroup]:
    return context.rail(request_of(user, path))


def request_of(user: User, path: str) -> HttpRequest:
    request = RequestFactory().get(path)
    request.user = user
    return request


@pytest.fixture
def officer() -> User:
    fixed_rows()
    return person("olivia", role=RoleCode.COMPLIANCE_OFFICER)


@pytest.mark.parametrize(
    "role", [RoleCode.COMPLIANCE_OFFICER, RoleCode.ADMIN, RoleCode.AGENT, RoleCode.DEAL_LEAD]
)
def test_each_entry_is_in_exactly_one_group_and_the_groups_are_in_order(role: RoleCode) -> None:
    fixed_rows()
    user = person("somebody", role=role)
    groups = rail_at(user, "/")
    areas = [group.area for group in groups]
    assert areas == [area for area in Area if area in areas]  # each once, in the order of the rail
    assert all(group.links for group in groups)
    seen = Counter(link.url for group in groups for link in group.links)
    assert set(seen.values()) == {1}
    assert set(seen) == {reverse(item.url_name) for item in ITEMS if context.may_open(user, item)}
    of_area = {reverse(item.url_name): item.area for item in ITEMS}
    assert all(of_area[link.url] == group.area for group in groups for link in group.links)


def test_each_group_has_a_name_in_both_languages() -> None:
    names = []
    for language in ("en", "zh-hans"):
        with override(language):
            names.append([str(area.label) for area in Area])
    english, chinese = names
    assert len(set(english)) == len(set(chinese)) == len(Area)
    assert all(re.fullmatch(r"[\u4e00-\u9fff]+", name) for name in chinese)


def test_on_each_page_of_a_long_rail_its_group_is_open_and_its_entry_marked(officer: User) -> None:
    entries = [link.url for group in rail_at(officer, "/") for link in group.links]
    assert len(entries) > AT_ONCE
    for url in entries:
        groups = rail_at(officer, url)
        marked = [(group, link) for group in groups for link in group.links if link.current]
        assert [(group.is_open, link.url) for group, link in marked] == [(True, url)]


def test_groups_are_open_from_the_top_as_far_as_a_low_window_goes(officer: User) -> None:
    groups = rail_at(officer, "/me/")
    opened = [group for group in groups if group.is_open]
    assert groups[: len(opened)] == opened  # from the top, without a gap
    assert 1 < len(opened) < len(groups)
    assert sum(len(group.links) for group in opened) <= AT_ONCE
    assert sum(len(group.links) for group in groups[: len(opened) + 1]) > AT_ONCE


def test_a_short_rail_is_open_as_a_whole_wherever_one_is() -> None:
    fixed_rows()
    agent = person("lin", role=RoleCode.AGENT)
    for path in ("/", "/me/"):
        groups = rail_at(agent, path)
        assert len(groups) > 1
        assert sum(len(group.links) for group in groups) <= AT_ONCE
        assert all(group.is_open for group in groups)


def test_a_page_at_another_address_that_an_entry_leads_to_is_its_entrys(officer: User) -> None:
    covered = [(item, name) for item in ITEMS for name in item.covers if context.may_open(officer, item)]
    assert len(covered) > 3
    for item, name in covered:
        current = [
            link.url for group in rail_at(officer, reverse(name)) for link in group.links if link.current
        ]
        assert current == [reverse(item.url_name)], name


@pytest.mark.parametrize("path", ["/", "/log/", "/people/pledges/", "/me/"])
def test_the_page_marks_what_the_rail_says(officer: User, path: str) -> None:
    request = request_of(officer, path)
    groups = context.rail(request)
    page = render_to_string("404.html", request=request)
    assert CURRENT.findall(page) == [link.url for group in groups for link in group.links if link.current]
    # The first group has no lid; the others are opened by the keyboard without a script.
    assert page.count('<details class="rail-group"') == len(groups) - 1
    assert page.count('<details class="rail-group" open>') == sum(group.is_open for group in groups[1:])
    assert page.count('class="rail-link" href=') == sum(len(group.links) for group in groups)
