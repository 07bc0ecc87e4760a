"""The pages of exports, through the browser's eyes."""

import csv
import io
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from audit.actions import Action
from audit.models import LogEntry
from people.approvals.models import ApprovalRequest
from tests.cast import client_of
from tests.vault.disclosures.makers import WHY, approve, ask, fill, ready, taken
from tests.vault.records.makers import acting, add, let_in
from vault.disclosures.building import build
from vault.disclosures.categories import Category
from vault.disclosures.counting import count_disclosure
from vault.disclosures.models import CanarySighting, Channel, Disclosure, Export, Recipient
from vault.records.models import Client, ClientBook

pytestmark = pytest.mark.django_db
FORM = {
    "purpose": "service",
    "fields_wanted": ["name", "phone"],
    "masked": "no",
    "priced": "no",
    "format": "csv",
    "reason": WHY,
}


def test_from_the_filtered_list_to_the_download(people: SimpleNamespace, book: ClientBook) -> None:
    fill(book, 6)
    browser = client_of(people.ming)
    address = f"{reverse('vault:export_new')}?book={book.pk}&kind=person"
    assert reverse("vault:export_new") in browser.get(reverse("vault:clients")).content.decode()
    assert browser.post(address, {}).status_code == 200  # the clients were ticked, nothing asked yet
    assert browser.post(address, {"reason": WHY}).status_code == 422
    answer = browser.post(address, FORM | {"recipient": f"c-{people.lin.pk}"})
    export = Export.objects.get()
    assert answer["Location"] == reverse("vault:export", args=[export.pk])
    assert export.size == Client.objects.filter(kind="person").count()
    request = ApprovalRequest.objects.get()
    preview = client_of(people.lea).get(reverse("people:approval", args=[request.pk])).content.decode()
    assert "Lin" in preview
    assert "2500" in preview
    approve(export, people.lea)
    page = reverse("vault:export", args=[export.pk])
    assert "progress" in browser.get(page).content.decode()
    build(export.pk)
    assert browser.get(reverse("vault:export_progress", args=[export.pk]))["HX-Refresh"] == "true"
    answer = browser.post(reverse("vault:export_download", args=[export.pk]))
    assert "no-store" in answer["Cache-Control"]
    assert "Lin" not in answer["Content-Disposition"]
    assert b"".join(answer.streaming_content).startswith(b"\xef\xbb\xbf")  # type: ignore[attr-defined]
    assert "2" in browser.get(page).content.decode()


def test_ticked_clients_alone(people: SimpleNamespace, book: ClientBook) -> None:
    first, _second = add(book), add(book, {"name": "李四", "phone": "+8613900139000"})
    browser = client_of(people.ming)
    address = reverse("vault:export_new")
    chosen = browser.post(address, {"clients": [str(first.pk)]}).content.decode()
    assert f'name="clients" value="{first.pk}"' in chosen
    browser.post(address, FORM | {"recipient": f"c-{people.lin.pk}", "clients": [str(first.pk)]})
    assert Export.objects.get().size == 1
    assert browser.post(address, {"clients": ["x"]}).status_code == 404


def test_the_highest_grade_asks_who_it_is(people: SimpleNamespace, book: ClientBook) -> None:
    Client.objects.filter(pk=add(book).pk).update(grade=4)
    export = ready(people, people.lin)
    answer = client_of(people.ming).post(reverse("vault:export_download", args=[export.pk]))
    assert "step_up_code" in answer.content.decode()
    assert not LogEntry.objects.filter(action=Action.CLIENT_EXPORT, object_id=export.pk).exists()


