import random

from vault.demo.people import make_company, make_customer_rows, make_person
from vault.formats import bank_account, credit_code, dates, email, identity, names, phone


def test_the_same_seed_gives_the_same_clients() -> None:
    assert list(make_customer_rows(50, seed=3)) == list(make_customer_rows(50, seed=3))
    assert list(make_customer_rows(50, seed=3)) != list(make_customer_rows(50, seed=4))


def test_people_pass_every_check_without_a_warning() -> None:
    rng = random.Random(1)
    for person in (make_person(rng) for _ in range(300)):
        assert identity.normalise(person["id_number"]).warnings == ()
        assert identity.birth_date(person["id_number"]) == dates.birth_date(person["birth_date"]).value
        assert phone.normalise(person["phone"]).warnings == ()
        assert bank_account.normalise(person["bank_account"]).warnings == ()
        assert email.normalise(person["email"])
        assert not names.is_company(person["name"])


def test_companies_pass_every_check_without_a_warning() -> None:
    rng = random.Random(2)
    for company in (make_company(rng) for _ in range(300)):
        assert credit_code.normalise(company["credit_code"]).warnings == ()
        assert bank_account.normalise(company["bank_account"]).warnings == ()
        assert names.is_company(company["name"])


def test_no_number_comes_twice() -> None:
    clients = list(make_customer_rows(2_000, seed=5))
    assert len({client["id_number"] or client["credit_code"] for client in clients}) == 2_000
