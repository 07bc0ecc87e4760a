"""Companies and their people: shares exact and never over a hundred, masked to bands, circles and all."""

import threading
from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from audit.actions import Action
from audit.models import LogEntry
from audit.refusals import Refused
from tests.cast import client_of
from tests.vault.records.approving import approve
from tests.vault.records.makers import ZHANG, acting, add, book_of, let_in
from tests.vault.relations.makers import asked_position, company_in, person_in, propose_share, share
from vault.purposes.alerts.models import PurposeAlert
from vault.purposes.catalogue import Reason
from vault.records.errors import NotPossible
from vault.records.models import Client, ClientBook, Level
from vault.records.reveals.models import Reveal
from vault.relations.people.models import SHARE, Position, Relation
from vault.relations.people.reading import positions_of, reveal_shares
from vault.relations.people.services import end_position, record_position, record_share
from vault.relations.people.shares import Holding, band, percent_of, structure
from vault.sealed.sealing import SealedBytes

REVEAL = {"SHARE-purpose": "mandate", "SHARE-reason": "verify"}


@given(st.decimals(min_value="0.000001", max_value=100, places=6))
def test_a_share_is_kept_exactly(percent: Decimal) -> None:
    assert Decimal(percent_of(f"{percent}%")) == percent
    assert percent_of(percent_of(str(percent))) == percent_of(str(percent))


@pytest.mark.parametrize("bad", ["0", "-1", "100.000001", "33.3333333", "1e1", "NaN", "三十", "", "1/3"])
def test_what_is_no_share_is_refused(bad: str) -> None:
    with pytest.raises(NotPossible):
        percent_of(bad)


IDS = [uuid4() for _ in range(6)]
PLACES = st.integers(0, len(IDS) - 1)
HOLDINGS = st.dictionaries(st.tuples(PLACES, PLACES), st.integers(100, 2000), max_size=20)


@given(HOLDINGS)
def test_any_structure_ends_and_what_is_held_directly_counts(shares: dict[tuple[int, int], int]) -> None:
    """Circles and all, 1 % to 20 % each: it ends, and nobody holds less in all than they hold directly."""
    holdings = [
        Holding(IDS[holder], IDS[company], Decimal(share) / 100)
        for (holder, company), share in shares.items()
        if holder != company
    ]
    found = structure(IDS[0], holdings)
    for one in holdings:
        if one.company == IDS[0]:
            assert found.effective[one.holder] >= one.percent
    assert IDS[0] not in found.effective


def test_a_holding_through_a_company_and_around_a_circle() -> None:
    target, upper, owner = IDS[:3]
    through = structure(target, [Holding(upper, target, Decimal(60)), Holding(owner, upper, Decimal(50))])
    assert through.effective == {upper: Decimal(60), owner: Decimal(30)}
    assert not through.circular
    circle = structure(
        target,
        [
            Holding(upper, target, Decimal(50)),
            Holding(owner, target, Decimal(50)),
            Holding(target, upper, Decimal(100)),
        ],
    )
    assert circle.circular == {target, upper}
    assert Decimal(90) < circle.effective[owner] < 100  # all of it, in the limit


@pytest.mark.django_db
def test_shares_are_bands_until_revealed_and_seen_from_both_sides(
    people: SimpleNamespace, book: ClientBook
) -> None:
    company, holder = company_in(book), add(book)
    share(company, holder, people.ming, "33.333333")
    browser = client_of(people.ming)
    for client in (company, holder):
        text = browser.get(reverse("vault:people", args=[client.pk])).content.decode()
        assert "25–50%" in text
        assert "33.333333" not in text
        assert ZHANG["name"] not in text
    row = Relation.objects.get()
    assert b"33.333" not in bytes(row.share)
    assert "beneficial owner?" in browser.get(reverse("vault:people", args=[company.pk])).content.decode()

    address = reverse("vault:people_reveal", args=[company.pk])
    assert browser.post(address, {"SHARE-purpose": "service"}).status_code == 422
    for purpose in ("service", "marketing"):  # which need a name, and not who exactly somebody is
        refused = browser.post(address, REVEAL | {"SHARE-purpose": purpose}, follow=True)
        assert "33.333333" not in refused.content.decode()
    assert PurposeAlert.objects.using("audit").filter(book=book.pk).count() == 2
    shown = browser.post(address, REVEAL)
    assert "33.333333%" in shown.content.decode()
    assert ZHANG["name"] not in shown.content.decode()  # names stay masked: they are another group
    entry = LogEntry.objects.using("audit").filter(action=Action.CLIENT_REVEAL, object_id=company.pk).get()
    assert (entry.fields, set(entry.subjects)) == ([SHARE], {company.pk, holder.pk})


