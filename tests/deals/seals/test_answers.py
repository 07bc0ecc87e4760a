"""The certificate authority's answer: genuine, for the envelope that waits, once; and only its PDF binds."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import reverse

from audit.actions import Action, Reason
from audit.models import LogEntry
from audit.origin import Origin, acting_as
from deals.errors import NotPossible
from deals.models import CompanyUndertaking, Envelope
from deals.rooms.access import has_way_in
from deals.seals.ca import provider
from deals.seals.ca.answers import Trouble
from deals.seals.ca.envelopes import open_envelope
from deals.seals.models import Method
from tests.cast import client_of
from tests.deals.seals.authority import Authority, Service, send, serving
from tests.deals.seals.making import CODE, COMPANY, credit_code, drawn_up, room_of
from tests.people.scanning.clamd_server import clamd, honest

pytestmark = pytest.mark.django_db
OTHER = credit_code("91350211M000100Y4")


@pytest.fixture(autouse=True)
def _origin(db: None) -> Iterator[None]:
    with acting_as(Origin()):
        yield


@pytest.fixture
def service(settings: Any, tmp_path: Path) -> Iterator[Service]:
    with serving(Authority(), settings, tmp_path) as running:
        yield running


def _opened(world: SimpleNamespace, group: Any = None, **changed: str) -> CompanyUndertaking:
    undertaking = drawn_up(world, group, **changed)
    with acting_as(Origin(actor=world.lea.pk)):
        open_envelope(
            actor=world.lea,
            deal_id=world.deal.pk,
            group_id=undertaking.group_id,
            callback="https://house.example/seals/answer/",
        )
    return undertaking


def test_the_whole_way_by_certificate(world: SimpleNamespace, service: Service) -> None:
    undertaking = drawn_up(world)
    lead = client_of(world.lea)
    lead.post(reverse("deals:seal_envelope", args=[world.deal.pk, world.buyers.pk]))
    [taken] = service.envelopes
    assert service.genuine == [True]
    assert (taken["company"], taken["credit_code"], taken["number"]) == (COMPANY, CODE, undertaking.number)
    assert not has_way_in(world.bo, world.room)
    said = send(service.answer(service.authority.company(COMPANY, CODE)))
    assert said.json() == {"state": "bound"}
    undertaking.refresh_from_db()
    assert (undertaking.method, undertaking.accepted_by) == (Method.CERTIFICATE, None)
    assert client_of(world.bo).get(room_of(world)).status_code == 200
    entry = LogEntry.objects.get(action=Action.SEAL_SIGN, object_id=undertaking.pk)
    envelope = Envelope.objects.get()
    for digest in (undertaking.text_hash, envelope.signed_sha256, envelope.certificate_sha256):
        assert bytes(digest).hex() in entry.fields


def test_attack_a_forged_answer(world: SimpleNamespace, service: Service) -> None:
    _opened(world)
    body = service.answer(service.authority.company(COMPANY, CODE))
    old = str(int(time.time()) - provider.FRESH - 10)
    for headers in (
        {"Sealroom_Signature": "0" * 64},
        {"Sealroom_Signature": ""},
        {"Sealroom_Timestamp": old},
        {"Sealroom_Timestamp": "soon"},
        {"Sealroom_Timestamp": old, "Sealroom_Signature": provider._signature(old, body)},
    ):
        assert send(body, **headers).status_code == 404
    genuine = provider.signed_headers(body)
    changed = body.replace(b"envelope-1", b"envelope-2")
    assert send(changed, Sealroom_Signature=genuine[provider.SIGNATURE]).status_code == 404
    assert Envelope.objects.get().answered_at is None
    assert not has_way_in(world.bo, world.room)


def test_attack_without_a_secret_nothing_is_genuine(
    world: SimpleNamespace, service: Service, settings: Any
) -> None:
    _opened(world)
    settings.SEAL_CA_SECRET = ""
    body = service.answer(service.authority.company(COMPANY, CODE))
    assert send(body).status_code == 404


def test_attack_an_answer_is_replayed(world: SimpleNamespace, service: Service) -> None:
    undertaking = _opened(world)
    body = service.answer(service.authority.company(COMPANY, CODE))
    assert send(body).status_code == 200
    undertaking.refresh_from_db()
    first = undertaking.accepted_at
    assert send(body).status_code == 404
    undertaking.refresh_from_db()
    assert undertaking.accepted_at == first


def test_attack_an_answer_for_another_company_or_deal(world: SimpleNamespace, service: Service) -> None:
    mine = _opened(world)
    theirs = _opened(world, world.rivals, company="北京桦木资本有限公司", code=OTHER)
    company = service.authority.company(COMPANY, CODE)
    first, second = service.envelopes
    # The other envelope's reference with mine's number, and the other way round.
    assert send(service.answer(company, at=0, reference=second["reference"])).status_code == 404
    assert send(service.answer(company, at=0, number=second["number"])).status_code == 404
    assert send(service.answer(company, at=0, sha256=second["sha256"])).status_code == 404
    # My document, signed by my company, said to be the other's.
    named = {name: second[name] for name in ("reference", "number", "sha256")}
    assert send(service.answer(company, at=0, **named)).json()["trouble"] == Trouble.NOT_OURS
    # The right document, signed by the wrong company.
    assert send(service.answer(service.authority.company("别的公司", OTHER), at=0)).json()["trouble"] == (
        Trouble.NAME
    )
    assert first["number"] == mine.number
    for one in (mine, theirs):
        one.refresh_from_db()
        assert one.accepted_at is None
    refused = LogEntry.objects.filter(action=Action.SEAL_SIGN, result="refused")
    assert {tuple(entry.fields) for entry in refused} >= {(Trouble.NOT_OURS,), (Trouble.NAME,)}


def test_what_does_not_hold_ends_the_envelope_and_another_may_be_opened(
    world: SimpleNamespace, service: Service
) -> None:
    undertaking = _opened(world)
    send(service.answer(Authority().company(COMPANY, CODE)))
    assert Envelope.objects.get().trouble == Trouble.UNTRUSTED
    page = client_of(world.lea).get(reverse("deals:seals", args=[world.deal.pk])).content.decode()
    assert "leads to no root of the house" in page
    open_envelope(
        actor=world.lea, deal_id=world.deal.pk, group_id=world.buyers.pk, callback="https://x.example"
    )
    assert send(service.answer(service.authority.company(COMPANY, CODE))).json() == {"state": "bound"}
    undertaking.refresh_from_db()
    assert undertaking.method == Method.CERTIFICATE


def test_without_revocation_lists_it_waits(world: SimpleNamespace, service: Service) -> None:
    _opened(world)
    body = service.answer(service.authority.company(COMPANY, CODE))
    service.lists = False
    assert send(body).status_code == 503
    assert Envelope.objects.get().answered_at is None
    service.lists = True
    assert send(body).status_code == 200


def test_what_the_virus_scanner_does_not_pass_binds_nobody(
    world: SimpleNamespace, service: Service, settings: Any
) -> None:
    undertaking = _opened(world)
    body = service.answer(service.authority.company(COMPANY, CODE))
    with clamd() as scanner:
        settings.CLAMD_ADDRESS = scanner.address
        scanner.answer = lambda data: b"stream: Pdf.Exploit FOUND\0"
        assert send(body).status_code == 503
        assert Envelope.objects.get().answered_at is None
        said = LogEntry.objects.get(action=Action.SEAL_SIGN, object_id=undertaking.pk)
        assert (said.reason, said.fields) == (Reason.INFECTED, ["virus.pdf.exploit"])
        scanner.answer = honest
        assert send(body).json() == {"state": "bound"}


def test_an_open_envelope_is_not_opened_twice(world: SimpleNamespace, service: Service) -> None:
    _opened(world)
    with pytest.raises(NotPossible):
        open_envelope(
            actor=world.lea, deal_id=world.deal.pk, group_id=world.buyers.pk, callback="https://x.e"
        )
    assert len(service.envelopes) == 1


def test_a_service_that_is_down_binds_nobody(world: SimpleNamespace, service: Service, settings: Any) -> None:
    settings.SEAL_CA_URL = "http://127.0.0.1:9"
    drawn_up(world)
    with pytest.raises(NotPossible):
        open_envelope(
            actor=world.lea, deal_id=world.deal.pk, group_id=world.buyers.pk, callback="https://x.e"
        )
    assert not Envelope.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b"\xff",
        json.dumps({"reference": 1, "number": "", "sha256": "", "pdf": ""}).encode(),
    ],
)
def test_what_is_no_answer_is_refused(world: SimpleNamespace, service: Service, body: bytes) -> None:
    assert send(body).status_code == 404
