from django.urls import path

from deals.files import end_views, views

urlpatterns = [
    path("deals/<uuid:deal_id>/room/folders/<uuid:folder_id>/upload/", views.upload, name="upload"),
    path("deals/<uuid:deal_id>/room/files/<uuid:file_id>/", views.file, name="file"),
    path("deals/<uuid:deal_id>/room/files/<uuid:file_id>/rename/", views.rename, name="file_rename"),
    path("deals/<uuid:deal_id>/room/files/<uuid:file_id>/grade/", views.grade, name="file_grade"),
    path("deals/<uuid:deal_id>/room/files/<uuid:file_id>/rights/", views.rights, name="file_rights"),
    path("deals/<uuid:deal_id>/room/versions/<uuid:version_id>/original/", views.original, name="original"),
    path(
        "deals/<uuid:deal_id>/room/versions/<uuid:version_id>/destroy/",
        end_views.destroy,
        name="version_destroy",
    ),
    path("deals/destroyed-people/", end_views.ending, name="ending"),
    path(
        "deals/<uuid:deal_id>/room/versions/<uuid:version_id>/pages/<int:number>/",
        views.page,
        name="page",
    ),
]
