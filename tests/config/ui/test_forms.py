"""Plain forms look right by themselves: classes, labels, help and errors joined for screen readers."""

from django import forms


class Sample(forms.Form):
    name = forms.CharField(help_text="As in the register")
    kind = forms.ChoiceField(choices=[("a", "A")])
    note = forms.CharField(required=False, widget=forms.Textarea)
    agreed = forms.BooleanField()
    groups = forms.MultipleChoiceField(
        choices=[("1", "One"), ("2", "Two")], widget=forms.CheckboxSelectMultiple
    )
    file = forms.FileField()
    token = forms.CharField(widget=forms.HiddenInput)


def test_widgets_get_the_class_of_their_kind() -> None:
    form = Sample()
    assert 'class="form-control"' in str(form["name"])
    assert 'class="form-select"' in str(form["kind"])
    assert 'class="form-check-input"' in str(form["agreed"])
    assert str(form["groups"]).count('class="form-check-input"') == 2
    assert "class" not in str(form["token"])


def test_a_class_of_the_form_itself_is_kept() -> None:
    class Own(forms.Form):
        code = forms.CharField(widget=forms.TextInput(attrs={"class": "num"}))

    assert 'class="num form-control"' in str(Own()["code"])


def test_help_and_errors_describe_the_field() -> None:
    shown = str(Sample({}))
    assert 'aria-describedby="id_name_helptext id_name_error"' in shown
    assert 'id="id_name_helptext"' in shown
    assert 'id="id_name_error"' in shown
    assert 'class="form-control is-invalid"' in shown
    assert 'aria-invalid="true"' in shown


def test_every_visible_field_has_a_label_or_a_legend() -> None:
    shown = str(Sample())
    for name in ("name", "kind", "note", "file"):
        assert f'for="id_{name}"' in shown
    assert "<legend" in shown
    assert shown.count("<input") == shown.count('name="') - 2  # all but the select and the textarea


def test_errors_of_the_whole_form_are_announced() -> None:
    form = Sample({})
    form.add_error(None, "Both cannot be <b>.")
    shown = str(form)
    assert 'role="alert"' in shown
    assert "<b>" not in shown


def test_file_fields_are_drop_zones_around_a_plain_input() -> None:
    shown = str(Sample())
    assert "data-drop" in shown
    assert 'type="file"' in shown
