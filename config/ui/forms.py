"""How forms look: plain `forms.Form` and widgets, rendered with the look's classes and accessible names.

Set as `FORM_RENDERER`; forms themselves know nothing of style.
"""

from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting

_CHECKS = (forms.CheckboxInput,)
_CHOICES = (forms.RadioSelect, forms.CheckboxSelectMultiple)


def widget_class(widget: forms.Widget) -> str:
    """The style sheet's class for a widget; "" for those that are not seen."""
    if widget.is_hidden:
        return ""
    if isinstance(widget, (*_CHECKS, *_CHOICES)):
        return "form-check-input"
    if isinstance(widget, forms.Select):
        return "form-select"
    return "form-control"


class StyledField(BoundField):
    """A bound field whose widget carries its class, and says when it is invalid."""

    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        shown = widget or self.field.widget
        built = dict(super().build_widget_attrs(attrs, widget))
        names = [shown.attrs.get("class", ""), widget_class(shown), "is-invalid" if self.errors else ""]
        joined = " ".join(name for name in names if name)
        if joined:
            built["class"] = joined
        if shown.attrs.get("placeholder") == self.label:
            built["placeholder"] = False  # some libraries repeat the label there; Django leaves False out
        return built

    @property
    def layout(self) -> str:
        """Which arrangement of label and control the field's template chooses."""
        widget = self.field.widget
        if isinstance(widget, _CHECKS):
            return "check"
        if isinstance(widget, forms.FileInput):
            return "file"
        return "choices" if isinstance(widget, _CHOICES) else "plain"


class Renderer(TemplatesSetting):
    """Finds the form templates in templates/django/forms/."""

    bound_field_class = StyledField
