"""“Why did you open this?”: a draw that nobody foresees and all can repeat, sealed answers, a verdict."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from audit.actions import Action
from audit.models import LogEntry
from audit.refusals import Refused
from compliance.review.models import Drawn, Sample, SampleDraw, SampleRule, SampleState
from compliance.review.reasons import open_sealed_reason
from compliance.review.sampling import answer, chosen_of, draw, judge, last_week, set_rule, waiting_for
from people.today import due_for
from tests.cast import cast, client_of
from tests.compliance.review.entries import reveal
from tests.vault.records.makers import acting, add, book_of
from vault.purposes.catalogue import Reason
from vault.records.errors import NotPossible
from vault.records.models import Client

pytestmark = pytest.mark.django_db
WORDS = "客户张三丰来电核对账号"


@pytest.fixture
def people() -> SimpleNamespace:
    return SimpleNamespace(**cast())


@pytest.fixture
def client(people: SimpleNamespace) -> Client:
    return add(book_of(people.ming))


def this_week() -> Any:
    """As if it were over: the log's clock is the database's, which tests do not turn."""
    return last_week(timezone.now() + timedelta(days=7))


def rule_of(people: SimpleNamespace, per_week: int = 2, *, drawn: Drawn = Drawn.REVEALS) -> SampleRule:
    with acting(people.olivia):
        return set_rule(actor=people.olivia, drawn=drawn, per_week=per_week, days=5)


def drawn_sample(people: SimpleNamespace, client: Client) -> Sample:
    reveal(people.ming, client.pk)
    draw(rule_of(people), this_week())
    return Sample.objects.get()


def answered(people: SimpleNamespace, client: Client, words: str = WORDS) -> Sample:
    sample = drawn_sample(people, client)
    with acting(people.ming):
        return answer(actor=people.ming, sample_id=sample.pk, reason=Reason.CALL, words=words)


def late(sample: Sample) -> None:
    Sample.objects.filter(pk=sample.pk).update(due_at=timezone.now() - timedelta(minutes=1))


def test_a_draw_can_be_repeated_from_what_the_log_says(people: SimpleNamespace, client: Client) -> None:
    made = [reveal(people.ming, client.pk) for _ in range(9)]
    draw(rule_of(people, 3), this_week())
    entry = LogEntry.objects.get(action=Action.SAMPLE_DRAW)
    told = dict(code.split(".", 1) for code in entry.fields)
    seed = bytes.fromhex(told["seed"] + told["seed_end"])
    again = {one.pk for one in chosen_of(made[::-1], seed, 3)}
    assert again == set(Sample.objects.values_list("entry", flat=True))
    assert (told["population"], told["count"]) == ("9", "3")


def test_a_week_is_drawn_once_and_another_rule_asks_about_others(
    people: SimpleNamespace, client: Client
) -> None:
    for _ in range(4):
        reveal(people.ming, client.pk)
    rule = rule_of(people, 3)
    assert draw(rule, this_week()) is not None
    assert draw(rule, this_week()) is None
    draw(rule_of(people, 3, drawn=Drawn.UNEXPLAINED), this_week())
    assert Sample.objects.count() == 4  # three, and the one that was left
    assert SampleDraw.objects.count() == 2


def test_only_that_week_and_what_the_rule_draws_from(people: SimpleNamespace, client: Client) -> None:
    reveal(people.ming, client.pk)
    account = reveal(people.ming, client.pk, fields=("client.financial",))
    rule = rule_of(people, 9, drawn=Drawn.FINANCIAL)
    draw(rule, this_week() - timedelta(days=7))
    assert not Sample.objects.exists()
    draw(rule, this_week())
    assert [one.entry for one in Sample.objects.all()] == [account.pk]


@given(
    st.lists(st.uuids(), unique=True, max_size=20), st.binary(min_size=32, max_size=32), st.integers(0, 25)
)
def test_the_choice_is_of_the_seed_alone(ids: list[Any], seed: bytes, count: int) -> None:
    entries = [LogEntry(id=one) for one in ids]
    chosen = {one.pk for one in chosen_of(entries, seed, count)}
    assert chosen == {one.pk for one in chosen_of(entries[::-1], seed, count)}
    assert len(chosen) == min(count, len(ids))


def test_the_reader_is_asked_in_today_and_answers(people: SimpleNamespace, client: Client) -> None:
    sample = drawn_sample(people, client)
    assert "Why did you open this? Answer" in {str(item.label) for item in due_for(people.ming)}
    browser, address = client_of(people.ming), reverse("compliance:asked_one", args=[sample.pk])
    assert browser.get(reverse("compliance:asked")).context["rows"][0][0] == sample
    bad = browser.post(address, {"reason": "other", "words": ""})
    assert "own words" in bad.content.decode()
    browser.post(address, {"reason": "call", "words": WORDS})
    sample.refresh_from_db()
    assert sample.state == SampleState.ANSWERED
    assert "Answers to samples: read and decide" in {str(item.label) for item in due_for(people.olivia)}


def test_the_words_are_sealed_and_an_officer_reads_them(people: SimpleNamespace, client: Client) -> None:
    sample = answered(people, client)
    entry = LogEntry.objects.get(pk=sample.answer)
    assert WORDS.encode() not in bytes(entry.detail) + bytes(entry.leaf)
    assert (entry.reason, entry.subjects) == ("call", [client.pk])
    with acting(people.olivia):
        assert open_sealed_reason(people.olivia, entry) == WORDS
    with pytest.raises(Refused):
        open_sealed_reason(people.aud, entry)


def test_attack_somebody_else_answers_or_twice(people: SimpleNamespace, client: Client) -> None:
    sample = answered(people, client)
    for who, error in ((people.lin, Refused), (people.olivia, Refused), (people.ming, NotPossible)):
        with acting(who), pytest.raises(error):
            answer(actor=who, sample_id=sample.pk, reason=Reason.CALL, words="")


def test_a_client_who_is_gone_takes_no_words_and_still_a_reason(
    people: SimpleNamespace, client: Client
) -> None:
    sample = drawn_sample(people, client)
    Sample.objects.filter(pk=sample.pk).update(client=uuid4())  # as after a destruction
    with acting(people.ming):
        with pytest.raises(NotPossible, match="cannot be sealed"):
            answer(actor=people.ming, sample_id=sample.pk, reason=Reason.CALL, words=WORDS)
        assert answer(actor=people.ming, sample_id=sample.pk, reason=Reason.CALL, words="").answer


def test_an_officer_accepts_or_takes_it_up(people: SimpleNamespace, client: Client) -> None:
    sample = answered(people, client)
    with acting(people.olivia):
        assert judge(actor=people.olivia, sample_id=sample.pk, accept=True).state == SampleState.ACCEPTED
        with pytest.raises(NotPossible):
            judge(actor=people.olivia, sample_id=sample.pk, accept=False)
    assert LogEntry.objects.filter(action=Action.SAMPLE_ACCEPT, object_id=sample.pk).exists()


def test_no_answer_in_time_shows_in_today_and_can_be_taken_up(
    people: SimpleNamespace, client: Client
) -> None:
    sample = drawn_sample(people, client)
    with acting(people.olivia), pytest.raises(NotPossible):
        judge(actor=people.olivia, sample_id=sample.pk, accept=False)  # there is still time
    late(sample)
    assert "Why did you open this? An answer is overdue" in {str(one.label) for one in due_for(people.ming)}
    assert waiting_for(people.olivia).overdue == 1
    with acting(people.olivia):
        with pytest.raises(NotPossible):
            judge(actor=people.olivia, sample_id=sample.pk, accept=True)
        assert judge(actor=people.olivia, sample_id=sample.pk, accept=False).state == SampleState.FINDING


@pytest.mark.parametrize("name", ["ming", "lin", "ada", "aud"])
def test_attack_others_judge(people: SimpleNamespace, client: Client, name: str) -> None:
    sample, who = answered(people, client), getattr(people, name)
    with acting(who), pytest.raises(Refused):
        judge(actor=who, sample_id=sample.pk, accept=True)


def test_attack_an_officer_judges_what_they_opened(people: SimpleNamespace, client: Client) -> None:
    sample = answered(people, client)
    Sample.objects.filter(pk=sample.pk).update(reader=people.olivia)
    with acting(people.olivia), pytest.raises(Refused):
        judge(actor=people.olivia, sample_id=sample.pk, accept=True)
    assert waiting_for(people.olivia).answered == 0


@pytest.mark.parametrize(
    ("wrong", "name"),
    [
        ({"state": "lost"}, "sample_answered_before_accepted"),
        ({"answer": None}, "sample_answer_has_a_time"),
        ({"answer": None, "answered_at": None}, "sample_answered_before_accepted"),
        ({"state": "accepted"}, "sample_judged_by_somebody"),
        ({"state": "accepted", "judged_at": timezone.now(), "own": True}, "sample_not_judged_by_its_reader"),
    ],
)
def test_the_table_refuses_what_cannot_be(
    people: SimpleNamespace, client: Client, wrong: dict[str, Any], name: str
) -> None:
    sample, values = answered(people, client), dict(wrong)
    if values.pop("own", False):
        values["judge"] = people.ming
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Sample.objects.filter(pk=sample.pk).update(**values)


@pytest.mark.parametrize(
    ("wrong", "name"),
    [
        ({"drawn": "all"}, "sample_rule_known"),
        ({"per_week": 51}, "sample_rule_bounded"),
        ({"days": 0}, "sample_rule_gives_time"),
    ],
)
def test_a_rule_is_bounded(people: SimpleNamespace, wrong: dict[str, Any], name: str) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        SampleRule.objects.create(**({"drawn": "reveals", "per_week": 1, "days": 5} | wrong))
    with acting(people.ming), pytest.raises(Refused):
        set_rule(actor=people.ming, drawn=Drawn.REVEALS, per_week=1, days=5)


def test_a_draw_is_of_a_whole_week_once(people: SimpleNamespace) -> None:
    rule, monday = rule_of(people), last_week(timezone.now())
    with pytest.raises(IntegrityError, match="sample_draw_of_a_week"), transaction.atomic():
        SampleDraw.objects.create(rule=rule, week=monday + timedelta(days=1), seed=b"0" * 32, population=0)
    SampleDraw.objects.create(rule=rule, week=monday, seed=b"0" * 32, population=0)
    with pytest.raises(IntegrityError, match="sample_draw_once_a_week"), transaction.atomic():
        SampleDraw.objects.create(rule=rule, week=monday, seed=b"1" * 32, population=0)
