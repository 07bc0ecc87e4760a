"""From a leaked sheet of masks to its recipient: half of the rows, few columns, any order, cleaned cells."""

import csv
import io
import random
from collections.abc import Sequence
from types import SimpleNamespace
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from people.roles.models import RoleCode
from tests.cast import person
from tests.vault.disclosures.makers import fill, ready, taken
from tests.vault.disclosures.test_marks import IDS, KEY, LIST, PEOPLE, invented
from tests.vault.records.makers import acting
from vault.disclosures.leaked import read_leaked
from vault.disclosures.marking import MOST, canary_token
from vault.disclosures.masked_marks import (
    ENDS,
    NUMBERS,
    agreement_of_stars,
    end_names,
    mark_masked,
    most_alike,
    shown,
    stars,
    written,
)
from vault.disclosures.models import Disclosure, Export
from vault.disclosures.trace import trace
from vault.disclosures.tracing import Evidence, Trace, decide, met, together
from vault.masking import masks
from vault.masking.grades import Strength
from vault.records.labels import Field
from vault.records.models import ClientBook


def masked(
    people: Sequence[tuple[UUID, dict[str, str]]], strength: Strength = Strength.CUSTOMARY
) -> list[tuple[UUID, dict[str, str]]]:
    """The people as a list shows them; companies by their public names."""
    return [
        (
            client,
            {
                name: masks.mask(
                    "company_name" if name == "name" and "credit_code" in row else name, value, strength
                )
                for name, value in row.items()
            },
        )
        for client, row in people
    ]


HALVES = 10  # of each export
SHOWN = masked(LIST)
MARKED = {export: mark_masked(KEY, export, SHOWN) for export in IDS}
KNOWN = {token: (export, number) for export in IDS for number, token in MARKED[export].tokens}
REAL_ENDS = {shown(cell) for _, row in SHOWN for cell in row.values()}


def traced(rows: list[list[str]]) -> Trace:
    """What `trace` does with masks, with dictionaries for the tables."""
    target = io.StringIO()
    csv.writer(target).writerows(rows)
    leaked = read_leaked(io.BytesIO(target.getvalue().encode("utf-8-sig")), "a.csv").rows
    cells = {cell for row in leaked for cell in row.masks}
    shows = set(map(shown, cells))
    found: dict[UUID, set[int]] = {}
    for name in end_names(shows):
        if hit := KNOWN.get(canary_token(KEY, name)):
            found.setdefault(hit[0], set()).add(hit[1])
    chance = MOST * NUMBERS * most_alike(shows) / ENDS
    read = {one for one in map(stars, cells) if one is not None}
    evidence = [
        Evidence(
            export,
            0,
            PEOPLE,
            PEOPLE,
            frozenset(),
            *agreement_of_stars(KEY, export, read),
            masked=len(found.get(export, ())),
            chance=chance,
        )
        for export in IDS
    ]
    return decide(len(leaked), 0, evidence, MOST)


