"""The person's own page."""

from allauth.account import views as library
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from people.accounts import services
from people.accounts.forms import ProfileForm
from people.partners.standing import firm_of
from people.requests import SignedIn
from people.roles.access import grants_in_force


@login_required
def profile(request: SignedIn) -> HttpResponse:
    user = request.user
    now = {"language": user.language, "timezone": user.timezone}
    form = ProfileForm(request.POST or None, initial=now, kept=user.timezone)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        services.set_preferences(actor=user, language=chosen["language"], timezone_name=chosen["timezone"])
        messages.success(request, _("Saved."))
        answer = redirect("people:me")
        # The same cookie as the language switch, so that the two never disagree.
        answer.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            chosen["language"],
            secure=settings.LANGUAGE_COOKIE_SECURE,
            samesite="Lax",
        )
        return answer
    roles = grants_in_force().filter(user=user).select_related("role")
    context = {"form": form, "roles": roles, "firm": None if user.is_staff else firm_of(user.pk)}
    return render(request, "people/accounts/me.html", context)


@login_required
def password(request: SignedIn) -> HttpResponseBase:
    """The library's page, for those who have a password; a guest who comes by phone has none to change, and
    is never asked to have one: a mailbox alone must not open the account."""
    if not request.user.has_usable_password():
        return redirect("people:factors")
    answer: HttpResponseBase = library.password_change(request)
    return answer
