"""The demo: only in demo mode, once, for people who can sign in; and invariant 7 in its log."""

import json
import stat
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import F
from django.test import Client as Browser
from django.urls import reverse

from audit.actions import Action
from audit.models import LogEntry
from audit.origin import Origin, acting_as
from compliance.demo.clients import ENTRUSTED_CLIENTS, OLD_CLIENTS, OWN_BOOK, OWN_CLIENTS
from compliance.demo.logins import AGENT, EVERYBODY
from compliance.demo.owning import FROM_CHATS, POOL
from compliance.demo.watch import LEAVERS
from compliance.destruction.models import DestructionRun
from deals.pipeline.models import Deal
from people.approvals.models import ApprovalDecision, ApprovalRequest
from people.posts.codes import Post
from people.posts.holding import line_of
from tests.cast import fixed_rows
from vault.demo.people import make_customer_rows
from vault.intake.models import DuplicateClaim
from vault.purposes.catalogue import Holding
from vault.purposes.consents.models import ConsentEvent
from vault.purposes.notices.models import Notice
from vault.records.labels import Group
from vault.records.models import Client, ClientBook
from vault.records.review.staleness import holds

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def home(tmp_path: Path, settings) -> Path:
    settings.DEMO_MODE = True
    settings.HOME_DIR = tmp_path
    fixed_rows()
    return tmp_path


@pytest.fixture
def logins(home: Path) -> list[dict[str, str]]:
    call_command("seed_demo", "--json")
    return json.loads((home / "demo-logins.json").read_text())


def counts() -> dict[str, int]:
    found = {
        model._meta.label: model._default_manager.count()
        for model in apps.get_models()
        if model._meta.managed and model._meta.app_label in {"people", "vault", "deals", "compliance"}
    }
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from log.entry")
        return found | {"log": cursor.fetchone()[0]}


def test_refused_outside_demo_mode(home: Path, settings) -> None:
    settings.DEMO_MODE = False
    with pytest.raises(CommandError):
        call_command("seed_demo")
    assert not (home / "demo-logins.json").exists()


def test_the_demo_is_whole(home: Path, logins) -> None:
    assert stat.S_IMODE((home / "demo-logins.json").stat().st_mode) == 0o600
    assert {login["username"] for login in logins} == {person.username for person in EVERYBODY}
    assert Client.objects.count() == OWN_CLIENTS + ENTRUSTED_CLIENTS + len(FROM_CHATS) + LEAVERS
    assert Deal.objects.count() == 2
    assert DestructionRun.objects.get().size == OLD_CLIENTS
    reveals = LogEntry.objects.filter(action=Action.CLIENT_REVEAL, object_id__in=Client.objects.values("pk"))
    revealed = [(Client.objects.get(pk=one.object_id), one.fields) for one in reveals]
    assert {group for _client, fields in revealed for group in fields} >= {Group.NOTES, Group.CONTACT}
    for client, fields in revealed:
        assert all(holds(client, Group(code)) for code in fields if code in Group)
    assert DuplicateClaim.objects.get().owner.username == AGENT.username
    assert Client.objects.filter(book__name=OWN_BOOK, assigned=None).count() == POOL


def test_the_dates_of_the_demo_are_in_the_order_of_its_ids(logins) -> None:
    added = list(
        Client.objects.filter(book__name=OWN_BOOK).order_by("pk").values_list("created_at", flat=True)
    )
    assert added == sorted(added)
    assert not Client.objects.filter(updated_at__lt=F("created_at")).exists()


def test_every_book_of_ours_has_a_notice_and_some_clients_answered(logins) -> None:
    ours = ClientBook.objects.filter(holding=Holding.OWN)
    assert ours.count() == Notice.objects.count() == 2
    words = ConsentEvent.objects.values_list("given", flat=True)
    assert {True, False} == set(words)


def test_a_second_run_changes_nothing(home: Path, logins) -> None:
    before, file = counts(), (home / "demo-logins.json").read_bytes()
    call_command("seed_demo")
    assert counts() == before
    assert (home / "demo-logins.json").read_bytes() == file


def signed_in(login: dict[str, str]) -> Browser:
    """With what the file says, and nothing else."""
    browser = Browser()
    browser.post(reverse("account_login"), {"login": login["username"], "password": login["password"]})
    if login["totp_secret"]:
        assert "_auth_user_id" not in browser.session
        printed = StringIO()
        call_command("demo_code", login["username"], stdout=printed)
        browser.post(reverse("mfa_authenticate"), {"code": printed.getvalue()[:6]})
    return browser


def test_everybody_signs_in_with_what_the_file_and_demo_code_say(logins) -> None:
    for login in logins:
        assert signed_in(login).get(reverse("people:me")).status_code == 200, login["role"]
    assert {login["role"] for login in logins if not login["totp_secret"]} == {"adviser", "buyer", "seller"}


def test_demo_code_is_refused_outside_demo_mode_and_for_nobody(logins, settings) -> None:
    with pytest.raises(CommandError):
        call_command("demo_code", "nobody")
    settings.DEMO_MODE = False
    with pytest.raises(CommandError, match="demo mode"):
        call_command("demo_code", AGENT.username)


def test_i7_the_log_holds_none_of_the_demos_values(logins) -> None:
    """Every column of every entry, the leaf among them, as text: no name, number or address of anybody."""
    values = {login[name] for login in logins for name in ("name", "username", "password", "totp_secret")} - {
        ""
    }
    values |= {person.email for person in EVERYBODY}
    fields = ("name", "id_number", "credit_code", "phone", "email", "address", "bank_account")
    for seed, count in ((20261121, OWN_CLIENTS), (20261122, ENTRUSTED_CLIENTS)):
        for row in make_customer_rows(count, seed):
            values |= {row[name] for name in fields if row[name]}
    with connection.cursor() as cursor:
        cursor.execute("select to_jsonb(e)::text || convert_from(leaf, 'UTF8') from log.entry e")
        text = "\n".join(row[0] for row in cursor.fetchall())
    assert len(values) > OWN_CLIENTS
    assert [value for value in values if value in text] == []


def test_the_log_reads_well(logins) -> None:
    officer = next(login for login in logins if login["role"] == "officer")
    browser = signed_in(officer)
    page = browser.get(reverse("compliance:log"), {"action": "client.reveal"})
    assert len(page.context["shown"].items) >= 4
    with acting_as(Origin()):
        refused = browser.get(reverse("compliance:log"), {"result": "refused"})
    assert any(line.refused for line in refused.context["shown"].items)


def test_what_was_decided_was_asked_for_hours_before_and_looked_at_for_minutes(home: Path, logins) -> None:
    decided = ApprovalRequest.objects.filter(decided_at__isnull=False)
    assert decided.count() >= 10
    for request in decided:
        assert request.decided_at - request.created_at >= timedelta(minutes=50), request.action
    for decision in ApprovalDecision.objects.select_related("request"):
        assert decision.decided_at - decision.preview_opened_at >= timedelta(minutes=1)
        assert decision.preview_opened_at > decision.request.created_at


def test_both_posts_are_held_and_stood_in_for(home: Path, logins) -> None:
    for post in Post:
        line = line_of(post)
        assert line.holder is not None
        assert line.deputy is not None
