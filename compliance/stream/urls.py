from django.urls import path

from compliance.stream import views

urlpatterns = [path("log/streams/", views.streams, name="streams")]
