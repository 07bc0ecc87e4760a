"""The library's account pages that we use. The rest of them (sign-up, reset by mail, codes) stay closed.

Accounts come by invitation and passwords by one-time links (people.accounts.links), so that a mailbox alone
never opens an account.
"""

from allauth.account import views
from allauth.mfa.base import views as factor_views
from django.urls import path
from django.views.decorators.cache import never_cache

from config.caching import forgotten_afterwards
from people import stepup
from people.accounts import me
from people.oidc import logout_views
from people.oidc import views as identities
from people.oidc.providers import providers
from people.passkeys import signin

# A callable, so that it is asked by each page and not when this module is read.
_AT_SIGN_IN = {"identity_providers": lambda: list(providers().values())}

urlpatterns = [
    path("login/", views.LoginView.as_view(extra_context=_AT_SIGN_IN), name="account_login"),
    path("logout/", forgotten_afterwards(views.logout), name="account_logout"),
    path("code/", never_cache(factor_views.authenticate), name="mfa_authenticate"),
    path("passkey/", signin.sign_in, name="account_passkey"),
    path("passkey/challenge/", signin.challenge, name="account_passkey_challenge"),
    path("identity/<slug:provider_code>/", identities.sign_in, name="account_identity"),
    path("identity/<slug:provider_code>/return/", identities.come, name="account_identity_return"),
    path("identity/<slug:provider_code>/logout/", logout_views.logout, name="account_identity_logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("reauthenticate/", stepup.question, name="account_reauthenticate"),
    path("password/change/", me.password, name="account_change_password"),
]
