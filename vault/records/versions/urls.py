"""Addresses of changes and of putting them back."""

from django.urls import path

from vault.records.versions import views

urlpatterns = [
    path("clients/<uuid:client_id>/versions/", views.changes, name="client_versions"),
    path("clients/<uuid:client_id>/versions/<int:number>/restore/", views.restore, name="client_restore"),
]
