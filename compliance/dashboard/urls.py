from django.urls import path

from compliance.dashboard import views

urlpatterns = [path("", views.today, name="today")]
