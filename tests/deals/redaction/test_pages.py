"""Redacting by the page's own forms: marks, proposals, the copy, who gets it; and what the log says of it."""

from types import SimpleNamespace

import pytest
from django.db import connection
from django.urls import reverse

from audit.models import LogEntry
from deals.models import File, FileVersion, Redaction, Upload
from deals.redaction.boxes import Box
from deals.redaction.models import State
from deals.rooms.access import may
from deals.rooms.levels import Level
from deals.rooms.models import GroupKind
from tests.cast import client_of, signed
from tests.deals.redaction.desk import MARK, at, begun, copied, given_out, paper, step, work_of, worked
from tests.deals.redaction.papers import HIDDEN, ID_NUMBER, NAME, Page, pdf, streams
from tests.deals.redaction.test_copies import WORDS, encrypted, texts
from tests.deals.scene import grant, group

pytestmark = pytest.mark.django_db


def original_of(world: SimpleNamespace, version: FileVersion) -> bytes:
    answer = client_of(world.ming).get(reverse("deals:original", args=[world.deal.pk, version.pk]))
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


def entries(world: SimpleNamespace, action: str) -> list[LogEntry]:
    return list(LogEntry.objects.filter(action=action, deal=world.deal.pk))


def test_from_the_search_to_the_copy(world: SimpleNamespace) -> None:
    """Proposals by kind, one refused, the others accepted; the copy holds none of what was marked."""
    begun(world)
    browser = client_of(world.ming)
    kinds = ["identity", "phone", "card", "email", "credit_code"]
    step(browser, world, "search", kinds=kinds, words=NAME)
    assert "Searching the text" in browser.get(at(world, "")).content.decode()
    worked(world)
    work = work_of(world)
    assert {each.kind for each in work.proposals} == {*kinds, "word"}
    said = browser.get(at(world, "")).content.decode()
    assert "110***********0038" in said
    assert ID_NUMBER not in said
    first = work.proposals[0]
    step(browser, world, "settle", accept=str(first.number))
    for kind in {each.kind for each in work.proposals}:
        step(browser, world, "settle", accept=kind)
    assert work_of(world).proposals == []
    step(browser, world, "apply", reason="redact.personal")
    done = worked(world)
    assert (done.state, done.reason, done.done, done.work) == (State.DONE, "redact.personal", 1, None)
    copy = FileVersion.objects.select_related("file").get(pk=done.copy_id)
    assert copy.file_id != world.file.pk
    assert (copy.page_count, copy.media_type) == (1, "application/pdf")
    data = original_of(world, copy)
    assert texts(data) == ""
    assert not [word for word in (*WORDS, *HIDDEN) if word.encode() in streams(data)]
    assert not Upload.objects.exists()
    page = browser.get(reverse("deals:file", args=[world.deal.pk, copy.file_id])).content.decode()
    assert "合同 (redacted).pdf" in page
    assert "合同.pdf" in page  # what it is a copy of
    assert browser.get(reverse("deals:page", args=[world.deal.pk, copy.pk, 1])).status_code == 200
    the_log_says_how_many_and_never_what(world)


def the_log_says_how_many_and_never_what(world: SimpleNamespace) -> None:
    [found] = entries(world, "redaction.found")
    kinds = ("card", "credit_code", "email", "identity", "phone", "word")
    assert found.fields == ["version.1", *(f"found.{kind}.1" for kind in kinds)]
    for action in ("redaction.search", "redaction.apply"):
        [read] = entries(world, action)
        assert world.version.file_key_id in read.keys
    [done] = entries(world, "redaction.done")
    assert (done.actor, done.object_id, done.reason) == (world.ming.pk, world.file.pk, "redact.personal")
    assert len(entries(world, "file.upload")) == 2
    assert entries(world, "redaction.start")
    assert entries(world, "redaction.open")


def test_i7_marks_words_and_proposals_are_in_no_column_in_the_clear(world: SimpleNamespace) -> None:
    begun(world)
    browser = client_of(world.ming)
    step(browser, world, "mark", **MARK)
    step(browser, world, "search", kinds=["phone"], words=NAME)
    worked(world)
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from deals_redaction t"
            " where t::text ~ 'Ouyang|13800138|marks' or t::text ~ encode('marks', 'hex')"
        )
        assert cursor.fetchone() == (0,)


def test_rectangles_are_added_and_removed_by_numbers_alone(world: SimpleNamespace) -> None:
    begun(world)
    browser = client_of(world.ming)
    assert step(browser, world, "mark", **MARK).status_code == 302
    assert work_of(world).marks == [Box(1, 0.1, 0.1, 0.7, 0.5)]
    page = browser.get(at(world, "")).content.decode()
    assert '<rect class="redact-mark" x="0.10000" y="0.10000" width="0.60000" height="0.40000"/>' in page
    assert "style=" not in page.split("redact-split")[1].split("</main>")[0]
    step(browser, world, "unmark", box="1 0.1 0.1 0.7 0.5")
    assert work_of(world).marks == []


