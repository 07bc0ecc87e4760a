"""Every named permission of the house: what it is called, whether it opens data, whose duty it is."""

from enum import StrEnum
from typing import Self

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Duty(StrEnum):
    """Whose work a permission is. One person is never an administrator and something else at once, and who
    holds a role of audit alone holds no other (GB/T 22239-2019, 8.1.5: system, security and audit management
    are three people's). The built-in officer, of a small house, reads the log too."""

    ADMIN = "admin"
    BUSINESS = "business"
    OVERSIGHT = "oversight"
    AUDIT = "audit"

    @property
    def label(self) -> Promise:
        return {
            Duty.ADMIN: _("Administration"),
            Duty.BUSINESS: _("Business"),
            Duty.OVERSIGHT: _("Oversight"),
            Duty.AUDIT: pgettext_lazy("duty", "Audit"),
        }[self]


class Permission(StrEnum):
    """`value, label, duty, opens_data`.

    `opens_data` marks what lets a person see, take or hand on data, or decide who may: a role with such a
    permission becomes active only after an officer's confirmation.
    """

    label: Promise | str
    duty: Duty
    opens_data: bool

    def __new__(
        cls, value: str, label: Promise | str = "", duty: Duty = Duty.BUSINESS, opens_data: bool = True
    ) -> Self:
        """Members name all four; the defaults are there for looking up a member by its value."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        member.duty = duty
        member.opens_data = opens_data
        return member

    # Deciding opens data too: whoever decides can confirm somebody else's role.
    APPROVAL_DECIDE = "approval.decide", _("Decide on approval requests"), Duty.OVERSIGHT, True
    APPROVAL_STAND_IN = (
        "approval.stand_in",
        _("Be the second person where the house has none"),
        Duty.OVERSIGHT,
        True,
    )
    AUDIT_MANAGE = "audit.manage", _("Plan internal audits, sign their reports off"), Duty.AUDIT, True
    BOOK_CREATE = "book.create", _("Open client books"), Duty.BUSINESS, True
    BOOK_MANAGE = "book.manage", _("Manage client books"), Duty.BUSINESS, True
    CLIENT_CREATE = "client.create", _("Add clients"), Duty.BUSINESS, True
    CLIENT_EDIT = "client.edit", _("Change clients"), Duty.BUSINESS, True
    CLIENT_EXPORT = "client.export", _("Ask for exports of clients"), Duty.BUSINESS, True
    CLIENT_IMPORT = "client.import", _("Import clients"), Duty.BUSINESS, True
    CLIENT_REVEAL = "client.reveal", _("Reveal a client's fields"), Duty.BUSINESS, True
    CLIENT_SEARCH = "client.search", _("Search clients"), Duty.BUSINESS, True
    CLIENT_VIEW = "client.view", _("See clients, masked"), Duty.BUSINESS, True
    DEAL_CREATE = "deal.create", _("Open deals"), Duty.BUSINESS, True
    DEAL_LEAD = "deal.lead", _("Lead deals"), Duty.BUSINESS, True
    DESTRUCTION_APPROVE = "destruction.approve", _("Approve destruction"), Duty.OVERSIGHT, True
    DESTRUCTION_ORDER = "destruction.order", _("Order destruction"), Duty.OVERSIGHT, True
    DISCLOSURE_READ = (
        "disclosure.read",
        _("Read the register of disclosures, trace sheets"),
        Duty.OVERSIGHT,
        True,
    )
    DUTY_MANAGE = "duty.manage", _("Manage undertakings"), Duty.OVERSIGHT, True
    EXPORT_APPROVE = "export.approve", _("Decide on exports"), Duty.OVERSIGHT, True
    INCIDENT_MANAGE = "incident.manage", _("Lock, unlock, and keep incident cases"), Duty.OVERSIGHT, True
    KEY_FREEZE = "key.freeze", _("Freeze books and rooms, and end that"), Duty.OVERSIGHT, True
    KEY_ROTATE = "key.rotate", _("Rotate keys and rehearse their recovery"), Duty.OVERSIGHT, True
    KEY_VIEW = "key.view", _("See the key inventory"), Duty.ADMIN, False
    GRADE_LOWER = "grade.lower", _("Lower grades and facets"), Duty.OVERSIGHT, True
    GRADE_MANAGE = "grade.manage", _("Set what a grade asks for, and the daily limits"), Duty.OVERSIGHT, True
    FIGURES_HOUSE = "figures.house", _("See figures of all client books"), Duty.OVERSIGHT, True
    FIGURES_VIEW = "figures.view", _("See figures of client books"), Duty.BUSINESS, True
    LOG_EXPORT = "log.export", _("Export the log"), Duty.AUDIT, True
    LOG_READ = "log.read", _("Read the log"), Duty.AUDIT, True
    LOG_REASON = "log.reason", _("Read the sealed reasons beside the log"), Duty.AUDIT, True
    PEOPLE_MANAGE = "people.manage", _("Manage people"), Duty.ADMIN, False
    PURPOSE_MANAGE = (
        "purpose.manage",
        _("Manage purposes, notices and the ledger of consents"),
        Duty.OVERSIGHT,
        True,
    )
    RETENTION_MANAGE = "retention.manage", _("Manage retention rules"), Duty.OVERSIGHT, True
    REVEAL_APPROVE = "reveal.approve", _("Agree that plaintext is shown"), Duty.OVERSIGHT, True
    ROLE_MANAGE = "role.manage", _("Give and revoke roles"), Duty.ADMIN, False
    SPEAKUP_HANDLE = "speakup.handle", _("Handle whistle-blowing reports"), Duty.OVERSIGHT, True
    WATCH_MANAGE = "watch.manage", _("Decide on findings, set the rules of the watch"), Duty.OVERSIGHT, True
    ROOM_MANAGE = "room.manage", _("Manage data rooms"), Duty.BUSINESS, True