@pytest.mark.django_db
def test_a_quarter_held_through_another_company_is_told(people: SimpleNamespace, book: ClientBook) -> None:
    target, upper, owner = company_in(book), company_in(book), person_in(book)
    share(target, upper, people.ming, "60")
    share(target, owner, people.ming, "10")
    share(upper, owner, people.ming, "50")
    share(upper, target, people.ming, "5")  # and it goes round
    with acting(people.ming):
        masked = {row.other.pk: row for row in positions_of(target).people}
        assert (masked[owner.pk].share, masked[owner.pk].owns) == ("< 25%", False)
        _, found = reveal_shares(
            actor=people.ming, client_id=target.pk, purpose="mandate", reason=Reason.VERIFY
        )
    rows = {row.other.pk: row for row in found.people}
    assert rows[owner.pk].owns
    assert Decimal(rows[owner.pk].total) >= 40
    assert rows[upper.pk].circular


@pytest.mark.django_db
def test_attack_more_than_all_of_a_company_is_given_away(people: SimpleNamespace, book: ClientBook) -> None:
    company = company_in(book)
    one, other = person_in(book), person_in(book)
    share(company, one, people.ming, "66.666667")
    share(company, other, people.ming, "33.333333")
    with pytest.raises(NotPossible):
        share(company, person_in(book), people.ming, "0.000001")
    let_in(book, people.lea)
    propose_share(company, one, people.ming, "50")  # one's own share is replaced, and both rows stay
    approve(people.lea, asked_position(company))
    assert Relation.objects.filter(company=company, client=one).count() == 2
    assert Relation.objects.filter(company=company, client=one, until=None).count() == 1


@pytest.mark.django_db(transaction=True)
def test_attack_two_writers_at_once_pass_a_hundred_together(
    people: SimpleNamespace, book: ClientBook
) -> None:
    company, holders = company_in(book), [person_in(book), person_in(book)]
    ready, refused = threading.Barrier(2), []

    def write(holder: Client) -> None:
        try:
            ready.wait()
            share(company, holder, people.ming, "60")
        except NotPossible:
            refused.append(holder.pk)
        finally:
            for one in connections.all():
                one.close()

    writers = [threading.Thread(target=write, args=[holder]) for holder in holders]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert len(refused) == 1
    assert Relation.objects.filter(company=company, until=None).count() == 1


@pytest.mark.django_db
def test_attack_a_holder_out_of_another_book_or_nobodys(people: SimpleNamespace, book: ClientBook) -> None:
    company = company_in(book)
    elsewhere = person_in(book_of(people.ming, name="另一本"))
    foreign = person_in(book_of(people.lin, name="别人的"))
    with pytest.raises(NotPossible):
        share(company, elsewhere, people.ming, "10")
    with pytest.raises(Refused):
        share(company, foreign, people.ming, "10")
    with pytest.raises(NotPossible):
        share(company, company, people.ming, "10")
    with pytest.raises(NotPossible):
        share(person_in(book), company, people.ming, "10")  # a person has no shareholders
    with pytest.raises(IntegrityError, match="one book"), transaction.atomic():
        Relation.objects.bulk_create(
            [
                Relation(
                    client=elsewhere,
                    company=company,
                    position="director",
                    evidence="stated",
                    by=people.ming,
                    key_id=elsewhere.key_id,
                )
            ]
        )


@pytest.mark.django_db
def test_a_holder_kept_for_storage_only_is_not_counted_behind_their_back(
    people: SimpleNamespace, book: ClientBook
) -> None:
    company, holder = company_in(book), person_in(book)
    row = share(company, holder, people.ming, "10")
    Client.objects.filter(pk=holder.pk).update(state="stop_use")
    with pytest.raises(NotPossible):
        share(company, person_in(book), people.ming, "10")
    with acting(people.ming):
        assert not [one.share for one in positions_of(company).people if one.share]
        end_position(actor=people.ming, relation_id=row.pk, until=timezone.localdate())
    approve(people.olivia, asked_position(company))
    propose_share(company, person_in(book), people.ming, "10")


@pytest.mark.django_db
def test_positions_once_each_and_ended_not_changed(people: SimpleNamespace, book: ClientBook) -> None:
    company, one, other = company_in(book), person_in(book), person_in(book)
    today = timezone.localdate()

    def hold(holder: Client, position: Position) -> Relation | None:
        with acting(people.ming):
            return record_position(
                actor=people.ming, company_id=company.pk, client_id=holder.pk, position=position, since=today
            )

    row = hold(one, Position.LEGAL_REPRESENTATIVE)
    assert row is not None
    for holder in (one, other):
        with pytest.raises(NotPossible):
            hold(holder, Position.LEGAL_REPRESENTATIVE)
    browser = client_of(people.ming)
    with acting(people.ming):
        for wrong in (today - timedelta(days=1), today + timedelta(days=1)):
            with pytest.raises(NotPossible):
                end_position(actor=people.ming, relation_id=row.pk, until=wrong)
    assert browser.post(reverse("vault:position_end", args=[row.pk])).status_code == 302
    with pytest.raises(NotPossible):
        hold(other, Position.LEGAL_REPRESENTATIVE)  # the end waits for a second person
    approve(people.olivia, asked_position(company))
    hold(other, Position.SUPERVISOR)
    director = Relation.objects.get(position=Position.SUPERVISOR)
    assert browser.post(reverse("vault:position_end", args=[director.pk])).status_code == 302
    director.refresh_from_db()
    assert (director.until, director.ended_by) == (today, people.ming)


