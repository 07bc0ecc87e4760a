"""Mass assignment: nothing is written because somebody sent a field along that the form does not have.

Every address that takes a form is sent a valid one by somebody who may, and again with the name of every
column of every model, in values that such a column would take. What is written must be the same.
"""

from functools import partial
from http import HTTPStatus
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.db import models
from django.http import HttpResponse
from django.urls import reverse

from people.accounts.models import Kind, User
from tests.attacks.typed import ALSO, TRIED_IF_SIGNED, UNTRIED
from tests.attacks.ways import URLS, rows_of, takes_no_form, unlike_ways
from tests.attacks.written import Written, written_by

OURS = ("audit", "people", "vault", "deals", "compliance")
COMMON = frozenset(
    {
        *("id", "pk", "user", "owner", "actor", "role", "state", "status", "kind", "level", "grade", "duty"),
        *("is_active", "is_staff", "is_superuser", "is_admin", "admin", "verified", "mfa", "password"),
        *("groups", "permissions", "user_permissions", "username", "email", "granted_by", "confirmed_by"),
        *("approved_by", "decided_by", "requested_by", "deal", "book", "room", "created_at", "updated_at"),
        *("valid_until", "expires_at", "opens_data", "actor_id", "user_id", "owner_id", "tenant", "version"),
        *("next", "_method", "DELETE"),
    }
)
ROUNDS = 3
HOSTILE_ID = UUID("0badf00d-0bad-4bad-8bad-0badf00d0bad")
WORDS = "hostile words that are long enough to change the length of what is sealed"
MARKS = ("hostile words", "0badf00d-0bad", "2001-02-03", "2098-07-06", "770077")


def fields() -> dict[str, list[models.Field[Any, Any]]]:
    """Every column of the project's own models by its name; a reference by both of its names."""
    found: dict[str, list[models.Field[Any, Any]]] = {name: [] for name in COMMON}
    for model in apps.get_models():
        if model._meta.app_label not in OURS:
            continue
        for column in model._meta.fields:
            for name in {column.name, column.attname}:
                found.setdefault(name, []).append(column)
    return found


FIELDS = fields()


def hostile(names: frozenset[str], touched: set[str], at: int) -> dict[str, str]:
    """A value for every name that the form does not have, as the tables that it writes would take it. What
    stands before a number is no prefix of names, and with one for each the request had too many fields."""
    parts = [name.partition("-") for name in names]
    prefixes = {"", *(before + "-" for before, _, rest in parts if rest and not rest.isdigit())}
    extra = {}
    for name, known in FIELDS.items():
        known.sort(key=lambda field: field.model._meta.db_table not in touched)
        value = _value(known[0] if known else None, at)
        extra |= {prefix + name: value for prefix in prefixes if prefix + name not in names}
    return extra


def _value(column: models.Field[Any, Any] | None, at: int) -> str:
    if column is None:
        return (str(HOSTILE_ID), "1", WORDS)[at]
    if column.flatchoices:
        return str(column.flatchoices[-1 - at % len(column.flatchoices)][0])
    if column.related_model is not None:
        found = column.related_model._default_manager.order_by("-pk").values_list("pk", flat=True)[:ROUNDS]
        return str(found[at % len(found)]) if found else str(HOSTILE_ID)
    if isinstance(column, models.BooleanField):
        return ("on", "", "1")[at]
    if isinstance(column, models.DateTimeField):
        return ("2001-02-03T04:05", "2098-07-06T05:04", "2001-02-03 04:05:06+00:00")[at]
    if isinstance(column, models.DateField):
        return ("2001-02-03", "2098-07-06", "2001-02-03")[at]
    if isinstance(column, models.UUIDField):
        return str(HOSTILE_ID)
    if isinstance(column, models.IntegerField | models.DecimalField | models.FloatField):
        return ("770077", "1", "0")[at]
    return (WORDS, WORDS[: column.max_length], "{}")[at] if column.max_length else WORDS


def same(plain: Written, again: Written, attacked: Written) -> list[str]:
    """What is different though doing the same twice would not make it so; or holds what was sent along."""
    chance = plain.unlike(again)
    wrong = [f"{table}.{column}" for table, column in plain.unlike(attacked) - chance]
    for column in chance:
        new = attacked.values.get(column, {})
        wrong += [f"{column}: {value}" for value in new if any(mark in value for mark in MARKS)]
    if plain.changes() != attacked.changes() and plain.changes() == again.changes():
        wrong.append(f"{plain.changes()} became {attacked.changes()}")
    if plain.status != attacked.status:
        wrong.append(f"{plain.status} became {attacked.status}")
    return wrong


@pytest.mark.parametrize("url", URLS)
def test_attack_no_field_is_written_that_the_form_does_not_have(house: SimpleNamespace, url: str) -> None:
    done, statuses = 0, []
    for way in unlike_ways(house, url, rows_of(url)):
        plain, again = written_by(way.post), written_by(way.post)
        statuses.append((plain.status, sorted(way.sent)))
        if plain.status >= HTTPStatus.BAD_REQUEST:
            continue
        done += bool(plain.changes())
        for at in range(ROUNDS):
            extra = hostile(way.names | ALSO.get(url, set()), set(plain.counts), at)
            attack = partial(way.post, extra)
            wrong = same(plain, again, written_by(attack))
            if wrong:  # an hour may have struck between them
                plain, again = written_by(way.post), written_by(way.post)
                wrong = same(plain, again, written_by(attack))
            assert wrong == [], f"{way.action} {sorted(way.names)} {at}: {wrong}"
    if url in UNTRIED:
        assert not done, f"{url} can be tried after all"
    elif statuses:
        assert done or url in TRIED_IF_SIGNED, f"no form here writes anything: {statuses}"
    else:
        assert takes_no_form(house, url), f"no form was found that is sent to {url}"


def test_the_walk_notices_a_view_that_takes_what_is_sent_along(house: SimpleNamespace) -> None:
    """Else it would prove nothing: the same change, and with it what a careless form would have taken."""

    def careless(**taken: object) -> HttpResponse:
        User.objects.filter(pk=house.lin.pk).update(display_name="Lin", **taken)
        return HttpResponse()

    plain, again = written_by(careless), written_by(careless)
    assert same(plain, again, written_by(careless)) == []
    assert same(plain, again, written_by(partial(careless, kind=Kind.OUTSIDE))) == ["people_user.kind"]
    assert same(plain, again, written_by(partial(careless, email=f"{WORDS[:20]}@x.test")))


def test_the_address_does_not_stand_in_for_the_form(house: SimpleNamespace) -> None:
    """What stands in the query is no field of the form, and of a name sent twice one value counts."""
    browser, path = house.browsers["ada"], reverse("people:person_edit", args=[house.lin.pk])
    typed = {"email": house.lin.email, "language": "en"}
    assert browser.post(f"{path}?display_name=Query", typed).status_code == HTTPStatus.OK
    house.lin.refresh_from_db()
    assert house.lin.display_name == "Lin"
    assert (
        browser.post(f"{path}?display_name=Query", typed | {"display_name": ["First", "Last"]}).status_code
        == 302
    )
    house.lin.refresh_from_db()
    assert house.lin.display_name == "Last"
