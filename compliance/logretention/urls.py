from datetime import date

from django.urls import path, register_converter

from compliance.logretention import views


class MonthConverter:
    """A month as 2026-01; anything else is no address."""

    regex = r"\d{4}-\d{2}"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(f"{value}-01")  # a ValueError is no match

    def to_url(self, value: date) -> str:
        return f"{value:%Y-%m}"


register_converter(MonthConverter, "month")

urlpatterns = [
    path("log/retention/", views.months, name="log_retention"),
    path("log/retention/policy/", views.set_policy, name="log_policy"),
    path("log/retention/<month:month>/", views.ask, name="log_month"),
    path("log/retention/<month:month>/download/", views.bundle, name="log_bundle"),
]
