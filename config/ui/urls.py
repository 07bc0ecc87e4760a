from django.urls import path
from django.views.i18n import set_language

from config.ui import views

app_name = "ui"

urlpatterns = [
    path("theme/", views.set_theme, name="theme"),
    path("language/", set_language, name="language"),
]
