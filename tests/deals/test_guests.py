"""Guests of a room who come by phone: the lead's clicks, the room, another number, and what a code does not
open."""

import base64
import io
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from types import SimpleNamespace
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from PIL import Image

from audit.actions import Action, Reason, Result
from audit.models import LogEntry
from audit.origin import Origin, acting_as
from audit.refusals import Refused
from deals.files.grades import set_grade
from deals.files.models import File
from deals.files.reading import CutOff, _ask
from deals.rooms.access import get_version
from deals.rooms.groups import change_number
from deals.rooms.levels import Level
from people.accounts.models import User
from people.factors.strength import FactorNeeded
from people.guests.models import GuestPhone
from people.guests.tasks import send_code
from people.invitations.models import Invitation
from tests.cast import client_of, sign_in, with_app
from tests.deals.scene import grant, stored
from tests.people.helpers import logged, read_through, set_up_app
from tests.texting import NUMBER, OTHER, Texts, asked, come_in, path_of, scanned, texts, typed
from vault.masking.grades import Grade

__all__ = ["texts"]

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _origin() -> Iterator[None]:
    with acting_as(Origin()):
        yield


MOST_CLICKS = 4


def _picture() -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", (300, 200), "white").save(drawn, "PNG")
    return drawn.getvalue()


PICTURE = _picture()


def _group(world: SimpleNamespace, name: str = "group") -> str:
    return reverse(f"deals:{name}", args=[world.deal.pk, world.buyers.pk])


def _handed(world: SimpleNamespace, number: str = NUMBER, **typed_in: str) -> Any:
    """lea types a name and a number into the group's page."""
    form = {"display_name": "Wang Hai", "number": number, "language": "en", **typed_in}
    return client_of(world.lea).post(_group(world, "invite"), form)


def _guest(world: SimpleNamespace, texts: Texts) -> tuple[Client, User]:
    """Somebody who came by the picture and signed."""
    browser = come_in(path_of(_handed(world).context["address"]), texts)
    nda = reverse("people:nda", args=[world.deal.pk])
    fingerprint = read_through(browser, nda).context["fingerprint"]
    signed = browser.post(nda, {"text": fingerprint, "typed_name": "Wang Hai", "agreed": "on"})
    assert signed["Location"] == reverse("deals:room", args=[world.deal.pk])
    return browser, User.objects.get(phone__isnull=False)


class _Forms(HTMLParser):
    """The forms of a page: how many buttons of each have to be clicked is one."""

    def __init__(self) -> None:
        super().__init__()
        self.actions: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "form":
            self.actions.append(dict(attrs).get("action") or "")


def test_the_lead_needs_no_more_than_four_clicks(world: SimpleNamespace, texts: Texts) -> None:
    """From the group's page: the fields lie open on it, one button sends them, the answer has the picture."""
    lea = client_of(world.lea)
    page = lea.get(_group(world))
    forms = _Forms()
    forms.feed(page.content.decode())
    assert _group(world, "invite") in forms.actions
    clicks = 1  # into the first field; the keyboard does the rest
    answer = lea.post(
        _group(world, "invite"), {"display_name": "Wang Hai", "number": "138 0013 8000", "language": "en"}
    )
    clicks += 1
    assert answer.status_code == 200
    assert clicks <= MOST_CLICKS
    picture = re.search(r'src="data:image/svg\+xml;base64,([^"]+)"', answer.content.decode())
    assert picture
    assert base64.b64decode(picture[1]).lstrip().startswith((b"<?xml", b"<svg"))
    assert answer.context["address"].startswith("http://localhost")
    assert "no-cache" in answer["Cache-Control"]
    assert b"/welcome/" not in lea.get(_group(world)).content  # shown this once
    assert mail.outbox == []
    invitation = Invitation.objects.get(by_phone=True)
    assert logged(Action.INVITATION_SEND, invitation.pk) == 1


def test_from_the_picture_into_the_room(world: SimpleNamespace, texts: Texts) -> None:
    browser, person = _guest(world, texts)
    assert browser.get(reverse("deals:room", args=[world.deal.pk])).status_code == 200
    assert person.groups.filter(pk=world.buyers.auth_group_id).exists()
    assert browser.get(reverse("deals:rooms")).status_code == 200
    shown = client_of(world.lea).get(_group(world)).content.decode()
    assert reverse("deals:guest_number", args=[world.deal.pk, world.buyers.pk, person.pk]) in shown


