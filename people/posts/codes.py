"""The posts of the house, who may hold one, and what only its holder decides."""

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from people.roles.permissions import Permission


class Post(models.TextChoices):
    """PIPL article 52 names the first. The second is the house's: whose word its undertakings of confidence
    need."""

    DPO = "dpo", _("Data protection officer")
    CONFIDENTIALITY = "confidentiality", _("Confidentiality officer")


class Place(models.TextChoices):
    HOLDER = "holder", pgettext_lazy("post", "Holder")
    DEPUTY = "deputy", pgettext_lazy("post", "Deputy")


class State(models.TextChoices):
    """An appointment is proposed, agreed to by a second person, and held from when its person accepted."""

    PROPOSED = "proposed", pgettext_lazy("appointment", "Waiting for a second person")
    AGREED = "agreed", pgettext_lazy("appointment", "Waiting to be accepted")
    HELD = "held", pgettext_lazy("appointment", "Accepted")
    REFUSED = "refused", pgettext_lazy("appointment", "Refused")
    DECLINED = "declined", pgettext_lazy("appointment", "Declined")
    ENDED = "ended", pgettext_lazy("appointment", "Ended")


LIVE = (State.PROPOSED, State.AGREED, State.HELD)
OVER = (State.REFUSED, State.DECLINED, State.ENDED)

# What a role must give to whoever holds the post: a post whose holder could do nothing would be vacant
# without anybody seeing it.
NEEDS: dict[Post, frozenset[Permission]] = {
    Post.DPO: frozenset({Permission.APPROVAL_DECIDE, Permission.GRADE_LOWER, Permission.PURPOSE_MANAGE}),
    Post.CONFIDENTIALITY: frozenset({Permission.APPROVAL_DECIDE, Permission.DUTY_MANAGE}),
}

DUTIES: dict[Post, Promise] = {
    Post.DPO: _("Lowers grades, sets lawful bases and what they need, agrees to bought lists."),
    Post.CONFIDENTIALITY: _("Agrees to the texts of undertakings and sets the words of the yearly pledge."),
}
