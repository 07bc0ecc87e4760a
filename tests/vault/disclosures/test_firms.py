"""Exports to a partner firm: only while it is in force, to the next byte."""

from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone, translation

from audit.models import LogEntry
from audit.origin import Origin, acting_as
from people.partners import subprocessing
from people.partners.models import Partner
from people.partners.recalling import ask_back
from people.partners.records import PartnerRecall
from people.partners.subprocessing import Named
from tests.cast import client_of
from tests.people.partners.making import in_force, overdue, recorded, suspended
from tests.vault.disclosures.makers import CONTACT, WHY, made
from tests.vault.records.makers import acting, add
from vault.disclosures import freezes
from vault.disclosures.holds import ExportsHeld
from vault.disclosures.models import Export, ExportState, Recipient, RecipientKind
from vault.disclosures.recipients import create_recipient, recipients_in_force
from vault.disclosures.services import Wanted, request_export, take_export
from vault.records.errors import NotPossible
from vault.records.models import ClientBook

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def somebody_acts() -> object:
    with acting_as(Origin()), translation.override("en"):
        yield


class _Pieces:
    """A file of two pieces."""

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def __iter__(self) -> Iterator[bytes]:
        return iter((b"one", b"two"))


def _recipient(people: SimpleNamespace, firm: Partner | None, kind: str = RecipientKind.ADVISER) -> Recipient:
    with acting(people.ming):
        return create_recipient(
            actor=people.ming,
            name="青柏会计师事务所",
            kind=kind,
            agreement="entrustment",
            agreed_on=timezone.localdate(),
            agreed_until=None,
            abroad=False,
            partner=firm,
        )


def _asked(people: SimpleNamespace, outsider: Recipient) -> Export:
    wanted = Wanted(
        purpose="service", fields=CONTACT, format="csv", masked=False, priced=False, outsider=outsider
    )
    with acting(people.ming):
        return request_export(actor=people.ming, wanted=wanted, reason=WHY)


@pytest.fixture
def firm(people: SimpleNamespace, book: ClientBook) -> Partner:
    add(book)
    return in_force(people)


def test_a_partner_firm_is_named(people: SimpleNamespace, firm: Partner) -> None:
    with pytest.raises(NotPossible, match="firm"):
        _recipient(people, None, RecipientKind.PARTNER)
    made_now = _recipient(people, firm)
    with pytest.raises(IntegrityError, match="recipient_firm_is_a_partner"), transaction.atomic():
        Recipient.objects.filter(pk=made_now.pk).update(kind=RecipientKind.AUTHORITY)


def test_one_that_was_recorded_before_and_names_no_firm_is_given_nothing(
    people: SimpleNamespace, firm: Partner
) -> None:
    old = _recipient(people, None)
    Recipient.objects.filter(pk=old.pk).update(kind=RecipientKind.PARTNER)
    assert not recipients_in_force().filter(pk=old.pk).exists()


def test_nothing_is_asked_for_a_firm_that_is_not_in_force(people: SimpleNamespace, book: ClientBook) -> None:
    add(book)
    outsider = _recipient(people, recorded(people))
    with pytest.raises(NotPossible):
        _asked(people, outsider)


def test_attack_an_export_that_is_ready_for_a_suspended_firm(people: SimpleNamespace, firm: Partner) -> None:
    export = made(_asked(people, _recipient(people, firm)), people.lea)
    assert export.state == ExportState.READY
    address = reverse("vault:export_download", args=[export.pk])
    under_way = iter(freezes.watched(Export.objects.get(pk=export.pk), _Pieces()))  # type: ignore[arg-type]
    assert next(under_way) == b"one"
    suspended(people, firm)
    with pytest.raises(freezes.CutOff):
        next(under_way)
    export.refresh_from_db()
    assert export.state == ExportState.ENDED
    assert client_of(people.ming).post(address).status_code in (302, 404)
    assert export.downloads == 0


def test_an_export_waits_while_the_review_is_overdue(people: SimpleNamespace, firm: Partner) -> None:
    """Not ended, refused: it says why and is there again when the firm is."""
    export = made(_asked(people, _recipient(people, firm)), people.lea)
    overdue(people, firm)
    page = client_of(people.ming).get(reverse("vault:export", args=[export.pk])).content.decode()
    assert "The yearly review is overdue" in page
    with acting(people.ming), pytest.raises(ExportsHeld):
        take_export(actor=people.ming, export_id=export.pk)
    assert LogEntry.objects.filter(object_id=export.pk, reason="firm_shut", result="refused").exists()
    export.refresh_from_db()
    assert (export.state, export.downloads) == (ExportState.READY, 0)


def test_an_undecided_subprocessor_keeps_files_back(people: SimpleNamespace, firm: Partner) -> None:
    outsider = _recipient(people, firm)
    one = subprocessing.name_one(
        partner=firm, named=Named(name="Cloud Box", does="keeps files", abroad=False), by=None
    )
    with pytest.raises(NotPossible):
        _asked(people, outsider)
    subprocessing.end_one(actor=people.lea, subprocessor_id=one.pk)
    assert _asked(people, outsider)


def test_a_certificate_that_is_owed_keeps_files_back(people: SimpleNamespace, firm: Partner) -> None:
    outsider = _recipient(people, firm)
    recall = ask_back(partner=firm, deal_id=firm.pk)
    assert recall is not None
    assert recipients_in_force().filter(pk=outsider.pk).exists()
    now = timezone.now()
    PartnerRecall.objects.filter(pk=recall.pk).update(
        asked_at=now - timedelta(days=20), due_at=now - timedelta(days=5)
    )
    assert not recipients_in_force().filter(pk=outsider.pk).exists()
