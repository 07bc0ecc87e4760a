"""Leaks and losses through the ordinary ways of Django and Python, each named after the way."""

import ast
import copy
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client as Browser
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit.actions import Action
from tests.vault.records.makers import ZHANG, acting, add
from vault.access import Mode, access
from vault.masking import masks
from vault.masking.grades import Strength
from vault.records.entries import client_entry
from vault.records.labels import Field
from vault.records.models import Client, ClientBook
from vault.sealed.context import Sealed, current_access

pytestmark = pytest.mark.django_db

OTHER_PHONE = "+8613700137000"


@pytest.fixture
def client(book: ClientBook) -> Client:
    return add(book)


def in_database(client: Client) -> dict[str, str]:
    fresh = Client.objects.select_related("book").get(pk=client.pk)
    with acting(client.book.lead), access(Mode.OPEN, client_entry(fresh, Action.CLIENT_VIEW)):
        return {name: getattr(fresh, name) for name in ZHANG}


def test_saving_by_update_fields_takes_the_seal_counter_along(client: Client) -> None:
    """Else the column would hold bytes sealed for a counter that the row does not have: lost for good."""
    with acting(client.book.lead), access(Mode.WRITE, client_entry(client, Action.CLIENT_OPEN)):
        changed = Client.objects.get(pk=client.pk)
        changed.phone = OTHER_PHONE
        changed.save(update_fields=["contact"])
    assert in_database(client)["phone"] == OTHER_PHONE


@pytest.mark.parametrize("named", ["contact_seal", "contact", "grade"])
def test_saving_in_part_never_parts_a_group_from_its_counter(client: Client, named: str) -> None:
    with acting(client.book.lead), access(Mode.WRITE, client_entry(client, Action.CLIENT_OPEN)):
        changed, stale = Client.objects.get(pk=client.pk), Client.objects.get(pk=client.pk)
        changed.phone = OTHER_PHONE
        changed.save(update_fields=[named])
        stale.save(update_fields=[named])
    assert in_database(client)["phone"] == (ZHANG["phone"] if named == "grade" else OTHER_PHONE)


def test_refreshing_forgets_what_was_open_and_what_was_changed(client: Client) -> None:
    with acting(client.book.lead), access(Mode.WRITE, client_entry(client, Action.CLIENT_OPEN)):
        stale, other = Client.objects.get(pk=client.pk), Client.objects.get(pk=client.pk)
        assert stale.phone == ZHANG["phone"]
        stale.email = "never@saved.cn"
        other.phone = OTHER_PHONE
        other.save()
        stale.refresh_from_db()
        assert (stale.phone, stale.email) == (OTHER_PHONE, ZHANG["email"])
        stale.save()
    assert in_database(client)["email"] == ZHANG["email"]


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy])
def test_a_copy_carries_no_open_value_out(client: Client, duplicate: object) -> None:
    with acting(client.book.lead), access(Mode.OPEN, client_entry(client, Action.CLIENT_VIEW)):
        fresh = Client.objects.get(pk=client.pk)
        assert fresh.name == ZHANG["name"]
        copied = duplicate(fresh)  # type: ignore[operator]
    assert not [value for value in ZHANG.values() if value in repr(vars(copied))]
    with pytest.raises(Sealed):
        copied.name  # noqa: B018


@pytest.mark.parametrize("part", [["contact"], ["identity"], ["contact_seal"], ["key_id"], ["grade"]])
def test_a_record_loaded_in_part_opens_all_the_same(client: Client, part: list[str]) -> None:
    with acting(client.book.lead), access(Mode.OPEN, client_entry(client, Action.CLIENT_VIEW)):
        for found in (Client.objects.only(*part), Client.objects.defer(*part)):
            assert [row.phone for row in found] == [ZHANG["phone"]]


def test_another_thread_has_no_access(client: Client) -> None:
    seen: list[object] = []
    with acting(client.book.lead), access(Mode.OPEN, client_entry(client, Action.CLIENT_VIEW)):
        thread = threading.Thread(target=lambda: seen.append(current_access()))
        thread.start()
        thread.join()
    assert seen == [None]


def test_a_generator_left_half_way_leaves_the_next_request_no_access(client: Client) -> None:
    """A streamed answer whose reader goes away: whoever is served next on this thread must find nothing."""

    def lines() -> Iterator[str]:
        with access(Mode.OPEN, client_entry(client, Action.CLIENT_VIEW)):
            yield Client.objects.get(pk=client.pk).name

    with acting(client.book.lead):
        begun = lines()
        assert next(begun) == ZHANG["name"]
        assert current_access() is not None
        assert Browser().get("/healthz").status_code == 200
        assert current_access() is None
        begun.close()


OPENING = {"access", "access_many", "entered", "masks_only", "names_open", "new_subjects", "opened_book"}


@pytest.mark.parametrize("layer", ["people", "vault", "deals", "compliance", "config"])
def test_no_generator_yields_inside_an_access(layer: str) -> None:
    """What it opened would stay open for whoever runs between two of its values."""
    found = []
    for path in Path(layer).rglob("*.py"):
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(function, ast.FunctionDef) or "contextmanager" in map(
                ast.unparse, function.decorator_list
            ):
                continue
            opens = [
                block
                for block in ast.walk(function)
                if isinstance(block, ast.With) and any(_opens(item.context_expr) for item in block.items)
            ]
            if any(
                isinstance(part, ast.Yield | ast.YieldFrom) for block in opens for part in ast.walk(block)
            ):
                found.append(f"{path}:{function.lineno}")
    assert found == []


def _opens(expression: ast.expr) -> bool:
    return isinstance(expression, ast.Call) and ast.unparse(expression.func).split(".")[-1] in OPENING


values = st.fixed_dictionaries(
    {},
    optional={
        name.value: st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=60)
        for name in Field
    },
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    values=values, extras=st.dictionaries(st.text(min_size=1, max_size=9), st.text(max_size=20), max_size=3)
)
def test_whatever_is_sealed_comes_back_and_masks_give_masks_only(
    client: Client, values: dict[str, str], extras: dict[str, str]
) -> None:
    with acting(client.book.lead):
        with access(Mode.WRITE, client_entry(client, Action.CLIENT_OPEN)):
            record = Client.objects.get(pk=client.pk)
            for name, value in values.items():
                setattr(record, name, value)
            record.extras = extras
            record.save()
            wanted = {name.value: getattr(record, name.value) for name in Field}
        fresh = Client.objects.get(pk=client.pk)
        with access(Mode.OPEN, client_entry(client, Action.CLIENT_VIEW)):
            assert {name.value: getattr(fresh, name.value) for name in Field} == wanted
            assert fresh.extras == extras
        with access(Mode.MASK, client_entry(client, Action.CLIENT_VIEW)):
            for name in Field:
                shown = getattr(fresh, name.value)
                strength = Strength.LEAST if name is Field.BANK_ACCOUNT else Strength.CUSTOMARY
                assert shown == masks.mask(name.value, wanted[name.value], strength)
