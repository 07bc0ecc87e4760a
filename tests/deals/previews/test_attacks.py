"""Attacks on previews, one test each, named after it."""

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from audit.models import LogEntry
from audit.origin import Origin, acting_as
from audit.refusals import Refused
from audit.unattributed import names_nobody
from deals.models import DealMember, File, RoomPreview
from deals.pipeline.models import DealType, Stage
from deals.pipeline.services import open_deal
from deals.previews.models import LASTS, Over
from deals.previews.services import begin as begin_preview
from deals.rooms.access import admitted, get_folder, may, which_folders
from deals.rooms.levels import Level
from deals.rooms.models import GroupKind
from deals.rooms.sight import Sight, looking_as
from people.models import NdaSignature
from tests.attacks.test_log_down import log_down
from tests.cast import NAMES, client_of, signed
from tests.deals.previews.looking import at, begin, begun, ended, entries_of
from tests.deals.scene import at_stage, folder, grant, group, stored
from tests.deals.test_viewer import pdf

__all__ = ["log_down"]

pytestmark = pytest.mark.django_db


def other_deal(world: SimpleNamespace, lead: str) -> SimpleNamespace:
    """Another deal of ming's with this lead; bo is a buyer in it, too."""
    with acting_as(Origin(actor=world.ming.pk)):
        deal = open_deal(
            actor=world.ming, code_name="Maple", deal_type=DealType.ASSETS, lead=getattr(world, lead)
        )
        signed(world.bo, deal_id=deal.pk)
    at_stage(deal, Stage.DILIGENCE)
    there = SimpleNamespace(**{**world.__dict__, "deal": deal, "room": deal.room})
    there.one = folder(there, "All")
    there.buyers = group(there, "Acorn again", world.bo)
    grant(there, there.buyers, there.one, Level.MANAGE)
    there.version = stored(there, there.one, "c.pdf", pdf(1))
    there.file = there.version.file
    return there


@pytest.mark.parametrize("name", sorted({*NAMES} - {"lea"}))
def test_attack_somebody_who_does_not_lead_the_deal(world: SimpleNamespace, name: str) -> None:
    """A buyer, the seller, an officer, the administrator put on the deal, an agent who works on it."""
    DealMember.objects.create(deal=world.deal, user=world.ada, added_by=world.lea)
    browser = client_of(getattr(world, name))
    person = world.ben if name == "bo" else world.bo
    assert begin(browser, world.deal, person).status_code == 404
    assert browser.get(at(world, "preview")).status_code == 404
    assert not RoomPreview.objects.exists()
    with acting_as(Origin(actor=getattr(world, name).pk)), pytest.raises(Refused):
        begin_preview(actor=getattr(world, name), deal_id=world.deal.pk, person_id=person.pk, session=uuid4())


def test_attack_the_lead_of_another_deal(world: SimpleNamespace) -> None:
    from people.roles.models import RoleCode
    from tests.cast import person

    world.leo = person("leo", role=RoleCode.DEAL_LEAD)
    signed(world.leo)
    there = other_deal(world, "leo")
    browser = client_of(world.leo)
    assert begin(browser, world.deal, world.bo).status_code == 404
    assert begin(browser, there.deal, world.bo).status_code == 302
    assert RoomPreview.objects.get().room_id == there.room.pk


@pytest.mark.parametrize("name", sorted({*NAMES} - {"bo", "ben"}))
def test_attack_looking_as_somebody_who_is_not_an_outsider_of_the_room(
    world: SimpleNamespace, name: str
) -> None:
    """Oneself, colleagues, an officer, the administrator; and outside people without a group, or in one that
    has ended. Staff whom somebody has put into a group by hand are no outside people."""
    getattr(world, name).groups.add(world.buyers.auth_group) if name in ("ming", "olivia") else None
    if name == "sam":
        past = group(world, "Gone", world.sam, kind=GroupKind.SELLER)
        past.expires_at = timezone.now()
        past.save(update_fields=["expires_at"])
    browser = client_of(world.lea)
    answer = begin(browser, world.deal, getattr(world, name))
    assert answer.status_code == 404
    [entry] = entries_of(answer)
    assert (entry.action, entry.result) == ("room.preview_start", "refused")
    assert not RoomPreview.objects.exists()
    assert len(browser.get(at(world, "room")).context["folders"]) == 3


