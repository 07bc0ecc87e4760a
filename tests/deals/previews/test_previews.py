"""Looking at a room as somebody else would get it: what is shown, to whom, and what the log says."""

import re
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from audit.models import LogEntry
from audit.origin import Origin, acting_as
from compliance.review.lives import deal_readers, person_day
from deals.models import FileGrant, RoomGroup, RoomPreview
from deals.pipeline.models import Stage
from deals.previews.models import LASTS, Over
from deals.previews.tasks import end_previews
from deals.rooms.groups import take_out
from deals.rooms.levels import Level
from deals.rooms.sight import looking_as
from deals.viewer.pages import mark_of
from people.duties.services import revoke_nda
from people.models import NdaSignature, RoleGrant
from tests.cast import client_of
from tests.deals.previews.looking import at, begin, begun, ended, entries_of, sight
from tests.deals.scene import at_stage, grant

pytestmark = pytest.mark.django_db


def shown(answer: Any) -> tuple[list[UUID], list[UUID]]:
    folders, files = answer.context["folders"], answer.context["files"]
    return [each.pk for each in folders], [row.file.pk for row in files]


def test_the_lead_sees_what_the_buyer_gets_and_nothing_else(looking: SimpleNamespace) -> None:
    bo = client_of(looking.bo)
    for path in (at(looking, "room"), at(looking, "folder", looking.one.pk)):
        preview, real = looking.lea_as_bo.get(path), bo.get(path)
        assert preview.status_code == real.status_code == 200
        assert shown(preview) == shown(real)
    for path in (at(looking, "folder", looking.two.pk), at(looking, "file", looking.hidden.file.pk)):
        assert client_of(looking.lea).get(path).status_code == 200
        assert looking.lea_as_bo.get(path).status_code == bo.get(path).status_code == 404
    page = looking.lea_as_bo.get(at(looking, "page", looking.version.pk, 1))
    assert (page.status_code, page["Content-Type"]) == (200, "image/jpeg")
    assert looking.lea_as_bo.get(at(looking, "page", looking.hidden.pk, 1)).status_code == 404


def test_the_page_is_the_one_that_the_buyer_gets(looking: SimpleNamespace) -> None:
    """To the letter, but for the line that says the level."""

    def body(browser: Client, path: str) -> str:
        found = re.search(
            r'<div class="room-split">.*</aside>', browser.get(path).content.decode(), re.DOTALL
        )
        assert found is not None
        return re.sub(r'<p class="viewing-level">.*?</p>|\s', "", found[0], flags=re.DOTALL)

    bo = client_of(looking.bo)
    for path in (
        at(looking, "room"),
        at(looking, "folder", looking.one.pk),
        at(looking, "file", looking.file.pk),
    ):
        assert body(looking.lea_as_bo, path) == body(bo, path), path


def test_the_seller_is_shown_what_no_stage_holds_back(world: SimpleNamespace) -> None:
    at_stage(world.deal, Stage.KYC)
    assert shown(begun(world, world.lea, world.bo).get(at(world, "room")))[0] == []
    sellers = RoomGroup.objects.filter(pk=world.rivals.pk)
    sellers.update(kind="seller")
    assert shown(begun(world, world.lea, world.ben).get(at(world, "room")))[0] == [world.two.pk]


def test_a_file_that_differs_from_its_folder_is_shown(world: SimpleNamespace) -> None:
    view = Permission.objects.get(codename=Level.VIEW.codename, content_type__model="file")
    FileGrant.objects.create(
        group_id=world.buyers.auth_group_id, permission=view, content_object=world.hidden.file
    )
    lea = begun(world, world.lea, world.bo)
    assert [row.file.pk for row in lea.get(at(world, "room")).context["files"]] == [world.hidden.file.pk]
    assert lea.get(at(world, "file", world.hidden.file.pk)).status_code == 200


def test_each_page_bears_the_bar_and_no_way_to_change_anything(world: SimpleNamespace) -> None:
    grant(world, world.buyers, world.one, Level.MANAGE)
    lea = begun(world, world.lea, world.bo)
    for path in (
        at(world, "room"),
        at(world, "folder", world.one.pk),
        at(world, "file", world.file.pk),
        at(world, "folder", world.two.pk),  # not found
    ):
        said = lea.get(path).content.decode()
        assert "You look at this data room as Bo would" in said, path
        assert "15 minutes left" in said, path
        assert said.count('method="post"') == 1, path  # the end of the preview
        assert "original/" not in said, path
        assert "vault" not in said, path
    assert "Bo has the level Manage here" in lea.get(at(world, "file", world.file.pk)).content.decode()


