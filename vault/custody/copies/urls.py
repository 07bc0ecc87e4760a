from django.urls import path

from vault.custody.copies import views

urlpatterns = [
    path("system/keys/copies/", views.copies, name="keys_copies"),
    path("system/keys/copies/backups/<uuid:backup_id>/gone/", views.backup_gone, name="keys_backup_gone"),
    path(
        "system/keys/copies/recovery/<uuid:copy_id>/<int:number>/gone/",
        views.share_gone,
        name="keys_share_gone",
    ),
]
