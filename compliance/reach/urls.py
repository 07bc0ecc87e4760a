from django.urls import path

from compliance.reach import views

_AT = "people/access/"

urlpatterns = [
    path(_AT, views.ask, name="access"),
    path(f"{_AT}rooms/<uuid:deal_id>/", views.room, name="access_room"),
    path(f"{_AT}rooms/<uuid:deal_id>/<uuid:person_id>/", views.room_why, name="access_room_why"),
    path(f"{_AT}books/<uuid:book_id>/", views.book, name="access_book"),
    path(f"{_AT}books/<uuid:book_id>/<uuid:person_id>/", views.book_why, name="access_book_why"),
    path(f"{_AT}clients/<uuid:client_id>/", views.client, name="access_client"),
    path(f"{_AT}clients/<uuid:client_id>/<uuid:person_id>/", views.client_why, name="access_client_why"),
    path(f"{_AT}people/<uuid:person_id>/", views.person, name="access_person"),
    path(f"{_AT}people/<uuid:person_id>/rooms/", views.person_rooms, name="access_person_rooms"),
]
