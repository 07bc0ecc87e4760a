"""The reporter's pages. Anybody's, and nobody's: no session, no cookie, no address, no account is there to
be read (audit.unattributed), whoever opens them.

A token against cross-site requests would prove nothing here: it says that a form comes from whom a cookie
belongs to, and there is neither. What a foreign page could do is to send the reader's browser here with a
code of its own, so that they write into a stranger's mailbox. Each form therefore has to come from a page
of this site, which the browser itself says (`Sec-Fetch-Site`, or `Origin`); one that says neither is
refused.
"""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from audit.actions import Action, ObjectType, Reason
from audit.entry import Entry
from audit.log import record_refusal
from audit.unattributed import is_unattributed
from compliance.speakup import channel, limits, receipt
from compliance.speakup.channel import Mailbox
from compliance.speakup.clocks import acknowledge_by, answer_by, gone_on, policy
from compliance.speakup.forms import CodeForm, ReportForm, WriteForm
from compliance.speakup.limits import Budget
from vault.records.errors import NotPossible

View = Callable[[HttpRequest], HttpResponse]
BAD = HTTPStatus.UNPROCESSABLE_ENTITY
_FORM = "application/x-www-form-urlencoded"
_PLACE = "compliance/speakup/public/"


def public(view: View) -> View:
    """A page of the channel: unattributed or not at all, forms from this site alone, in the language of the
    address."""

    @csrf_exempt
    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        if not is_unattributed(request):
            raise ImproperlyConfigured("settings.UNATTRIBUTED_PATHS leaves a page of the channel out")
        language = request.GET.get("lang", "")
        if language in dict(settings.LANGUAGES):
            translation.activate(language)
            request.LANGUAGE_CODE = language
        if request.method == "POST" and not (_is_from_here(request) and request.content_type == _FORM):
            _refuse()
            return _page(request, "refused", status=HTTPStatus.FORBIDDEN)
        return view(request)

    return guarded


@require_http_methods(["GET", "POST"])
@public
def speak_up(request: HttpRequest) -> HttpResponse:
    """Write a report; what comes back is its receipt, once."""
    form = ReportForm(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return _page(request, "report", {"form": form})
    if not form.is_valid():
        return _page(request, "report", {"form": form.asks_anew()}, status=BAD)
    if not limits.spend(Budget.REPORTS):
        return _busy(request, "report", {"form": form.asks_anew()})
    token = form.cleaned_data["token"]
    if not limits.use_up(token):
        return _page(request, "sent_twice", status=HTTPStatus.CONFLICT)
    try:
        code = channel.report(told=form.told())
    except NotPossible as refused:
        limits.give_back(token)
        form.add_error("happened", str(refused.message))
        return _page(request, "report", {"form": form.asks_anew()}, status=BAD)
    except Exception:
        limits.give_back(token)  # nothing was taken in: the same form may be sent again
        raise
    return _page(request, "receipt", {"code": receipt.grouped(code)})


@require_http_methods(["GET", "POST"])
@public
def mailbox(request: HttpRequest) -> HttpResponse:
    """Ask for the code; with it, show what was written and answered."""
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        status = BAD if form.is_bound else HTTPStatus.OK
        return _page(request, "code", {"form": form}, status=status)
    if not limits.spend(Budget.CODES):
        return _busy(request, "code", {"form": form})
    typed = form.cleaned_data["code"]
    found = channel.mailbox(typed=typed)
    return _unknown(request, form) if found is None else _mailbox(request, found, typed)


@require_POST
@public
def write(request: HttpRequest) -> HttpResponse:
    """Write more; the mailbox comes back."""
    form = WriteForm(request.POST)
    if not limits.spend(Budget.CODES):
        return _busy(request, "again", {"form": form})
    typed = str(form.data.get("code", ""))
    words = form.cleaned_data["words"] if form.is_valid() else ""
    try:
        found = channel.write_again(typed=typed, words=words) if words else channel.mailbox(typed=typed)
    except NotPossible as refused:
        form.add_error("words", str(refused.message))
        found = channel.mailbox(typed=typed)
    if found is None:
        return _unknown(request, CodeForm({"code": typed}))
    return _mailbox(request, found, typed, form if form.errors else None)


def _refuse() -> None:
    """An entry for a form from elsewhere, as long as they are few."""
    if limits.spend(Budget.REFUSALS):
        record_refusal(
            Entry(
                action=Action.REQUEST_REFUSE,
                object_type=ObjectType.PAGE,
                object_id=None,
                reason=Reason.CROSS_SITE.value,
            )
        )


def _mailbox(request: HttpRequest, found: Mailbox, typed: str, form: WriteForm | None = None) -> HttpResponse:
    """What the reporter sees: no names of officers, days and no times."""
    case = found.case
    context = {
        "case": case,
        "texts": found.texts,
        "acknowledge_by": acknowledge_by(case),
        "answer_by": answer_by(case),
        "gone_on": gone_on(case, policy()),
        "form": form or WriteForm(initial={"code": typed}),
    }
    return _page(request, "mailbox", context, status=BAD if form else HTTPStatus.OK)


def _unknown(request: HttpRequest, form: CodeForm) -> HttpResponse:
    """A mistyped code is told apart, which its check character does for everybody; a wrong one and one whose
    report is gone are not."""
    form.full_clean()
    if receipt.normalised(str(form.data.get("code", ""))) is None:
        form.add_error("code", _("This cannot be a receipt code: a character is wrong, missing or swapped."))
    else:
        form.add_error("code", _("No mailbox opens with this code."))
    return _page(request, "code", {"form": form}, status=BAD)


def _busy(request: HttpRequest, page: str, context: dict[str, Any]) -> HttpResponse:
    """Too much at once, from whomever. What was typed is in the page."""
    answer = _page(request, page, context | {"busy": True}, status=HTTPStatus.TOO_MANY_REQUESTS)
    answer["Retry-After"] = "60"
    return answer


def _page(
    request: HttpRequest, name: str, context: dict[str, Any] | None = None, *, status: int = HTTPStatus.OK
) -> HttpResponse:
    return render(request, f"{_PLACE}{name}.html", context, status=status)


def _is_from_here(request: HttpRequest) -> bool:
    """Fetch metadata where the browser sends it (it does over TLS and to localhost), else its `Origin`."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    return request.headers.get("Origin") in {
        f"{request.scheme}://{request.get_host()}",
        settings.PUBLIC_ADDRESS,
    }
