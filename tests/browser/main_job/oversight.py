"""Sixth and seventh chapter: the officer reads the log, and what came due is destroyed for good."""

import json
import re
from datetime import date, timedelta
from pathlib import Path

from playwright.sync_api import Locator, expect

from tests.browser.chromium import path_of
from tests.browser.main_job import files
from tests.browser.main_job.clients import Known
from tests.browser.main_job.people import House, approve
from tests.browser.main_job.person import Person
from tests.browser.main_job.room import FINANCE, OVERVIEW

DUE = 25  # clients on the list of destruction


def the_log_tells(house: House, known: Known, folder: Path) -> None:
    officer = house.officer
    officer.go(f"/log/?client={known.id}&action=client.reveal")
    line = _lines(officer).first
    expect(line).to_contain_text("苏晚晴 revealed the plaintext of")
    expect(line).to_contain_text("for Serving the client")
    expect(line).to_contain_text("To call or write to the client")
    officer.go("/log/?result=refused")
    officer.choose("person", house.admin.name)
    officer.press("Filter")
    # In the first chapter: clients and deals, and before them home, while there was no second factor.
    expect(_lines(officer)).to_have_count(3)
    expect(_lines(officer).first).to_contain_text("方子安 (at the request of 沈若溪) was refused")
    officer.choose("person", "江予安 (Outside person)")
    officer.press("Filter")
    expect(_lines(officer).first).to_contain_text("江予安 was refused")
    officer.go(f"/log/?client={known.id}")
    officer.main.locator("summary", has_text="Export").click()
    with officer.page.expect_download() as download:
        officer.press("Table (CSV)")
    download.value.save_as(folder / "log.csv")
    _holds_codes_only(folder / "log.csv", known)
    _is_sound(house)


def what_came_due_is_destroyed(house: House, known: Known) -> None:
    _a_year_passes(house, known)
    _make_rule(house.officer)
    proposed = json.loads(house.site.manage("destroy_due", "--json"))
    assert proposed["records"] == DUE
    run = f"/compliance/destruction/{proposed['run']}/"
    _ask(house.second_officer, run)
    request = path_of(house.second_officer.page)
    assert house.second_officer.main.get_by_role("button", name="Approve").count() == 0
    for officer, said in ((house.officer, "others are still needed"), (house.third_officer, "carried out")):
        officer.go(request)
        officer.sees(known.id)
        approve(officer, "The list was looked through.")
        officer.sees(said)
    _certificate(house.officer, run, known)
    house.officer.go(f"/log/?client={known.id}&action=destruction.*")
    expect(_lines(house.officer).first).to_contain_text("destroyed")
    _is_sound(house)


def nothing_lies_about(house: House, known: Known) -> None:
    """On disk: no field of a client, no name of a folder or file, no page of a document."""
    for name in ("name", "phone", "id_number", "email", "address", "bank_account"):
        assert house.site.files_holding(known.row[name]) == [], name
    for words in (OVERVIEW, FINANCE, "经营数据.xlsx", "%PDF-1."):
        assert house.site.files_holding(words) == [], words


def _lines(officer: Person) -> Locator:
    return officer.main.locator(".log-rows tbody tr")


def _holds_codes_only(path: Path, known: Known) -> None:
    rows = files.rows_of_csv(path)
    assert {row["purpose"] for row in rows if row["action"] == "client.reveal"} == {"service"}
    text = path.read_text(encoding="utf-8")
    for name in ("name", "phone", "id_number", "email", "address", "bank_account"):
        assert known.row[name] not in text, name


def _is_sound(house: House) -> None:
    report = json.loads(house.site.manage("verify_log", "--json"))
    assert report["sound"], report
    assert report["entries"] > 100


def _a_year_passes(house: House, known: Known) -> None:
    """For the client of the story and some others."""
    aged = house.site.sql(
        "update vault_client set created_at = created_at - interval '400 days' where id in"
        " (select id from vault_client order by id = %s desc, id limit %s)",
        known.id,
        DUE,
    )
    assert aged == DUE


def _make_rule(officer: Person) -> None:
    officer.go("/compliance/retention/add/")
    review = date.today() + timedelta(days=90)
    officer.fill(
        name="咨询客户保存一年",
        trigger="created",
        period_days="365",
        basis="pipl19",
        next_review=review.isoformat(),
    )
    officer.press("Save")
    expect(officer.main.locator("table.rows td.num")).to_have_text(str(DUE))


def _ask(officer: Person, run: str) -> None:
    officer.go(run)
    officer.sees(f"Destruction of {DUE} records")
    officer.fill(reason="The year of keeping is over.")
    officer.press("Ask for approval")
    officer.sees("Destroy records for good")


def _certificate(officer: Person, run: str, known: Known) -> None:
    """The worker is at it by itself; the page says when it is done."""
    officer.go(run)
    certificate = officer.page.get_by_role("link", name="Certificate", exact=True)
    expect(certificate).to_be_visible(timeout=60_000)
    certificate.click()
    officer.sees("Every copy of the keys, and when it dies")
    expect(officer.main.locator(".facts > div", has_text="Records destroyed").locator("dd")).to_have_text(
        str(DUE)
    )
    officer.sees(known.id)
    officer.sees("with the last root key of before")
    for name in ("沈若溪", "顾明远", "贺知秋"):
        officer.sees(name)
    content = json.loads(officer.get(f"{run}certificate.json").body())
    assert re.fullmatch("[0-9a-f]{64}", officer.main.locator("code.digest").inner_text())
    assert content["counts"]["records"] == DUE
