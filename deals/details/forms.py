from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from deals.details.choice import Details
from deals.errors import NotPossible


class DetailsForm(forms.Form):
    """Part of the form that uploads. The safe choice is made beforehand."""

    details = forms.ChoiceField(
        label=gettext_lazy("Hidden details"),
        choices=[
            (
                Details.REMOVED,
                gettext_lazy("Remove what the files say about their making: author, company, place, device"),
            ),
            (Details.KEPT, gettext_lazy("Keep the files as they are; signed ones can only be kept so")),
        ],
        widget=forms.RadioSelect,
        initial=Details.REMOVED,
        help_text=gettext_lazy(
            "They give away who stands behind a code name. PDF, JPEG, PNG, WebP and today's Word, Excel and"
            " PowerPoint files are written anew and look the same; text has none. Any other kind is taken"
            " only as it is."
        ),
    )


def chosen_details(typed: str | None) -> Details:
    """What a form says; one that says nothing gets the safe choice. Raises NotPossible."""
    form = DetailsForm({"details": Details.REMOVED if typed is None else typed})
    if not form.is_valid():
        raise NotPossible(_("Choose what becomes of hidden details. Nothing was kept."))
    return Details(form.cleaned_data["details"])
