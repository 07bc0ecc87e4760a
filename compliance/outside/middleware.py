"""Whoever sits for an outside audit, or did, reaches their seats and their own account, and nothing else.

The gates of the product would refuse them anyway, since a seat gives no permission; this one holds whatever a
gate forgets, and whatever else somebody gives to such an account. It is asked on each request, before any
view, and of people from outside alone.
"""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect

from audit.actions import Action, ObjectType, Reason
from audit.coverage import page_code
from audit.entry import Entry
from audit.log import LogUnavailable, record_refusal
from audit.middleware import log_unavailable
from compliance.outside.access import Unsigned, is_confined, not_signed
from people.accounts.models import Kind
from people.factors.middleware import OPEN as SETTING_UP

SEATS = "compliance:seats"
HOME = "compliance:today"
OPEN = SETTING_UP | {
    SEATS,
    "account_change_password",
    "account_inactive",
    "compliance:verify_proof",
    "compliance:seat",
    "compliance:seat_bundle_file",
    "compliance:seat_bundles",
    "compliance:seat_entry",
    "compliance:seat_file",
    "compliance:seat_log",
    "compliance:seat_proof",
    "compliance:seat_register",
    "compliance:seat_report",
    "compliance:seat_report_hand_in",
    "compliance:seat_report_recommend",
    "compliance:seat_request",
    "compliance:seat_request_accept",
    "compliance:seat_request_return",
    "compliance:seat_requests",
    "compliance:signature",
    "compliance:signature_bundle",
    "people:dpo",
    "people:duties",
    "people:factor_codes",
    "people:factor_remove",
    "people:factors",
    "people:me",
    "people:nda",
    "people:notice",
    "people:notice_read",
    "people:notice_settings",
    "people:notices",
    "people:notices_read",
    "people:passkey_rename",
    "people:session_end",
    "people:session_know",
    "people:sessions",
    "people:sessions_end_others",
    "people:training",
    "people:training_begin",
    "people:training_certificate",
    "people:training_course",
    "people:training_lesson",
    "people:training_outside",
    "people:training_outside_file",
    "people:training_paper",
    "people:why",
}


class SeatMiddleware:
    """After audit.middleware.OriginMiddleware, whose origin the refusal is recorded with, and after the gate
    of the second factor."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], *_: Any
    ) -> HttpResponseBase | None:
        user = request.user
        if not user.is_authenticated or user.kind != Kind.OUTSIDE or not is_confined(user):
            return None
        name = request.resolver_match.view_name if request.resolver_match else ""
        if name in OPEN:
            return None
        if name == HOME and request.method == "GET":
            return redirect(SEATS)
        try:
            record_refusal(
                Entry(
                    action=Action.REQUEST_REFUSE,
                    object_type=ObjectType.PAGE,
                    object_id=None,
                    reason=str(Reason.NO_PERMISSION),
                    fields=(page_code(name),),
                )
            )
        except LogUnavailable:
            return log_unavailable(request)
        raise Http404("not found")

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The undertaking of the audit comes before its first page; what was sent before it is refused."""
        if not isinstance(exception, Unsigned):
            return None
        if request.method != "GET":
            try:
                record_refusal(not_signed(exception.audit.pk, Action.OUTSIDE_VIEW).entry)
            except LogUnavailable:
                return log_unavailable(request)
        return redirect("people:nda", exception.audit.pk)
