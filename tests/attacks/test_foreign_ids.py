"""Foreign ids: no form takes the id of something of another deal, book, client or person.

Every form that carries an id is sent by somebody who may, with the id that the same form carries for other
people about something of theirs. The answer must be the one that the id of nothing gets, and nothing may be
written, opened or told.
"""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from audit.origin import Origin, acting_as
from people.accounts.models import User
from tests.access_matrix import Row, who
from tests.access_matrix.deals import deal
from tests.attacks.careless import CARELESS
from tests.attacks.foreign import Found, attacked
from tests.attacks.ids import ALONE, OPEN_TO_ALL, REFUSED, UNPROVED
from tests.attacks.states import STATES
from tests.attacks.ways import URLS, answers_no_post, rows_of
from tests.cast import cast, client_of

Accounts = dict[str, tuple[Any, Any]]


@pytest.fixture(scope="module")
def _accounts(_settled: Any, django_db_blocker: Any) -> Iterator[Accounts]:
    with django_db_blocker.unblock(), transaction.atomic():
        with acting_as(Origin()):
            people = cast("elsewhere-")
        yield {name: (person.pk, client_of(person).cookies) for name, person in people.items()}
        transaction.set_rollback(True)


@pytest.fixture
def others(_accounts: Accounts, house: SimpleNamespace) -> SimpleNamespace:
    """A second cast in the same house, each signed in."""
    world = SimpleNamespace(browsers={})
    for name, (pk, cookies) in _accounts.items():
        setattr(world, name, User.objects.get(pk=pk))
        world.browsers[name] = Client(raise_request_exception=False)
        world.browsers[name].cookies.update(cookies)
    return world


@pytest.mark.parametrize("url", URLS)
def test_attack_no_form_takes_an_id_of_others(
    house: SimpleNamespace, others: SimpleNamespace, url: str
) -> None:
    if url in ALONE:
        with pytest.raises(AttributeError, match="NoneType"):  # a second one is not made
            attacked(house, others, url, rows_of(url))
        return
    found = Found()
    if not answers_no_post(house.browsers["olivia"], url):
        more = [row for row in STATES if row.url == url]
        found = attacked(house, others, url, [*rows_of(url), *more])
    assert found.broken == set()
    assert found.taken.keys() == OPEN_TO_ALL.get(url, {}).keys(), found.taken
    assert found.refused == set(REFUSED.get(url, "").split())
    assert found.unproved - found.refused - found.taken.keys() == UNPROVED.get(url, {}).keys()


def test_so_many_fields_are_tried() -> None:
    """Each test above compares with these tables: where they shrink, less is tried."""
    assert sum(len(names.split()) for names in REFUSED.values()) == 21
    assert sum(map(len, OPEN_TO_ALL.values())) == 42


@pytest.mark.parametrize("how", ["careful", *CARELESS])
def test_the_walk_finds_a_page_that_takes_any_id(
    house: SimpleNamespace, others: SimpleNamespace, settings: Any, how: str
) -> None:
    settings.ROOT_URLCONF = "tests.attacks.careless"
    row = Row(url="members", who=who("lea"), build=deal, args=lambda world: [world.deal.pk, how])
    found = attacked(house, others, "members", [row])
    if how == "careful":
        assert found == Found(refused={"member"})
    else:
        assert CARELESS[how] in " ".join([*found.broken, *found.taken.get("member", ())])