def test_a_rectangle_off_the_page_is_refused_in_words(world: SimpleNamespace) -> None:
    begun(world)
    browser = client_of(world.ming)
    for wrong in (
        {"width": "0"},
        {"page": "2"},
        {"page": "0"},
        {"left": "nan"},
        {"left": "-1"},
        {"top": "101"},
        {"height": ""},
        {"page": "9" * 40},
    ):
        answer = browser.post(at(world, "mark"), {**MARK, **wrong}, headers={"HX-Request": "true"})
        assert "A rectangle has to lie on the page" in answer.content.decode(), wrong
    assert work_of(world).marks == []


def test_a_button_that_names_nothing_removes_nothing(world: SimpleNamespace) -> None:
    begun(world)
    browser = client_of(world.ming)
    step(browser, world, "mark", **MARK)
    for box in ("", "x", "1 2", "1 nan 0 1 1", "1 2 3 4 5 6"):
        step(browser, world, "unmark", box=box)
    for chosen in ("", "0", "99999", "nothing", "٣"):
        step(browser, world, "settle", reject=chosen)
    assert len(work_of(world).marks) == 1


def test_words_are_asked_for_within_bounds(world: SimpleNamespace) -> None:
    begun(world)
    browser = client_of(world.ming)
    for data, said in (
        ({"words": "x"}, "A word has at least 2 characters."),
        ({"words": "\n".join(f"ab{n}" for n in range(51))}, "Type at most 50 words."),
        ({}, "Choose what to look for"),
        ({"kinds": "nonsense"}, "Choose what to look for"),
    ):
        answer = browser.post(at(world, "search"), data, follow=True)
        assert said in answer.content.decode()
    assert Redaction.objects.get().state == State.DRAFT


def test_without_marks_or_a_reason_there_is_no_copy(world: SimpleNamespace) -> None:
    begun(world)
    browser = client_of(world.ming)
    step(browser, world, "apply", reason="redact.personal")
    step(browser, world, "mark", **MARK)
    step(browser, world, "apply", reason="because")
    worked(world)
    assert Redaction.objects.get().state == State.DRAFT


def test_pages_without_text_are_named(world: SimpleNamespace) -> None:
    begun(world, data=pdf(Page(), Page(((72, 700, "Words"),)), Page()), pages=3)
    browser = client_of(world.ming)
    step(browser, world, "search", kinds=["phone"])
    worked(world)
    assert work_of(world).textless == [1, 3]
    assert "2 pages cannot be searched" in browser.get(at(world, "")).content.decode()


def test_a_stopped_copy_leaves_the_marks_and_nothing_else(world: SimpleNamespace) -> None:
    begun(world)
    browser = client_of(world.ming)
    step(browser, world, "mark", **MARK)
    step(browser, world, "apply", reason="redact.secret")
    assert browser.get(at(world, "progress")).status_code == 200
    step(browser, world, "stop")
    assert worked(world).state == State.DRAFT
    assert len(work_of(world).marks) == 1
    assert File.objects.count() == 1
    step(browser, world, "drop")
    assert Redaction.objects.get().work is None
    assert browser.get(at(world, "")).status_code == 404


def test_a_copy_that_would_be_too_large_says_so_and_keeps_the_marks(
    world: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, settings: object
) -> None:
    begun(world)
    browser = client_of(world.ming)
    step(browser, world, "mark", **MARK)
    step(browser, world, "apply", reason="redact.secret")
    settings.VIEW_MAX_BYTES = 6000  # type: ignore[attr-defined]
    given = worked(world)
    assert (given.state, given.problem) == (State.DRAFT, "too_large")
    assert "would become too large" in browser.get(at(world, "")).content.decode()
    assert len(work_of(world).marks) == 1
    assert File.objects.count() == 1
    assert not Upload.objects.exists()


def test_a_page_that_the_file_does_not_have_is_said_and_keeps_the_marks(world: SimpleNamespace) -> None:
    """Pages are counted when the file is first looked at, and drawn much later, perhaps by another reader."""
    begun(world, data=pdf(*[Page()] * 2), pages=3)
    browser = client_of(world.ming)
    step(browser, world, "mark", **MARK)
    step(browser, world, "apply", reason="redact.secret")
    given = worked(world)
    assert (given.state, given.problem, given.done) == (State.DRAFT, "unreadable", 2)
    assert len(work_of(world).marks) == 1
    assert File.objects.count() == 1


