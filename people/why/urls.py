from django.urls import path

from people.why import views

urlpatterns = [path("why/", views.why, name="why")]
