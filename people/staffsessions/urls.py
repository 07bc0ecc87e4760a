from django.urls import path

from people.staffsessions import views

urlpatterns = [
    path("people/sessions/", views.sessions, name="staff_sessions"),
    path("people/sessions/open/", views.open_one, name="staff_session_open"),
    path("people/sessions/end/", views.end_own, name="staff_session_end"),
    path("people/sessions/<uuid:session_id>/", views.session, name="staff_session"),
    path("people/sessions/<uuid:session_id>/end/", views.end_any, name="staff_session_stop"),
]
