"""The origin of a request, and the pages of a refusal and of an unavailable log."""

import re
from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth import authenticate
from django.http import HttpResponse
from django.test import Client, RequestFactory
from psycopg2.extensions import connection as Connection

from audit.actions import Action, ObjectType
from audit.ids import uuid7
from audit.middleware import network_prefix, session_pseudonym
from audit.models import LogEntry
from audit.origin import Origin, acting_as
from audit.refusals import Refused
from audit.signals import refused_in_job
from people.accounts.models import User
from tests.cast import placeless, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.audit.urls")]

PASSWORD = "a long pass phrase of the tests"


@pytest.fixture
def ming() -> User:
    user = User(username="ming", display_name="Ming", email="ming@example.test")
    user.set_password(PASSWORD)
    user.save()
    return user


def entries_of(response: HttpResponse) -> list[LogEntry]:
    return list(LogEntry.objects.using("audit").filter(request=response["X-Request-ID"]).order_by("at", "id"))


def without_what_varies(response: HttpResponse) -> str:
    """The page without its masked CSRF tokens and its own address."""
    text = re.sub(r"[A-Za-z0-9]{64}", "token", response.content.decode())
    return text.replace(str(response.wsgi_request.path), "address")


def test_a_request_carries_its_origin(client: Client, ming: User) -> None:
    signed_in(client, ming)
    placeless(client)
    response = client.get("/odd/fine/", REMOTE_ADDR="203.0.113.77")
    said = response.json()
    (row,) = entries_of(response)
    assert said["actor"] == str(ming.pk) == str(row.actor)
    assert said["network"] == "203.0.113.0/24" == row.network
    assert said["session"] == str(session_pseudonym(client.session.session_key)) == str(row.session)
    assert said["request"] == response["X-Request-ID"] == str(row.request)


def test_a_visitor_is_nobody(client: Client) -> None:
    said = client.get("/odd/fine/").json()
    assert (said["actor"], said["session"]) == ("None", "None")


def test_i5_a_refusal_is_logged_in_spite_of_the_rollback_and_looks_like_a_missing_page(
    client: Client,
) -> None:
    asked = uuid7()
    response = client.get(f"/odd/refused/{asked}/")
    missing = client.get("/there/is/no/such/page/")
    assert (response.status_code, missing.status_code) == (404, 404)
    assert without_what_varies(response) == without_what_varies(missing)
    (row,) = entries_of(response)
    assert (row.object_id, row.result, row.action) == (asked, "refused", "request.refuse")
    assert entries_of(missing) == []


def test_a_denied_request_is_logged(client: Client) -> None:
    response = client.get("/odd/denied/")
    (row,) = entries_of(response)
    assert (response.status_code, row.result, row.reason) == (403, "refused", "no_permission")


def test_a_form_from_another_site_is_logged() -> None:
    response = Client(enforce_csrf_checks=True).post("/odd/fine/", {"name": "x"})
    (row,) = entries_of(response)
    assert (response.status_code, row.result, row.reason) == (403, "refused", "cross_site")


def test_i1_an_unavailable_log_is_a_plain_503(client: Client) -> None:
    response = client.get("/odd/unavailable/")
    assert response.status_code == 503
    assert response["Retry-After"] == "10"
    assert "no-store" in response["Cache-Control"]


def test_i1_a_page_is_503_when_its_entry_or_its_refusal_cannot_be_committed(
    client: Client, superuser: Connection
) -> None:
    superuser.autocommit = False
    with superuser.cursor() as cursor:
        cursor.execute("lock table log.entry in exclusive mode")
        for page in ("/odd/fine/", "/odd/denied/"):
            response = client.get(page)
            assert response.status_code == 503
            assert b"actor" not in response.content
    superuser.rollback()
    assert client.get("/odd/fine/").status_code == 200


def test_signing_in_and_out_is_logged_under_the_new_session(client: Client, ming: User) -> None:
    client.login(username="ming", password=PASSWORD)
    signed_in = LogEntry.objects.using("audit").filter(actor=ming.pk)
    assert [row.action for row in signed_in] == ["session.sign_in"]
    client.logout()
    assert {row.action for row in signed_in.all()} == {"session.sign_in", "session.sign_out"}


@pytest.mark.parametrize(("name", "known"), [("ming", True), ("Hunter2 typed in the wrong box", False)])
def test_i7_a_failed_sign_in_names_the_account_only_by_id(ming: User, name: str, known: bool) -> None:
    with acting_as(Origin(request=uuid7())) as origin:
        assert authenticate(None, username=name, password="wrong") is None
    row = LogEntry.objects.using("audit").filter(action="session.sign_in_fail").latest("at")
    assert (row.result, row.reason, row.actor) == ("failed", "bad_credentials", None)
    assert row.subjects == ([ming.pk] if known else [])
    assert origin.request is not None
    assert name.encode() not in bytes(row.leaf)


def test_a_refusal_in_a_job_is_logged_with_who_had_ordered_it() -> None:
    orderer, asked = uuid7(), uuid7()
    with acting_as(Origin(actor=orderer)):
        refusal = Refused(ObjectType.PAGE, asked, Action.REQUEST_REFUSE)
    refused_in_job(exception=refusal)
    row = LogEntry.objects.using("audit").get(object_id=asked)
    assert (row.actor, row.result) == (orderer, "refused")


@pytest.mark.parametrize(
    ("proxies", "forwarded", "remote", "prefix"),
    [
        (0, "", "203.0.113.77", "203.0.113.0/24"),
        (0, "198.51.100.9", "203.0.113.77", "203.0.113.0/24"),
        (1, "198.51.100.9", "127.0.0.1", "198.51.100.0/24"),
        (1, "10.9.9.9, 198.51.100.9", "127.0.0.1", "198.51.100.0/24"),
        (2, "10.9.9.9, 198.51.100.9, 192.0.2.1", "127.0.0.1", "198.51.100.0/24"),
        (2, "198.51.100.9", "192.0.2.1", "192.0.2.0/24"),
        (1, "not an address", "127.0.0.1", None),
        (0, "", "", None),
        (0, "", "2001:db8:1:2:3::4", "2001:db8:1::/48"),
        (0, "", "::ffff:203.0.113.77", "203.0.113.0/24"),
    ],
)
def test_the_network_is_a_prefix_that_no_client_can_choose(
    settings: Any, proxies: int, forwarded: str, remote: str, prefix: str | None
) -> None:
    settings.TRUSTED_PROXIES = proxies
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    request = RequestFactory(headers=headers).get("/", REMOTE_ADDR=remote)
    assert network_prefix(request) == prefix


def test_the_pseudonym_of_a_session_is_stable_and_is_not_its_key() -> None:
    one = session_pseudonym("abc")
    assert one == session_pseudonym("abc") != session_pseudonym("abd")
    assert isinstance(one, UUID)
    assert session_pseudonym(None) is None