def test_a_reveal_past_the_marks_leads_to_the_officer(people: SimpleNamespace, book: ClientBook) -> None:
    client = add(book)
    count_disclosure(
        person=people.ming,
        recipient=people.ming.pk,
        purpose="service",
        channel=Channel.API,
        subjects=dict.fromkeys((uuid4() for _ in range(25)), Category.PROPERTY),
    )
    browser = client_of(people.ming)
    address = reverse("vault:client_reveal", args=[client.pk, "contact"])
    data = {"CONTACT-purpose": "service", "CONTACT-reason": "call"}
    answer = browser.post(address, data)
    assert answer.status_code == 303
    stopped = browser.get(answer["Location"]).content.decode()
    assert "25" in stopped
    assert "<span>0013</span>" not in stopped
    entry = LogEntry.objects.filter(action=Action.CLIENT_REVEAL, object_id=client.pk).get()
    assert (entry.result, entry.reason) == ("refused", "officer_needed")
    partial = browser.post(address, data, headers={"HX-Request": "true"})
    assert partial["HX-Redirect"] == answer["Location"]
    assert browser.post(answer["Location"], {"reason": WHY}).status_code == 302
    assert ApprovalRequest.objects.get().action == "disclosure.review"


def test_a_recipient_outside_is_recorded_on_its_page(people: SimpleNamespace) -> None:
    browser = client_of(people.ming)
    data = {"name": "诚信会计师事务所", "kind": "adviser", "agreement": "entrustment", "abroad": "inland"}
    today = timezone.localdate()
    bad = data | {"agreed_on": today.isoformat(), "agreed_until": (today - timedelta(days=1)).isoformat()}
    assert browser.post(reverse("vault:recipients"), bad).status_code == 422
    assert (
        browser.post(reverse("vault:recipients"), data | {"agreed_on": today.isoformat()}).status_code == 302
    )
    assert "诚信会计师事务所" in browser.get(reverse("vault:recipients")).content.decode()
    assert Recipient.objects.count() == 1


def test_the_register_and_a_sighting(people: SimpleNamespace, book: ClientBook) -> None:
    fill(book, 5)
    export = ready(people, people.lin)
    sighting = CanarySighting.objects.create(export=export, place="added", canaries=2)
    browser = client_of(people.olivia)
    page = browser.get(reverse("vault:disclosures")).content.decode()
    assert "for the first time 5 times in 30 days" in page  # everybody's, so no threshold beside it
    assert "each counted once, of the threshold for one person" in page
    assert "/ 2500" in page
    assert str(export.pk)[-8:] in page
    browser.post(reverse("vault:sighting_handled", args=[sighting.pk]))
    sighting.refresh_from_db()
    assert sighting.handled_by == people.olivia
    assert Disclosure.objects.count() == 5


def test_an_uploaded_sheet_is_answered_and_leaves_nothing(people: SimpleNamespace, book: ClientBook) -> None:
    let_in(book, people.lea)
    fill(book, 100)  # twenty invented rows: no half of them is without any (of thirty rows, one half in 100)
    export = ready(people, people.lin)
    rows = list(csv.reader(io.StringIO(taken(export).decode("utf-8-sig"))))[2:]
    target = io.StringIO()
    csv.writer(target).writerows([row[1]] for row in rows[::2])
    before = sealed_files()
    sheet = SimpleUploadedFile("found.csv", target.getvalue().encode())
    page = client_of(people.olivia).post(reverse("vault:trace"), {"file": sheet}).content.decode()
    assert "This sheet came from the export for Lin." in page
    assert sealed_files() == before
    with acting(people.olivia):
        bad = SimpleUploadedFile("found.csv", b"\x00\x01\x02")
        assert client_of(people.olivia).post(reverse("vault:trace"), {"file": bad}).status_code == 422
    assert sealed_files() == before


def sealed_files() -> set[Path]:
    return set(Path(settings.FILES_DIR).rglob("*.sealed*"))


def test_pages_of_others_are_not_there(people: SimpleNamespace, book: ClientBook) -> None:
    add(book)
    export = ask(people.ming, people.lin)
    for name in ("lin", "lea", "olivia", "ada"):
        browser = client_of(getattr(people, name))
        assert browser.get(reverse("vault:export", args=[export.pk])).status_code == 404