def test_a_copy_is_hidden_until_it_is_given_out_in_place_of_the_original(world: SimpleNamespace) -> None:
    begun(world)
    done = copied(world)
    copy, bo = File.objects.get(pk=done.copy.file_id), client_of(world.bo)
    paths = [reverse("deals:file", args=[world.deal.pk, copy.pk])]
    paths += [reverse("deals:page", args=[world.deal.pk, done.copy_id, 1])]
    assert [bo.get(path).status_code for path in paths] == [404, 404]
    assert may(world.bo, world.file, Level.VIEW)
    given_out(world)
    assert [bo.get(path).status_code for path in paths] == [200, 200]
    assert "合同.pdf" not in bo.get(paths[0]).content.decode()
    closed = [
        reverse("deals:file", args=[world.deal.pk, world.file.pk]),
        reverse("deals:page", args=[world.deal.pk, world.version.pk, 1]),
        reverse("deals:original", args=[world.deal.pk, world.version.pk]),
    ]
    assert [bo.get(path).status_code for path in closed] == [404, 404, 404]
    folder = bo.get(reverse("deals:folder", args=[world.deal.pk, world.one.pk])).content.decode()
    assert "合同 (redacted).pdf" in folder
    assert "合同.pdf" not in folder
    assert client_of(world.ming).get(closed[0]).status_code == 200
    assert entries(world, "redaction.give")


def test_who_comes_later_gets_the_copy_and_not_the_original(world: SimpleNamespace) -> None:
    """A group that had no right there, and one made afterwards; until the copy is given out, neither."""
    begun(world)
    done = copied(world)
    copy = File.objects.get(pk=done.copy.file_id)
    early = group(world, "Early", world.sam)
    grant(world, early, world.one, Level.ORIGINAL)
    signed(world.sam, deal_id=world.deal.pk)
    assert not may(world.sam, copy, Level.VIEW)
    world.early = early
    given_out(world, early="copy")
    assert may(world.sam, copy, Level.ORIGINAL)
    assert not may(world.sam, world.file, Level.VIEW)
    grant(world, world.rivals, world.one, Level.VIEW)
    assert may(world.ben, copy, Level.VIEW)
    assert not may(world.ben, world.file, Level.VIEW)
    world.ben.groups.clear()
    late = group(world, "Late", world.ben)
    grant(world, late, world.one, Level.MANAGE)
    assert may(world.ben, copy, Level.VIEW)
    assert not may(world.ben, world.file, Level.VIEW)


def test_the_side_whose_papers_they_are_keeps_them_and_somebody_may_get_neither(
    world: SimpleNamespace,
) -> None:
    sellers = group(world, "Willow & Sons", world.sam, kind=GroupKind.SELLER)
    signed(world.sam, deal_id=world.deal.pk)
    grant(world, sellers, world.one, Level.ORIGINAL)
    begun(world)
    done = copied(world)
    copy = File.objects.get(pk=done.copy.file_id)
    page = client_of(world.lea).get(at(world, "give")).content.decode()
    assert page.count('value="both" selected') == 1
    world.sellers = sellers
    given_out(world, sellers="both", buyers="neither")
    assert may(world.sam, world.file, Level.ORIGINAL)
    assert may(world.sam, copy, Level.ORIGINAL)
    assert not may(world.bo, world.file, Level.VIEW)
    assert not may(world.bo, copy, Level.VIEW)
    again = client_of(world.lea).post(at(world, "give"), {f"group-{world.buyers.pk.hex}": "copy"})
    assert again.status_code == 200
    assert not may(world.bo, copy, Level.VIEW)


def test_earlier_copies_are_taken_back(world: SimpleNamespace) -> None:
    """Two copies that hide different things show together what each of them hides. The second is no next
    version of the first, which groups have already."""
    begun(world)
    first = File.objects.get(pk=copied(world).copy.file_id)
    given_out(world)
    assert may(world.bo, first, Level.VIEW)
    client_of(world.ming).post(reverse("deals:redact", args=[world.deal.pk, world.version.pk]))
    world.redaction = Redaction.objects.get(state=State.DRAFT)
    second = File.objects.get(pk=copied(world).copy.file_id)
    given_out(world)
    assert may(world.bo, second, Level.VIEW)
    assert not may(world.bo, first, Level.VIEW)
    assert not FileVersion.objects.filter(number=2).exists()
    room = client_of(world.ming).get(reverse("deals:folder", args=[world.deal.pk, world.one.pk]))
    assert "合同 (redacted) (2).pdf" in room.content.decode()


def test_an_encrypted_pdf_is_not_offered(world: SimpleNamespace) -> None:
    version = paper(world, data=encrypted(), pages=0)
    browser = client_of(world.ming)
    page = browser.get(reverse("deals:file", args=[world.deal.pk, version.file_id])).content.decode()
    assert "This file cannot be shown as pages." in page
    assert reverse("deals:redact", args=[world.deal.pk, version.pk]) not in page
    assert browser.post(reverse("deals:redact", args=[world.deal.pk, version.pk])).status_code == 404
