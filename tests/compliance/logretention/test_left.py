"""Entries that left with their month: their page, and what points to them."""

from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.http import QueryDict
from django.test import Client
from django.utils import timezone
from psycopg2.extensions import connection as Connection

from audit.models import LogEntry
from audit.origin import Origin, acting_as
from audit.tree import store as tree
from compliance.logretention import bundles, tasks
from compliance.review.forms import LogFilterForm
from compliance.review.models import Drawn, Sample, SampleDraw, SampleRule
from compliance.review.signing import sign_off, standing_of, stretch_of
from tests.cast import signed_in
from tests.compliance.logretention.conftest import AddMonths
from tests.compliance.logretention.doing import leaves, night
from tests.compliance.logretention.test_leaving import found

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("lasting_keys")]


@pytest.fixture(autouse=True)
def _queue_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks.leave, "delay", lambda code: None)


@pytest.fixture
def olivia(people: dict[str, Any], client: Client) -> Client:
    people["olivia"].language = "en"
    people["olivia"].save()
    signed_in(client, people["olivia"])
    return client


def test_an_entry_that_left_says_where_its_text_is(
    people: dict[str, Any],
    olivia: Client,
    old: AddMonths,
    superuser: Connection,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    [_first, second] = old(2, 3)
    night(superuser, monkeypatch)
    entry = LogEntry.objects.filter(at__year=second.year, at__month=second.month).order_by("at")[1]
    index = tree.index_of(entry.pk)
    row = leaves(people, superuser, monkeypatch, second)
    assert row.left_at is not None
    page = olivia.get(f"/log/{entry.pk}/")
    text = " ".join(page.content.decode().split())
    assert page.status_code == 200
    assert f"It is number {index} of the log (the first is 0), of {row.code}." in text
    assert "The newest signed checkpoint holds it" in text
    assert row.file_name in text
    assert bytes(row.bundle or b"").hex() in text
    assert f"/log/retention/{row.code}/download/" in text
    assert LogEntry.objects.filter(action="log.read", object_id=entry.pk, fields=["entry", "left"]).exists()
    drawer = olivia.get(f"/log/{entry.pk}/", headers={"HX-Request": "true"}).content.decode()
    assert "data-drawer-close" in drawer
    assert "<html" not in drawer
    assert olivia.get(f"/log/{entry.pk}/proof/download/").headers["Location"] == f"/log/{entry.pk}/"
    with pytest.raises(CommandError, match=row.file_name):
        call_command("prove_entry", str(entry.pk), "--as", "olivia", "--out", str(tmp_path / "none"))
    assert olivia.post(f"/log/{entry.pk}/reason/").status_code == 404
    bundles.path_of(row).unlink()
    assert "The file is not in its place here" in olivia.get(f"/log/{entry.pk}/").content.decode()
    signed_in(olivia, people["aud"])
    assert olivia.get(f"/log/{entry.pk}/").status_code == 200
    assert olivia.get(f"/log/{uuid4()}/").status_code == 404
    for person in ("ming", "ada"):
        signed_in(olivia, people[person])
        gone, never = olivia.get(f"/log/{entry.pk}/"), olivia.get(f"/log/{uuid4()}/")
        assert (gone.status_code, never.status_code) == (404, 404)
        assert gone.content.count(b"<") == never.content.count(b"<")


def test_what_points_to_an_entry_that_left_shows_that(
    people: dict[str, Any],
    olivia: Client,
    old: AddMonths,
    superuser: Connection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    [month] = old(2)
    night(superuser, monkeypatch)
    entry = LogEntry.objects.filter(at__year=month.year, at__month=month.month).order_by("at")[0]
    leaves(people, superuser, monkeypatch, month)
    found(entry.pk)
    [shown] = olivia.get("/log/findings/?state=all").context["rows"]
    page = olivia.get(f"/log/findings/{shown[0].pk}/")
    assert page.status_code == 200
    assert f'href="/log/{entry.pk}/"' in page.content.decode()
    assert "left the database with their month" in page.content.decode()


def test_a_sample_of_an_entry_that_left_is_listed(
    people: dict[str, Any],
    olivia: Client,
    old: AddMonths,
    superuser: Connection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    [month] = old(2)
    night(superuser, monkeypatch)
    entries = LogEntry.objects.filter(at__year=month.year, at__month=month.month).order_by("at")
    asked_about, answer = entries.values_list("pk", flat=True)
    leaves(people, superuser, monkeypatch, month)
    rule = SampleRule.objects.create(drawn=Drawn.values[0], per_week=1)
    draw = SampleDraw.objects.create(rule=rule, week=date(2026, 11, 16), seed=bytes(32), population=1)
    sample = Sample.objects.create(
        draw=draw, entry=asked_about, client=uuid4(), reader=people["ming"], due_at=timezone.now()
    )
    signed_in(olivia, people["ming"])
    for address in ("/asked/", f"/asked/{sample.pk}/"):
        shown = olivia.get(address, headers={"Accept-Language": "en"})
        assert shown.status_code == 200
        assert "A log entry that left" in shown.content.decode()
    sample.state, sample.answer, sample.answered_at = "answered", answer, timezone.now()
    sample.save()
    signed_in(olivia, people["olivia"])
    shown = olivia.get("/log/samples/").content.decode()
    for entry in (asked_about, answer):
        assert f'href="/log/{entry}/">A log entry that left</a>' in shown


def test_a_sign_off_of_a_month_that_left_is_not_called_changed(
    people: dict[str, Any],
    olivia: Client,
    old: AddMonths,
    superuser: Connection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    [month] = old(2)
    night(superuser, monkeypatch)
    address = f"since={month:%Y-%m-%d}&until={month:%Y-%m}-28"
    form = LogFilterForm(QueryDict(address))
    assert form.is_valid()
    with acting_as(Origin(actor=people["olivia"].pk)):
        stretch = stretch_of(people["olivia"], form.filters())
        signed = sign_off(
            actor=people["olivia"],
            filters=form.filters(),
            address=address,
            upto=stretch.until,
            seen=stretch.digest,
        )
    assert (stretch.entries, standing_of(signed).same) == (2, True)
    leaves(people, superuser, monkeypatch, month)
    standing = standing_of(signed)
    assert (standing.same, standing.left) == (False, (f"{month:%Y-%m}",))
    page = olivia.get(f"/log/signed/{signed.pk}/").content.decode()
    assert f"have left the database with {month:%Y-%m}" in page
    assert "entries were added or changed" not in page