@pytest.mark.parametrize("typed", ["", "x", "00000000-0000-0000-0000-000000000000", "' or 1=1"])
def test_attack_a_person_who_does_not_exist(world: SimpleNamespace, typed: str) -> None:
    answer = client_of(world.lea).post(at(world, "preview"), {"person": typed})
    assert answer.status_code == 404


def test_attack_an_outsider_of_another_deal_of_the_same_lead(world: SimpleNamespace) -> None:
    there = other_deal(world, "lea")
    assert begin(client_of(world.lea), there.deal, world.ben).status_code == 404


def test_attack_the_kept_cookie_after_the_end(looking: SimpleNamespace) -> None:
    """The cookie, and a session that was brought back to what it was, show nothing as the other any more."""
    session = looking.lea_as_bo.session
    kept = dict(session)
    looking.lea_as_bo.post(at(looking, "preview_end"))
    session = looking.lea_as_bo.session
    session["room_preview"] = kept["room_preview"]
    session.save()
    answer = looking.lea_as_bo.get(at(looking, "room"))
    assert answer.status_code == 403
    assert "has ended" in answer.content.decode()
    again = looking.lea_as_bo.get(at(looking, "room"))
    assert [entry.on_behalf_of for entry in entries_of(again)] == [None]


def test_attack_somebody_elses_preview_or_session(looking: SimpleNamespace) -> None:
    """The mark of lea's preview in ming's session, and in another session of lea's own."""
    mark = looking.lea_as_bo.session["room_preview"]
    for name, status in (("ming", 200), ("bo", 200), ("lea", 403)):
        browser = client_of(getattr(looking, name))
        session = browser.session
        session["room_preview"] = mark
        session.save()
        answer = browser.get(at(looking, "room"))
        assert answer.status_code == status, name
        if status == 200:
            assert [entry.on_behalf_of for entry in entries_of(answer)] == [None]
    assert ended(looking) == Over.SESSION
    assert looking.lea_as_bo.get(at(looking, "room")).status_code == 403


FORMS: dict[str, tuple[str, Callable[[Any], list[Any]], dict[str, Any]]] = {
    "sign the undertaking": ("people:nda", lambda w: [w.deal.pk], {"typed_name": "Bo"}),
    "sign the house's": ("people:nda_house", lambda w: [], {"typed_name": "Lea"}),
    "upload": ("deals:upload", lambda w: [w.deal.pk, w.one.pk], {"whole": "whole"}),
    "ask for access": ("people:ask_access", lambda w: [], {}),
    "ask for an export": ("vault:exports", lambda w: [], {}),
    "set a right": ("deals:right", lambda w: [w.deal.pk, w.buyers.pk, w.two.pk], {"level": "5"}),
    "set a file's right": ("deals:file_rights", lambda w: [w.deal.pk, w.file.pk], {"level": "5"}),
    "rename": ("deals:file_rename", lambda w: [w.deal.pk, w.file.pk], {"name": "z.pdf"}),
    "new folder": ("deals:folder_new", lambda w: [w.deal.pk], {"title": "New", "opens_at": "5"}),
    "redact": ("deals:redact", lambda w: [w.deal.pk, w.version.pk], {}),
    "invite": ("deals:invite", lambda w: [w.deal.pk, w.buyers.pk], {"email": "x@example.test"}),
    "take out": ("deals:take_out", lambda w: [w.deal.pk, w.buyers.pk], {}),
    "move the stage": ("deals:deal_stage", lambda w: [w.deal.pk], {"stage": "7"}),
    "another preview": ("deals:preview", lambda w: [w.deal.pk], {}),
    "search clients": ("vault:search", lambda w: [], {"q": "13800138000"}),
    "language": ("ui:language", lambda w: [], {"language": "zh-hans"}),
    "a page of the preview": ("deals:room", lambda w: [w.deal.pk], {}),
}


