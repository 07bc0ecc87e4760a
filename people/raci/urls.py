from django.urls import path

from people.raci import views

urlpatterns = [path("people/posts/raci/", views.raci, name="raci")]
