"""Third and fourth chapter: the agent's book, its list, and the one client who is looked for and opened."""

import re
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.browser.chromium import path_of
from tests.browser.main_job import files
from tests.browser.main_job.person import Person

BOOK = "咨询客户"
_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


@dataclass(frozen=True, kw_only=True)
class Known:
    """The client of the story: what the list says, the address of the page."""

    row: dict[str, str]
    path: str
    book: str

    @property
    def phone(self) -> str:
        return f"+86{self.row['phone']}"

    @property
    def id(self) -> str:
        return self.path.strip("/").split("/")[-1]


def a_list_comes_in(agent: Person, folder: Path) -> list[dict[str, str]]:
    """Imports the list twice; the rows that are in the book."""
    rows = files.client_list(folder / "名单.csv")
    agent.go("/clients/")
    agent.press("New client book")
    agent.fill(name=BOOK, purpose="service")
    agent.press("Open the book")
    agent.sees("The book is open.")
    job = _import(agent, folder / "名单.csv")
    _leave_and_come_back(agent, job)
    _outcome(agent, added=len(rows), present=0)
    _look_at_bad_rows(agent, folder / "bad.xlsx")
    agent.go(f"/clients/import/{_book_id(agent)}/")
    _import(agent, folder / "名单.csv")
    _outcome(agent, added=0, present=len(rows))
    return rows


def one_is_found_however_typed(agent: Person, rows: list[dict[str, str]]) -> Known:
    row = next(row for row in rows if row["id_number"].endswith("X"))
    phone, number = row["phone"], row["id_number"]
    typed = (
        f"+86 {phone[:3]} {phone[3:7]} {phone[7:]}",
        phone.translate(_FULL_WIDTH),
        f"{number[:6]} {number[6:14]} {number[14:].lower()}",
        row["email"].upper(),
        f" {row['name']} ",
    )
    found = [_search(agent, text, row) for text in typed]
    whole, by_name = found[:-1], found[-1]
    assert all(paths == whole[0] and len(paths) == 1 for paths in whole)
    assert whole[0] <= by_name  # namesakes may be found, too
    [path] = whole[0]
    return Known(row=row, path=path, book=_book_id(agent))


def contact_is_revealed(agent: Person, known: Known) -> Page:
    """Masks, plaintext for a stated purpose, nothing in the browser's cache. Returns a page left open."""
    agent.go(known.path)
    _only_masks(agent.page, known.row)
    contact = _reveal(agent.page)
    expect(contact.locator(".opened")).to_contain_text(known.phone.removeprefix("+86"))
    expect(contact).to_have_attribute("hx-trigger", "load delay:60s")
    for hidden in (known.row["id_number"], known.row["bank_account"]):
        assert hidden not in agent.page.content()
    agent.go("/clients/")
    agent.page.go_back()
    _only_masks(agent.page, known.row)
    expect(_reveal(agent.page).locator(".opened")).to_contain_text(known.phone.removeprefix("+86"))
    still_open = agent.page
    agent.page = agent.page.context.new_page()
    _without_scripts(agent, known)
    return still_open


def is_masked_again(page: Page, known: Known) -> None:
    """By itself, a minute after it was opened."""
    expect(page.locator("#group-contact .opened")).to_have_count(0, timeout=65_000)
    _only_masks(page, known.row)


def is_gone(agent: Person, known: Known) -> None:
    agent.go(known.path, status=404)
    agent.go(f"{known.path}contact/", status=404)
    assert _search(agent, known.row["phone"]) == set()
    agent.sees("Nobody found")


def _import(agent: Person, path: Path) -> str:
    """From the book's page or the upload page; the address of the job."""
    if (
        agent.main.get_by_role("link", name="Import a list", exact=True).count()
        and "/books/" in agent.page.url
    ):
        agent.press("Import a list")
    _say_where_it_comes_from(agent)
    agent.attach(path)
    agent.press("Upload and check")
    # A long list is checked by the worker first; the page shows the columns by itself.
    expect(agent.main).to_contain_text("What each column becomes", timeout=60_000)
    agent.sees("身份证号码")
    agent.main.get_by_role("button", name=re.compile(r"^Import 2,?000 rows$")).click()
    agent.page.wait_for_url(lambda url: not url.endswith("/start/"))
    return path_of(agent.page)


