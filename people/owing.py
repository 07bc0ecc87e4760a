"""What a gate raises for somebody who would be let in, were they not late with what they owe the house; and
the page that leads to where it is made good.

Raised only where everything else would have let them in: the page tells them nothing that they do not know.
To everybody else missing and forbidden stay alike.
"""

from collections.abc import Callable
from http import HTTPStatus
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from audit.actions import Action, ObjectType, Reason
from audit.log import LogUnavailable
from audit.middleware import log_unavailable
from audit.refusals import Refused, record
from people.accounts.models import User
from people.arrears import Arrear, arrears_of


class InArrears(Refused):
    """`arrears` is what is owed; never empty."""

    def __init__(
        self,
        object_type: ObjectType,
        object_id: UUID | None,
        action: Action,
        *,
        arrears: list[Arrear],
        deal: UUID | None = None,
    ) -> None:
        codes = tuple(arrear.code for arrear in arrears)
        super().__init__(
            object_type, object_id, action, deal=deal, reason=Reason.IN_ARREARS.value, fields=codes
        )
        self.arrears = arrears


class ArrearsMiddleware:
    """After audit.middleware.OriginMiddleware, whose origin the refusal is recorded with."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, InArrears):
            return None
        try:
            record(exception)
        except LogUnavailable:
            return log_unavailable(request)
        context = {"arrears": exception.arrears}
        return render(request, "people/owing.html", context, status=HTTPStatus.FORBIDDEN)


def words_if_owing(user: User) -> str:
    """The sentence that stands wherever something is refused for it; empty for who owes nothing."""
    owed = arrears_of(user)
    return owing_words(owed) if owed else ""


def owing_words(owed: list[Arrear]) -> str:
    """What is owed, and what to do about it."""
    first = " ".join(str(arrear.words) for arrear in owed)
    return _(
        "Nothing was opened. %(owed)s Data rooms and plaintext are closed to you until it is made good: "
        "“My duties” leads there."
    ) % {"owed": first}
