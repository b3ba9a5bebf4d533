"""Forms: a list to choose from is written in one go, unless a form says otherwise."""

from __future__ import annotations

from wtforms import SelectField
from wtforms.widgets import Select

from gezinscoach.kernel import forms


class Chosen(Select):
    """Another widget."""


class Ask(forms.Form):
    """Two lists."""

    plain = SelectField()
    other = SelectField(widget=Chosen())


def test_a_list_is_written_by_options_unless_its_form_names_a_widget(app):
    with app.test_request_context():
        form = Ask()
        assert type(form.plain.widget) is forms.Options
        assert type(form.other.widget) is Chosen