def test_every_entry_names_both_and_a_look_is_the_leads(world: SimpleNamespace) -> None:
    browser = client_of(world.lea)
    answers = [
        begin(browser, world.deal, world.bo),
        browser.get(at(world, "room")),
        browser.get(at(world, "file", world.file.pk)),
        browser.get(at(world, "page", world.version.pk, 1)),
        browser.get(at(world, "folder", world.two.pk)),
        browser.get(reverse("vault:clients")),
        browser.post(at(world, "preview_end")),
    ]
    entries = [entry for answer in answers for entry in entries_of(answer)]
    assert [(entry.action, entry.result) for entry in entries] == [
        ("room.preview_start", "done"),
        ("room.view", "done"),
        ("file.view", "done"),
        ("file.view_page", "done"),
        ("room.view", "refused"),
        ("request.refuse", "refused"),
        ("room.preview_end", "done"),
    ]
    assert {(entry.actor, entry.on_behalf_of) for entry in entries} == {(world.lea.pk, world.bo.pk)}
    assert {entry.deal for entry in entries} == {world.deal.pk}
    assert entries[0].subjects == entries[-1].subjects == [world.bo.pk]
    assert entries[-1].reason == Over.ENDED
    assert not LogEntry.objects.filter(actor=world.bo.pk, action__startswith="file").exists()
    after = browser.get(at(world, "room"))
    assert [entry.on_behalf_of for entry in entries_of(after)] == [None]
    assert len(after.context["folders"]) == 3


def test_the_undertaking_stops_the_preview_as_it_stops_the_person(world: SimpleNamespace) -> None:
    with acting_as(Origin(actor=world.olivia.pk)):
        revoke_nda(actor=world.olivia, signature=NdaSignature.objects.get(person=world.bo))
    lea = begun(world, world.lea, world.bo)
    answer = lea.get(at(world, "room"))
    assert answer.status_code == 403
    assert "Bo is stopped at the undertaking" in answer.content.decode()
    assert "Finance" not in answer.content.decode()
    [entry] = entries_of(answer)
    assert (entry.action, entry.reason, entry.on_behalf_of) == ("room.view", "not_signed", world.bo.pk)
    assert lea.get(at(world, "page", world.version.pk, 1)).status_code == 403
    assert lea.post(at(world, "preview_end")).status_code == 302


def taken_out(world: SimpleNamespace) -> None:
    with acting_as(Origin(actor=world.lea.pk)):
        take_out(actor=world.lea, deal_id=world.deal.pk, group_id=world.buyers.pk, user_id=world.bo.pk)


def group_ended(world: SimpleNamespace) -> None:
    RoomGroup.objects.filter(pk=world.buyers.pk).update(expires_at=timezone.now())


def disabled(world: SimpleNamespace) -> None:
    type(world.bo).objects.filter(pk=world.bo.pk).update(is_active=False, disabled_at=timezone.now())


def role_gone(world: SimpleNamespace) -> None:
    RoleGrant.objects.filter(user=world.lea).update(state="revoked", ended_at=timezone.now())


def lead_unsigned(world: SimpleNamespace) -> None:
    with acting_as(Origin(actor=world.olivia.pk)):
        revoke_nda(actor=world.olivia, signature=NdaSignature.objects.get(person=world.lea))


def off_the_deal(world: SimpleNamespace) -> None:
    world.deal.members.filter(user=world.lea).delete()


def another_lead(world: SimpleNamespace) -> None:
    type(world.deal).objects.filter(pk=world.deal.pk).update(lead=world.ming)


def closed(world: SimpleNamespace) -> None:
    at_stage(world.deal, Stage.CLOSED)


ENDS = {
    taken_out: Over.PERSON,
    group_ended: Over.PERSON,
    disabled: Over.PERSON,
    role_gone: Over.VIEWER,
    lead_unsigned: Over.VIEWER,
    off_the_deal: Over.VIEWER,
    another_lead: Over.VIEWER,
    closed: Over.CLOSED,
}


