from django.urls import path

from people.campaigns import views

urlpatterns = [
    path("me/campaigns/", views.mine, name="campaigns_mine"),
    path("me/campaigns/<uuid:campaign_id>/", views.campaign, name="campaign"),
    path("people/campaigns/", views.campaigns, name="campaigns"),
    path("people/campaigns/new/", views.new, name="campaign_new"),
]
