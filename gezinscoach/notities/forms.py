"""Forms of notes: a fast one to write, one to find back."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, RadioField, SelectField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, NumberRange, Optional

from gezinscoach.dossier.rules import Domein
from gezinscoach.kernel import forms
from gezinscoach.notities import present, rules
from gezinscoach.notities.rules import Contact, Niveau

MINUTES = _l("Schrijf een getal van 1 tot 1440, bijvoorbeeld 45.")


class MinutesField(IntegerField):
    """A number of minutes."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Say in plain words that it is no number."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(MINUTES) from None


class NieuweNotitie(forms.Form):
    """A note: two taps and a few words are enough."""

    tekst = forms.prose(
        _l("Wat wil je onthouden?"),
        required=True,
        longest=rules.LONGEST,
        description=_l("Alleen jij, en wie jou vervangt, tot je kiest voor delen."),
        render_kw={"rows": "4"},
    )
    contact = SelectField(
        _l("Soort contact"),
        choices=[SelectChoice("", _l("Kies …")), *forms.choices(Contact, present.CONTACT)],
        validators=[InputRequired(forms.REQUIRED)],
    )
    datum = forms.day(_l("Datum"), required=True)
    niveau = RadioField(
        _l("Wie mag dit lezen?"), choices=forms.choices(Niveau, present.NIVEAU), default=Niveau.COACH.value
    )
    met_wie = forms.text(_l("Met wie"))
    minuten = MinutesField(
        _l("Hoeveel minuten"), validators=[Optional(), NumberRange(1, 1440, message=MINUTES)]
    )
    levensdomein = SelectField(_l("Levensdomein"), default="")

    def offer(self, codelist: Iterable[Domein]) -> NieuweNotitie:
        """The same form with this codelist to choose from."""
        self.levensdomein.choices = _domeinen(_l("geen bepaald domein"), codelist)
        return self


class Zoek(forms.Form):
    """What to find back; sent by POST, so that no word of a family ends up in an address."""

    zoek = forms.text(_l("Woorden in de tekst"), longest=100)
    soort = SelectField(
        _l("Soort contact"),
        choices=[SelectChoice("", _l("alle")), *forms.choices(Contact, present.CONTACT)],
        default="",
    )
    domein = SelectField(_l("Levensdomein"), default="")

    def offer(self, codelist: Iterable[Domein]) -> Zoek:
        """The same form with this codelist to choose from."""
        self.domein.choices = _domeinen(_l("alle"), codelist)
        return self


def _domeinen(none: object, codelist: Iterable[Domein]) -> list[SelectChoice]:
    return [
        SelectChoice("", none),
        *(SelectChoice(entry.code, ("– " if entry.ouder_code else "") + entry.naam) for entry in codelist),
    ]