@pytest.mark.parametrize("what", FORMS)
def test_attack_a_form_sent_during_a_preview(looking: SimpleNamespace, what: str) -> None:
    name, args, data = FORMS[what]
    grant(looking, looking.buyers, looking.one, Level.MANAGE)
    sent = dict(data)
    if what == "upload":
        sent["file"] = SimpleUploadedFile("z.pdf", pdf(1))
    if what in ("take out", "another preview"):
        sent["person"] = str(looking.bo.pk)
    before = (File.objects.count(), NdaSignature.objects.count(), RoomPreview.objects.count())
    answer = looking.lea_as_bo.post(reverse(name, args=args(looking)), sent)
    assert answer.status_code == 403
    [entry] = entries_of(answer)
    assert (entry.action, entry.result, entry.reason) == ("request.refuse", "refused", "in_preview")
    assert (entry.actor, entry.on_behalf_of) == (looking.lea.pk, looking.bo.pk)
    assert (File.objects.count(), NdaSignature.objects.count(), RoomPreview.objects.count()) == before


def test_attack_a_forged_end(looking: SimpleNamespace) -> None:
    """Another site's form cannot even end it, and its address asked for by GET does nothing."""
    browser = Client(enforce_csrf_checks=True)
    browser.cookies.update(looking.lea_as_bo.cookies)
    assert browser.post(at(looking, "preview_end")).status_code == 403
    assert looking.lea_as_bo.get(at(looking, "preview_end")).status_code == 405
    assert RoomPreview.objects.get().ended_at is None


def test_attack_another_deals_ids(looking: SimpleNamespace) -> None:
    """bo may manage the other room, and lea leads it: the preview is of this one. Neither under the other's
    address nor under this one's."""
    there = other_deal(looking, "lea")
    for deal in (there.deal, looking.deal):
        for name, *args in (
            ("folder", there.one.pk),
            ("file", there.file.pk),
            ("page", there.version.pk, 1),
            ("original", there.version.pk),
        ):
            path = reverse(f"deals:{name}", args=[deal.pk, *args])
            answer = looking.lea_as_bo.get(path)
            assert answer.status_code in (403, 404), path
            assert all(entry.result == "refused" for entry in entries_of(answer)), path
    assert looking.lea_as_bo.get(reverse("deals:room", args=[there.deal.pk])).status_code == 403
    with looking_as(Sight(looking.lea, looking.bo, looking.deal.pk, timezone.now() + LASTS)):
        assert not admitted(looking.lea, there.deal.pk)
        assert not may(looking.lea, there.file, Level.VIEW)
        assert which_folders(looking.bo, there.room) == []


def test_attack_what_the_viewer_may_not_open(world: SimpleNamespace) -> None:
    """Whoever looks does not come further by looking as somebody who does: asked of bo, who may not open
    folder 2, as ben, who may; and of a third person, whom the preview is not about."""
    with looking_as(Sight(world.bo, world.ben, world.deal.pk, timezone.now() + LASTS)):
        for user in (world.bo, world.ben, world.lea):
            assert not may(user, world.two, Level.VIEW)
            assert not may(user, world.hidden.file, Level.VIEW)
            with acting_as(Origin()), pytest.raises(Refused):
                get_folder(user, world.deal.pk, world.two.pk)
    assert may(world.ben, world.two, Level.VIEW)


