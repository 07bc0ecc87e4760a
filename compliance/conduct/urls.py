from django.urls import path

from compliance.conduct import views

urlpatterns = [
    path("compliance/conduct/", views.cases, name="conduct"),
    path("compliance/conduct/new/", views.case_new, name="conduct_new"),
    path("compliance/conduct/commendations/", views.commendations, name="commendations"),
    path("compliance/conduct/<uuid:case_id>/", views.case, name="conduct_case"),
    path("compliance/conduct/<uuid:case_id>/evidence/", views.evidence, name="conduct_evidence"),
    path("compliance/conduct/<uuid:case_id>/vote/", views.vote, name="conduct_vote"),
    path("compliance/conduct/<uuid:case_id>/answer/", views.answer, name="conduct_answer"),
    path("me/conduct/", views.mine, name="conduct_mine"),
    path("me/conduct/<uuid:case_id>/", views.my_case, name="conduct_my_case"),
    path("me/conduct/<uuid:case_id>/reply/", views.reply, name="conduct_reply"),
    path("me/conduct/<uuid:case_id>/appeal/", views.appeal, name="conduct_appeal"),
]
