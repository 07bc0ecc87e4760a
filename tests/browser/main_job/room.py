"""Fifth chapter: a deal under its code name, its room, and a buyer who sees what was granted and no more."""

import io
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageChops
from playwright.sync_api import expect

from deals.files.sniffing import MediaType
from deals.viewer.rendering import draw_page
from tests.browser.chromium import path_of
from tests.browser.main_job import files
from tests.browser.main_job.people import House, approve, sign_undertaking, turn_to_the_last
from tests.browser.main_job.person import Person

CODE_NAME = "青松"
OVERVIEW, FINANCE, CONTRACTS = "公司概况", "财务与税务", "合同"
ORIGINAL, VIEW = "Original download", "View"


@dataclass(kw_only=True)
class Room:
    """The addresses of the room: its own, of folders by title, of files by folder."""

    path: str
    folders: dict[str, str]
    files: dict[str, str]

    def original(self, person: Person, title: str) -> str:
        """The address of a file's original, as its page shows it to one who may have it."""
        person.go(self.files[title])
        href = person.main.locator("a[href*='/original/']").first.get_attribute("href")
        assert href
        return href

    @property
    def everything(self) -> list[str]:
        return [self.path, *self.folders.values(), *self.files.values()]


def a_room_opens(house: House, folder: Path) -> Room:
    lead = house.lead
    sign_undertaking(lead)
    lead.go("/deals/new/")
    lead.fill(code_name=CODE_NAME, deal_type="shares")
    lead.press("Open the deal")
    lead.sees("The deal and its room are open.")
    deal = path_of(lead.page)
    _reach_diligence(house, deal)
    room = Room(path=f"{deal}room/", folders={}, files={})
    files.document(folder / "公司概况.pdf")
    files.figures(folder / "经营数据.xlsx")
    for title, file in ((OVERVIEW, "公司概况.pdf"), (FINANCE, "经营数据.xlsx"), (CONTRACTS, "公司概况.pdf")):
        room.folders[title] = _make_folder(lead, room, title)
        room.files[title] = _upload(lead, folder / file)
    return room


def a_buyer_is_let_in(house: House, room: Room) -> Person:
    """By a group's rights and a mail; the buyer has chosen a password and signed nothing yet."""
    lead = house.lead
    lead.go(f"{room.path}rights/")
    lead.press("New group")
    lead.fill(title="意向受让方", kind="buyer")
    lead.press("Make the group")
    group = path_of(lead.page)
    for title, level in ((OVERVIEW, VIEW), (FINANCE, ORIGINAL)):
        lead.go(f"{room.path}rights/")
        lead.main.locator(f"a.right[href*='{_last(group)}/{_last(room.folders[title])}']").click()
        lead.choose("level", level)
        lead.press("Show what this changes")
        lead.sees("What this changes")
        lead.press("Set the right")
        lead.sees("The right is set, from the next request on.")
    buyer = Person(house.site, house.site.open(), "", "江予安", "the river bends under seven willows")
    lead.go(group)
    lead.fill(
        within="form[action$='/invite/']",
        display_name=buyer.name,
        email="jiang@example.test",
        language="zh-hans",
    )
    lead.press("Invite")
    lead.sees("The mail names the deal by its code name only.")
    buyer.go(house.site.link_mailed_to("jiang@example.test"))
    buyer.sees(buyer.name)
    buyer.choose_password("设置此密码")
    return buyer


def nothing_opens_before_the_signature(lead: Person, buyer: Person, room: Room) -> None:
    assert path_of(buyer.page).startswith("/me/duties/")
    original = room.original(lead, FINANCE)
    for path in (*room.everything, original, original.replace("original/", "pages/1/")):
        assert buyer.get(path).status == 404, path
    buyer.go("/rooms/")
    buyer.sees(CODE_NAME)
    buyer.press("阅读并签署")
    buyer.sees("保密承诺书")
    turn_to_the_last(buyer)
    buyer.fill(typed_name=buyer.name)
    buyer.main.locator("[name=agreed]").check()
    buyer.press("签署")
    buyer.page.wait_for_url(f"**{room.path}")


def exactly_what_was_granted_opens(lead: Person, buyer: Person, room: Room, folder: Path) -> None:
    tree = buyer.page.locator(".room-tree")
    expect(tree.locator("a")).to_have_count(2)
    expect(tree).to_contain_text(OVERVIEW)
    expect(tree).not_to_contain_text(CONTRACTS)
    for path in (
        room.folders[CONTRACTS],
        room.files[CONTRACTS],
        room.original(lead, CONTRACTS),
        f"{room.path}rights/",
    ):
        assert buyer.get(path).status == 404, path
    buyer.go(room.folders[OVERVIEW])
    buyer.main.locator("a.row-link").click()
    expect(buyer.page.locator("#sheet-1 img")).not_to_have_js_property("naturalWidth", 0)
    image = buyer.page.locator("#sheet-1 img").get_attribute("src")
    assert image
    _is_stamped_everywhere(buyer.get(image).body(), folder / "公司概况.pdf")
    assert buyer.get(room.original(lead, OVERVIEW)).status == 404
    assert buyer.main.locator("a[href*='/original/']").count() == 0
    buyer.go(room.files[FINANCE])
    with buyer.page.expect_download() as download:
        buyer.press("下载原件")
    download.value.save_as(folder / "下载.xlsx")
    assert files.rows_of_sheet(folder / "下载.xlsx") == files.rows_of_sheet(folder / "经营数据.xlsx")
    for path in ("/clients/", "/deals/", "/people/", "/log/", "/approvals/"):
        assert buyer.get(path).status == 404, path


def _reach_diligence(house: House, deal: str) -> None:
    """The lead asks, an officer decides."""
    house.lead.main.locator("summary", has_text="Move to another stage").click()
    house.lead.fill(within="form[action$='/stage/']", stage="6", reason="The first documents are complete.")
    house.lead.press("Ask for the move")
    house.lead.sees("a second person decides")
    house.officer.go("/approvals/")
    house.officer.main.locator("a.row-link").first.click()
    house.officer.sees(CODE_NAME)
    approve(house.officer, "Documents seen.")
    house.officer.sees("Approved and carried out.")
    house.lead.go(deal)
    expect(house.lead.page.locator("#stage-title")).to_contain_text("Due diligence")


def _make_folder(lead: Person, room: Room, title: str) -> str:
    lead.go(f"{room.path}folders/new/")
    lead.fill(title=title, opens_at="5")
    lead.press("Seal and keep")
    lead.sees("The folder is made")
    return path_of(lead.page)


def _upload(lead: Person, path: Path) -> str:
    """Into the folder that is open; the address of the file."""
    lead.attach(path)
    lead.press("Upload", within="#upload-form")
    link = lead.main.get_by_role("link", name=path.name, exact=True)
    expect(link).to_be_visible()
    href = link.get_attribute("href")
    assert href
    return href


def _is_stamped_everywhere(shown: bytes, clean: Path) -> None:
    """Every quarter of the page differs from the clean page by more than JPEG's rounding."""
    image = Image.open(io.BytesIO(shown)).convert("L")
    assert image.format is None
    page = draw_page([clean.read_bytes()], MediaType.PDF, 1).image.convert("L")
    assert image.size == page.size
    across, down = image.width // 2, image.height // 2
    for left in (0, across):
        for top in (0, down):
            quarter = ImageChops.difference(image, page).crop((left, top, left + across, top + down))
            _, strongest = quarter.getextrema()
            assert strongest > 32, (left, top, strongest)


def _last(path: str) -> str:
    return path.strip("/").split("/")[-1]
