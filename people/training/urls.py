from django.urls import path

from people.training import manage_views as manage
from people.training import oversight_views as oversight
from people.training import views

urlpatterns = [
    path("me/training/", views.mine, name="training"),
    path("me/training/certificates/<uuid:certificate_id>/", views.certificate, name="training_certificate"),
    path("me/training/outside/", views.outside_new, name="training_outside"),
    path("me/training/outside/<uuid:certificate_id>/file/", views.outside_file, name="training_outside_file"),
    path("me/training/papers/<uuid:paper_id>/", views.paper, name="training_paper"),
    path("me/training/sessions/", oversight.sessions, name="training_sessions"),
    path(
        "me/training/sessions/<uuid:session_id>/<uuid:attendance_id>/confirm/",
        oversight.confirm,
        name="training_confirm",
    ),
    path("me/training/<uuid:enrolment_id>/", views.course, name="training_course"),
    path("me/training/<uuid:enrolment_id>/begin/<slug:kind>/", views.begin, name="training_begin"),
    path("me/training/<uuid:enrolment_id>/lessons/<uuid:lesson_id>/", views.lesson, name="training_lesson"),
    path(
        "me/training/<uuid:enrolment_id>/lessons/<uuid:lesson_id>/file/",
        views.lesson_file,
        name="training_lesson_file",
    ),
    path(
        "me/training/<uuid:enrolment_id>/lessons/<uuid:lesson_id>/attend/<uuid:session_id>/",
        views.attend,
        name="training_attend",
    ),
    path("people/training/", manage.tracks, name="training_tracks"),
    path("people/training/new/", manage.track_new, name="training_track_new"),
    path("people/training/report/", oversight.effectiveness, name="training_report"),
    path("people/training/talks/<uuid:enrolment_id>/", oversight.talk, name="training_talk"),
    path("people/training/outside/", oversight.outside_list, name="training_outside_list"),
    path(
        "people/training/outside/<uuid:certificate_id>/",
        oversight.outside_check,
        name="training_outside_check",
    ),
    path(
        "people/training/lessons/<uuid:lesson_id>/retire/",
        manage.lesson_retire,
        name="training_lesson_retire",
    ),
    path("people/training/lessons/<uuid:lesson_id>/dates/", manage.session_new, name="training_session_new"),
    path(
        "people/training/questions/<uuid:question_id>/retire/",
        manage.question_retire,
        name="training_question_retire",
    ),
    path("people/training/<uuid:track_id>/", manage.track, name="training_track"),
    path("people/training/<uuid:track_id>/publish/", manage.publish, name="training_publish"),
    path("people/training/<uuid:track_id>/retire/", manage.retire, name="training_retire"),
    path("people/training/<uuid:track_id>/anew/", manage.anew, name="training_anew"),
    path("people/training/<uuid:track_id>/assign/", manage.assign, name="training_assign"),
    path("people/training/<uuid:track_id>/lessons/", manage.lesson_new, name="training_lesson_new"),
    path("people/training/<uuid:track_id>/questions/", manage.question_new, name="training_question_new"),
]
