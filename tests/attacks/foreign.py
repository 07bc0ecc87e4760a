"""Sends each field that carries an id with the id of something of others, and says what came of it."""

import re
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from itertools import groupby
from operator import attrgetter
from types import SimpleNamespace
from uuid import uuid4

from tests.access_matrix import Row
from tests.attacks.elsewhere import SECRETS, THINGS, their_thing, their_ways
from tests.attacks.typed import ALSO
from tests.attacks.ways import Way, unlike_ways
from tests.attacks.written import Written, written_by
from tests.cast import NAMES

ID = re.compile(r"(?<![0-9a-f])[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}(?![0-9a-f])")
Ids = dict[str, list[str]]


@dataclass
class Found:
    """Of the forms of an address: the fields that carry an id, and what came of a foreign one in them."""

    refused: set[str] = field(default_factory=set)
    taken: dict[str, set[str]] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    unproved: set[str] = field(default_factory=set)

    def note(self, name: str, wrong: set[str]) -> None:
        if wrong:
            self.taken.setdefault(name, set()).update(wrong)
        else:
            self.refused.add(name)


def attacked(house: SimpleNamespace, others: SimpleNamespace, url: str, rows: Iterable[Row]) -> Found:
    """Every unlike way of sending the address's forms, in the states that the rows make."""
    found, ours = Found(), {str(getattr(house, name).pk) for name in NAMES}
    with closing(unlike_ways(house, url, rows)) as valid:
        for row, of_row in groupby(valid, key=attrgetter("row")):
            theirs: Ids = {}
            for way in of_row:
                own, empty = carried([way]), without_choice(way, url)
                if own and not theirs:
                    theirs = carried(their_ways(others, url, row))
                for name in sorted((own.keys() | empty) & {_starred(name) for name in way.names}):
                    known = theirs.get(name) or [their_thing(others, _noun(name))]
                    foreign = [one for one in known if one not in (*own.get(name, ()), *ours)]
                    if foreign:
                        attack(found, way, name, foreign[0])
                    else:
                        found.note(name, {"it is offered to all"})
    return found


def carried(ways: Iterable[Way]) -> Ids:
    """The values with an id in them, sent or offered, by field; or the names of fields that end in an id."""
    found: Ids = {}
    for way in ways:
        for name, values in (*way.sent.items(), *way.offered.items()):
            texts = [str(value) for value in values if not callable(value)]
            ids = [text for text in texts if ID.search(text)] or [name] * _starred(name).endswith("*")
            if ids:
                found.setdefault(_starred(name), []).extend(ids)
    return found


def without_choice(way: Way, url: str) -> set[str]:
    """Fields for an id, where the state has nothing to choose."""
    also = {name for name in ALSO.get(url, ()) if _noun(name) in THINGS}
    return {name for name in way.names if way.offered.get(name, {"text"}) == set()} | (also - way.sent.keys())


def attack(found: Found, way: Way, name: str, foreign: str) -> None:
    """Nothing is proved where the way itself writes nothing, or where nobody reads the field: what a page
    asks of one person may be no field for another."""
    valid = written_by(way.post)
    of_nothing = written_by(_with(way, name, ID.sub(str(uuid4()), foreign)).post)
    answer = written_by(_with(way, name, foreign).post)
    if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        found.broken.add(f"{name}: {answer.status}")
    if not valid.changes() or _unread(foreign, valid, of_nothing, answer):
        found.unproved.add(name)
        return
    if of_nothing.changes():
        found.broken.add(f"{name}: the id of nothing wrote {sorted(of_nothing.changes())}")
    found.note(name, set(_wrong(foreign, of_nothing, answer)))


def _unread(foreign: str, valid: Written, of_nothing: Written, answer: Written) -> bool:
    [named] = ID.findall(foreign)
    written = any(named in value for values in answer.values.values() for value in values)
    return not written and valid.changes() == of_nothing.changes() == answer.changes()


def _wrong(foreign: str, of_nothing: Written, answer: Written) -> Iterator[str]:
    match = ID.search(foreign)
    assert match is not None
    if answer.changes():
        yield f"it wrote {sorted(answer.changes())}"
    if match[0] in answer.named:
        yield "the log says that something was done with it"
    if answer.status != of_nothing.status:
        yield f"{of_nothing.status} for the id of nothing became {answer.status}"
    for secret in SECRETS:
        if answer.body.count(secret) > of_nothing.body.count(secret):
            yield f"it told {secret}"


def _with(way: Way, name: str, foreign: str) -> Way:
    """In the place of what the way sends there."""
    own = next(one for one in way.names if _starred(one) == name)
    if _starred(foreign) != name:
        return replace(way, sent=way.sent | {own: [foreign]})
    kept = {one: values for one, values in way.sent.items() if one != own}
    return replace(way, sent=kept | {foreign: way.sent[own]})


def _starred(name: str) -> str:
    return ID.sub("*", name)


def _noun(name: str) -> str:
    return name.rpartition("-")[2].removesuffix("_id")
