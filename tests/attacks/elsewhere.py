"""A second world in the same house: what a row of the access matrix makes, made again for other people."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from secrets import token_hex

from django.apps import apps
from django.db.models import Q, Value
from django.db.models.functions import Concat, Left

from tests.access_matrix import Row, World
from tests.access_matrix.containment import locked_room
from tests.access_matrix.deals import deal, for_guests
from tests.access_matrix.staffing import new_job
from tests.access_matrix.vault import book
from tests.attacks.ways import Way, ways
from tests.people.partners.making import in_force
from tests.vault.intake.makers import LI
from tests.vault.records.makers import ZHANG

HERE, ELSEWHERE = "-here-", "-elsewhere-"
# Names that the house has once, or that nobody of another deal, book or firm is to read.
_NAMES = (
    ("deals.Deal", "code_name"),
    ("vault.ClientBook", "name"),
    ("people.Partner", "name"),
    ("people.Job", "name_zh"),
    ("people.Job", "name_en"),
    ("compliance.RetentionRule", "name"),
)
# The clients of the others are other people: the house knows each of its own once.
_SUN = {
    "name": "孙文静",
    "id_number": "110105196203074019",
    "phone": "+8613700137000",
    "email": "sun@qq.com",
    "address": "上海市浦东新区世纪大道9号",
    "bank_account": "6222029876543210987",
    "birth_date": "1962-03-07",
    "notes": "只在早上接电话",
}
# What nobody of here is to read.
SECRETS = (ELSEWHERE, _SUN["name"], _SUN["phone"][3:], _SUN["id_number"])


@contextmanager
def elsewhere() -> Iterator[None]:
    """What is made meanwhile is the others'; what was there before is out of its way."""
    _mark(HERE)
    kept = [(values, dict(values)) for values in (ZHANG, LI)]
    try:
        for values, _ in kept:
            values.update({name: _SUN[name] for name in values})
        yield
    finally:
        for values, before in kept:
            values.update(before)
    _mark(ELSEWHERE)


def _mark(mark: str) -> None:
    """Every name that bears no mark yet gets this one."""
    for label, column in _NAMES:
        model = apps.get_model(label)
        tail = mark + token_hex(3)
        room = (model._meta.get_field(column).max_length or 0) - len(tail)
        marked = Q(**{f"{column}__contains": HERE}) | Q(**{f"{column}__contains": ELSEWHERE})
        renamed = Concat(Left(column, room), Value(tail))
        model._default_manager.exclude(marked).update(**{column: renamed})


def their_ways(others: World, url: str, row: Row) -> list[Way]:
    with elsewhere():
        return list(ways(others, url, row))


def their_thing(others: World, noun: str) -> str:
    with elsewhere():
        THINGS[noun](others)
    return str(getattr(others, noun).pk)


def _firm(world: World) -> None:
    world.firm = world.partner = in_force(world)


# What a field asks for, by the noun that it is called by, where a state has nothing to choose.
THINGS: dict[str, Callable[[World], None]] = {
    "book": book,
    "case": locked_room,
    "deal": deal,
    "firm": _firm,
    "job": new_job,
    "partner": _firm,
    "track": for_guests,
}
