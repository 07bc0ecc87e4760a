"""Addresses of asking to be shown more."""

from django.urls import path

from vault.records.reveals import views

urlpatterns = [
    path("clients/reveals/more/", views.more, name="reveal_more"),
    path("clients/<uuid:client_id>/<slug:group>/ask/", views.ask, name="reveal_ask"),
]
