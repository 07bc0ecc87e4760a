from django.urls import path

from compliance.accessreviews import views

urlpatterns = [
    path("people/reviews/", views.reviews, name="access_reviews"),
    path("people/reviews/open/", views.open_now, name="access_review_open"),
    path("people/reviews/<uuid:review_id>/", views.review, name="access_review"),
    path("people/reviews/access/<uuid:item_id>/", views.item, name="access_review_item"),
]
