from django.urls import path

from people.pledge import views

urlpatterns = [
    path("me/pledge/", views.pledge, name="pledge"),
    path("people/pledges/", views.pledges, name="pledges"),
]
