"""An officer who looked lets the counts go on: for what was seen, for one purpose and one recipient."""

from datetime import timedelta
from importlib import import_module
from types import SimpleNamespace
from uuid import UUID, uuid4

import psycopg2
import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from people.accounts.models import User
from people.approvals.models import ApprovalRequest, Verdict
from people.approvals.services import NotDecidable, decide, open_preview
from tests.cast import client_of
from tests.vault.disclosures.makers import give, look, reveal, reviewed
from tests.vault.records.makers import acting, add
from vault.disclosures.categories import (
    FULL,
    Category,
    adding_code,
    adding_of,
)
from vault.disclosures.counting import (
    OfficerNeeded,
    count_or_stop,
    count_shown,
    own_standing,
)
from vault.disclosures.models import Channel, DisclosureTotal, OfficerReview, Scope
from vault.disclosures.services import ask_review
from vault.records.models import ClientBook

pytestmark = pytest.mark.django_db


def test_an_officer_who_looked_lets_the_count_go_on_and_the_person_cannot(
    people: SimpleNamespace, book: ClientBook
) -> None:
    client = add(book)
    give(people.ming, 25)
    with pytest.raises(OfficerNeeded):
        reveal(people.ming, client)
    with acting(people.ming):
        ask_review(actor=people.ming, purpose="service", reason="季度回访集中进行")
    request = ApprovalRequest.objects.get()
    with acting(people.ming), pytest.raises(NotDecidable):
        decide(actor=people.ming, request=request, verdict=Verdict.APPROVE, reason="好")
    with acting(people.lea), pytest.raises(NotDecidable):  # a deal lead is no officer
        decide(actor=people.lea, request=request, verdict=Verdict.APPROVE, reason="好")
    reviewed(request, people.olivia)
    reveal(people.ming, client)
    give(people.ming, 25)
    assert own_standing(people.ming, "service").needs_officer


def test_attack_a_review_made_up_in_the_database(people: SimpleNamespace) -> None:
    """By the web login: without an approval, before it, after it, for another or of more."""
    with acting(people.ming):
        ask_review(actor=people.ming, purpose="service", reason="季度回访集中进行")
    pending = ApprovalRequest.objects.get()
    until = timezone.now() + timedelta(days=30)

    def made_up(approval: UUID, person: User) -> None:
        with pytest.raises(IntegrityError, match="review_has_its_approval"), transaction.atomic():
            OfficerReview.objects.create(
                person=person,
                officer=people.olivia,
                approval_id=approval,
                purpose="service",
                base=FULL,
                until=until,
            )

    made_up(uuid4(), people.ming)
    made_up(pending.pk, people.ming)
    reviewed(pending, people.olivia)
    made_up(pending.pk, people.ming)
    made_up(pending.pk, people.lin)


def test_attack_a_review_is_asked_for_again_and_again(people: SimpleNamespace) -> None:
    """A form sent twice, two windows, other figures in the address: one request waits for the officers."""
    browser, address = client_of(people.ming), reverse("vault:count_review")
    asked = [
        browser.post(f"{address}?purpose=service&adding={adding}", {"reason": "季度回访集中进行"}).status_code
        for adding in ("0.3.0", "0.3.0", "99999.99999.99999", "٣.0.0", "-1.0.0", "0.3.0\n")
    ]
    assert asked == [302, *[422] * 5]
    assert ApprovalRequest.objects.get().params["adding"] == "0.3.0"


