from django.urls import path

from compliance.verifying import views

urlpatterns = [
    path("compliance/records/", views.found, name="findings"),
    path("compliance/records/<uuid:finding_id>/", views.settle, name="finding"),
]