def half(rows: list[dict[str, str]], fields: Sequence[Field], seed: int) -> list[list[str]]:
    rng = random.Random(seed)
    people = [row for row in rows if any(row.get(field) for field in fields)]
    return [[row.get(field, "") for field in fields] for row in rng.sample(people, len(people) // 2)]


def named(rows: list[list[str]]) -> list[UUID]:
    return [one.evidence.export for one in traced(rows).named]


def alike(rows: list[list[str]]) -> list[list[str]]:
    """All runs of stars made one length, which takes the mark out of them."""
    return [[shown(cell).replace("*", "****") or cell for cell in row] for row in rows]


@settings(max_examples=25)
@given(
    st.sampled_from(IDS),
    st.integers(0, 2**32),
    st.sampled_from([Field.PHONE, Field.BANK_ACCOUNT, Field.EMAIL]),
    st.sets(st.sampled_from(list(Field))),
    st.booleans(),
)
def test_any_half_in_any_order_with_one_telling_column_names_nobody_but_its_recipient(
    export: UUID, seed: int, kept: Field, more: set[Field], retyped: bool
) -> None:
    rows = half(MARKED[export].rows, [*more - {kept}, kept], seed)
    if retyped:
        rows = [[f" {cell.upper()} " for cell in row] for row in rows]
    answer = traced(rows)
    assert [one.evidence.export for one in answer.named] in ([export], [])
    assert all(one.accident < 1e-6 for one in answer.named)


@pytest.mark.parametrize("fields", [[Field.PHONE], [Field.BANK_ACCOUNT], [Field.EMAIL]])
def test_nearly_every_half_with_one_telling_column_names_its_recipient(fields: list[Field]) -> None:
    """Which half is cut off is chance, and with it how much of the mark: one in some hundreds is too little
    to name anybody by, and then nobody is named."""
    told = [named(half(MARKED[export].rows, fields, seed)) for export in IDS for seed in range(HALVES)]
    assert told.count([]) <= len(told) // 20


def test_with_all_stars_made_alike_the_invented_rows_name_it() -> None:
    told = {
        export: [
            named(alike(half(MARKED[export].rows, [Field.NAME, Field.PHONE], seed))) for seed in range(HALVES)
        ]
        for export in IDS
    }
    assert all(one in ([export], []) for export, halves in told.items() for one in halves)
    assert sum(halves.count([]) for halves in told.values()) <= len(IDS) * HALVES // 20


@settings(max_examples=8)
@given(st.sampled_from(IDS), st.integers(0, 2**32))
def test_without_the_invented_rows_the_stars_name_it(export: UUID, seed: int) -> None:
    real = [row for row in MARKED[export].rows if shown(row["phone"]) in REAL_ENDS]
    answer = traced(half(real, [Field.EMAIL, Field.ADDRESS], seed))
    assert [one.evidence.export for one in answer.named] == [export]


def test_two_lists_put_together_name_both() -> None:
    first, second = IDS[:2]
    rows = [[row["phone"]] for export in (first, second) for row in MARKED[export].rows]
    assert {one.evidence.export for one in traced(rows).named} == {first, second}


@settings(max_examples=8)
@given(st.integers(2, 10_000), st.integers(60, 400))
def test_the_masks_of_an_innocent_list_name_nobody(seed: int, size: int) -> None:
    answer = traced([list(row.values()) for _, row in masked(invented(size, seed))])
    assert answer.named == answer.candidates == []


def test_a_copy_of_the_pages_names_nobody() -> None:
    """Whoever types off what the vault's own pages show has no export, and no mark."""
    assert traced([list(row.values()) for _, row in SHOWN]).named == []


@pytest.mark.parametrize("strength", [Strength.CUSTOMARY, Strength.LEAST])
def test_invented_rows_look_as_the_others_do_and_show_nothing_of_them(strength: Strength) -> None:
    people = masked(LIST, strength)
    rows = mark_masked(KEY, IDS[0], people).rows
    assert len(rows) == PEOPLE + MOST
    fields = {frozenset(row) for _, row in people}
    lengths = {name: {len(row[name]) for _, row in people if name in row} for name in ("phone", "id_number")}
    for row in rows:
        assert frozenset(row) in fields
        for name in lengths.keys() & row.keys():
            assert {len(row[name]), len(row[name]) - 1} & lengths[name]
    known = {value for _, row in LIST for name, value in row.items() if name not in ("name", "credit_code")}
    assert not [cell for row in rows for cell in row.values() if cell in known]


@given(st.sampled_from(IDS), st.sampled_from([cell for _, row in SHOWN for cell in row.values()]))
def test_stars_say_nothing_of_the_value_and_are_read_back(export: UUID, cell: str) -> None:
    other = written(KEY, export, cell)
    assert shown(other) == shown(cell)
    assert len(other) - len(cell) in (0, 1)
    if (read := stars(other)) is not None:
        assert agreement_of_stars(KEY, export, [read]) == (1, 1)
    else:
        assert other == cell


@pytest.mark.parametrize("cell", ["138****1234", "440***********123X", "****", "", "…", "张三", "E12****78"])
def test_masks_that_keep_a_length_carry_nothing(cell: str) -> None:
    assert all(written(KEY, export, cell) == cell for export in IDS)


def test_chances_of_accident() -> None:
    assert met(0, 0.5) == met(1, 0.5) == met(3, 2.5) == 1.0
    assert met(2, 0.0) == 0.0
    assert 1 - 2.718281828**-0.1 * (1 + 0.1) <= met(2, 0.1) < 0.006
    assert together(1.0, 0.25) == 0.25
    assert together(1e-3, 1e-4) == pytest.approx(1e-7 * 17.118, rel=1e-3)
    assert together(0.0, 0.0) < 1e-290


@pytest.mark.django_db
def test_through_the_vault_each_masked_sheet_names_its_own_recipient(
    people: SimpleNamespace, book: ClientBook
) -> None:
    fill(book, 40)
    people.mia = person("mia", role=RoleCode.AGENT)
    exports = {name: ready(people, getattr(people, name), masked=True) for name in ("lin", "lea", "mia")}
    ready(people, people.lin, masked=False)
    counted = Disclosure.objects.count()
    for name in ("lin", "mia"):
        lines = list(csv.reader(io.StringIO(taken(exports[name]).decode("utf-8-sig"))))[2:]
        # Of so short a sheet a half may hold too little; what a half of a longer one holds is shown above.
        cut = sorted(row[1:3] for row in lines)
        target = io.StringIO()
        csv.writer(target).writerows(cut)
        with acting(people.olivia):
            sheet = io.BytesIO(target.getvalue().encode())
            answer = trace(actor=people.olivia, file=sheet, filename="a.csv")
        assert [one.evidence.export for one in answer.named] == [exports[name].pk]
        assert answer.named[0].evidence.invented >= 2
    assert Disclosure.objects.count() == counted  # masks count nobody, with or without marks
    assert Export.objects.filter(masked=True).count() == 3
