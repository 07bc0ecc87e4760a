from django.urls import path

from vault.custody.freezing import views

urlpatterns = [path("system/keys/freezing/<uuid:compartment>/", views.freezing, name="freezing")]
