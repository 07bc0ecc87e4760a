from django.urls import path

from config.ui import views

app_name = "ui"

urlpatterns = [
    path("theme/", views.set_theme, name="theme"),
    path("language/", views.set_language, name="language"),
]
