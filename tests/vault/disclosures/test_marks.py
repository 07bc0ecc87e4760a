"""From a leaked sheet to its recipient: any half of the rows, any identifying column, any order."""

import csv
import io
import json
import random
from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest
import xlsxwriter
from django.core.management import call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.actions import Action
from audit.models import LogEntry
from audit.refusals import Refused
from people.roles.models import RoleCode
from people.today import due_for
from tests.cast import person
from tests.vault.disclosures.makers import fill, ready, taken
from tests.vault.records.makers import acting, add
from vault.crypto.blind import IndexKey
from vault.demo.people import make_customer_rows
from vault.disclosures import forms_of_address
from vault.disclosures.leaked import read_leaked
from vault.disclosures.marking import MOST, canary_token, form_bits, identifying, mark
from vault.disclosures.models import CanarySighting, CanaryToken, Export
from vault.disclosures.trace import trace
from vault.disclosures.tracing import Evidence, Trace, agreement, decide, readings, rows_in, tail
from vault.formats import identity, phone
from vault.records.labels import Field
from vault.records.models import ClientBook
from vault.records.normalising import NORMALISE
from vault.records.search import search

EXPORTS, PEOPLE = 20, 100


def invented(count: int, seed: int) -> list[tuple[UUID, dict[str, str]]]:
    return [
        (uuid4(), {one.value: NORMALISE[one](row[one.value]).value for one in Field if row.get(one.value)})
        for row in make_customer_rows(count, seed)
    ]


KEY = IndexKey(1, bytes(range(32)), "marks")
LIST = invented(PEOPLE, 1)
IDS = [uuid4() for _ in range(EXPORTS)]
MARKED = {export: mark(KEY, export, LIST) for export in IDS}
KNOWN = {token: (export, number) for export in IDS for number, token in MARKED[export].tokens}
BY_NAME = {name: client for client, row in LIST for name in identifying(row)}


def traced(rows: list[list[str]]) -> Trace:
    """What `trace` does, with dictionaries for the tables."""
    target = io.StringIO()
    csv.writer(target).writerows(rows)
    leaked = read_leaked(io.BytesIO(target.getvalue().encode("utf-8-sig")), "a.csv").rows
    found: dict[UUID, set[int]] = {}
    names = [[name for one in row.readings() for name in identifying(one)] for row in leaked]
    for name in {name for each in names for name in each}:
        if hit := KNOWN.get(canary_token(KEY, name)):
            found.setdefault(hit[0], set()).add(hit[1])
    clients = [{BY_NAME[name] for name in each if name in BY_NAME} for each in names]
    held = {client: set(IDS) for client, _ in LIST}
    matched = rows_in(clients, held)
    recorded = {client: row.get("address", "") for client, row in LIST}
    read = readings(
        (client, recorded[client], address)
        for row, each in zip(leaked, clients, strict=True)
        for client in each
        for address in row.addresses
    )
    evidence = [
        Evidence(
            export,
            len(found.get(export, ())),
            PEOPLE,
            PEOPLE,
            matched.get(export, frozenset()),
            *agreement(KEY, export, read),
        )
        for export in IDS
    ]
    return decide(len(leaked), len(read), evidence, MOST)