@pytest.mark.parametrize("happens", ENDS, ids=lambda happens: happens.__name__)
def test_it_ends_at_once_when_what_it_stands_on_is_gone(looking: SimpleNamespace, happens: Any) -> None:
    assert looking.lea_as_bo.get(at(looking, "room")).status_code == 200
    happens(looking)
    answer = looking.lea_as_bo.get(at(looking, "page", looking.version.pk, 1))
    assert answer.status_code == 403
    assert "The preview as Bo has ended" in answer.content.decode()
    [entry] = entries_of(answer)
    assert (entry.action, entry.reason) == ("room.preview_end", ENDS[happens])
    assert (entry.actor, entry.on_behalf_of) == (looking.lea.pk, looking.bo.pk)
    assert ended(looking) == ENDS[happens]


def put_back(by: timedelta) -> None:
    """As if the last preview had begun so long ago: its times are fixed by a trigger, so a row is made."""
    last = RoomPreview.objects.get(ended_at=None)
    begun_at, ends_at = last.begun_at - by, last.ends_at - by
    RoomPreview.objects.filter(pk=last.pk).update(ended_at=timezone.now(), over=Over.ENDED)
    RoomPreview.objects.create(
        room=last.room,
        viewer=last.viewer,
        person=last.person,
        session=last.session,
        begun_at=begun_at,
        ends_at=ends_at,
    )


def grown_old(browser: Client, by: timedelta) -> None:
    put_back(by)
    session = browser.session
    session["room_preview"] = str(RoomPreview.objects.get(ended_at=None).pk)
    session.save()


def test_it_ends_after_a_quarter_of_an_hour(looking: SimpleNamespace) -> None:
    grown_old(looking.lea_as_bo, timedelta(minutes=14))
    assert "1 minute left" in looking.lea_as_bo.get(at(looking, "room")).content.decode()
    grown_old(looking.lea_as_bo, timedelta(minutes=1, seconds=1))
    answer = looking.lea_as_bo.get(at(looking, "folder", looking.one.pk))
    assert answer.status_code == 403
    assert [entry.reason for entry in entries_of(answer)] == [Over.TIME]
    again = looking.lea_as_bo.get(at(looking, "room"))
    assert [entry.on_behalf_of for entry in entries_of(again)] == [None]


def test_the_end_is_told_on_a_page_before_anything_is_shown_again(looking: SimpleNamespace) -> None:
    """A picture that the browser still loads, or a part of a page in another tab, is no place to say it."""
    lea = looking.lea_as_bo
    taken_out(looking)
    page = at(looking, "page", looking.version.pk, 1)
    assert lea.get(page, headers={"Accept": "image/avif,image/webp,*/*"}).status_code == 403
    part = {"Accept": "text/html", "HX-Request": "true"}
    assert lea.get(reverse("vault:clients"), headers=part).status_code == 403
    told = lea.get(at(looking, "room"), headers={"Accept": "text/html,*/*;q=0.8"})
    assert "The preview as Bo has ended" in told.content.decode()
    assert lea.get(at(looking, "room")).status_code == 200
    ends = LogEntry.objects.filter(action="room.preview_end", deal=looking.deal.pk)
    assert ends.count() == 1


def test_the_clock_ends_what_nobody_asks_for_again(looking: SimpleNamespace) -> None:
    assert end_previews() == 0
    grown_old(looking.lea_as_bo, LASTS)
    assert end_previews() == 1
    assert end_previews() == 0
    assert ended(looking) == Over.TIME
    [entry] = LogEntry.objects.filter(action="room.preview_end", reason=Over.TIME, deal=looking.deal.pk)
    assert (entry.subjects, entry.on_behalf_of) == ([looking.bo.pk], looking.bo.pk)
    late = looking.lea_as_bo.get(at(looking, "room"))
    assert late.status_code == 403
    assert [entry.on_behalf_of for entry in entries_of(late)] == [looking.bo.pk]


def test_signing_out_ends_it(looking: SimpleNamespace) -> None:
    answer = looking.lea_as_bo.post(reverse("account_logout"))
    assert answer.status_code == 302
    assert ended(looking) == Over.SESSION
    said = [(entry.action, entry.on_behalf_of) for entry in entries_of(answer)]
    assert sorted(said) == [("room.preview_end", looking.bo.pk), ("session.sign_out", None)]


