"""First and second chapter: two people come by their links, the others by administrator and officers."""

from dataclasses import dataclass

from playwright.sync_api import expect

from tests.browser.main_job.person import Person
from tests.browser.main_job.site import RunningSite

HIRED = "Works in this position from today."


@dataclass(kw_only=True)
class House:
    """Everybody, each at a browser of their own."""

    site: RunningSite
    admin: Person
    officer: Person
    agent: Person
    lead: Person
    second_officer: Person
    third_officer: Person

    @property
    def staff(self) -> dict[str, Person]:
        """Those whom the administrator adds, by the name of their role on the page."""
        return {
            "Agent": self.agent,
            "Deal lead": self.lead,
            "Compliance officer 2": self.second_officer,
            "Compliance officer 3": self.third_officer,
        }


def at_browsers(site: RunningSite) -> House:
    def at_browser(username: str, name: str) -> Person:
        return Person(site, site.open(language="en"), username, name, f"{username} walks the long way home")

    return House(
        site=site,
        admin=at_browser("fang", "方子安"),
        officer=at_browser("shen", "沈若溪"),
        agent=at_browser("su", "苏晚晴"),
        lead=at_browser("lu", "陆景行"),
        second_officer=at_browser("gu", "顾明远"),
        third_officer=at_browser("he", "贺知秋"),
    )


def the_house_fills(house: House) -> None:
    for person, link in zip((house.admin, house.officer), house.site.first_links(), strict=True):
        _first_of_their_kind(person, link)
    _open_staff_session(house.admin, house.officer)
    for role, person in house.staff.items():
        _add(house.admin, person)
        _ask_for_role(house.admin, role.rstrip(" 23"))
    for person in house.staff.values():
        _arrive_by_mail(person)
        person.go("/")
        expect(person.page.locator(".rail")).not_to_contain_text("Clients")  # nobody has confirmed the role
    house.admin.go("/clients/", status=404)
    house.admin.go("/deals/", status=404)


def an_officer_confirms_the_roles(house: House) -> None:
    officer = house.officer
    for _ in house.staff:
        officer.go("/approvals/")
        officer.main.locator("a.row-link").first.click()
        officer.sees("Exactly what will happen")
        approve(officer, "Position and duties fit.")
        officer.sees("Approved and carried out.")
    officer.go("/approvals/")
    officer.sees("Nothing waits for you")
    house.agent.go("/clients/")
    house.agent.sees("No client book yet")


def approve(person: Person, reason: str) -> None:
    """Approves what is on the page, proving who one is when asked to."""
    person.fill(reason=reason)
    person.press("Approve")
    if person.is_asked:
        person.confirm_identity()  # the reason goes on with the password


def sign_undertaking(person: Person) -> None:
    """The house's undertaking, which staff sign before a room opens to them."""
    person.go("/me/duties/house/")
    turn_to_the_last(person)
    person.fill(typed_name=person.name)
    person.main.locator("[name=agreed]").check()
    person.press("Sign")
    person.sees("Signed.")


def turn_to_the_last(person: Person) -> None:
    """Every page of the text is shown before it can be signed."""
    for part in range(2, 6):  # the preamble, then the four clauses
        person.main.locator(f"nav a[href='?part={part}']").click()
        person.page.wait_for_url(f"**?part={part}")


def _first_of_their_kind(person: Person, link: str) -> None:
    person.go(link)
    assert link.rsplit("/", 2)[1] not in person.page.url
    person.fill(username=person.username, display_name=person.name, email=person.email)
    person.choose_password("Make my account")
    person.set_up_app()
    expect(person.page.locator(".tool-me")).to_contain_text(person.name)
    assert person.get(link).status == 410  # it worked once


def _open_staff_session(admin: Person, asked_for_by: Person) -> None:
    admin.go("/people/sessions/open/")
    if admin.is_asked:
        admin.confirm_identity()
    admin.choose("requested_by", asked_for_by.name)
    admin.choose("ground", "Somebody joins the house")
    admin.choose("minutes", "60 minutes")
    admin.fill(note=HIRED)
    admin.press("Open the session")
    admin.sees("The staff session is open.")


def _add(admin: Person, person: Person) -> None:
    admin.go("/people/add/")
    admin.fill(
        username=person.username, display_name=person.name, email=person.email, kind="staff", language="en"
    )
    admin.press("Make the account")
    admin.sees("The account is made; its person gets a link by mail.")


def _ask_for_role(admin: Person, role: str) -> None:
    admin.press("Give a role")
    if admin.is_asked:
        admin.confirm_identity()
    admin.choose("role", role)
    admin.press("Show the effect")
    admin.sees("it counts only once a compliance officer has confirmed it")
    admin.fill(reason=HIRED)
    admin.press("Ask for confirmation")
    admin.sees("Asked for; an officer confirms it.")


def _arrive_by_mail(person: Person) -> None:
    person.go(person.site.link_mailed_to(person.email))
    person.sees(f"Welcome, {person.name}")
    person.choose_password("Choose this password")
    person.set_up_app()
