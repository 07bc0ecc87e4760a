"""For a day after a reset of their second factors somebody is shown no plaintext and takes no list."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.urls import reverse
from django.utils import timezone
from psycopg2.extensions import connection as Connection

from audit.actions import Action, Reason
from audit.models import LogEntry
from people.factors.models import FactorReset
from people.factors.resetting import reset_factors
from tests.cast import client_of, with_app
from tests.vault.disclosures.makers import ask, ready, reveal, taken
from tests.vault.records.makers import acting, add, let_in
from tests.vault.relations.makers import followup_of
from vault.disclosures.holds import ExportsHeld
from vault.records.models import Client, ClientBook
from vault.records.reveals.refusals import Lack, RevealRefused

pytestmark = pytest.mark.django_db(transaction=True)
DATA = {"CONTACT-purpose": "service", "CONTACT-reason": "call"}


@pytest.fixture
def client(people: SimpleNamespace, book: ClientBook) -> Client:
    return add(book)


def reset(people: SimpleNamespace) -> str:
    """Ada resets ming, who is back with a new app; until when plaintext is paused, as pages say it."""
    with acting(people.ada):
        row = reset_factors(actor=people.ada, person=people.ming)
    with_app(people.ming)
    return timezone.localtime(row.paused_until).strftime("%Y-%m-%d %H:%M")


def test_a_reveal_says_until_when_and_that_an_officer_was_told(
    people: SimpleNamespace, client: Client
) -> None:
    until = reset(people)
    with pytest.raises(RevealRefused) as refused:
        reveal(people.ming, client)
    assert refused.value.lack is Lack.PAUSED
    page = client_of(people.ming).post(reverse("vault:client_reveal", args=[client.pk, "contact"]), DATA)
    text = page.content.decode()
    assert until in text
    assert "An officer was told" in text
    assert "zhang@qq.com" not in text
    assert LogEntry.objects.filter(
        action=Action.CLIENT_REVEAL, object_id=client.pk, reason=Lack.PAUSED, result="refused"
    ).exists()
    let_in(client.book, people.lin)
    reveal(people.lin, client)  # a colleague's reveals go on


def test_a_number_to_call_is_not_shown(people: SimpleNamespace, client: Client) -> None:
    followup = followup_of(client, people.ming)
    until = reset(people)
    page = client_of(people.ming).post(reverse("vault:followup_call", args=[followup.pk])).content.decode()
    assert until in page
    assert "13800138000" not in page


def test_no_export_is_asked_for_or_taken(people: SimpleNamespace, client: Client) -> None:
    export = ready(people, people.lin)
    until = reset(people)
    for attempt in (lambda: taken(export), lambda: ask(people.ming, people.lin)):
        with pytest.raises(ExportsHeld, match=until):
            attempt()
    browser = client_of(people.ming)
    answer = browser.post(reverse("vault:export_download", args=[export.pk]), follow=True)
    assert until in answer.content.decode()
    export.refresh_from_db()
    assert export.downloads == 0
    assert LogEntry.objects.filter(object_id=export.pk, reason=Reason.FACTOR_RESET, result="refused").exists()


def test_it_ends_by_itself_after_a_day(
    people: SimpleNamespace, client: Client, superuser: Connection
) -> None:
    reset(people)
    with superuser.cursor() as cursor:  # a day goes by; nobody else can touch the row
        cursor.execute("set session_replication_role = replica")
        cursor.execute(
            "update people_factorreset set at = at - %s, paused_until = paused_until - %s",
            [timedelta(days=1)] * 2,
        )
    assert FactorReset.objects.count() == 1
    reveal(people.ming, client)
