"""Forms: a list to choose from is written in one go, unless a form says otherwise."""

from __future__ import annotations

import pytest
from wtforms import IntegerField, RadioField, SelectField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, NumberRange
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


class Choose(forms.Form):
    """A choice that is needed, and a line."""

    uit = SelectField(
        choices=[SelectChoice("", ""), SelectChoice("a", "a")], validators=[InputRequired(forms.REQUIRED)]
    )
    een = RadioField(choices=[SelectChoice("a", "a")], validators=[InputRequired(forms.REQUIRED)])
    regel = forms.text("Regel", required=True)


def test_who_has_to_choose_is_told_to_choose(app):
    with app.test_request_context(method="POST", data={"uit": ""}):
        form = Choose(meta={"csrf": False})
        assert not form.validate()
        said = {name: [str(error) for error in errors] for name, errors in form.errors.items()}
    choose = "Kies een van de mogelijkheden."
    assert said == {"uit": [choose], "een": [choose], "regel": ["Dit veld is nodig."]}


class When(forms.Form):
    """A day that is needed."""

    dag = forms.day("Dag", required=True)


def test_a_day_of_nothing_but_space_is_asked_again(app):
    with app.test_request_context(method="POST", data={"dag": " \n\n"}):
        form = When(meta={"csrf": False})
        assert not form.validate()
        assert list(form.dag.errors) == [str(forms.REQUIRED)]


class HowMany(forms.Form):
    """A number within bounds."""

    aantal = IntegerField("Aantal", validators=[NumberRange(0, 20, "Van 0 tot 20.")])


@pytest.mark.parametrize("typed", ["9" * 400, "-" + "9" * 400, "9" * 5000, "21"])
def test_a_number_of_any_length_is_out_of_bounds_and_stays_as_it_was_typed(app, typed):
    with app.test_request_context(method="POST", data={"aantal": typed}):
        form = HowMany(meta={"csrf": False})
        assert not form.validate()
        assert form.aantal.errors
        assert form.aantal._value() == typed
