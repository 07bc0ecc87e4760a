from django.urls import path

from deals.previews import views

urlpatterns = [
    path("deals/<uuid:deal_id>/room/preview/", views.preview, name="preview"),
    path("deals/<uuid:deal_id>/room/preview/end/", views.preview_end, name="preview_end"),
]
