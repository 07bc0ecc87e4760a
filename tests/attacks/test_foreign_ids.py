import json
import os
import re
import time
import traceback
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction

from audit.models import LogEntry
from audit.origin import Origin, acting_as
from tests.attacks.elsewhere import CALLED, SECRETS, others_of, things_of_others, ways_of_others
from tests.attacks.ways import URLS, Way, unlike_ways
from tests.attacks.written import written_by
from tests.cast import cast, client_of

ID = re.compile(r"(?<![0-9a-f])[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}(?![0-9a-f])")


@pytest.fixture(scope="module")
def _others(_settled: Any, django_db_blocker: Any) -> Iterator[Any]:
    with django_db_blocker.unblock(), transaction.atomic():
        with acting_as(Origin()):
            people = cast(CALLED)
        cookies = {name: client_of(person).cookies for name, person in people.items()}
        yield {name: person.pk for name, person in people.items()}, cookies
        transaction.set_rollback(True)


@pytest.fixture
def others(_others: Any, house: Any) -> SimpleNamespace:
    return others_of(_others)


def ids_in(values: dict[str, Any]) -> dict[str, list[str]]:
    """Under the name of each field, the star standing for an id in it."""
    found: dict[str, list[str]] = {}
    for name, many in values.items():
        if ID.search(name):
            found.setdefault(ID.sub("*", name), []).append(name)
            continue
        for value in many:
            if not callable(value) and not hasattr(value, "read") and ID.search(str(value)):
                found.setdefault(name, []).append(str(value))
    return found


def all_ids(way):
    out = ids_in(way.sent)
    for k, v in ids_in(way.offered).items():
        out.setdefault(k, []).extend(v)
    return out


def instead(way: Way, field: str, foreign: str) -> Way:
    if "*" in field:
        sent = {foreign if ID.sub("*", n) == field else n: v for n, v in way.sent.items()}
        sent.setdefault(foreign, [""])
    else:
        sent = way.sent | {field: [foreign]}
    return replace(way, sent=sent)


NAMED = {"deal", "book", "client", "person", "group", "folder", "file", "user", "deal_id"}


@pytest.mark.parametrize("url", URLS)
def test_probe(house, others, url):
    t0 = time.time()
    rep = {"url": url, "tries": []}
    try:
        cache = {}
        nways=0
        for way in unlike_ways(house, url):
            nways+=1
            own = all_ids(way)
            unfilled = {n for n in way.names if n.rpartition("-")[2].removesuffix("_id") in NAMED and n not in own}
            if not own and not unfilled:
                continue
            theirs = {}
            if own:
                try:
                    with transaction.atomic():
                        theirs_ways = ways_of_others(others, url, way.row)
                except Exception as e:
                    rep["tries"].append({"row": str(way.row), "err": traceback.format_exc()[-500:]})
                    continue
                for w in theirs_ways:
                    for k, v in all_ids(w).items():
                        theirs.setdefault(k, []).extend(v)
            if unfilled:
                things = things_of_others(others)
                for n in unfilled:
                    theirs[n] = [things[n.rpartition("-")[2].removesuffix("_id")]]
            plain = None
            for field, vals in theirs.items():
                mine = own.get(field, [])
                cand = [v for v in vals if v not in mine]
                t = {"row": str(way.row), "field": field, "own": len(mine), "theirs": len(vals), "cand": len(cand), 'mine': mine[:1]}
                rep["tries"].append(t)
                if not cand:
                    continue
                if plain is None:
                    plain = written_by(way.post)
                t["plain"] = (plain.status, plain.changes())
                foreign = cand[0]
                control = written_by(instead(way, field, ID.sub(str(uuid4()), foreign)).post)
                attacked = written_by(instead(way, field, foreign).post)
                t["control"] = (control.status, control.changes())
                t["attacked"] = (attacked.status, attacked.changes())
                t["named"] = [str(k) for k, v in attacked.values.items() if any(ID.search(foreign)[0] in x for x in v)]
                t["results"] = dict(attacked.values.get(("log.entry", "result"), {}))
                t["actions"] = dict(attacked.values.get(("log.entry", "action"), {}))
                t["leak"] = [s for s in SECRETS if attacked.body.count(s) > control.body.count(s)]
        rep["ways"]=nways
    except Exception:
        rep["err"] = traceback.format_exc()[-800:]
    finally:
        rep["t"] = round(time.time() - t0, 2)
        with open(f"/tmp/wt/try.{os.environ.get('PYTEST_XDIST_WORKER')}", "a") as f:
            f.write(json.dumps(rep) + "\n")
