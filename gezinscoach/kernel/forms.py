"""Forms: shape and Dutch messages; each hands over what was typed, never a row."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Any

from flask import request
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from markupsafe import Markup
from werkzeug.datastructures import CombinedMultiDict, MultiDict
from wtforms import (
    Field,
    FileField,
    IntegerField,
    PasswordField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields import SelectChoice
from wtforms.fields.choices import SelectFieldBase
from wtforms.validators import DataRequired, InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget, Select, TextInput

from gezinscoach.kernel.dates import read_date

REQUIRED = _l("Dit veld is nodig.")
CHOOSE = _l("Kies een van de mogelijkheden.")
LARGEST = 2**63
"""Beyond every number that a form asks for."""


class Options(Select):
    """A list to choose from; a page can have a hundred options, so each is written in one go."""

    @classmethod
    def render_option(cls, choice: SelectChoice) -> Markup:
        chosen = Markup(" selected") if choice.selected else ""
        return Markup('<option%s value="%s">%s</option>') % (chosen, choice.value, choice.label)


class Form(FlaskForm):
    """Base of every form: CSRF, and text that PostgreSQL, SQLite and the eye all take."""

    class Meta(FlaskForm.Meta):
        """Clean what was typed in every field, save a password; lists to choose from are Options."""

        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Any:
            filters = unbound_field.kwargs.get("filters", ())
            secret = issubclass(unbound_field.field_class, PasswordField)
            wanted = storable if secret else clean
            if issubclass(unbound_field.field_class, StringField) and wanted not in filters:
                unbound_field.kwargs["filters"] = [*filters, wanted]
            if issubclass(unbound_field.field_class, SelectFieldBase):
                for rule in unbound_field.kwargs.get("validators", ()):
                    if getattr(rule, "message", None) is REQUIRED:
                        rule.message = CHOOSE
            if issubclass(unbound_field.field_class, IntegerField) and bounded not in filters:
                unbound_field.kwargs["filters"] = [*filters, bounded]
            if type(unbound_field.field_class.widget) is Select:
                unbound_field.kwargs.setdefault("widget", Options())
            return super().bind_field(form, unbound_field, options)

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """What was sent: a file only where the form has a place for one, and nothing but a form."""
            given = super().wrap_formdata(form, formdata)
            if given is None or given is formdata:
                return given
            places = {
                name for name, field in form._unbound_fields if issubclass(field.field_class, FileField)
            }
            files = [(name, file) for name, file in request.files.items(multi=True) if name in places]
            return CombinedMultiDict([MultiDict(files), request.form])


def storable(value: Any) -> Any:
    """Text without NUL and lone surrogates, which no database takes; anything else unchanged."""
    return value.replace("\x00", "").encode("utf-8", "ignore").decode() if isinstance(value, str) else value


def bounded(value: Any) -> Any:
    """A whole number that fits a float, in which WTForms looks for NaN; one that is out of reach stays so."""
    return max(-LARGEST, min(value, LARGEST)) if isinstance(value, int) else value


def clean(value: Any) -> Any:
    """Storable text without outer space, its line ends alike; anything else unchanged."""
    return storable(value).replace("\r\n", "\n").strip() if isinstance(value, str) else value


class DateField(Field):
    """A day typed as people write it in Flanders (21/3/2026, 21 maart 2026, 2026-03-21)."""

    widget = TextInput()

    def _value(self) -> str:
        if self.data:
            return self.data.strftime("%d/%m/%Y")
        return str(self.raw_data[0]) if self.raw_data else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data: date | None = None
        typed = clean(valuelist[0]) if valuelist else ""
        if not typed:
            self.raw_data: list[Any] = []  # only space is nothing: a day that is needed is asked again
            return
        try:
            self.data = read_date(typed)
        except ValueError:
            raise ValueError(_l("Dit is geen datum. Schrijf bijvoorbeeld 21/03/2026.")) from None


class ChecksField(SelectMultipleField):
    """Several choices, as checkboxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def text(label: Any, *, required: bool = False, longest: int = 200, **kwargs: Any) -> StringField:
    """A line of text."""
    return StringField(label, validators=_rules(required, longest), **kwargs)


def prose(label: Any, *, required: bool = False, longest: int = 20_000, **kwargs: Any) -> TextAreaField:
    """Some lines of text."""
    return TextAreaField(label, validators=_rules(required, longest), **kwargs)


def day(label: Any, *, required: bool = False, **kwargs: Any) -> DateField:
    """A day."""
    return DateField(label, validators=[InputRequired(REQUIRED) if required else Optional()], **kwargs)


def choices(words: type[StrEnum], labels: dict[Any, Any]) -> list[SelectChoice]:
    """Choices of a small set of words, in its own order."""
    return [SelectChoice(word.value, labels[word]) for word in words]


def _rules(required: bool, longest: int) -> Iterable[Any]:
    longest_message = _l("Dit is te lang: hoogstens %(max)d tekens.", max=longest)
    return [DataRequired(REQUIRED) if required else Optional(), Length(max=longest, message=longest_message)]
