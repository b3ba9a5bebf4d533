"""Forms of the aanmeldpunt, short enough for a phone call."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, IntegerField, RadioField, SelectField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, NumberRange, Optional, StopValidation, ValidationError

from gezinscoach.aanmelding import present
from gezinscoach.aanmelding.queries import Blad
from gezinscoach.aanmelding.rules import Toestemming
from gezinscoach.aanmelding.rules.intake import Gegevens
from gezinscoach.kernel import forms, rijksregister, web
from gezinscoach.kernel.versions import Edit

TOLK = {"": None, "ja": True, "nee": False}
OLDEST_YEARS = 30
YEAR = _l("Schrijf een jaar, bijvoorbeeld 2014.")


class WholeField(IntegerField):
    """A whole number, refused once and in words that say how to write it."""

    def __init__(self, label: Any, wrong: Any, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.wrong = wrong

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed; nothing is None."""
        try:
            super().process_formdata([value.strip() for value in valuelist if value.strip()])
        except ValueError:
            raise ValueError(self.wrong) from None

    def pre_validate(self, form: Any) -> None:
        """What is no number is not weighed as one."""
        if self.process_errors:
            raise StopValidation


class Aanmelder(forms.Form):
    """Who called, and when."""

    datum = forms.day(_l("Datum"), required=True)
    aanmelder = forms.text(_l("Aanmelder"), required=True, longest=120)
    telefoon = forms.text(_l("Telefoon van de aanmelder"), longest=40, render_kw={"inputmode": "tel"})

    def validate_datum(self, field: forms.DateField) -> None:
        """A day, and not in the future."""
        if field.data is None and not field.process_errors:
            raise ValidationError(forms.REQUIRED)
        if field.data and field.data > web.today():
            raise ValidationError(_l("Deze dag moet nog komen."))

    def melding(self) -> dict[str, Any]:
        """What was typed about the one who called."""
        return {
            "datum": self.datum.data,
            "aanmelder": self.aanmelder.data,
            "telefoon": self.telefoon.data or "",
        }


class Terugbellen(Edit, Aanmelder):
    """Who called, while the family still has to be asked."""

    telefoon = forms.text(
        _l("Telefoon van de aanmelder"), required=True, longest=40, render_kw={"inputmode": "tel"}
    )


class Contact(Aanmelder):
    """Who calls, and whether the family knows."""

    organisatie = forms.text(_l("Organisatie"), longest=120)
    toestemming = RadioField(
        _l("Weet het gezin van deze aanmelding, en is het akkoord?"),
        choices=forms.choices(Toestemming, present.TOESTEMMING),
        validators=[InputRequired(_l("Kies ja of nog niet gevraagd."))],
    )


class Gezin(forms.Form):
    """What the family lets us keep."""

    naam = forms.text(_l("Naam van het gezin"), required=True, longest=120)
    ouder = forms.text(_l("Ouder"), longest=120)
    telefoon_gezin = forms.text(_l("Telefoon van het gezin"), longest=40, render_kw={"inputmode": "tel"})
    adres = forms.text(_l("Adres"))
    kinderen = WholeField(
        _l("Aantal kinderen"),
        _l("Schrijf een getal, bijvoorbeeld 3."),
        validators=[Optional(), NumberRange(0, 20, _l("Schrijf een aantal van 0 tot 20."))],
    )
    oudste = WholeField(_l("Oudste kind geboren in"), YEAR, validators=[Optional()])
    taal = forms.text(_l("Taal"), longest=80, render_kw={"list": "talen", "autocomplete": "off"})
    tolk = SelectField(
        _l("Tolk"),
        choices=[
            SelectChoice("", _l("weten we nog niet")),
            SelectChoice("ja", _l("ja, met een tolk")),
            SelectChoice("nee", _l("nee, geen tolk")),
        ],
    )
    gemeente = forms.text(_l("Postcode en gemeente"), longest=80)
    vragen = forms.ChecksField(_l("Waarover gaat de vraag?"), validators=[Optional()])
    dringend = BooleanField(_l("Dringend"))
    voorkeur = forms.text(_l("Voorkeur voor een gezinscoach"), longest=200)
    opmerking = forms.prose(_l("Opmerking"), longest=2000)

    def validate_oudste(self, field: WholeField) -> None:
        """A year in which a child of today, or one on its way, may be born."""
        year = web.today().year
        if field.data is not None and not year - OLDEST_YEARS <= field.data <= year + 1:
            raise ValidationError(YEAR)

    def gegevens(self) -> Gegevens:
        """What was typed about the family."""
        return Gegevens(
            naam=self.naam.data or "",
            ouder=self.ouder.data or "",
            telefoon_gezin=self.telefoon_gezin.data or "",
            adres=self.adres.data or "",
            kinderen=self.kinderen.data,
            oudste=self.oudste.data,
            taal=self.taal.data or "",
            tolk=TOLK[self.tolk.data],
            gemeente=self.gemeente.data or "",
            vragen=self.vragen.data or [],
            dringend=self.dringend.data,
            voorkeur=self.voorkeur.data or "",
            opmerking=self.opmerking.data or "",
        )

    def removed(self) -> bool:
        """Whether a rijksregisternummer was typed, which is never kept."""
        telephones = ("telefoon", "telefoon_gezin")
        typed = (field.data for field in self if field.name not in telephones and isinstance(field.data, str))
        return any(rijksregister.mask(text)[1] for text in typed)


