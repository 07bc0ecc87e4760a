"""The demo as a whole, in the order in which a house would come to it."""

from pathlib import Path

from compliance.demo.clients import OWN_BOOK, make_entrusted_book, make_own_book, work_with
from compliance.demo.deals import make_deals
from compliance.demo.logins import AGENT, FILE, LEAD, OFFICERS, OTHER_AGENT, passwords
from compliance.demo.people import make_people
from compliance.demo.relations import make_relations
from compliance.demo.rules import make_rule
from vault.records.models import ClientBook


def seed(home: Path) -> Path:
    """Makes whatever is not there yet; the path of the file that says how to sign in.

    Raises RuntimeError where others than the demo's people hold the first offices.
    """
    people = make_people(passwords(home))
    agent, lead = people[AGENT.username], people[LEAD.username]
    new = not ClientBook.objects.filter(name=OWN_BOOK).exists()
    book = make_own_book(agent)
    if new:
        work_with(book, agent, people[OTHER_AGENT.username])
        make_relations(book, agent, lead)
    deal = make_deals(people)
    make_entrusted_book(lead, deal.pk)
    make_rule(people[OFFICERS[0].username])
    return home / FILE
