"""The main job in a browser, on real files, from an empty house to a destroyed record.

One test, since every chapter stands on those before it. Real parts only: granian with the web login, Celery
with the worker login, beat, PostgreSQL, Valkey, files on disk, Chromium.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.main_job import clients, oversight, people, room
from tests.browser.main_job.site import RunningSite, running_site

pytestmark = pytest.mark.browser


@pytest.fixture
def site(django_db_setup: None, browser: Browser) -> Iterator[RunningSite]:
    with running_site(browser, "story") as started:
        yield started


def test_from_an_empty_house_to_a_destroyed_record(site: RunningSite, tmp_path: Path) -> None:
    house = people.at_browsers(site)
    people.the_house_fills(house)
    people.an_officer_confirms_the_roles(house)
    rows = clients.a_list_comes_in(house.agent, tmp_path)
    known = clients.one_is_found_however_typed(house.agent, rows)
    still_open = clients.contact_is_revealed(house.agent, known)
    the_room = room.a_room_opens(house, tmp_path)
    buyer = room.a_buyer_is_let_in(house, the_room)
    room.nothing_opens_before_the_signature(house.lead, buyer, the_room)
    room.exactly_what_was_granted_opens(house.lead, buyer, the_room, tmp_path)
    oversight.the_log_tells(house, known, tmp_path)
    clients.is_masked_again(still_open, known)
    oversight.what_came_due_is_destroyed(house, known)
    clients.is_gone(house.agent, known)
    oversight.nothing_lies_about(house, known)
