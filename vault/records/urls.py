"""Addresses of clients, books and imports."""

from django.urls import path

from vault.records import changing_views, list_views, views
from vault.records.importing import undo_views as importing_undo
from vault.records.importing import views as importing

urlpatterns = [
    path("clients/", list_views.clients, name="clients"),
    path("clients/search/", list_views.search, name="search"),
    path("clients/assign/", list_views.assign, name="clients_assign"),
    path("clients/views/save/", list_views.view_save, name="view_save"),
    path("clients/views/<uuid:view_id>/remove/", list_views.view_remove, name="view_remove"),
    path("clients/books/new/", changing_views.book_add, name="book_add"),
    path("clients/books/<uuid:book_id>/", changing_views.book, name="book"),
    path("clients/books/<uuid:book_id>/members/", changing_views.book_members, name="book_members"),
    path("clients/books/<uuid:book_id>/add/", changing_views.client_add, name="client_add"),
    path("clients/import/", importing.imports, name="imports"),
    path("clients/import/<uuid:book_id>/", importing.upload, name="import_upload"),
    path("clients/import/job/<uuid:job_id>/", importing.job, name="import_job"),
    path("clients/import/job/<uuid:job_id>/progress/", importing.progress, name="import_progress"),
    path("clients/import/job/<uuid:job_id>/start/", importing.start, name="import_start"),
    path("clients/import/job/<uuid:job_id>/cancel/", importing.cancel, name="import_cancel"),
    path("clients/import/job/<uuid:job_id>/bad-rows/", importing.bad_rows, name="import_bad_rows"),
    path("clients/import/job/<uuid:job_id>/discard/", importing.discard_bad_rows, name="import_discard"),
    path("clients/import/job/<uuid:job_id>/undo/", importing_undo.undo, name="import_undo"),
    path("clients/import/job/<uuid:job_id>/undone/", importing_undo.undone, name="import_undone"),
    path(
        "clients/import/job/<uuid:job_id>/undone/progress/",
        importing_undo.undo_progress,
        name="import_undo_progress",
    ),
    path("clients/<uuid:client_id>/", views.client, name="client"),
    path("clients/<uuid:client_id>/edit/", changing_views.client_edit, name="client_edit"),
    path("clients/<uuid:client_id>/<slug:group>/", views.group, name="client_group"),
    path("clients/<uuid:client_id>/<slug:group>/reveal/", views.reveal, name="client_reveal"),
]
