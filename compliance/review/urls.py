from datetime import date

from django.urls import path, register_converter

from compliance.review import life_views, sample_views, saved_views, sign_views, views


class DayConverter:
    """A day as 2026-01-31; anything else is no address."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(value)  # a ValueError is no match

    def to_url(self, value: date) -> str:
        return value.isoformat()


register_converter(DayConverter, "day")

urlpatterns = [
    path("log/", views.log, name="log"),
    path("log/charts/", views.charts, name="log_charts"),
    path("log/export/", views.export, name="log_export"),
    path("log/clients/<uuid:client_id>/", life_views.client, name="log_client"),
    path("log/deals/<uuid:deal_id>/", life_views.deal, name="log_deal"),
    path("log/people/<uuid:person_id>/", life_views.day, name="log_today"),
    path("log/people/<uuid:person_id>/<day:day>/", life_views.day, name="log_day"),
    path("log/samples/", sample_views.drawn, name="log_samples"),
    path("log/samples/<uuid:sample_id>/", sample_views.decide, name="log_sample"),
    path("log/sign/", sign_views.sign, name="log_sign"),
    path("log/signed/", sign_views.signed, name="log_signed"),
    path("log/signed/<uuid:sign_off_id>/", sign_views.signed_one, name="log_signed_one"),
    path("asked/", sample_views.asked, name="asked"),
    path("asked/<uuid:sample_id>/", sample_views.asked_one, name="asked_one"),
    path("log/views/", saved_views.save, name="log_view_save"),
    path("log/views/<uuid:view_id>/drop/", saved_views.drop, name="log_view_drop"),
    path("log/<uuid:entry_id>/", views.entry, name="log_entry"),
    path("log/<uuid:entry_id>/mask/<uuid:client_id>/", views.mask, name="log_mask"),
    path("log/<uuid:entry_id>/reason/", views.reason, name="log_reason"),
]
