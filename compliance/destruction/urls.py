from django.urls import path

from compliance.destruction import views

urlpatterns = [
    path("compliance/destruction/", views.runs, name="destruction"),
    path("compliance/destruction/propose/", views.propose, name="destruction_propose"),
    path("compliance/destruction/<uuid:run_id>/", views.run, name="destruction_run"),
    path("compliance/destruction/<uuid:run_id>/progress/", views.progress, name="destruction_progress"),
    path("compliance/destruction/<uuid:run_id>/approval/", views.ask, name="destruction_ask"),
    path(
        "compliance/destruction/<uuid:run_id>/certificate/", views.certificate, name="destruction_certificate"
    ),
    path(
        "compliance/destruction/<uuid:run_id>/certificate.json",
        views.certificate_file,
        name="destruction_certificate_file",
    ),
    path(
        "compliance/destruction/<uuid:run_id>/supplement-<int:number>.json",
        views.supplement_file,
        name="destruction_supplement_file",
    ),
]
