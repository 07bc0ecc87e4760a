"""A second world in the same house: other people, and what a row of the access matrix makes, made for them."""

from collections.abc import Iterator
from contextlib import contextmanager
from secrets import token_hex
from types import SimpleNamespace
from unittest.mock import patch

from django.apps import apps
from django.db.models import Q, Value
from django.db.models.functions import Concat, Left
from django.test import Client

from people.accounts.models import User
from tests.access_matrix import Row, World
from tests.access_matrix.deals import deal
from tests.access_matrix.vault import client
from tests.attacks.ways import Way, ways
from tests.vault.records.makers import ZHANG

CALLED = "elsewhere-"
HERE, ELSEWHERE = "-here-", "-elsewhere-"
# Names that the house has once, or that nobody of another deal, book or firm is to read.
NAMES = {
    "deals.Deal": "code_name",
    "vault.ClientBook": "name",
    "people.Partner": "name",
    "people.Job": "name_en",
    "compliance.RetentionRule": "name",
}
# The clients of the others are other people: the house has a person once.
LI = {
    "name": "李四光",
    "id_number": "110105196203074019",
    "phone": "+8613700137000",
    "email": "li@qq.com",
    "address": "上海市浦东新区世纪大道9号",
    "bank_account": "6222029876543210987",
    "birth_date": "1962-03-07",
    "notes": "只在早上接电话",
}
# What must not be read in an answer to somebody of here.
SECRETS = (ELSEWHERE, LI["name"], LI["phone"][3:], LI["id_number"])


def others_of(settled: tuple[dict[str, object], dict[str, object]]) -> SimpleNamespace:
    ids, cookies = settled
    known = User.objects.in_bulk(ids.values())
    browsers = {}
    for name in ids:
        browsers[name] = Client(raise_request_exception=False)
        browsers[name].cookies.update(cookies[name])
    return SimpleNamespace(browsers=browsers, **{name: known[pk] for name, pk in ids.items()})


@contextmanager
def elsewhere() -> Iterator[None]:
    """What is made meanwhile is the others'; what was there is out of its way."""
    _called(HERE)
    with patch.dict(ZHANG, LI):
        yield
    _called(ELSEWHERE)


def _called(mark: str) -> None:
    for label, column in NAMES.items():
        model = apps.get_model(label)
        room = (model._meta.get_field(column).max_length or 0) - len(mark) - 6
        told_apart = Q(**{f"{column}__contains": HERE}) | Q(**{f"{column}__contains": ELSEWHERE})
        model._default_manager.exclude(told_apart).update(
            **{column: Concat(Left(column, room), Value(mark + token_hex(3)))}
        )


def ways_of_others(others: World, url: str, row: Row) -> list[Way]:
    with elsewhere():
        return list(ways(others, url, row))


def things_of_others(others: World) -> dict[str, str]:
    """By the names that fields have for them."""
    with elsewhere():
        deal(others)
        client(others)
    found = {"deal": others.deal, "book": others.book, "client": others.client, "person": others.bo}
    found |= {"group": others.buyers, "folder": others.one, "file": others.file, "user": others.bo}
    return {name: str(one.pk) for name, one in found.items()}
