"""Addresses of the vault layer."""

from django.urls import URLPattern, URLResolver, include, path

app_name = "vault"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("vault.disclosures.urls")),
    path("", include("vault.intake.urls")),
    # Before the addresses of clients, which take any last part for the name of a group.
    path("", include("vault.purposes.urls")),
    path("", include("vault.custody.urls")),
    path("", include("vault.custody.copies.urls")),
    path("", include("vault.custody.freezing.urls")),
    path("", include("vault.records.grading.urls")),
    path("", include("vault.records.reveals.urls")),
    path("", include("vault.records.review.urls")),
    path("", include("vault.records.versions.urls")),
    path("", include("vault.relations.urls")),
    path("", include("vault.records.urls")),
]