def test_attack_the_original_and_every_way_to_take_something_out(looking: SimpleNamespace) -> None:
    grant(looking, looking.buyers, looking.one, Level.MANAGE)
    for address in (
        at(looking, "original", looking.version.pk),
        at(looking, "redact", looking.version.pk),
        at(looking, "rights"),
        at(looking, "group", looking.buyers.pk),
        at(looking, "preview"),
        at(looking, "deal"),
        reverse("deals:rooms"),
        reverse("people:nda", args=[looking.deal.pk]),
        reverse("people:me"),
        reverse("vault:clients"),
        reverse("account_change_password"),
        "/",
        "/no/such/page/",
    ):
        answer = looking.lea_as_bo.get(address)
        assert answer.status_code == 403, address
        [entry] = entries_of(answer)
        assert (entry.result, entry.on_behalf_of) == ("refused", looking.bo.pk), address
    assert not LogEntry.objects.filter(actor=looking.lea.pk, action="file.download").exists()


def test_attack_two_tabs(looking: SimpleNamespace) -> None:
    """The other tab works in the same session: it is in the preview as well, and its polls leave it alone."""
    other_tab = Client()
    other_tab.cookies.update(looking.lea_as_bo.cookies)
    assert other_tab.get(reverse("vault:clients")).status_code == 403
    poll = other_tab.get(reverse("vault:export_progress", args=[uuid4()]))
    assert (poll.status_code, entries_of(poll)) == (403, [])
    assert "You look at this data room as Bo" in looking.lea_as_bo.get(at(looking, "room")).content.decode()
    other_tab.post(at(looking, "preview_end"))
    mine = looking.lea_as_bo.get(at(looking, "folder", looking.two.pk))
    assert mine.status_code == 200
    assert "You look at this data room as Bo" not in mine.content.decode()


def test_attack_a_right_taken_away_meanwhile(looking: SimpleNamespace) -> None:
    page = at(looking, "page", looking.version.pk, 1)
    assert looking.lea_as_bo.get(page).status_code == 200
    grant(looking, looking.buyers, looking.one, Level.NONE)
    assert looking.lea_as_bo.get(page).status_code == 404
    assert looking.lea_as_bo.get(at(looking, "room")).context["folders"] == []


def test_attack_the_log_is_down(looking: SimpleNamespace, log_down: Callable[[], None]) -> None:
    """Neither a page of the preview nor a refusal without its entry; and no bytes of the room."""
    paths = [
        at(looking, "room"),
        at(looking, "folder", looking.one.pk),
        at(looking, "file", looking.file.pk),
        at(looking, "page", looking.version.pk, 1),
        at(looking, "original", looking.version.pk),
    ]
    for path in paths:
        looking.lea_as_bo.get(path)  # the keys are in the cache
    log_down()
    for path in paths:
        answer = looking.lea_as_bo.get(path)
        assert answer.status_code == 503, path
        assert "Finance" not in answer.content.decode()
    assert looking.lea_as_bo.post(at(looking, "file_rename", looking.file.pk)).status_code == 503


def test_attack_the_undertaking_page_of_the_other(world: SimpleNamespace) -> None:
    """Stopped at the undertaking, the lead can neither read nor sign it for them."""
    NdaSignature.objects.filter(person=world.bo).update(revoked_at=timezone.now(), revoked_by=world.olivia)
    lea = begun(world, world.lea, world.bo)
    for answer in (
        lea.get(reverse("people:nda", args=[world.deal.pk])),
        lea.post(reverse("people:nda", args=[world.deal.pk]), {"typed_name": "Bo", "text": "x"}),
    ):
        assert answer.status_code == 403
    assert not NdaSignature.objects.filter(person=world.bo, revoked_at=None).exists()


DAY = date(2026, 1, 1)
KEPT = {"deals:room", "deals:folder", "deals:file", "deals:page", "deals:preview_end", "account_logout"}