@pytest.mark.django_db
def test_adding_by_search_never_puts_a_number_into_an_address(
    people: SimpleNamespace, book: ClientBook
) -> None:
    company, holder = company_in(book), add(book)
    browser = client_of(people.ming)
    address = reverse("vault:people_add", args=[company.pk])
    found = browser.post(address, {"q": "13800138000"}).content.decode()
    assert "138****8000" in found
    position = {
        "q": "13800138000",
        "client": str(holder.pk),
        "position": "shareholder",
        "evidence": "registry",
    }
    assert browser.post(address, position).status_code == 422
    assert browser.post(address, position | {"percent": "12.5"}).status_code == 302
    assert browser.post(address, position | {"percent": "120"}).status_code == 422
    stranger = position | {"client": str(uuid4()), "percent": "1"}
    assert browser.post(address, stranger).status_code == 422
    assert Relation.objects.get().position == Position.SHAREHOLDER


@pytest.mark.django_db
def test_attack_from_outside_the_book(people: SimpleNamespace, book: ClientBook) -> None:
    company, holder = company_in(book), person_in(book)
    row = share(company, holder, people.ming, "10")
    for name in ("lin", "ada", "aud", "olivia"):
        browser = client_of(getattr(people, name))
        assert browser.get(reverse("vault:people", args=[company.pk])).status_code == 404
        assert browser.post(reverse("vault:people_reveal", args=[company.pk]), REVEAL).status_code == 404
        assert browser.post(reverse("vault:position_end", args=[row.pk])).status_code == 404
    let_in(book, people.lin, Level.READ)
    with acting(people.lin), pytest.raises(Refused):
        record_share(actor=people.lin, company_id=company.pk, client_id=holder.pk, percent="20")


@pytest.mark.django_db
def test_i8_a_company_of_30_costs_what_one_of_2_costs(people: SimpleNamespace, book: ClientBook) -> None:
    company = company_in(book)
    browser = client_of(people.ming)

    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            Reveal.objects.all().delete()  # what was just shown is not counted anew
            browser.get(reverse("vault:people", args=[company.pk]))
            browser.post(reverse("vault:people_reveal", args=[company.pk]), REVEAL)
        return len(captured)

    for _ in range(2):
        share(company, person_in(book), people.ming, "1")
    cost()
    few = cost()
    for _ in range(12):
        share(company, person_in(book), people.ming, "1")
    cost()  # whoever is shown for the first time is entered in the register, all at once
    assert cost() == few


@pytest.mark.django_db
def test_the_database_refuses(people: SimpleNamespace, book: ClientBook) -> None:
    company, holder = company_in(book), person_in(book)
    bare = {"by": people.ming, "evidence": "stated", "position": "director"}
    both = {"client": holder, "company": company, "key_id": holder.key_id}
    for values, constraint in (
        ({"position": "king"}, "relation_position_known"),
        ({"evidence": "rumour"}, "relation_evidence_known"),
        ({"client": company}, "relation_of_two_clients"),
    ):
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            Relation.objects.bulk_create([Relation(**(both | bare | values))])
    sealed = Relation(**both, **bare)
    sealed.__dict__["share"] = SealedBytes(b"bytes")
    with pytest.raises(IntegrityError, match="relation_shareholder_has_share"), transaction.atomic():
        sealed.save()
    row = Relation(**both, **bare, since="2026-02-01")
    row.save()
    with pytest.raises(IntegrityError, match="relation_live_once"), transaction.atomic():
        Relation.objects.bulk_create([Relation(**both, **bare)])
    for written, constraint in (
        ({"until": "2026-01-01"}, "relation_ends_later"),
        ({"ended_by": people.ming}, "relation_ended_has_a_day"),
        ({"evidence": "registry"}, "relation_is_final"),
    ):
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            Relation.objects.filter(pk=row.pk).update(**written)
    Relation.objects.filter(pk=row.pk).update(until="2026-03-01")
    with pytest.raises(IntegrityError, match="relation_is_final"), transaction.atomic():
        Relation.objects.filter(pk=row.pk).update(until="2026-04-01")


def test_a_band_never_shows_the_percent() -> None:
    assert [band(value) for value in ("24.999999", "25", "49.999999", "50", "100")] == [
        "< 25%",
        "25–50%",
        "25–50%",
        "≥ 50%",
        "≥ 50%",
    ]
