from django.urls import path

from people.notices import admin_views, views

urlpatterns = [
    path("me/notices/", views.notices, name="notices"),
    path("me/notices/read/", views.read_all, name="notices_read"),
    path("me/notices/settings/", views.settings, name="notice_settings"),
    path("me/notices/<uuid:notice_id>/", views.notice, name="notice"),
    path("me/notices/<uuid:notice_id>/read/", views.read, name="notice_read"),
    path("people/robots/", admin_views.robots, name="robots"),
    path("people/robots/add/", admin_views.add, name="robot_add"),
    path("people/robots/retry/", admin_views.retry, name="messages_retry"),
    path("people/robots/<uuid:robot_id>/end/", admin_views.end, name="robot_end"),
]
