"""Addresses of the vault layer."""

from django.urls import URLPattern, URLResolver, include, path

app_name = "vault"
urlpatterns: list[URLPattern | URLResolver] = [path("", include("vault.records.urls"))]
