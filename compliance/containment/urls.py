from django.urls import path

from compliance.containment import affected_views, lock_views, views

_CASE = "compliance/incidents/<uuid:incident_id>/"

urlpatterns = [
    path("compliance/incidents/", views.incidents, name="incidents"),
    path("compliance/locks/<slug:kind>/<uuid:object_id>/", lock_views.lock, name="lock"),
    path("compliance/locks/<uuid:lock_id>/end/", lock_views.end, name="lock_end"),
    path(_CASE, views.incident, name="incident"),
    path(f"{_CASE}severity/", views.judge, name="incident_severity"),
    path(f"{_CASE}clocks/<uuid:clock_id>/", views.clock, name="incident_clock"),
    path(f"{_CASE}note/", views.note, name="incident_note"),
    path(f"{_CASE}contain/", views.contain, name="incident_contain"),
    path(f"{_CASE}close/", views.close, name="incident_close"),
    path(f"{_CASE}affected/<uuid:lock_id>/", affected_views.affected, name="incident_affected"),
    path(
        f"{_CASE}affected/<uuid:lock_id>/file/", affected_views.affected_file, name="incident_affected_file"
    ),
]
