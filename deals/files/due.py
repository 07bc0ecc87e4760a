"""What is due: versions in one's rooms that hold somebody who was destroyed."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from deals.files.ends import waiting_ends
from deals.files.models import VersionEnd
from deals.pipeline.access import which_deals
from people.accounts.models import User
from people.today import DueItem, Urgency


def which_ends(user: User) -> QuerySet[VersionEnd]:
    """Those in the rooms of the deals that the person works on, the first to go first."""
    own = waiting_ends().filter(version__room__deal__in=which_deals(user))
    return own.select_related("version__room__deal", "version__uploaded_by").order_by("due_at", "pk")


def versions_to_replace(user: User) -> Iterator[DueItem]:
    """For whoever works on a deal."""
    ends = list(which_ends(user))
    if ends:
        day = date_format(timezone.localtime(ends[0].due_at), "DATE_FORMAT")
        yield DueItem(
            label=_("Files with somebody who was destroyed: replace by %(day)s, or they are destroyed")
            % {"day": day},
            count=len(ends),
            url=reverse("deals:ending"),
            urgency=Urgency.NOW,
        )
