from django.urls import path

from people.passkeys import views

urlpatterns = [
    path("me/sign-in/passkey/", views.add, name="passkey_add"),
    path("me/sign-in/passkey/options/", views.options, name="passkey_options"),
    path("me/sign-in/<int:factor_id>/rename/", views.rename, name="passkey_rename"),
]