def test_the_page_before_the_code_names_the_code_name_only(world: SimpleNamespace, texts: Texts) -> None:
    browser = scanned(path_of(_handed(world).context["address"]))
    page = browser.get(reverse("people:guest")).content.decode()
    assert "Willow" in page
    assert "Acorn" not in page
    assert str(world.deal.pk) not in page


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"number": "12345"}, "number"), ({"number": "", "email": ""}, "number"), ({"email": "no"}, "email")],
)
def test_bad_input_changes_nothing(
    world: SimpleNamespace, texts: Texts, changed: dict[str, str], field: str
) -> None:
    before = User.objects.count()
    answer = _handed(world, **changed)
    assert field in answer.context["invite_form"].errors
    assert User.objects.count() == before


def test_mail_alone_works_as_before_and_is_all_there_is_without_a_provider(
    world: SimpleNamespace, texts: Texts, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        assert _handed(world, "", email="a@example.test").status_code == 302
    assert len(mail.outbox) == 1
    settings.SMS_PROVIDER = ""
    assert "number" not in client_of(world.lea).get(_group(world)).context["invite_form"].fields
    assert "email" in _handed(world).context["invite_form"].errors


def test_a_new_picture_ends_the_one_before(world: SimpleNamespace, texts: Texts) -> None:
    first = _handed(world).context["address"]
    person = User.objects.get(phone__isnull=False)
    lea = client_of(world.lea)
    second = lea.post(_group(world, "invite_again"), {"person": person.pk}).context["address"]
    assert Client().get(path_of(first)).status_code == 410
    come_in(path_of(second), texts)
    assert lea.post(_group(world, "invite_again"), {"person": person.pk}).status_code == 404
    assert lea.post(_group(world, "invite_again"), {"person": "x"}).status_code == 404


def test_taken_out_before_they_came_the_link_is_over(world: SimpleNamespace, texts: Texts) -> None:
    address = _handed(world).context["address"]
    person = User.objects.get(phone__isnull=False)
    client_of(world.lea).post(_group(world, "take_out"), {"person": person.pk})
    assert Client().get(path_of(address)).status_code == 410


def test_attack_sim_swap_the_old_number_is_over_in_the_same_moment(
    world: SimpleNamespace, texts: Texts
) -> None:
    browser, old = _guest(world, texts)
    address = reverse("deals:guest_number", args=[world.deal.pk, world.buyers.pk, old.pk])
    lea = client_of(world.lea)
    assert lea.get(address).status_code == 200
    handed = lea.post(address, {"number": OTHER})
    assert handed.status_code == 200
    assert browser.get(reverse("deals:room", args=[world.deal.pk])).status_code == 302
    assert not old.groups.exists()
    assert logged(Action.PHONE_END, old.pk) == 1
    before = len(texts.all())
    again = Client()
    again.post(reverse("people:phone"), {"number": NUMBER})
    send_code(again.session["phone_ask"])
    assert len(texts.all()) == before
    come_in(path_of(handed.context["address"]), texts)
    assert texts.all()[-1]["to"] == OTHER
    assert GuestPhone.objects.get().person != old


def test_attack_a_lead_does_not_come_in_as_a_guest_by_giving_their_own_number(
    world: SimpleNamespace, texts: Texts
) -> None:
    """Whoever comes by the new number is another account: nothing of the old one's rooms, and must sign."""
    _browser, old = _guest(world, texts)
    handed = change_number(
        actor=world.lea, deal_id=world.deal.pk, group_id=world.buyers.pk, user_id=old.pk, number=OTHER
    )
    lead = come_in(path_of(handed.address), texts)
    assert lead.session["_auth_user_id"] != str(old.pk)
    assert lead.get(reverse("deals:room", args=[world.deal.pk])).status_code == 404


def test_another_number_is_for_guests_of_this_group(world: SimpleNamespace, texts: Texts) -> None:
    _browser, guest = _guest(world, texts)
    for group, person in ((world.rivals, guest), (world.buyers, world.bo)):
        with pytest.raises(Refused):
            change_number(
                actor=world.lea, deal_id=world.deal.pk, group_id=group.pk, user_id=person.pk, number=OTHER
            )
    assert GuestPhone.objects.filter(person=guest).exists()
    assert Invitation.objects.filter(person=guest, revoked_at__isnull=True).exists()


# --- What a code does not open


@pytest.fixture
def graded(world: SimpleNamespace) -> SimpleNamespace:
    """A picture of level 4 in a folder whose originals the buyers may take."""
    world.version = stored(world, world.one, "a.png", PICTURE)
    grant(world, world.buyers, world.one, Level.ORIGINAL)
    set_grade(actor=world.ming, deal_id=world.deal.pk, file_id=world.version.file_id, grade=Grade.L4)
    return world


def _addresses(world: SimpleNamespace) -> tuple[str, str]:
    deal, version = world.deal.pk, world.version.pk
    return reverse("deals:original", args=[deal, version]), reverse("deals:page", args=[deal, version, 1])


def test_a_guest_takes_a_file_of_level_three(graded: SimpleNamespace, texts: Texts) -> None:
    set_grade(actor=graded.lea, deal_id=graded.deal.pk, file_id=graded.version.file_id, grade=Grade.L3)
    browser, _person = _guest(graded, texts)
    original, page = _addresses(graded)
    assert b"".join(browser.get(original)) == PICTURE
    assert browser.get(page)["Content-Type"] == "image/jpeg"


def test_attack_no_byte_of_level_four_by_a_code(graded: SimpleNamespace, texts: Texts) -> None:
    browser, person = _guest(graded, texts)
    original, page = _addresses(graded)
    for address, header in ((original, ""), (original, "bytes=0-3"), (original, "bytes=-1"), (page, "")):
        answer = browser.get(address, headers={"Range": header} if header else {})
        assert answer.status_code == 403
        assert PICTURE[:4] not in answer.content
        assert reverse("people:factor_app") in answer.content.decode()
    file = reverse("deals:file", args=[graded.deal.pk, graded.version.file_id])
    shown = browser.get(file).content.decode()
    assert page not in shown
    assert original not in shown
    assert reverse("people:factor_app") in shown
    refused = LogEntry.objects.filter(result=Result.REFUSED, reason=Reason.FACTOR_NEEDED, actor=person.pk)
    assert refused.count() == 4


def test_a_second_factor_opens_it(graded: SimpleNamespace, texts: Texts) -> None:
    browser, person = _guest(graded, texts)
    set_up_app(browser)
    original, page = _addresses(graded)
    assert b"".join(browser.get(original)) == PICTURE
    part = browser.get(original, headers={"Range": "bytes=2-4"})
    assert (part.status_code, b"".join(part)) == (206, PICTURE[2:5])
    assert browser.get(page).status_code == 200
    assert logged(Action.FACTOR_ADD, person.pk) == 1


def test_attack_a_password_alone_does_not_open_it_either(graded: SimpleNamespace) -> None:
    original, page = _addresses(graded)
    browser = Client()
    sign_in(browser, graded.bo)
    assert [browser.get(address).status_code for address in (original, page)] == [403, 403]
    with_app(graded.bo)
    strong = client_of(graded.bo)
    assert [strong.get(address).status_code for address in (original, page)] == [200, 200]


def test_the_gate_itself_refuses_where_no_session_is_asked(graded: SimpleNamespace) -> None:
    """A job, a command, a caller that knows nothing of sessions: refused, and never let in."""
    asked_for = (graded.deal.pk, graded.version.pk, Level.VIEW, Action.FILE_VIEW_PAGE)
    with pytest.raises(FactorNeeded):
        get_version(graded.bo, *asked_for)
    assert get_version(graded.ming, *asked_for) == graded.version
    with pytest.raises(Refused) as missing:  # who may not see it at all is told nothing of grades
        get_version(graded.ben, *asked_for)
    assert not isinstance(missing.value, FactorNeeded)


def test_raised_while_it_streams_it_ends(graded: SimpleNamespace) -> None:
    origin = Origin(actor=graded.bo.pk)
    File.objects.update(grade=Grade.L3)
    _ask(graded.version, graded.bo.pk, origin, strong=False)
    File.objects.update(grade=Grade.L4)
    _ask(graded.version, graded.bo.pk, origin, strong=True)
    with pytest.raises(CutOff):
        _ask(graded.version, graded.bo.pk, origin, strong=False)


def test_staff_raise_a_grade_and_the_lead_lowers_it(graded: SimpleNamespace) -> None:
    address = reverse("deals:file_grade", args=[graded.deal.pk, graded.version.file_id])
    assert client_of(graded.ming).post(address, {"grade": 2}).status_code == 404
    assert File.objects.get().grade == Grade.L4
    assert client_of(graded.lea).post(address, {"grade": 9}).status_code == 302
    assert File.objects.get().grade == Grade.L4
    assert client_of(graded.lea).post(address, {"grade": 2}).status_code == 302
    assert File.objects.get().grade == Grade.L2
    assert logged(Action.FILE_GRADE, graded.version.file_id) == 2
    assert client_of(graded.lea).post(address, {"grade": 2}).status_code == 302
    assert logged(Action.FILE_GRADE, graded.version.file_id) == 2  # nothing changed


def test_signed_once_typed_wrong(world: SimpleNamespace, texts: Texts) -> None:
    """A wrong code says so on the page and leaves the way open."""
    browser = scanned(path_of(_handed(world).context["address"]))
    asked(browser)
    assert b"five minutes" in typed(browser, texts.wrong()).content
    assert typed(browser, texts.code()).status_code == 302