@settings(max_examples=25)
@given(
    st.sampled_from(IDS),
    st.integers(0, 2**32),
    st.sampled_from([Field.PHONE, Field.ID_NUMBER, Field.EMAIL]),
    st.sets(st.sampled_from(list(Field))),
    st.booleans(),
)
def test_any_half_in_any_order_with_any_identifying_column_names_its_recipient(
    export: UUID, seed: int, kept: Field, more: set[Field], retyped: bool
) -> None:
    rng = random.Random(seed)
    fields = [*more - {kept}, kept]
    rng.shuffle(fields)
    people = [row for row in MARKED[export].rows if row.get(kept.value)]
    half = rng.sample(people, max(len(people) // 2, 1))
    rows = [[row.get(field.value, "") for field in fields] for row in half]
    if retyped:
        rows = [[f" {cell.lower()} ".replace("+86", "0086 ") for cell in row] for row in rows]
    answer = traced(rows)
    assert [one.evidence.export for one in answer.named] == [export]
    assert answer.named[0].accident < 1e-3


@settings(max_examples=8)
@given(st.sampled_from(IDS), st.integers(0, 2**32))
def test_names_with_addresses_are_enough(export: UUID, seed: int) -> None:
    rows = [[row["name"], row.get("address", "")] for row in MARKED[export].rows]
    answer = traced(random.Random(seed).sample(rows, len(rows) // 2))
    assert [one.evidence.export for one in answer.named] == [export]


@settings(max_examples=8)
@given(st.sampled_from(IDS), st.integers(0, 2**32))
def test_without_the_canaries_the_forms_of_addresses_name_it(export: UUID, seed: int) -> None:
    real = {row["phone"] for _, row in LIST}
    rows = [[row["phone"], row["address"]] for row in MARKED[export].rows if row["phone"] in real]
    answer = traced(random.Random(seed).sample(rows, len(rows) // 2))
    assert [one.evidence.export for one in answer.named] == [export]


def test_two_lists_put_together_name_both() -> None:
    first, second = IDS[:2]
    rows = [[row["phone"]] for export in (first, second) for row in MARKED[export].rows]
    assert {one.evidence.export for one in traced(rows).named} == {first, second}


@settings(max_examples=5)
@given(st.integers(2, 10_000))
def test_an_innocent_list_names_nobody(seed: int) -> None:
    rows = [list(row.values()) for _, row in invented(60, seed)]
    answer = traced(rows)
    assert answer.named == answer.candidates == []


def test_the_list_itself_without_marks_names_candidates_and_nobody() -> None:
    answer = traced([[row.get("phone", ""), row.get("address", "")] for _, row in LIST])
    assert answer.named == []
    assert {one.export for one in answer.candidates} == set(IDS)


def test_one_canary_in_a_strange_list_names_nobody() -> None:
    real = {row["phone"] for _, row in LIST}
    canary = next(row for row in MARKED[IDS[0]].rows if row["phone"] not in real)
    assert traced([[canary["phone"]], *[[row["phone"]] for _, row in invented(60, 7)]]).named == []


def test_the_tail_of_a_coin() -> None:
    assert tail(0, 0) == 1
    assert tail(10, 10) == pytest.approx(1 / 1024)
    assert tail(4000, 2000) == pytest.approx(0.5, abs=0.02)


def test_canaries_are_well_formed_reach_nobody_and_are_the_same_again() -> None:
    real = {row["phone"] for _, row in LIST}
    seen: set[str] = set()
    for export in IDS:
        canaries = [row for row in MARKED[export].rows if row["phone"] not in real]
        assert len(canaries) == MOST
        for row in canaries:
            assert phone.normalise(row["phone"]).value[3:6] in {"140", "141", "142", "143", "154"}
            if number := row.get("id_number"):
                assert identity.normalise(number).value[14:17] >= "996"
            for name, value in row.items():
                assert NORMALISE[Field(name)](value).value  # each passes the checks of an import
            seen.add(row["phone"])
    assert len(seen) == MOST * EXPORTS
    assert mark(KEY, IDS[0], LIST) == MARKED[IDS[0]]


@given(
    st.sampled_from(["省", ""]), st.sampled_from(["室", "房", "号", ""]), st.integers(0, 1), st.integers(0, 1)
)
def test_forms_keep_the_place_and_can_be_read_back(suffix: str, end: str, province: int, room: int) -> None:
    address = f"广东{suffix}深圳市南山区科技路1号304{end}"
    other = forms_of_address.written(address, province, room)
    assert forms_of_address.plain(other) == forms_of_address.plain(address)
    for place, form, wanted in zip(
        forms_of_address.places(address), forms_of_address.read(other), (province, room), strict=True
    ):
        assert place is None or form == wanted


def test_a_prefecture_that_is_called_like_a_province_is_left_alone() -> None:
    address = "海南藏族自治州共和县1号"
    assert forms_of_address.written(address, 0, 0) == forms_of_address.written(address, 1, 1) == address


def test_bits_differ_from_export_to_export() -> None:
    client = LIST[0][0]
    assert len({form_bits(KEY, export, client) for export in IDS}) > 1


@pytest.mark.django_db
class TestWithTheVault:
    """The same through export, download, the blind indexes and the log."""

    @pytest.fixture
    def exports(self, people: SimpleNamespace, book: ClientBook) -> dict[str, Export]:
        people.mia = person("mia", role=RoleCode.AGENT)
        fill(book, 80)  # sixteen invented rows: a half without any of them happens once in 200,000
        return {name: ready(people, getattr(people, name)) for name in ("lin", "lea", "mia")}

    def leaked(self, export: Export, columns: list[int], seed: int = 3) -> list[list[str]]:
        lines = list(csv.reader(io.StringIO(taken(export).decode("utf-8-sig"))))
        rows = random.Random(seed).sample(lines[2:], len(lines[2:]) // 2)
        return [[row[column] for column in columns] for row in sorted(rows)]

    def test_a_cut_sorted_sheet_as_xlsx_names_the_recipient(
        self, people: SimpleNamespace, exports: dict[str, Export]
    ) -> None:
        for name in ("lin", "mia"):
            target = io.BytesIO()
            sheet = xlsxwriter.Workbook(target, {"in_memory": True})
            page = sheet.add_worksheet()
            for number, row in enumerate(self.leaked(exports[name], [3, 1])):
                page.write_row(number, 0, row)
            sheet.close()
            with acting(people.olivia):
                answer = trace(actor=people.olivia, file=target, filename="a.xlsx")
            assert [one.evidence.export for one in answer.named] == [exports[name].pk]
            assert answer.known_rows > 10
            entry = LogEntry.objects.filter(action=Action.EXPORT_TRACE, actor=people.olivia.pk).latest("at")
            assert entry.object_id == exports[name].pk

    def test_the_command_answers_scripts(
        self, people: SimpleNamespace, exports: dict[str, Export], tmp_path: object, capsys: object
    ) -> None:
        path = tmp_path / "found.csv"  # type: ignore[operator]
        with path.open("w", newline="") as file:
            csv.writer(file).writerows(self.leaked(exports["lea"], [1]))
        call_command("trace_export", str(path), "--as", "olivia", "--json")
        answer = json.loads(capsys.readouterr().out)  # type: ignore[attr-defined]
        assert [(one["recipient"], one["asked_for_by"]) for one in answer["named"]] == [("Lea", "ming")]
        path.write_text("电话\n13800138000\n")
        with pytest.raises(SystemExit):
            call_command("trace_export", str(path), "--as", "olivia", "--json")

    def test_nobody_but_officers_traces(self, people: SimpleNamespace) -> None:
        for name in ("ming", "lea", "ada", "aud"):
            person = getattr(people, name)
            with acting(person), pytest.raises(Refused):
                trace(actor=person, file=io.BytesIO(b"a,b\n1,2\n"), filename="a.csv")

    def test_a_leaked_sheet_imported_elsewhere_is_seen(
        self, people: SimpleNamespace, exports: dict[str, Export]
    ) -> None:
        other = self.leaked(exports["lin"], [0, 1])
        canary = next(row for row in other if row[1][:3] in {"140", "141", "142", "143", "154"})
        ours = ClientBook.objects.get()
        add(ours, {"name": canary[0], "phone": f"+86{canary[1]}"})
        sighting = CanarySighting.objects.get()
        assert (sighting.export, sighting.place) == (exports["lin"], "added")
        with acting(people.ming):
            search(actor=people.ming, text=canary[1])
        assert CanarySighting.objects.filter(place="search", person_id=people.ming.pk).count() == 1
        seen = LogEntry.objects.filter(action=Action.CANARY_SEEN, object_id=exports["lin"].pk)
        assert seen.count() == 2
        assert 2 in [item.count for item in due_for(people.olivia)]
        assert not [item for item in due_for(people.ming) if "exports/" not in item.url and item.count == 2]

    def test_the_table_of_canaries_names_no_number(
        self, people: SimpleNamespace, exports: dict[str, Export]
    ) -> None:
        assert {len(bytes(row.token)) for row in CanaryToken.objects.all()} == {16}
