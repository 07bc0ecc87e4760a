from django.urls import path

from compliance.retention import views

urlpatterns = [
    path("compliance/retention/", views.rules, name="retention"),
    path("compliance/retention/add/", views.add, name="retention_add"),
    path("compliance/retention/end/<uuid:client_id>/", views.end, name="retention_end"),
    path("compliance/retention/<uuid:rule_id>/", views.edit, name="retention_edit"),
]
