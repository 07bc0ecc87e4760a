"""What shuts a room to somebody who has signed: their company has not."""

from django.utils.translation import gettext_lazy as _

from people.arrears import Arrear

UNSEALED = Arrear(
    code="arrears.seal",
    words=_("The undertaking of your company for this room is not in force: its seal is still to come."),
    page="deals:rooms",
)
