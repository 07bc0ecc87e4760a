"""The adapters: signatures by the providers' own examples and before servers that check them, and what goes
wrong."""

import json
import socket
from pathlib import Path
from typing import Any

import pytest

from people.sms import alibaba, tencent
from people.sms.sending import Message, NotSent, Trouble, can_send_notices, is_set_up, send
from tests.people.sms.providers import KEY_ID, SECRET, as_alibaba, as_tencent, serving
from tests.texting import Texts, texts

__all__ = ["texts"]

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "sms_signatures.json").read_text())
MESSAGE = Message("+8613800138000", "123456", "Sealroom: 123456\n\n@localhost #123456")
ABROAD = Message("+85291234567", "123456", "")


@pytest.fixture
def keys(settings: Any) -> Any:
    settings.SMS_KEY_ID, settings.SMS_KEY_SECRET = KEY_ID, SECRET
    settings.SMS_SIGN_NAME, settings.SMS_TEMPLATE, settings.SMS_APP_ID = "封匣", "SMS_1", "1400000000"
    return settings


def test_alibabas_own_example() -> None:
    given = VECTORS["alibaba"]
    made = alibaba.authorization(
        given["headers"], given["query"], key_id=given["key_id"], secret=given["secret"]
    )
    assert made == given["authorization"]


def test_tencents_own_example() -> None:
    given = VECTORS["tencent"]
    names = ("host", "service", "action", "moment", "key_id", "secret")
    made = tencent.authorization(given["body"].encode(), **{name: given[name] for name in names})
    assert made == given["authorization"]


def test_alibaba_takes_a_message(keys: Any) -> None:
    keys.SMS_PROVIDER = "alibaba"
    with serving(as_alibaba) as (keys.SMS_ENDPOINT, taken):
        assert send(MESSAGE) == "biz-1"
        assert send(ABROAD) == "biz-1"
    first, second = taken
    assert first == {
        "action": "SendSms",
        "PhoneNumbers": "13800138000",
        "SignName": "封匣",
        "TemplateCode": "SMS_1",
        "TemplateParam": '{"code": "123456"}',
    }
    assert second["PhoneNumbers"] == "85291234567"


def test_tencent_takes_a_message(keys: Any) -> None:
    keys.SMS_PROVIDER = "tencent"
    with serving(as_tencent) as (keys.SMS_ENDPOINT, taken):
        assert send(MESSAGE) == "serial-1"
    assert taken == [
        {
            "action": "SendSms",
            "PhoneNumberSet": ["+8613800138000"],
            "SmsSdkAppId": "1400000000",
            "SignName": "封匣",
            "TemplateId": "SMS_1",
            "TemplateParamSet": ["123456"],
        }
    ]


@pytest.mark.parametrize(("provider", "server"), [("alibaba", as_alibaba), ("tencent", as_tencent)])
def test_what_is_signed_with_another_key_is_refused(keys: Any, provider: str, server: Any) -> None:
    keys.SMS_PROVIDER, keys.SMS_KEY_SECRET = provider, "another"
    with serving(server) as (keys.SMS_ENDPOINT, taken), pytest.raises(NotSent) as problem:
        send(MESSAGE)
    assert (problem.value.trouble, taken) == (Trouble.REFUSED, [])


@pytest.mark.parametrize(
    "said", [{}, {"Response": []}, {"Response": {"SendStatusSet": []}}, {"Code": "isv.BUSINESS_LIMIT"}]
)
@pytest.mark.parametrize("provider", ["alibaba", "tencent"])
def test_an_answer_that_says_no_or_nothing(keys: Any, provider: str, said: dict[str, Any]) -> None:
    keys.SMS_PROVIDER = provider
    with serving(lambda *_: said) as (keys.SMS_ENDPOINT, _), pytest.raises(NotSent) as problem:
        send(MESSAGE)
    assert problem.value.trouble == Trouble.REFUSED


def test_the_gateway_gets_number_and_text(texts: Texts, settings: Any) -> None:
    assert send(MESSAGE)
    assert [(one["to"], one["text"]) for one in texts.all()] == [(MESSAGE.number, MESSAGE.text)]
    assert texts.inbox.path.stat().st_mode & 0o777 == 0o600
    settings.SMS_KEY_SECRET = "another"
    with pytest.raises(NotSent):
        send(MESSAGE)
    assert len(texts.all()) == 1


def test_a_redirect_is_not_followed(keys: Any) -> None:
    keys.SMS_PROVIDER = "alibaba"
    with serving(as_alibaba, status=307) as (keys.SMS_ENDPOINT, _), pytest.raises(NotSent):
        send(MESSAGE)


def test_a_provider_that_does_not_answer(keys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """It accepts the call and says nothing; the wait ends."""
    monkeypatch.setattr("people.sms.posting.TIMEOUT", 0.05)
    keys.SMS_PROVIDER = "tencent"
    with socket.create_server(("127.0.0.1", 0)) as silent:
        keys.SMS_ENDPOINT = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(NotSent) as problem:
            send(MESSAGE)
    assert problem.value.trouble == Trouble.UNREACHABLE


@pytest.mark.parametrize(
    "address", ["http://sms.example.cn/", "http://localhost/", "ftp://127.0.0.1/", "https://me@x.cn/", ""]
)
def test_numbers_do_not_cross_the_network_in_the_clear(keys: Any, address: str) -> None:
    keys.SMS_PROVIDER, keys.SMS_ENDPOINT = "gateway", address
    with pytest.raises(NotSent) as problem:
        send(MESSAGE)
    assert problem.value.trouble == Trouble.SETTING


def test_without_a_provider_nothing_is_sent(settings: Any) -> None:
    settings.SMS_PROVIDER = ""
    assert not is_set_up()
    with pytest.raises(NotSent):
        send(MESSAGE)


def test_i7_a_message_does_not_show_itself() -> None:
    assert repr(MESSAGE) == "Message()"
    assert "138" not in repr(NotSent(Trouble.REFUSED))


def test_a_notice_takes_a_template_of_its_own_and_no_code(keys: Any) -> None:
    notice = Message("+8613800138000", "", "Sealroom: something is new for you.")
    keys.SMS_NOTICE_TEMPLATE = "SMS_2"
    keys.SMS_PROVIDER = "alibaba"
    with serving(as_alibaba) as (keys.SMS_ENDPOINT, taken):
        send(notice)
    assert taken[0]["TemplateCode"] == "SMS_2"
    assert "TemplateParam" not in taken[0]
    keys.SMS_PROVIDER = "tencent"
    with serving(as_tencent) as (keys.SMS_ENDPOINT, taken):
        send(notice)
    assert (taken[0]["TemplateId"], taken[0]["TemplateParamSet"]) == ("SMS_2", [])


def test_notices_are_sent_only_where_they_can_be(keys: Any) -> None:
    for provider, template, can in (
        ("", "SMS_2", False),
        ("alibaba", "", False),
        ("tencent", "SMS_2", True),
        ("gateway", "", True),
    ):
        keys.SMS_PROVIDER, keys.SMS_NOTICE_TEMPLATE = provider, template
        assert can_send_notices() is can
