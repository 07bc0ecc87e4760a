from django.urls import path

from people.asks import views

urlpatterns = [
    path("people/ask/", views.ask, name="ask_access"),
    path("people/asks/", views.asks, name="asks"),
    path("people/asks/<uuid:ask_id>/handle/", views.handle, name="ask_handle"),
]
