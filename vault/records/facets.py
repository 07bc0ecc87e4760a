"""The facets of a client (seed C, "客户信息的分类"): how open it is, where it comes from, what it serves."""

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy


class Visibility(TextChoices):
    """How far the data are known outside already."""

    PUBLIC = "public", pgettext_lazy("facet", "Public")
    SEMI_PUBLIC = "semi_public", pgettext_lazy("facet", "Semi-public")
    PRIVATE = "private", pgettext_lazy("facet", "Private")


class Origin(TextChoices):
    """Whether we collected the data ourselves."""

    INTERNAL = "internal", pgettext_lazy("facet", "Internal")
    EXTERNAL = "external", pgettext_lazy("facet", "External")


class Use(TextChoices):
    """Which work they serve."""

    BUSINESS = "business", pgettext_lazy("facet", "Business")
    MARKETING = "marketing", pgettext_lazy("facet", "Marketing")
    SERVICE = "service", pgettext_lazy("facet", "Service")