class Aanmelden(Contact, Gezin):
    """The whole question in one screen; without permission only the contact counts."""

    @property
    def agreed(self) -> bool:
        """Whether the family knows and agrees."""
        return bool(self.toestemming.data == Toestemming.JA)

    def validate(self, extra_validators: Any = None) -> bool:
        """Check what will be kept: until the family agreed, the fields about it cannot be wrong."""
        fine = super().validate(extra_validators)
        if self.agreed:
            return bool(fine)
        for name in Gezin.__dict__:
            if isinstance(field := self._fields.get(name), Field):
                field.errors = []
        if self.toestemming.data == Toestemming.NIET_GEVRAAGD and not self.telefoon.data:
            self.telefoon.errors = [_l("Zonder telefoonnummer kunnen we niet terugbellen.")]
        return not self.errors

    def gegevens(self) -> Gegevens:
        """What was typed about the family and about the organisation that calls."""
        return Gegevens(**super().gegevens(), organisatie=self.organisatie.data or "")


class _Gekend(Gezin):
    """The facts of a family whose aanmelder is known."""

    organisatie = forms.text(_l("Organisatie van de aanmelder"), longest=120)

    def gegevens(self) -> Gegevens:
        """What was typed about the family and about the organisation that called."""
        return Gegevens(**super().gegevens(), organisatie=self.organisatie.data or "")


class Verbeteren(Edit, Aanmelder, _Gekend):
    """The facts of a family that agreed, and of its aanmelder."""


class Toestemmen(Edit, _Gekend):
    """The facts of a family that has just agreed."""

    akkoord = BooleanField(
        _l("Het gezin weet van de aanmelding en is akkoord"),
        validators=[InputRequired(_l("Zonder toestemming bewaren we niets over het gezin."))],
    )


class Waarom(forms.Form):
    """The reason of a step."""

    reden = forms.prose(_l("Waarom?"), required=True, longest=1000)


def known(blad: Blad) -> dict[str, Any]:
    """The facts of a family as its form wants them."""
    gezin, aanmelding = blad.gezin, blad.aanmelding
    return {
        "datum": aanmelding.datum,
        "aanmelder": aanmelding.aanmelder,
        "telefoon": aanmelding.telefoon,
        "organisatie": aanmelding.organisatie,
        "naam": gezin.naam,
        "ouder": blad.ouders[0].naam if blad.ouders else "",
        "kinderen": aanmelding.kinderen,
        "oudste": aanmelding.oudste,
        "taal": gezin.taal,
        "tolk": next(said for said, meant in TOLK.items() if meant is gezin.tolk),
        "telefoon_gezin": gezin.telefoon,
        "adres": gezin.adres,
        "gemeente": gezin.gemeente,
        "vragen": aanmelding.vragen or [],
        "dringend": aanmelding.dringend,
        "voorkeur": aanmelding.voorkeur,
        "opmerking": aanmelding.opmerking,
    }
