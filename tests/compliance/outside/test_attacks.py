"""What an outside auditor, or somebody in the house, could try."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction
from django.urls import get_resolver, reverse
from django.utils import timezone

from audit.actions import Action, ObjectType, Result
from audit.entry import Entry
from audit.log import record_change
from audit.models import LogEntry
from compliance.outside import planning, requests
from compliance.outside.evidence import EvidenceRequest
from compliance.outside.files import LIMIT, checked
from compliance.outside.middleware import OPEN
from compliance.outside.models import OutsideAudit, OutsideSeat
from compliance.outside.registers import REGISTERS, as_csv
from compliance.outside.seat_views import STRIDE, until_closed
from deals.pipeline.models import DealType
from deals.pipeline.services import open_deal
from people.duties.models import NdaSignature
from people.roles.models import RoleCode
from people.training.models import Track
from people.training.records import Enrolment
from tests.cast import client_of, hold
from tests.compliance.outside import making
from tests.test_access_matrix import ROWS
from tests.vault.records.makers import acting, add, book_of
from vault.records.errors import NotPossible

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def entry(deal: UUID | None = None, action: Action = Action.CLIENT_VIEW) -> UUID:
    """An entry of the log, of now."""
    return record_change(
        Entry(action=action, object_type=ObjectType.CLIENT, object_id=None, deal=deal, fields=("name",))
    )


def addresses(seat: OutsideSeat) -> list[str]:
    names = ("seat", "seat_log", "seat_requests", "seat_bundles", "seat_report")
    return [reverse(f"compliance:{name}", args=[seat.audit_id]) for name in names] + [
        reverse("compliance:seat_register", args=[seat.audit_id, "approvals"])
    ]


def test_attack_a_seat_that_expired_under_an_open_page(
    people: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    seat = making.seated(people, ends_at=timezone.now() + timedelta(hours=1))
    one = making.answered(people, seat)
    browser = client_of(seat.person)
    assert [browser.get(address).status_code for address in addresses(seat)] == [200] * 6
    hour = seat.audit.ends_at
    monkeypatch.setattr(timezone, "now", lambda: hour)
    assert [browser.get(address).status_code for address in addresses(seat)] == [404] * 6
    accept = reverse("compliance:seat_request_accept", args=[seat.audit_id, one.pk])
    typed = {"words": "one more", "due": timezone.localdate().isoformat()}
    assert browser.post(accept).status_code == 404
    assert browser.post(addresses(seat)[2], typed).status_code == 404
    assert EvidenceRequest.objects.count() == 1
    one.refresh_from_db()
    assert one.closed_at is None


def test_attack_a_download_that_runs_when_the_seat_closes(people: SimpleNamespace) -> None:
    seat = making.seated(people)
    pieces = until_closed([b"x"] * (3 * STRIDE), seat)
    assert next(pieces) == b"x"
    with acting(people.olivia):
        planning.end(actor=people.olivia, audit_id=seat.audit_id)
    got = []
    with pytest.raises(ConnectionError):
        got.extend(pieces)
    assert len(got) < STRIDE


def test_attack_another_audits_requests_files_and_report_by_id(people: SimpleNamespace) -> None:
    first = making.seated(people)
    other = making.seated(
        people,
        firm_code=making.firm_code(2),
        lead=planning.Auditor(name="Wu", email="wu@other.example.test", language="en"),
    )
    theirs = making.answered(people, other)
    file = theirs.files.get()
    making.reported(other, "Secret advice.")
    browser = client_of(first.person)
    for audit in (first.audit_id, other.audit_id):
        for name, key in (("seat_request", theirs.pk), ("seat_file", file.pk)):
            answer = browser.get(reverse(f"compliance:{name}", args=[audit, key]))
            assert answer.status_code == 404, (name, audit)
        step = reverse("compliance:seat_request_accept", args=[audit, theirs.pk])
        assert browser.post(step).status_code == 404
    assert browser.get(reverse("compliance:seat_report", args=[other.audit_id])).status_code == 404
    assert (
        "Secret advice."
        not in browser.get(reverse("compliance:seat_report", args=[first.audit_id])).content.decode()
    )


@pytest.fixture
def narrow(people: SimpleNamespace) -> SimpleNamespace:
    """A seat for the approvals of one deal alone, with an entry inside and several outside of its scope."""
    with acting(people.ming):
        deal, rival = [
            open_deal(actor=people.ming, code_name=name, deal_type=DealType.SHARES, lead=people.lea)
            for name in ("Rowan", "Maple")
        ]
    seat = making.seated(people, areas=("approvals",), deals=(deal,))
    with acting(people.ming):
        inside = entry(deal.pk, Action.APPROVAL_REQUEST)
        outside = [
            entry(rival.pk, Action.APPROVAL_REQUEST),
            entry(None, Action.APPROVAL_REQUEST),
            entry(deal.pk, Action.CLIENT_VIEW),
            entry(deal.pk, Action.SPEAKUP_OPEN),
            entry(deal.pk, Action.CONDUCT_OPEN),
        ]
    return SimpleNamespace(seat=seat, inside=inside, outside=outside, deal=deal, rival=rival)


def test_attack_entries_outside_of_the_scope_by_id_and_by_proof(narrow: SimpleNamespace) -> None:
    browser = client_of(narrow.seat.person)
    page = reverse("compliance:seat_entry", args=[narrow.seat.audit_id, narrow.inside])
    assert browser.get(page).status_code == 200
    for one in narrow.outside:
        for name in ("seat_entry", "seat_proof"):
            assert (
                browser.get(reverse(f"compliance:{name}", args=[narrow.seat.audit_id, one])).status_code
                == 404
            )
        for name in ("log_entry", "entry_proof"):
            assert browser.get(reverse(f"compliance:{name}", args=[one])).status_code == 404


def test_attack_entries_outside_of_the_scope_by_cursor_and_by_filter(narrow: SimpleNamespace) -> None:
    browser = client_of(narrow.seat.person)
    page = reverse("compliance:seat_log", args=[narrow.seat.audit_id])
    asked = [
        {},
        *({"after": str(one)} for one in narrow.outside),
        *({"before": str(one)} for one in narrow.outside),
        {"deal": str(narrow.rival.pk)},
        {"part": "client"},
        {"since": "2000-01-01", "until": "2100-01-01"},
        {"part": "approval", "deal": str(narrow.deal.pk)},
    ]
    for one in asked:
        shown = {str(row.pk) for row in browser.get(page, one).context["page"].rows}
        assert shown <= {str(narrow.inside)}, one
    assert {str(row.pk) for row in browser.get(page).context["page"].rows} == {str(narrow.inside)}


def test_attack_entries_of_another_period(people: SimpleNamespace) -> None:
    today = timezone.localdate()
    seat = making.seated(people, period_from=today - 9 * DAY, period_to=today - 2 * DAY)
    with acting(people.ming):
        one = entry()
    browser = client_of(seat.person)
    page = reverse("compliance:seat_log", args=[seat.audit_id])
    assert browser.get(page, {"until": today.isoformat()}).context["page"].rows == []
    assert browser.get(reverse("compliance:seat_entry", args=[seat.audit_id, one])).status_code == 404


def test_attack_registers_outside_of_the_scope_and_in_an_extract(narrow: SimpleNamespace) -> None:
    browser = client_of(narrow.seat.person)
    for area in ("access", "destruction", "training", "log", "nothing"):
        address = reverse("compliance:seat_register", args=[narrow.seat.audit_id, area])
        assert browser.get(address).status_code == 404, area
    table = as_csv(REGISTERS["log"], narrow.seat.audit, mark="m").decode()
    assert str(narrow.inside) in table
    assert not any(str(one) in table for one in narrow.outside)


def test_attack_every_form_of_the_product_as_auditor(people: SimpleNamespace) -> None:
    """Every POST that the access matrix knows, with ids of nothing: the door is shut before any of them is
    looked at, and a role that somebody gives to such an account opens none."""
    seat = making.seated(people)
    hold(seat.person, RoleCode.AUDITOR)
    browser = client_of(seat.person)
    posts = sorted({row.url for row in ROWS if row.method == "post"} - OPEN - PUBLIC)
    assert len(posts) > 150
    before = OutsideAudit.objects.count()
    for name in posts:
        assert browser.post(_some(name)).status_code == 404, name
    for name in ("compliance:log", "compliance:audits", "deals:rooms", "vault:clients", "people:approvals"):
        assert browser.get(reverse(name)).status_code == 404, name
    refused = LogEntry.objects.filter(
        actor=seat.person_id, action=Action.REQUEST_REFUSE, result=Result.REFUSED
    )
    assert refused.count() >= len(posts)
    assert OutsideAudit.objects.count() == before


# For anybody, signed in or not: nothing of who sends it is known there.
PUBLIC = {"compliance:speak_up", "compliance:speak_up_mailbox", "compliance:speak_up_write"}


def _some(name: str) -> str:
    """The address with ids of nothing."""
    row = next(row for row in ROWS if row.url == name)
    *spaces, own = row.url.split(":")
    resolver = get_resolver()
    for space in spaces:
        resolver = resolver.namespace_dict[space][1]
    found = resolver.reverse_dict.getlist(own)[0]
    (_pattern, names), converters = found[0][0], found[3]
    values = {key: _value(converters[key]) for key in names}
    return reverse(name, kwargs=values)


def _value(converter: Any) -> Any:
    kind = type(converter).__name__
    return {"UUIDConverter": UUID(int=1), "IntConverter": 1}.get(kind, "nothing")


def test_attack_revealing_a_client(people: SimpleNamespace) -> None:
    client = add(book_of(people.ming))
    seat = making.seated(people)
    browser = client_of(seat.person)
    assert browser.get(reverse("vault:client", args=[client.pk])).status_code == 404
    for method in (browser.get, browser.post):
        assert method(reverse("vault:client_reveal", args=[client.pk, "contact"])).status_code == 404
    with acting(people.ming):
        record_change(
            Entry(
                action=Action.CLIENT_VIEW,
                object_type=ObjectType.CLIENT,
                object_id=client.pk,
                subjects=(client.pk, people.ming.pk),
            )
        )
    whole = b"".join(browser.get(address).content for address in addresses(seat)).decode()
    assert str(client.pk)[-8:] in whole
    for name in (client.book.name, "Ming", "Olivia", str(client.pk)):
        assert name not in whole, name


def test_attack_raising_ones_own_scope_or_end(people: SimpleNamespace) -> None:
    seat = making.seated(people, areas=("approvals",))
    browser = client_of(seat.person)
    typed = {"areas": "log", "ends_at": "2099-01-01T00:00", "period_from": "2000-01-01", "deals": ""}
    for name in ("outside_ask", "outside_seat_add", "outside_end", "outside_acknowledge"):
        assert browser.post(reverse(f"compliance:{name}", args=[seat.audit_id]), typed).status_code == 404
    request = {"words": "more", "due": timezone.localdate().isoformat()} | typed
    assert browser.post(reverse("compliance:seat_requests", args=[seat.audit_id]), request).status_code == 302
    now = OutsideAudit.objects.get(pk=seat.audit_id)
    assert (now.areas, now.ends_at, now.period_from) == (
        seat.audit.areas,
        seat.audit.ends_at,
        seat.audit.period_from,
    )
    changes: list[dict[str, Any]] = [
        {"areas": ["log"]},
        {"ends_at": seat.audit.ends_at + DAY},
        {"period_from": seat.audit.period_from - DAY},
        {"deals": [UUID(int=1)]},
    ]
    for change in changes:
        with pytest.raises(IntegrityError, match="outside_audit_scope_stays"), transaction.atomic():
            OutsideAudit.objects.filter(pk=seat.audit_id).update(**change)


def test_attack_without_the_undertaking_nothing_is_sent(people: SimpleNamespace) -> None:
    seat = making.seated(people)
    NdaSignature.objects.filter(person=seat.person).update(
        revoked_at=timezone.now(), revoked_by=people.olivia
    )
    browser = client_of(seat.person)
    answer = browser.post(
        reverse("compliance:seat_requests", args=[seat.audit_id]),
        {"words": "unsigned", "due": timezone.localdate().isoformat()},
    )
    assert answer["Location"] == reverse("people:nda", args=[seat.audit_id])
    assert not EvidenceRequest.objects.exists()


def test_attack_a_hostile_or_too_large_report(people: SimpleNamespace) -> None:
    seat = making.seated(people)
    browser = client_of(seat.person)
    address = reverse("compliance:seat_report", args=[seat.audit_id])
    for data in (
        b"%PDF-1.7 nothing",
        making.paper()[:200],
        b"MZ\x90 a program",
        b"",
        b"%PDF-" + b"0" * LIMIT,
    ):
        answer = browser.post(address, {"file": making.upload("../../report.pdf", data)})
        assert answer.status_code == 200
        assert answer.context["report"] is None
    assert (
        browser.post(address, {"file": making.upload("../../report.pdf", making.paper())}).status_code == 302
    )
    shown = browser.get(address).context["report"]
    assert (shown.file.extension, shown.file.pages) == ("pdf", 1)


def test_attack_a_formula_in_an_extract(people: SimpleNamespace) -> None:
    seat = making.seated(people)
    track = Track.objects.create(title_zh="=1+1", title_en='=HYPERLINK("http://x")', made_by=people.olivia)
    Enrolment.objects.create(person=people.ming, track=track, due_at=timezone.now())
    table = as_csv(REGISTERS["training"], seat.audit, mark="m").decode()
    assert "=HYPERLINK" in table
    assert all(
        not cell.startswith(("=", "+", "-", "@"))
        for line in table.splitlines()
        for cell in line.lstrip("\ufeff").split(",")
    )
    assert "Ming" not in table


def test_attack_checked_tells_what_a_file_is_from_its_bytes() -> None:
    data = making.paper()
    assert checked(data, size=len(data)).extension == "pdf"
    with pytest.raises(NotPossible, match="at most"):
        checked(b"", size=LIMIT + 1)
    assert requests.FURTHEST > DAY
