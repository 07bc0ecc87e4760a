"""What a reporter does: report, come back, write more; and what they are told when it is not possible."""

from types import SimpleNamespace

import pytest
from django.db import connection
from django.test import Client

from audit.ids import uuid7
from audit.models import LogEntry
from compliance.speakup import channel, handling
from compliance.speakup.codes import Says, State
from compliance.speakup.models import SpeakUpCase, SpeakUpText
from tests.compliance.speakup import making
from tests.compliance.speakup.making import code_in, form_of, page, sent
from tests.vault.profiles import crypto_profile
from tests.vault.records.makers import acting
from vault.records.errors import NotPossible

__all__ = ["crypto_profile"]
pytestmark = pytest.mark.django_db


def test_from_the_form_to_the_mailbox_and_back(people: SimpleNamespace) -> None:
    reporter = Client()
    answer = sent(reporter, "", form_of(reporter, who="张三"))
    assert answer.status_code == 200, answer.content.decode()
    code = code_in(answer)
    case = SpeakUpCase.objects.get()
    assert case.state == State.NEW
    shown = sent(reporter, "_mailbox", {"code": code.lower().replace("-", " ")}).content.decode()
    assert making.HAPPENED in shown
    assert "New" in shown
    making.at(case, State.ACKNOWLEDGED, people.olivia)
    with acting(people.olivia):
        handling.answer(actor=people.olivia, case_id=case.pk, words="请问是哪一天？", final=False)
        handling.note(actor=people.olivia, case_id=case.pk, words="先查门禁记录")
    shown = sent(reporter, "_mailbox", {"code": code}).content.decode()
    assert "请问是哪一天？" in shown
    assert "Acknowledged" in shown
    assert "先查门禁记录" not in shown
    assert people.olivia.display_name not in shown
    shown = sent(reporter, "_write", {"code": code, "words": "上周五晚上"}).content.decode()
    assert "上周五晚上" in shown
    case.refresh_from_db()
    assert case.waits
    said = list(SpeakUpText.objects.filter(case=case).order_by("number").values_list("says", flat=True))
    assert said == [Says.REPORT, Says.WHO, Says.ANSWER, Says.NOTE, Says.MESSAGE]


def test_two_reporters_see_each_their_own() -> None:
    first, one = making.reported(happened="第一份")
    second, other = making.reported(happened="第二份")
    reporter = Client()
    shown = sent(reporter, "_mailbox", {"code": one}).content.decode()
    assert "第一份" in shown
    assert "第二份" not in shown
    shown = sent(reporter, "_write", {"code": other, "words": "再补充"}).content.decode()
    assert "第二份" in shown
    assert "第一份" not in shown
    assert not first.texts.filter(says=Says.MESSAGE).exists()
    assert second.texts.filter(says=Says.MESSAGE).count() == 1


def test_what_is_stored_is_sealed_and_the_code_is_not_there() -> None:
    case, code = making.reported()
    with connection.cursor() as cursor:
        for table in ("compliance_speakupcase", "compliance_speakuptext"):
            cursor.execute(f"select {table}::text from {table}")
            rows = "\n".join(row[0] for row in cursor.fetchall())
            assert "张三" not in rows
            assert making.HAPPENED.encode().hex() not in rows
            assert code not in rows
            assert code.encode().hex() not in rows
    assert len(bytes(case.code or b"")) == 16


def test_a_new_report_knows_a_day_and_no_time() -> None:
    case, _code = making.reported()
    for model in (SpeakUpCase, SpeakUpText):
        kinds = {field.get_internal_type() for field in model._meta.get_fields() if hasattr(field, "attname")}
        assert "DateTimeField" not in kinds
    assert case.pk.version == 4
    assert all(text.version == 4 for text in case.texts.values_list("pk", flat=True))


