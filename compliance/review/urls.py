from django.urls import path

from compliance.review import views

urlpatterns = [
    path("log/", views.log, name="log"),
    path("log/export/", views.export, name="log_export"),
    path("log/<uuid:entry_id>/", views.entry, name="log_entry"),
    path("log/<uuid:entry_id>/reason/", views.reason, name="log_reason"),
]
