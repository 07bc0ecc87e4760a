"""The library's account pages that we use. The rest of them (sign-up, reset by mail, codes) stay closed.

Accounts come by invitation and passwords by one-time links (people.accounts.links), so that a mailbox alone
never opens an account.
"""

from allauth.account import views
from allauth.mfa.base import views as factor_views
from django.urls import path
from django.views.decorators.cache import never_cache

from people import stepup
from people.accounts import me
from people.passkeys import signin

urlpatterns = [
    path("login/", views.login, name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("code/", never_cache(factor_views.authenticate), name="mfa_authenticate"),
    path("passkey/", signin.sign_in, name="account_passkey"),
    path("passkey/challenge/", signin.challenge, name="account_passkey_challenge"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("reauthenticate/", stepup.question, name="account_reauthenticate"),
    path("password/change/", me.password, name="account_change_password"),
]