@pytest.mark.parametrize(
    "wrong",
    [
        {"happened": ""},
        {"happened": "字" * 10_001},
        {"happened": "a\x00b"},
        {"happened": "a\u202eb"},
        {"category": ""},
        {"category": "planet"},
        {"who": "字" * 501},
        {"when": "x\x01"},
        {"total": ""},
        {"total": "0"},
        {"total": "1e9"},
        {"token": "x"},
        {"token": ""},
    ],
    ids=lambda wrong: ascii(wrong)[:30],
)
def test_bad_input_gets_a_clear_word_and_takes_nothing_in(wrong: dict[str, str]) -> None:
    reporter = Client()
    answer = sent(reporter, "", form_of(reporter, **wrong))
    assert answer.status_code == 422
    assert answer.context["form"].errors  # type: ignore[attr-defined]
    assert not SpeakUpCase.objects.exists()
    # The page that comes back can be sent: with its own question, and what was typed.
    form = answer.context["form"]  # type: ignore[attr-defined]
    again = form_of(reporter) | {
        "token": form["token"].value(),
        "total": form._asked.first + form._asked.second,
    }
    assert sent(reporter, "", again).status_code == 200
    assert SpeakUpCase.objects.count() == 1


def test_a_mistyped_code_is_told_apart_a_wrong_and_a_gone_one_are_not() -> None:
    from compliance.speakup import receipt

    _case, code = making.reported()
    reporter = Client()
    mistyped = code[:-1] + ("0" if code[-1] != "0" else "1")
    said = sent(reporter, "_mailbox", {"code": mistyped})
    assert said.status_code == 422
    assert "wrong, missing or swapped" in said.content.decode()
    said = sent(reporter, "_mailbox", {"code": receipt.draw()})
    assert said.status_code == 422
    assert "No mailbox opens" in said.content.decode()
    for typed in ("", "x" * 61, "\x00"):
        assert sent(reporter, "_mailbox", {"code": typed}).status_code == 422
    assert sent(reporter, "_write", {"code": receipt.draw(), "words": "我"}).status_code == 422


def test_a_message_that_is_sent_again_is_kept_once_and_a_bad_one_not_at_all() -> None:
    case, code = making.reported()
    reporter = Client()
    for _ in range(2):
        assert sent(reporter, "_write", {"code": code, "words": "补充"}).status_code == 200
    assert case.texts.filter(says=Says.MESSAGE).count() == 1
    for words in ("", "字" * 10_001, "a\x00b"):
        answer = sent(reporter, "_write", {"code": code, "words": words})
        assert answer.status_code == 422, words[:5]
        assert making.HAPPENED in answer.content.decode()
    assert case.texts.filter(says=Says.MESSAGE).count() == 1


def test_a_mailbox_is_no_storage(monkeypatch: pytest.MonkeyPatch) -> None:
    case, code = making.reported(who="", when="")
    room = 3
    monkeypatch.setattr("compliance.speakup.texts.MOST_TEXTS", 1 + room)
    for number in range(room):
        channel.write_again(typed=code, words=f"第{number}条")
    with pytest.raises(NotPossible, match="full"):
        channel.write_again(typed=code, words="再来一条")
    assert case.texts.count() == 1 + room


def test_reading_and_writing_leave_entries_that_name_the_key_and_nobody() -> None:
    case, code = making.reported()
    marker = uuid7()
    channel.write_again(typed=code, words="补充")
    left = making.since(marker)
    steps = ["speakup.ask", "speakup.edit", "speakup.write", "speakup.read"]
    assert [entry.action for entry in left] == steps
    assert all(case.key_id in entry.keys for entry in left if entry.action in steps[1::2])
    assert not LogEntry.objects.filter(object_id=case.pk, actor__isnull=False).exists()


def test_both_languages_by_the_address_and_nothing_else(client: Client) -> None:
    for language, words in (("zh-hans", "提交举报"), ("en", "Send the report")):
        answer = client.get(page(""), {"lang": language})
        assert words in answer.content.decode()
        assert not answer.cookies
        assert answer["Referrer-Policy"] == "strict-origin"
        assert "no-store" in answer["Cache-Control"]
        assert "<script" not in answer.content.decode()
