from django.urls import path

from people.guests import views

urlpatterns = [
    path("guest/", views.guest, name="guest"),
    path("guest/send/", views.send, name="guest_send"),
    path("guest/code/", views.code, name="guest_code"),
    path("guest/phone/", views.phone, name="phone"),
    path("guest/again/", views.again, name="phone_again"),
]
