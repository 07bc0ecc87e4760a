"""Addresses of exports, recipients, the register of disclosures and the tracing of sheets."""

from django.urls import path

from vault.disclosures import officer_views, views

urlpatterns = [
    path("clients/exports/", views.exports, name="exports"),
    path("clients/exports/new/", views.export_new, name="export_new"),
    path("clients/exports/recipients/", views.recipients, name="recipients"),
    path("clients/exports/counts/", views.count_review, name="count_review"),
    path("clients/exports/<uuid:export_id>/", views.export, name="export"),
    path("clients/exports/<uuid:export_id>/progress/", views.export_progress, name="export_progress"),
    path("clients/exports/<uuid:export_id>/download/", views.export_download, name="export_download"),
    path("compliance/disclosures/", officer_views.register, name="disclosures"),
    path("compliance/disclosures/trace/", officer_views.trace, name="trace"),
    path(
        "compliance/disclosures/sightings/<uuid:sighting_id>/",
        officer_views.sighting_handled,
        name="sighting_handled",
    ),
]
