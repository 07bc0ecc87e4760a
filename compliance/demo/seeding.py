"""The demo as a whole, in the order in which a house would come to it."""

from pathlib import Path

from compliance.demo.audits import make_audits
from compliance.demo.campaigns import make_campaigns
from compliance.demo.clients import (
    OWN_BOOK,
    make_entrusted_book,
    make_own_book,
    values_of_own,
    work_with,
)
from compliance.demo.conduct import make_conduct
from compliance.demo.consents import make_consents, publish
from compliance.demo.deals import make_deals
from compliance.demo.logins import AGENT, FILE, LEAD, OFFICERS, OTHER_AGENT, logins
from compliance.demo.mandates import make_mandates
from compliance.demo.outside import make_outside
from compliance.demo.owning import ask_for_export, make_claim, make_enquiries, make_owners
from compliance.demo.partners import make_partners
from compliance.demo.people import make_people
from compliance.demo.policies import make_policies
from compliance.demo.posts import count_people, make_posts
from compliance.demo.relations import make_relations
from compliance.demo.reviews import make_review
from compliance.demo.rules import make_rule
from compliance.demo.seals import make_seals
from compliance.demo.speakup import make_reports
from compliance.demo.staffing import make_staffing
from compliance.demo.training import make_training
from compliance.demo.watch import make_unusual_day
from vault.records.models import ClientBook

CLAIMED = 150  # which of the agent's clients a colleague adds as well


def seed(home: Path) -> Path:
    """Makes whatever is not there yet; the path of the file that says how to sign in.

    Raises RuntimeError where others than the demo's people hold the first offices.
    """
    people = make_people(logins(home))
    make_policies(people)
    agent, lead = people[AGENT.username], people[LEAD.username]
    new = not ClientBook.objects.filter(name=OWN_BOOK).exists()
    officer, other = people[OFFICERS[0].username], people[OTHER_AGENT.username]
    book = make_own_book(agent)
    publish(book, officer)
    if new:
        work_with(book, agent, other)
        make_relations(book, agent, lead)
        make_owners(book, agent)
        make_consents(book, agent)
        make_mandates(book, agent)
        make_claim(book, other, values_of_own(CLAIMED))
        ask_for_export(book, agent, lead)
        make_enquiries(book, agent)
        make_unusual_day(book, agent, other, officer)
    deal = make_deals(people)
    make_seals(people, deal)
    make_entrusted_book(lead, deal.pk)
    make_partners(people, deal)
    make_rule(officer)
    make_audits(people, book)
    make_reports(officer)
    make_review(people)
    make_training(people)
    make_conduct(people)
    make_staffing(people)
    make_posts(people)
    make_campaigns(people)
    count_people()
    make_outside(people)
    return home / FILE
