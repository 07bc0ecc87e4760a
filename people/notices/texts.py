"""A notice as a text message to a guest's proved number: that there is something, and where."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from people.accounts.models import User
from people.guests.limits import Limit, spend
from people.guests.models import GuestPhone
from people.guests.sealing import number_of
from people.sms.message import Message, NotSent, Trouble
from people.sms.sending import send


def text_to(person: User) -> str:
    """The provider's receipt. Raises NotSent; LogUnavailable, KeyWithheld, ProviderDown.

    The number is opened with an entry that says so. Whose number is gone gets nothing.
    """
    phone = GuestPhone.objects.filter(person=person, proved_at__isnull=False).first()
    if phone is None:
        raise NotSent(Trouble.SETTING)
    if not (spend(Limit.NUMBER_A_DAY, str(person.pk)) and spend(Limit.HOUSE, "")):
        raise NotSent(Trouble.REFUSED)
    with override(person.language):
        page = f"{settings.PUBLIC_ADDRESS}{reverse('people:notices')}"
        text = _("Sealroom: something is new for you. %(address)s") % {"address": page}
    return send(Message(number=number_of(phone), code="", text=text))