def test_the_person_shown_is_told_by_the_log(looking: SimpleNamespace) -> None:
    looking.lea_as_bo.post(at(looking, "preview_end"))
    said = client_of(looking.bo).get(reverse("deals:rooms")).content.decode()
    assert "Lea (looking as Bo) began a preview of Data room Willow" in said
    assert "The preview of Data room Willow as Bo ended" in said
    chinese = client_of(looking.bo)
    chinese.cookies["django_language"] = "zh-hans"
    said = chinese.get(reverse("deals:rooms")).content.decode()
    assert "Lea（以Bo的视角）开始预览数据室" in said
    assert "Willow" in said
    assert "Lea" not in client_of(looking.ben).get(reverse("deals:rooms")).content.decode()


def test_the_file_page_names_the_lead_as_the_reader(looking: SimpleNamespace) -> None:
    looking.lea_as_bo.get(at(looking, "page", looking.version.pk, 1))
    life = client_of(looking.ming).get(at(looking, "file", looking.file.pk)).context["life"]
    readers = {line.who for line in life if line.entry.action == "file.view_page"}
    assert readers == {"Lea (looking as Bo)"}


def test_a_page_is_stamped_with_who_looks_and_that_it_is_a_preview(world: SimpleNamespace) -> None:
    with acting_as(Origin(actor=world.lea.pk)), looking_as(sight(world, world.lea, world.bo)):
        with override("en"):
            said = mark_of(world.lea, world.deal).text
        with override("zh-hans"):
            assert "以对方视角预览" in mark_of(world.lea, world.deal).text
    assert said.startswith("Lea · preview as somebody else · Willow · ")
    assert str(world.lea.pk)[-8:] in said
    assert "Bo" not in said
    assert str(world.bo.pk)[-8:] not in said
    with acting_as(Origin(actor=world.lea.pk)):
        assert "preview" not in mark_of(world.lea, world.deal).text


def test_the_readers_of_the_deal_and_the_day_of_the_person(looking: SimpleNamespace) -> None:
    """The officer's pages: the lead read as bo, bo read nothing, and nothing of it is in bo's numbers."""
    looking.lea_as_bo.get(at(looking, "page", looking.version.pk, 1))
    client_of(looking.lea).get(at(looking, "page", looking.version.pk, 2))
    readers = {(one.person, one.looking_as): one.pages for one in deal_readers(looking.deal.pk).readers}
    assert readers == {(looking.lea.pk, looking.bo.pk): 1, (looking.lea.pk, None): 1}
    officer = client_of(looking.olivia)
    page = officer.get(reverse("compliance:log_deal", args=[looking.deal.pk])).content.decode()
    assert "Lea (looking as Bo)" in page
    day = person_day(looking.bo.pk, timezone.localdate())
    assert (day.opened, day.refused) == (0, 0)
    assert {one.id for one in day.sessions} == {None}  # bo's signature in the scene, and no session of lea's
    assert "file.view_page" in {one.action for one in day.entries}
    assert person_day(looking.lea.pk, timezone.localdate()).opened == 2


def test_compliance_sees_it_under_both_names(looking: SimpleNamespace) -> None:
    officer = client_of(looking.olivia)
    for person in (looking.lea, looking.bo):
        page = officer.get(reverse("compliance:log"), {"person": str(person.pk)}).content.decode()
        assert "Lea (looking as Bo) began a preview of" in page


def test_a_room_that_is_frozen_is_not_previewed(looking: SimpleNamespace) -> None:
    from audit.actions import Action, ObjectType
    from audit.entry import Entry
    from audit.log import record_read
    from vault.keys.freezing import freeze

    with acting_as(Origin(actor=looking.olivia.pk)):
        entry = record_read(
            Entry(
                action=Action.KEYS_LOCK,
                object_type=ObjectType.COMPARTMENT,
                object_id=looking.room.pk,
                subjects=(looking.room.pk,),
            )
        )
    freeze(entry, looking.room.pk)
    assert looking.lea_as_bo.get(at(looking, "room")).status_code == 403
    assert ended(looking) == Over.FROZEN
    assert begin(client_of(looking.lea), looking.deal, looking.bo)["Location"] == at(looking, "deal")
    assert RoomPreview.objects.count() == 1


def test_an_earlier_preview_of_the_session_that_was_lost_is_ended_first(looking: SimpleNamespace) -> None:
    """Another request of the session can overwrite the mark; the lead is then themself, may begin anew."""
    session = looking.lea_as_bo.session
    del session["room_preview"]
    session.save()
    begin(looking.lea_as_bo, looking.deal, looking.ben)
    assert list(RoomPreview.objects.order_by("begun_at").values_list("over", flat=True)) == [
        "preview.ended",
        "",
    ]