def _say_where_it_comes_from(agent: Person) -> None:
    """Recorded the first time, chosen from then on."""
    known = agent.main.locator("select[name=source] option").count() > 1
    if known:
        agent.main.locator("select[name=source]").select_option(index=1)
        return
    agent.press("Record the source of a list")
    agent.main.get_by_label("Collected by ourselves").check()
    agent.fill(given_by="前台", collected_on="2026-01-05", told="notice")
    agent.press("Record the source")
    expect(agent.main.locator("select[name=source]")).not_to_have_value("")


def _leave_and_come_back(agent: Person, job: str) -> None:
    expect(agent.main.locator("progress")).to_be_visible()
    agent.page.close()
    agent.page = agent.page.context.new_page()
    agent.go("/clients/import/")
    agent.main.locator(f'a[href="{job}"]').click()


def _outcome(agent: Person, *, added: int, present: int) -> None:
    """Waits for the end; the page then shows the counts."""
    for label, count in (("Added", added), ("There already", present), ("Failed rows", files.BAD)):
        fact = agent.main.locator(".facts > div").filter(has_text=label).locator("dd")
        expect(fact).to_have_text(re.compile(f"{count:,}".replace(",", ",?")), timeout=60_000)


def _look_at_bad_rows(agent: Person, path: Path) -> None:
    with agent.page.expect_download() as download:
        agent.press("Download the rows that failed")
    download.value.save_as(path)
    heading, *bad = files.rows_of_sheet(path)
    assert len(bad) == files.BAD
    assert heading[2:4] == ["客户姓名", "客户类型"]
    assert all("手机号" in row[0] and "12" in row for row in bad)


def _book_id(agent: Person) -> str:
    link = agent.page.context.request.get("/clients/").text()
    match = re.search(r"/clients/books/([0-9a-f-]{36})/", link)
    assert match
    return match[1]


def _search(agent: Person, text: str, row: dict[str, str] | None = None) -> set[str]:
    """Addresses of the clients found from the search page; nothing of it stands in an address."""
    agent.go("/clients/search/")
    agent.fill(q=text)
    agent.press("Search")
    expect(agent.main.locator(".list, .blank-state").first).to_be_visible()
    assert path_of(agent.page) == "/clients/search/"
    if row:
        _only_masks(agent.page, row, but=text)
    hrefs = agent.main.locator("a.row-link").evaluate_all(
        "links => links.map(link => link.getAttribute('href'))"
    )
    return set(hrefs)


def _only_masks(page: Page, row: dict[str, str], but: str = "") -> None:
    expect(page.locator(".mask").first).to_be_visible()
    shown = page.locator("main").inner_text()
    for name in ("phone", "id_number", "email", "bank_account", "address"):
        assert row[name] not in shown, name


def _reveal(page: Page) -> Locator:
    contact = page.locator("#group-contact")
    contact.locator("summary").click()
    contact.locator("select[name$=purpose]").select_option("service")
    contact.locator("select[name$=reason]").select_option("call")
    contact.get_by_role("button", name="Reveal for a minute").click()
    return contact


def _without_scripts(agent: Person, known: Known) -> None:
    page = agent.site.open(language="en", javascript=False)
    page.context.add_cookies(agent.page.context.cookies())
    page.goto(known.path)
    with page.expect_response(lambda answer: answer.url.endswith("/reveal/")) as answer:
        _reveal(page)
    expect(page.locator(".opened")).to_contain_text(known.phone.removeprefix("+86"))
    assert answer.value.headers["refresh"] == f"60; url={known.path}"
    assert "no-store" in answer.value.headers["cache-control"]
    page.get_by_role("link", name="Mask again").click()
    _only_masks(page, known.row)
