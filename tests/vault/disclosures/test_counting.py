"""The counts of the interpretation of 2017: distinct, cumulative, in proportion, and never to be undone."""

from datetime import timedelta
from importlib import import_module
from threading import Thread
from types import SimpleNamespace
from uuid import UUID, uuid4

import psycopg2
import pytest
from django.db import IntegrityError, InternalError, ProgrammingError, connection, transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from audit.actions import Action
from audit.models import LogEntry
from people.accounts.models import User
from people.approvals.models import ApprovalRequest, Verdict
from people.approvals.services import NotDecidable, decide, open_preview
from tests.cast import client_of
from tests.vault.records.makers import acting, add
from vault.disclosures.categories import (
    CATEGORY_OF_FIELD,
    CATEGORY_OF_GROUP,
    FULL,
    MARKS,
    Category,
    adding_code,
    adding_of,
    points,
)
from vault.disclosures.counting import (
    OfficerNeeded,
    count_disclosure,
    count_or_stop,
    count_shown,
    own_standing,
    standing_of,
)
from vault.disclosures.models import Channel, Disclosure, DisclosureTotal, OfficerReview, Scope
from vault.disclosures.services import ask_review
from vault.purposes.catalogue import Purpose, Reason
from vault.records.labels import FIELDS_OF, Field, Group
from vault.records.models import Client, ClientBook
from vault.records.reading import reveal_group

pytestmark = pytest.mark.django_db


def give(
    person: User,
    subjects: int | list[UUID],
    *,
    category: Category = Category.PROPERTY,
    recipient: UUID | None = None,
    purpose: str = "service",
    channel: Channel = Channel.SHARE,
) -> None:
    ids = [uuid4() for _ in range(subjects)] if isinstance(subjects, int) else subjects
    count_disclosure(
        person=person,
        recipient=recipient or person.pk,
        purpose=purpose,
        channel=channel,
        subjects=dict.fromkeys(ids, category),
    )


def look(person: User, client: Client, group: Group = Group.FINANCIAL, purpose: str = "service") -> None:
    """What a reveal does before it opens anything."""
    count_shown(person, [client], CATEGORY_OF_GROUP[group], purpose)


def reveal(person: User, client: Client, purpose: str = "service") -> None:
    with acting(person):
        reveal_group(
            actor=person,
            client_id=client.pk,
            group=Group.CONTACT,
            purpose=purpose,
            reason=Reason.CALL,
            confirmed=True,
        )


def test_every_field_has_a_class_and_a_group_that_of_its_gravest() -> None:
    assert set(CATEGORY_OF_FIELD) == set(Field)
    for group, fields in FIELDS_OF.items():
        assert CATEGORY_OF_GROUP[group] == min(CATEGORY_OF_FIELD[field] for field in fields)


@given(st.integers(0, 60), st.integers(0, 600), st.integers(0, 6000))
def test_classes_combine_in_proportion(property_: int, transaction_: int, other: int) -> None:
    counts = dict(zip(Category, (property_, transaction_, other), strict=True))
    share = property_ / 25 + transaction_ / 250 + other / 2500
    assert (points(counts) >= FULL) == (round(share, 9) >= 1)


def test_a_subject_counts_once_and_every_channel_adds(people: SimpleNamespace) -> None:
    someone = uuid4()
    for channel in Channel:
        give(people.ming, [someone, uuid4()], channel=channel)
    standing = standing_of(people.ming, people.ming.pk, "service")
    assert standing.by_scope[Scope.EXACT] == {Category.PROPERTY: 1 + len(Channel)}


def test_24_and_1_split_over_two_recipients_and_purposes_is_still_25(people: SimpleNamespace) -> None:
    give(people.ming, 12, recipient=uuid4())
    give(people.ming, 12, recipient=uuid4(), purpose="mandate")
    standing = standing_of(people.ming, uuid4(), "complaint")
    assert standing.by_scope[Scope.EXACT] == {}
    assert standing.by_scope[Scope.PERSON] == {Category.PROPERTY: 24}
    assert not standing.needs_officer
    assert standing.plus({Category.PROPERTY: 1}).needs_officer


def test_one_recipient_fed_by_two_people_adds_up(people: SimpleNamespace) -> None:
    recipient = uuid4()
    give(people.ming, 13, recipient=recipient)
    give(people.lin, 12, recipient=recipient, purpose="mandate")
    assert standing_of(people.lin, recipient, "service").needs_officer
    assert not standing_of(people.lin, uuid4(), "service").needs_officer


def test_the_same_subjects_to_two_recipients_count_twice(people: SimpleNamespace) -> None:
    same = [uuid4() for _ in range(13)]
    give(people.ming, same, recipient=uuid4())
    give(people.ming, same, recipient=uuid4(), purpose="mandate")
    assert standing_of(people.ming, uuid4(), "x").by_scope[Scope.PERSON] == {Category.PROPERTY: 26}


