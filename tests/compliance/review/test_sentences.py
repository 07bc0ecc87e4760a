"""Entries in plain sentences, in both languages."""

from uuid import UUID, uuid4

import pytest
from django.utils.translation import override

from audit.actions import Action, ObjectType, Result
from audit.models import LogEntry
from audit.phrases import COUNTED
from audit.sentences import ids_named, lines, sentence
from people.roles.permissions import Permission

WHO, OTHER = uuid4(), uuid4()
NAMES = {WHO: "陈明", OTHER: "林澜"}


def entry(action: Action, **columns: object) -> LogEntry:
    given: dict[str, object] = {
        "actor": WHO,
        "object_type": ObjectType.CLIENT,
        "object_id": UUID(int=0xABC),
        "result": Result.DONE,
        "subjects": [],
        "fields": [],
        "purpose": "",
        "reason": "",
    }
    return LogEntry(action=action, **given | columns)


def test_who_revealed_which_group_of_whom_for_what() -> None:
    revealed = entry(Action.CLIENT_REVEAL, fields=["client.contact"], purpose="service")
    with override("en"):
        assert sentence(revealed, NAMES) == (
            "陈明 revealed the plaintext of Client …00000abc: Contact, for Serving the client"
        )
    with override("zh-hans"):
        assert (
            sentence(revealed, NAMES) == "陈明查看了客户“…00000abc”的明文：联系方式，使用目的：为客户提供服务"
        )


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_action_reads_in_both_languages(language: str) -> None:
    with override(language):
        for action in Action:
            for result in Result:
                said = sentence(entry(action, result=result, subjects=[OTHER]), NAMES)
                assert said
                assert "%(" not in said


def test_a_refusal_never_reads_as_done() -> None:
    with override("en"):
        said = sentence(entry(Action.CLIENT_REVEAL, result=Result.REFUSED), NAMES)
    assert "revealed" not in said
    assert "refused" in said


def test_a_refusal_says_what_was_attempted() -> None:
    """A command or a form that lacks a permission opened no page; the entry names the permission."""
    tried = {"result": Result.REFUSED, "object_type": ObjectType.PAGE, "object_id": None}
    refused = entry(Action.PAGE_VIEW, fields=[Permission.CLIENT_EXPORT.value], **tried)
    of_old = entry(Action.PAGE_VIEW, **tried)
    with override("en"):
        assert sentence(refused, NAMES) == "陈明 was refused: Ask for exports of clients"
        assert sentence(of_old, NAMES) == "陈明 was refused: Page opened · Page"
    with override("zh-hans"):
        assert "打开页面" not in sentence(refused, NAMES)


def test_counts_have_a_singular_and_none_of_nothing() -> None:
    listed = [entry(Action.CLIENT_LIST, subjects=[OTHER] * count) for count in (2, 1, 0)]
    with override("en"):
        assert [sentence(one, NAMES) for one in listed] == [
            "陈明 listed 2 clients, masked",
            "陈明 listed 1 client, masked",
            "陈明: Clients listed, masked · Client …00000abc",
        ]
    for language in ("en", "zh-hans"):
        with override(language):
            for action in COUNTED:
                assert "0 " not in sentence(entry(action), NAMES)


def test_both_people_are_named_when_one_acts_for_another() -> None:
    with override("en"):
        given = sentence(entry(Action.ROLE_GRANT, on_behalf_of=OTHER), NAMES)
        assert given.startswith("陈明 (at the request of 林澜) gave")
        page = {"on_behalf_of": OTHER, "fields": ["people.people"]}
        assert "at the request of" in sentence(entry(Action.PAGE_VIEW, **page), NAMES)
        refused = {"on_behalf_of": OTHER, "result": "refused", "fields": ["vault.clients"]}
        assert "at the request of" in sentence(entry(Action.REQUEST_REFUSE, **refused), NAMES)
        in_preview = sentence(entry(Action.REQUEST_REFUSE, deal=OTHER, **refused), NAMES)
        assert "looking as" in in_preview


def test_unknown_codes_of_a_later_version_are_shown_as_they_are() -> None:
    later = entry(Action.CLIENT_VIEW, object_type="hologram")
    later.action = "hologram.spin"
    with override("en"):
        assert sentence(later, NAMES) == "陈明: hologram.spin · hologram …00000abc"


def test_names_are_asked_for_once() -> None:
    wanted = ids_named([entry(Action.ROLE_GRANT, subjects=[OTHER], on_behalf_of=OTHER)])
    assert wanted == {WHO, OTHER, UUID(int=0xABC)}


def test_the_sealed_reason_is_said_to_be_there_and_not_shown() -> None:
    with override("en"):
        [line] = lines([entry(Action.CLIENT_REVEAL, detail_key=7, reason="call")], NAMES)
    assert line.why == "To call or write to the client · reason in writing, sealed"
    assert line.opened
