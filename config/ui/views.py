"""The switches of theme and language."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views import i18n
from django.views.decorators.http import require_POST

from audit.coverage import leaves_no_entry
from config.ui.theme import THEMES
from people.accounts.models import User
from people.accounts.services import set_language as keep_language

_YEAR = 365 * 24 * 3600


@require_POST
@leaves_no_entry("a cookie of this browser, about nobody")
def set_theme(request: HttpRequest) -> HttpResponse:
    """Keeps the theme for a year and returns to the page the form was on; leaves an unknown theme aside."""
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        target = "/"
    response = HttpResponseRedirect(target)
    theme = request.POST.get("theme")
    if theme in THEMES:
        response.set_cookie(
            settings.THEME_COOKIE_NAME,
            theme,
            max_age=_YEAR,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return response


@require_POST
@leaves_no_entry("how the own account is written to, about nobody else")
def set_language(request: HttpRequest) -> HttpResponseBase:
    """Django's own switch, a cookie for this browser; of somebody signed in it is the account's language too,
    which the next browser, and mails, begin with."""
    language = request.POST.get("language", "")
    if isinstance(request.user, User) and language in dict(settings.LANGUAGES):
        keep_language(actor=request.user, language=language)
    return i18n.set_language(request)
