from django.urls import path

from people.headcount import views

urlpatterns = [
    path("people/headcount/", views.headcount, name="headcount"),
    path("people/headcount/<uuid:crossing_id>/", views.filing, name="headcount_filing"),
]