def test_the_same_subjects_for_two_purposes_count_once_for_the_person(people: SimpleNamespace) -> None:
    same, recipient = [uuid4() for _ in range(13)], uuid4()
    give(people.ming, same, recipient=recipient)
    give(people.ming, same, recipient=recipient, purpose="mandate")
    standing = standing_of(people.ming, recipient, "service")
    assert standing.by_scope[Scope.PERSON] == standing.by_scope[Scope.RECIPIENT] == {Category.PROPERTY: 13}


def test_the_reveal_that_reaches_the_mark_stops_and_opens_nothing(
    people: SimpleNamespace, book: ClientBook
) -> None:
    client, another = add(book), add(book, {"name": "李四", "phone": "+8613900139000"})
    give(people.ming, 23)
    look(people.ming, client)  # the 24th
    with pytest.raises(OfficerNeeded):
        look(people.ming, another)
    give(people.ming, 9, category=Category.TRANSACTION)
    with pytest.raises(OfficerNeeded):  # another purpose, another class: no way around
        reveal(people.ming, another, "mandate")
    look(people.ming, client)  # who is counted already adds nothing
    assert not LogEntry.objects.filter(action=Action.CLIENT_REVEAL, object_id=another.pk).exists()
    assert Disclosure.objects.filter(subject_id=another.pk).count() == 0


@pytest.mark.django_db(transaction=True)
def test_race_two_reveals_at_23_do_not_both_pass(people: SimpleNamespace, book: ClientBook) -> None:
    clients = [add(book), add(book, {"name": "李四", "bank_account": "6222021234567890128"})]
    give(people.ming, 23)
    stopped: list[bool] = []

    def run(client: Client) -> None:
        try:
            count_shown(people.ming, [client], Category.PROPERTY, "service")
            stopped.append(False)
        except OfficerNeeded:
            stopped.append(True)
        finally:
            connection.close()

    threads = [Thread(target=run, args=[client]) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(stopped) == [False, True]


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


def reviewed(request: ApprovalRequest, officer: User) -> None:
    with acting(officer):
        open_preview(actor=officer, request=request)
        decide(actor=officer, request=request, verdict=Verdict.APPROVE, reason="已抽查")


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


def test_a_company_is_counted_in_the_last_class(people: SimpleNamespace, book: ClientBook) -> None:
    client = add(book, {"name": "深圳华瑞有限公司", "bank_account": "440012345678"}, kind="company")
    look(people.ming, client)
    assert list(DisclosureTotal.objects.filter(scope=Scope.EXACT).values_list("category", "count")) == [
        (3, 1)
    ]


@pytest.mark.parametrize(
    "sql",
    [
        "update vault_disclosure set subject_id = gen_random_uuid()",
        "delete from vault_disclosure",
        "truncate vault_disclosure",
        "update vault_disclosuretotal set count = 0",
        "delete from vault_disclosuretotal",
        "insert into vault_disclosuretotal (scope, purpose, category, count) values (1, '', 1, 0)",
    ],
)
def test_attack_the_web_login_rewrites_the_register(people: SimpleNamespace, sql: str) -> None:
    give(people.ming, 1)
    with pytest.raises((ProgrammingError, InternalError, IntegrityError)), transaction.atomic():
        connection.cursor().execute(sql)


@pytest.mark.django_db(transaction=True)
def test_attack_the_owner_rewrites_the_register(
    people: SimpleNamespace, owner: psycopg2.extensions.connection
) -> None:
    give(people.ming, 1)
    with owner.cursor() as cursor, pytest.raises(psycopg2.Error, match="vault_disclosure_is_final"):
        cursor.execute("delete from vault_disclosure")


@pytest.mark.parametrize(
    ("changed", "constraint"),
    [
        ({"category": 4}, "disclosure_category_known"),
        ({"channel": "mail"}, "disclosure_channel_known"),
        ({"purpose": ""}, "disclosure_names_a_purpose"),
    ],
)
def test_constraints_of_the_register(
    people: SimpleNamespace, changed: dict[str, object], constraint: str
) -> None:
    row = {
        "person": people.ming,
        "recipient_id": uuid4(),
        "purpose": "service",
        "category": 1,
        "subject_id": uuid4(),
        "channel": "share",
    }
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Disclosure.objects.create(**(row | changed))


def test_standing_costs_one_query_whatever_was_counted(
    people: SimpleNamespace, django_assert_num_queries: object
) -> None:
    give(people.ming, 300, category=Category.OTHER)
    with django_assert_num_queries(1):  # type: ignore[operator]
        standing_of(people.ming, people.ming.pk, Purpose.SERVICE)
    assert MARKS[Category.OTHER] == 2500