def test_a_review_lets_through_what_the_officer_saw_though_it_reaches_the_marks_at_once(
    people: SimpleNamespace, book: ClientBook
) -> None:
    """Nothing was opened before, so the standing alone would be a review of nothing, and stop for ever."""
    many = [add(book, {"name": f"客户{n}"}) for n in range(3)]
    give(people.ming, 15)
    give(people.ming, 2490 - 1500, category=Category.OTHER)

    def together() -> None:
        count_shown(people.ming, many, Category.TRANSACTION, "service")

    with pytest.raises(OfficerNeeded) as stopped:
        together()
    assert stopped.value.adding == {Category.TRANSACTION: 3}
    with acting(people.ming):
        ask_review(actor=people.ming, purpose="service", reason="股东名册核对", adding=stopped.value.adding)
    request = ApprovalRequest.objects.get()
    with acting(people.olivia):
        shown = open_preview(actor=people.olivia, request=request)
    assert any("3" in line for line in shown.lines)
    reviewed(request, people.olivia)
    assert OfficerReview.objects.get().base == 2490 + 30
    together()
    give(people.ming, 24)
    with pytest.raises(OfficerNeeded):  # and no further than as much again
        look(people.ming, add(book, {"name": "李四", "bank_account": "6222021234567890128"}))


def test_a_review_of_a_standing_of_nothing_lets_26_through_at_once(people: SimpleNamespace) -> None:
    subjects = {uuid4(): Category.PROPERTY for _ in range(26)}

    def all_at_once() -> None:
        count_or_stop(
            person=people.ming,
            recipient=people.ming.pk,
            purpose="service",
            channel=Channel.REVEAL,
            subjects=subjects,
            object_id=uuid4(),
        )

    with pytest.raises(OfficerNeeded) as stopped:
        all_at_once()
    with acting(people.ming):
        ask_review(actor=people.ming, purpose="service", reason="股东名册核对", adding=stopped.value.adding)
    reviewed(ApprovalRequest.objects.get(), people.olivia)
    all_at_once()
    assert DisclosureTotal.objects.get(scope=Scope.PERSON).count == 26


@pytest.mark.parametrize("code", ["", "1", "1.2", "1.2.3.4", "-1.0.0", "a.b.c", "1.2.999999", "٣.0.0"])
def test_what_is_no_count_in_an_address_asks_for_nothing(code: str) -> None:
    assert adding_of(code) == {}
    assert adding_of(adding_code({Category.OTHER: 4})) == {
        Category.PROPERTY: 0,
        Category.TRANSACTION: 0,
        Category.OTHER: 4,
    }


def test_a_review_counts_for_the_purpose_and_the_recipient_that_the_officer_saw(
    people: SimpleNamespace, book: ClientBook
) -> None:
    client = add(book)
    give(people.ming, 25)
    with acting(people.ming):
        ask_review(actor=people.ming, purpose="service", reason="季度回访集中进行")
    reviewed(ApprovalRequest.objects.get(), people.olivia)
    review = OfficerReview.objects.get()
    assert (review.recipient_id, review.purpose, review.base) == (None, "service", FULL)
    with pytest.raises(OfficerNeeded):
        look(people.ming, client, purpose="mandate")
    with pytest.raises(OfficerNeeded):
        count_or_stop(
            person=people.ming,
            recipient=uuid4(),
            purpose="service",
            channel=Channel.SHARE,
            subjects={uuid4(): Category.OTHER},
            object_id=uuid4(),
        )
    look(people.ming, client)


@pytest.mark.django_db(transaction=True)
def test_reviews_from_before_count_for_the_purpose_that_was_asked_about(
    people: SimpleNamespace, owner: psycopg2.extensions.connection
) -> None:
    give(people.ming, 25)
    with acting(people.ming):
        ask_review(actor=people.ming, purpose="mandate", reason="季度回访集中进行")
    reviewed(ApprovalRequest.objects.get(), people.olivia)
    with owner.cursor() as cursor:
        cursor.execute("alter table vault_officerreview disable trigger reviews_stay")
        cursor.execute("update vault_officerreview set purpose = ''")
        cursor.execute(import_module("vault.migrations.0028_reviewed")._FILL)
        cursor.execute("select purpose, recipient_id from vault_officerreview")
        assert cursor.fetchall() == [("mandate", None)]
        with pytest.raises(psycopg2.Error, match="vault_officerreview_is_final"):
            cursor.execute("update vault_officerreview set purpose = 'service'")
