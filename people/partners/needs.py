"""What a firm needs to be in force and to be given files, and how each stands: the head of its page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from people.partners.codes import SubState
from people.partners.contacts import TESTED_EACH
from people.partners.models import Partner, PartnerContact, Subprocessor
from people.partners.records import Assessment
from people.partners.standing import house_today

SOON = 30  # days before something ends


@dataclass(frozen=True, slots=True)
class Need:
    """`tone` is good, wait or bad; `more` may be empty."""

    label: str
    word: str
    tone: str
    more: str = ""


def needs_of(
    firm: Partner,
    newest: Assessment | None,
    contact: PartnerContact | None,
    subprocessors: Sequence[Subprocessor],
) -> list[Need]:
    """`newest` is the paper that was handed in last. No query."""
    return [
        _answers(firm, newest),
        _agreement(firm.agreed_until),
        _contact(contact),
        _review(firm.review_due_on),
        _subprocessors(subprocessors),
    ]


def is_near(day: date | None) -> bool:
    """Within a month, and not over."""
    return day is not None and 0 <= (day - house_today()).days <= SOON


def _answers(firm: Partner, newest: Assessment | None) -> Need:
    more = ""
    if newest is not None:
        counted = {"score": newest.score, "needed": newest.questionnaire.threshold}
        more = _("%(score)s of 100, %(needed)s needed") % counted
    label = _("Questionnaire")
    if firm.passed:
        return Need(label, _("Passed"), "good", more)
    if newest is not None and newest.passed:
        return Need(label, pgettext("firm", "To be looked at"), "wait", more)
    return Need(label, _("Failed") if newest else _missing(), "bad", more)


def _agreement(until: date | None) -> Need:
    label = pgettext("firm", "Agreement")
    if until is None:
        return Need(label, _missing(), "bad")
    more = _("until %(day)s") % {"day": f"{until:%Y-%m-%d}"}
    if until < house_today():
        return Need(label, pgettext("firm", "Ended"), "bad", more)
    if is_near(until):
        return Need(label, pgettext("firm", "Ends soon"), "wait", more)
    return Need(label, pgettext("firm", "Checked"), "good", more)


def _contact(contact: PartnerContact | None) -> Need:
    label = _("Incident contact")
    if contact is None:
        return Need(label, _missing(), "bad")
    answered = contact.answered_at
    if answered is None or (contact.tested_at is not None and contact.tested_at > answered):
        return Need(label, pgettext("firm", "Has not answered"), "wait")
    more = _("answered %(day)s") % {"day": f"{timezone.localtime(answered):%Y-%m-%d}"}
    if answered < timezone.now() - TESTED_EACH + timedelta(days=SOON):
        return Need(label, pgettext("firm", "To be tested again"), "wait", more)
    return Need(label, pgettext("firm", "Can be reached"), "good", more)


def _review(due: date | None) -> Need:
    label = _("Yearly review")
    if due is None:
        return Need(label, _missing(), "bad")
    more = _("next by %(day)s") % {"day": f"{due:%Y-%m-%d}"}
    if due < house_today():
        return Need(label, pgettext("firm", "Overdue"), "bad", more)
    if is_near(due):
        return Need(label, pgettext("firm", "Due soon"), "wait", more)
    return Need(label, pgettext("firm", "Held"), "good", more)


def _subprocessors(all_of_them: Sequence[Subprocessor]) -> Need:
    label = _("Sub-processors")
    named = sum(one.state == SubState.NAMED for one in all_of_them)
    if named:
        return Need(label, _("%(count)s to decide on") % {"count": named}, "wait")
    agreed = sum(one.state == SubState.AGREED for one in all_of_them)
    word = _("%(count)s agreed to") % {"count": agreed} if agreed else pgettext("subprocessor", "None named")
    return Need(label, word, "good")


def _missing() -> str:
    return pgettext("firm", "Missing")
