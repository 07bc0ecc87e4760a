from django.urls import path

from deals.pipeline import views

urlpatterns = [
    path("deals/", views.deals, name="deals"),
    path("deals/new/", views.deal_new, name="deal_new"),
    path("deals/<uuid:deal_id>/", views.deal, name="deal"),
    path("deals/<uuid:deal_id>/stage/", views.stage, name="deal_stage"),
    path("deals/<uuid:deal_id>/members/", views.members, name="deal_members"),
    path("deals/<uuid:deal_id>/target/", views.target, name="deal_target"),
]