def test_attack_every_other_address(looking: SimpleNamespace) -> None:
    """Default deny: each address of the site, by GET and by POST, about this deal where it is about one."""
    asked = 0
    for name, (_, converters) in _views(get_resolver()):
        wanted = {"uuid": uuid4(), "int": 1, "day": DAY, "month": DAY}
        kinds = {key: wanted.get(_kind(each), "x") for key, each in converters.items()}
        path = reverse(name, kwargs=kinds | ({"deal_id": looking.deal.pk} if "deal_id" in kinds else {}))
        # Of a request that names nobody it is not known either that its sender is in a preview.
        for method in () if names_nobody(path) else ("get", "post"):
            if name not in KEPT:
                asked += 1
                answer = getattr(looking.lea_as_bo, method)(path)
                assert answer.status_code == 403, (method, path)
                assert "You look at this data room as Bo" in answer.content.decode(), (method, path)
    assert asked > 300
    assert RoomPreview.objects.get().ended_at is None


def _kind(converter: object) -> str:
    return type(converter).__name__.removesuffix("Converter").lower()


def test_attack_only_these_pages_are_declared() -> None:
    """A page that joins them is to be thought about: it must only show, and ask the room's gate."""
    from deals.previews.marks import is_previewable

    found = {name for name, (callback, _) in _views(get_resolver()) if is_previewable(callback)}
    assert found == {"deals:room", "deals:folder", "deals:file", "deals:page"}


def _views(resolver: Any, prefix: str = "") -> list[tuple[str, tuple[Any, dict[str, Any]]]]:
    """Each address by name: its view, and what its path is made of."""
    found: list[tuple[str, tuple[Any, dict[str, Any]]]] = []
    for each in resolver.url_patterns:
        if hasattr(each, "url_patterns"):
            found += _views(each, f"{prefix}{each.namespace}:" if each.namespace else prefix)
        else:
            found.append((prefix + (each.name or ""), (each.callback, each.pattern.converters)))
    return found


def row(world: Any, **values: Any) -> RoomPreview:
    now = timezone.now()
    given = {"room": world.room, "viewer": world.lea, "person": world.bo, "session": uuid4()}
    return RoomPreview.objects.create(**{**given, "begun_at": now, "ends_at": now + LASTS, **values})


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        ({"person": "lea"}, "room_preview_of_outside_people"),
        ({"person": "olivia"}, "room_preview_of_outside_people"),
        ({"viewer": "ben"}, "room_preview_of_outside_people"),
        ({"ends_at": LASTS * 2}, "room_preview_is_short"),
        ({"ends_at": -LASTS}, "room_preview_is_short"),
        ({"over": Over.TIME}, "room_preview_ends_for_a_reason"),
    ],
)
def test_attack_rows_that_must_not_be(world: SimpleNamespace, values: dict[str, Any], rule: str) -> None:
    given = {
        name: getattr(world, value) if name in ("person", "viewer") else value
        for name, value in values.items()
    }
    if "ends_at" in given:
        given["ends_at"] = timezone.now() + given["ends_at"]
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        row(world, **given)


def test_attack_two_open_rows_of_a_session(world: SimpleNamespace) -> None:
    first = row(world)
    with pytest.raises(IntegrityError, match="room_preview_one_a_session"), transaction.atomic():
        row(world, session=first.session)


def test_attack_a_preview_made_longer_moved_reopened_or_deleted(world: SimpleNamespace) -> None:
    made = row(world)
    rows = RoomPreview.objects.filter(pk=made.pk)
    changes: list[Callable[[], object]] = [
        lambda: rows.update(ends_at=made.ends_at + LASTS, begun_at=made.begun_at + LASTS),
        lambda: rows.update(person=world.ben),
        lambda: rows.update(session=uuid4()),
        rows.delete,
    ]
    for change in changes:
        with pytest.raises(DatabaseError, match="room_preview_stays"), transaction.atomic():
            change()
    rows.update(ended_at=timezone.now(), over=Over.ENDED)
    with pytest.raises(DatabaseError, match="room_preview_stays"), transaction.atomic():
        rows.update(ended_at=None, over="")
