"""The gates that can say no, in the order in which they are asked, and who could change that."""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _


class Why(models.TextChoices):
    """The first gate that says no. Entries keep the code as their reason."""

    DISABLED = "reach.disabled", _("The account is disabled")
    LOCKED = "reach.locked", _("Locked: two people end that")
    SERVICE = "reach.service", _("The house's own account opens nothing")
    ADMINISTERS = "reach.administers", _("Administrators have no right to open data")
    NO_ROLE = "reach.no_role", _("No role in force that gives the right to it")
    ROLE_WAITS = "reach.role_waits", _("The role still waits for an officer's confirmation")
    ROLE_EXPIRED = "reach.role_expired", _("The role has expired")
    ROLE_OTHER_DEAL = "reach.role_other_deal", _("The role was given for another deal only")
    ROLE_STAGE = "reach.role_stage", _("The role does not count in the stage that the deal has reached")
    ROLE_REVOKED = "reach.role_revoked", _("The role was revoked")
    OUTSIDE = "reach.outside", _("People from outside open no client books")
    NDA_UNSIGNED = "reach.nda_unsigned", _("The undertaking is not signed")
    NDA_EXPIRED = "reach.nda_expired", _("The undertaking has expired")
    NDA_REVOKED = "reach.nda_revoked", _("The undertaking was revoked")
    NDA_REPLACED = "reach.nda_replaced", _("A newer text of the undertaking has to be signed")
    OWING = "reach.owing", _("Late with what they owe the house, such as a policy not accepted")
    FIRM_SHUT = "reach.firm_shut", _("The partner firm that they come for is not in force")
    NOT_ON_DEAL = "reach.not_on_deal", _("Does not work on this deal")
    INVITED = "reach.invited", _("Invited, and has not accepted yet")
    NOT_IN_GROUP = "reach.not_in_group", _("In no group of this data room")
    UNSEALED = "reach.unsealed", _("The company of the person's group is not bound by its seal")
    GROUP_ENDED = "reach.group_ended", _("The group's time is over")
    STAGE = "reach.stage", _("The deal, or the group, has not reached the stage from which it opens")
    NO_GRANT = "reach.no_grant", _("The group has no right on this folder")
    GRANT_NONE = "reach.grant_none", _("The group's right on this folder is set to none")
    GRANT_EXPIRED = "reach.grant_expired", _("The group's right on this folder has expired")
    NOT_IN_BOOK = "reach.not_in_book", _("Not a member of the client book")
    FROZEN = "reach.frozen", _("Frozen: nothing in it opens, to anybody")
    STORAGE_ONLY = "reach.storage_only", _("Kept for storage only: it opens to nobody")


class Changer(models.TextChoices):
    """Who could change an answer. By whose word, not how: each has pages of their own for it."""

    ADMIN = "admin", _("An administrator, in a staff session")
    ADMIN_AND_OFFICER = "admin_and_officer", _("An administrator gives the role, an officer confirms it")
    OFFICER = "officer", _("A compliance officer")
    FIRM = "firm", _("Leads and officers, on the page of the firm; after a suspension two people")
    PERSON = "person", _("The person, by signing")
    DEBTOR = "debtor", _("The person, by making good what is owed")
    GUEST = "guest", _("The person, by accepting the invitation")
    LEAD = "lead", _("The deal's lead")
    DEAL_STAFF = "deal_staff", _("The staff who work on the deal")
    BOOK = "book", _("Whoever manages the client book")
    STAGE = "stage", _("The deal's lead; moving a deal on needs a second person")
    TWO = "two", _("Two people together end a freeze")
    NOBODY = "nobody", _("Nobody: it is meant so")


CHANGERS: dict[Why, Changer] = {
    Why.DISABLED: Changer.ADMIN,
    Why.LOCKED: Changer.TWO,
    Why.SERVICE: Changer.NOBODY,
    Why.ADMINISTERS: Changer.NOBODY,
    Why.NO_ROLE: Changer.ADMIN_AND_OFFICER,
    Why.ROLE_WAITS: Changer.OFFICER,
    Why.ROLE_EXPIRED: Changer.ADMIN_AND_OFFICER,
    Why.ROLE_OTHER_DEAL: Changer.ADMIN_AND_OFFICER,
    Why.ROLE_STAGE: Changer.ADMIN_AND_OFFICER,
    Why.ROLE_REVOKED: Changer.ADMIN_AND_OFFICER,
    Why.OUTSIDE: Changer.NOBODY,
    Why.NDA_UNSIGNED: Changer.PERSON,
    Why.NDA_EXPIRED: Changer.PERSON,
    Why.NDA_REVOKED: Changer.PERSON,
    Why.NDA_REPLACED: Changer.PERSON,
    Why.OWING: Changer.DEBTOR,
    Why.FIRM_SHUT: Changer.FIRM,
    Why.NOT_ON_DEAL: Changer.LEAD,
    Why.INVITED: Changer.GUEST,
    Why.NOT_IN_GROUP: Changer.LEAD,
    Why.UNSEALED: Changer.DEBTOR,
    Why.GROUP_ENDED: Changer.LEAD,
    Why.STAGE: Changer.STAGE,
    Why.NO_GRANT: Changer.DEAL_STAFF,
    Why.GRANT_NONE: Changer.DEAL_STAFF,
    Why.GRANT_EXPIRED: Changer.DEAL_STAFF,
    Why.NOT_IN_BOOK: Changer.BOOK,
    Why.FROZEN: Changer.TWO,
    Why.STORAGE_ONLY: Changer.OFFICER,
}


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether somebody can open something: `why` is None where they can, and `through` says by what."""

    why: Why | None
    through: tuple[str, ...] = ()

    @property
    def opens(self) -> bool:
        return self.why is None

    @property
    def changer(self) -> Changer | None:
        return CHANGERS[self.why] if self.why else None
