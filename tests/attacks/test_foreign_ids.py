"""Foreign ids: no form takes the id of something of another deal, book, client or person.

Every form that carries an id is sent by somebody who may, with the id that the same form carries for other
people about something of theirs. The answer must be the one that an id of nothing at all gets, and nothing
may be written, opened or told.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from itertools import groupby
from operator import attrgetter
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client

from audit.origin import Origin, acting_as
from people.accounts.models import User
from tests.access_matrix import Row
from tests.attacks.elsewhere import SECRETS, their_things, their_ways
from tests.attacks.ids import OPEN_TO_ALL, REFUSED
from tests.attacks.typed import ALSO
from tests.attacks.ways import URLS, Way, answers_no_post, rows_of, unlike_ways
from tests.attacks.written import Written, written_by
from tests.cast import NAMES, cast, client_of

ID = re.compile(r"(?<![0-9a-f])[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}(?![0-9a-f])")
NOUNS = {"deal", "book", "client", "firm", "partner"}
Ids = dict[str, list[str]]


@pytest.fixture(scope="module")
def _their_accounts(_settled: Any, django_db_blocker: Any) -> Iterator[dict[str, tuple[Any, Any]]]:
    with django_db_blocker.unblock(), transaction.atomic():
        with acting_as(Origin()):
            people = cast("elsewhere-")
        yield {name: (person.pk, client_of(person).cookies) for name, person in people.items()}
        transaction.set_rollback(True)


@pytest.fixture
def others(_their_accounts: dict[str, tuple[Any, Any]], house: SimpleNamespace) -> SimpleNamespace:
    """A second cast of the same house, each signed in."""
    world = SimpleNamespace(browsers={})
    for name, (pk, cookies) in _their_accounts.items():
        setattr(world, name, User.objects.get(pk=pk))
        world.browsers[name] = Client(raise_request_exception=False)
        world.browsers[name].cookies.update(cookies)
    return world


@dataclass
class Found:
    """Of the forms of an address: the fields that carry an id, and what came of a foreign one in them."""

    refused: set[str] = field(default_factory=set)
    taken: dict[str, set[str]] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)

    def note(self, name: str, wrong: Iterable[str]) -> None:
        if wrong := set(wrong):
            self.taken.setdefault(name, set()).update(wrong)
        else:
            self.refused.add(name)


def attacked(house: SimpleNamespace, others: SimpleNamespace, url: str, rows: Iterable[Row]) -> Found:
    found = Found()
    ours = {str(getattr(house, name).pk) for name in NAMES}
    for row, same_row in groupby(unlike_ways(house, url, rows), key=attrgetter("row")):
        theirs: Ids | None = None
        for way in same_row:
            own, nameless = _carried(way), _empty(way, url)
            if not own and not nameless:
                continue
            if theirs is None:
                theirs = _together(their_ways(others, url, row)) if own else {}
            things = {name: [thing] for name, thing in _things(others, nameless).items()}
            for name in sorted((own.keys() | nameless) & _names(way)):
                foreign = [
                    one for one in (theirs | things).get(name, []) if one not in own.get(name, []) and one not in ours
                ]
                if not foreign:
                    found.note(name, ["it is offered to all"])
                    continue
                _attack(found, way, name, foreign[0])
    return found


def _attack(found, way, name, foreign):
    if written_by(way.post).status >= HTTPStatus.BAD_REQUEST:
        return
    made_up = written_by(_instead(way, name, ID.sub(str(uuid4()), foreign)).post)
    answer = written_by(_instead(way, name, foreign).post)
    found.broken += [f"{name}: {answer.status}"] * (answer.status >= 500)
    found.broken += [f"{name}: an id of nothing wrote {made_up.changes()}"] * bool(made_up.changes())
    found.note(name, _wrong(foreign, made_up, answer))


def _wrong(foreign: str, made_up: Written, answer: Written) -> Iterator[str]:
    match = ID.search(foreign)
    assert match is not None
    if answer.changes():
        yield f"it wrote {sorted(answer.changes())}"
    if match[0] in answer.named:
        yield "the log says that something was done with it"
    if answer.status != made_up.status:
        yield f"{made_up.status} for an id of nothing became {answer.status}"
    yield from (f"it told {one}" for one in SECRETS if answer.body.count(one) > made_up.body.count(one))


def _carried(way: Way) -> Ids:
    """The values with an id in them, sent or offered, by field; an id within a field's name is a star."""
    found: Ids = {}
    for name, values in (*way.sent.items(), *way.offered.items()):
        if ID.search(name):
            found.setdefault(ID.sub("*", name), []).append(name)
        else:
            texts = [str(value) for value in values if not callable(value)]
            if ids := [text for text in texts if ID.search(text)]:
                found.setdefault(name, []).extend(ids)
    return found


def _together(ways: list[Way]) -> Ids:
    found: Ids = {}
    for way in ways:
        for name, values in _carried(way).items():
            found.setdefault(name, []).extend(values)
    return found


def _names(way):
    return {ID.sub("*", name) for name in way.names}


def _noun(name):
    return name.rpartition("-")[2].removesuffix("_id")


def _empty(way: Way, url: str) -> set[str]:
    """Fields for an id of which the state has none."""
    return {
        name
        for name in way.names
        if (name in ALSO.get(url, ()) and _noun(name) in NOUNS) or way.offered.get(name) == set()
    }


def _things(others, names):
    if not names:
        return {}
    things = their_things(others)
    return {name: things.get(_noun(name), "UNKNOWN") for name in names}


def _instead(way: Way, name: str, foreign: str) -> Way:
    if "*" not in name:
        return replace(way, sent=way.sent | {name: [foreign]})
    kept = {one: values for one, values in way.sent.items() if ID.sub("*", one) != name}
    [values, *_] = [values for one, values in way.sent.items() if ID.sub("*", one) == name]
    return replace(way, sent=kept | {foreign: values})


@pytest.mark.parametrize("url", URLS)
def test_attack_no_id_of_something_elsewhere_is_taken(
    house: SimpleNamespace, others: SimpleNamespace, url: str
) -> None:
    found = Found()
    if not answers_no_post(house.browsers["olivia"], url):
        found = attacked(house, others, url, rows_of(url))
    import json, os
    with open(f"/tmp/wt/found.{os.environ.get('PYTEST_XDIST_WORKER')}", "a") as f: f.write(json.dumps([url, found.broken, {k: sorted(v) for k, v in found.taken.items()}, sorted(found.refused)])+"\n")
    assert found.broken == []
    assert found.taken == {}
    assert found.refused == set(REFUSED.get(url, "").split())
