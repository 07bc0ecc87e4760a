from django.urls import path

from people.sessions import views

urlpatterns = [
    path("me/sessions/", views.sessions, name="sessions"),
    path("me/sessions/end/", views.end_others, name="sessions_end_others"),
    path("me/sessions/<int:session_id>/end/", views.end, name="session_end"),
    path("me/sessions/<int:session_id>/known/", views.know, name="session_know"),
    path("people/<uuid:person_id>/sessions/end/", views.end_all, name="person_sessions_end"),
]
