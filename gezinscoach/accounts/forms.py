"""Forms of sign-in and of accounts."""

from __future__ import annotations

from typing import Any

from email_validator import EmailNotValidError, validate_email
from flask_babel import lazy_gettext as _l
from wtforms import (
    HiddenField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    StringField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Regexp, ValidationError

from gezinscoach.accounts import present, rules
from gezinscoach.kernel import forms
from gezinscoach.kernel.access import Rol
from gezinscoach.kernel.versions import Edit


def email_shape(form: forms.Form, field: StringField) -> None:
    """Refuse what is no e-mail address; domains are not looked up."""
    if not field.data:
        return
    try:
        validate_email(field.data, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        raise ValidationError(
            _l("Dit is geen e-mailadres. Schrijf bijvoorbeeld naam@organisatie.be.")
        ) from None


class SignIn(forms.Form):
    """E-mail address and password."""

    email = StringField(
        _l("E-mailadres"),
        validators=[InputRequired(forms.REQUIRED)],
        render_kw={"autocomplete": "username", "inputmode": "email", "autocapitalize": "none"},
    )
    wachtwoord = PasswordField(
        _l("Wachtwoord"),
        validators=[InputRequired(forms.REQUIRED)],
        render_kw={"autocomplete": "current-password"},
    )
    verder = HiddenField()


class ChoosePassword(forms.Form):
    """A new password, typed twice."""

    wachtwoord = PasswordField(
        _l("Nieuw wachtwoord"),
        description=_l(
            "Minstens %(least)d tekens. Een zin van een paar gewone woorden is sterk en goed te onthouden.",
            least=rules.MIN_PASSWORD,
        ),
        validators=[InputRequired(forms.REQUIRED)],
        render_kw={"autocomplete": "new-password"},
    )
    wachtwoord_opnieuw = PasswordField(
        _l("Nog eens hetzelfde wachtwoord"),
        validators=[InputRequired(forms.REQUIRED)],
        render_kw={"autocomplete": "new-password"},
    )

    def validate_wachtwoord_opnieuw(self, field: PasswordField) -> None:
        """Both must be the same."""
        if field.data != self.wachtwoord.data:
            raise ValidationError(_l("De twee wachtwoorden zijn niet gelijk. Typ ze nog eens."))


class ChooseAfterLoss(ChoosePassword):
    """The same, after a lost second factor: with the code of whoever asked the link."""

    code = StringField(
        _l("Code van de beheerder"),
        description=_l("Acht tekens. Je krijgt ze van de beheerder, niet van wie je de link gaf."),
        validators=[InputRequired(forms.REQUIRED), Length(max=60, message=_l("Deze code is te lang."))],
        render_kw={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"},
    )


class GiveRole(forms.Form):
    """A role for somebody, until a day or without an end."""

    rol = SelectField(
        _l("Rol"),
        choices=[SelectChoice("", _l("kies een rol")), *forms.choices(Rol, present.ROLES)],
        validators=[InputRequired(forms.REQUIRED)],
    )
    organisatie = SelectField(
        _l("Organisatie"),
        description=_l("Nodig voor een gezinscoach, een bondgenoot en een organisatieverantwoordelijke."),
    )
    tot = forms.day(
        _l("Tot en met"),
        description=_l("Laat leeg als er nog geen einddatum is. Een importeur heeft er een nodig."),
    )


class AddAccount(GiveRole):
    """A new account with its first role."""

    naam = forms.text(_l("Naam"), required=True, longest=120)
    email = forms.text(_l("E-mailadres"), required=True, longest=250)

    def validate_email(self, field: StringField) -> None:
        """An address that can be one."""
        email_shape(self, field)


class Decide(forms.Form):
    """What the second person decides, and why not."""

    besluit = RadioField(
        _l("Wat besluit je?"),
        choices=forms.choices(present.Besluit, present.BESLUITEN),
        validators=[InputRequired(forms.REQUIRED)],
    )
    reden = forms.prose(
        _l("Waarom niet?"),
        longest=500,
        description=_l("Nodig als je weigert. Wie het vroeg, leest dit."),
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """A refusal says why."""
        good = super().validate(extra_validators)
        if good and self.besluit.data == present.Besluit.WEIGEREN and not self.reden.data:
            self.reden.errors = [_l("Schrijf kort waarom je weigert.")]
            return False
        return bool(good)


class Organisation(forms.Form):
    """The name and the kind of a partner organisation."""

    naam = forms.text(_l("Naam"), required=True)
    soort = forms.text(
        _l("Soort"), longest=60, description=_l("Bijvoorbeeld vzw, buurtwerk, OCMW, school of stad.")
    )


class ChangeOrganisation(Edit, Organisation):
    """The same, of one that is there."""


class Settings(Edit):
    """What a werking decides for itself."""

    leeftijdsgrens = IntegerField(
        _l("Leeftijdsgrens van het oudste kind"),
        description=_l(
            "Boven deze leeftijd krijgt het aanmeldpunt een opmerking. Er wordt nooit iemand geweigerd."
        ),
        validators=[InputRequired(forms.REQUIRED), NumberRange(0, 25, _l("Kies een leeftijd van 0 tot 25."))],
    )
    kleinste_groep = IntegerField(
        _l("Kleinste groep die in cijfers staat"),
        description=_l("Minder gezinnen tonen we als “minder dan”, zodat niemand herkend wordt."),
        validators=[InputRequired(forms.REQUIRED), NumberRange(3, 50, _l("Kies een getal van 3 tot 50."))],
    )
    postcodes = StringField(
        _l("Postcodes van de werking"),
        description=_l(
            "Met een spatie ertussen. Een gezin van elders krijgt een opmerking, nooit een weigering."
        ),
        validators=[
            Regexp(
                rf"({rules.POSTCODE.pattern}([ ,;]+|$))*$", message=_l("Schrijf postcodes van vier cijfers.")
            )
        ],
    )


class ByPasskey(forms.Form):
    """What a passkey answered to the question with this ticket; the browser fills it in."""

    credential = HiddenField()
    ticket = HiddenField()
    verder = HiddenField()


class ByCode(forms.Form):
    """A code of an app, or a recovery code."""

    code = StringField(
        _l("Code uit je app"),
        description=_l("De zes cijfers die nu in je app staan. Toestel kwijt? Typ hier een herstelcode."),
        validators=[InputRequired(forms.REQUIRED), Length(max=60, message=_l("Deze code is te lang."))],
        render_kw={"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"},
    )
    verder = HiddenField()


class ByRecoveryCode(ByCode):
    """The same, of somebody without an app."""

    code = StringField(
        _l("Herstelcode"),
        description=_l("Je hebt geen app met codes. Typ een van je herstelcodes: elke werkt één keer."),
        validators=ByCode.code.kwargs["validators"],
        render_kw=ByCode.code.kwargs["render_kw"] | {"autocomplete": "off"},
    )


class ByPassword(forms.Form):
    """The password once more: in a demo city, where there is no second factor."""

    wachtwoord = PasswordField(
        _l("Wachtwoord"),
        validators=[InputRequired(forms.REQUIRED)],
        render_kw={"autocomplete": "current-password"},
    )
    verder = HiddenField()


class NewPasskey(ByPasskey):
    """A new passkey, with the name by which its owner knows it."""

    naam = forms.text(
        _l("Naam voor dit toestel"),
        required=True,
        longest=60,
        description=_l("Zo herken je het later. Bijvoorbeeld: laptop van het werk."),
    )


class NamePasskey(Edit):
    """Another name for a passkey."""

    naam = forms.text(_l("Naam"), required=True, longest=60)


class FirstCode(forms.Form):
    """The first code of a new app."""

    code = StringField(
        _l("Code uit je app"),
        description=_l("Zes cijfers."),
        validators=[
            InputRequired(forms.REQUIRED),
            Regexp(r"^\s*([0-9]\s*){6}$", message=_l("Een code heeft zes cijfers.")),
        ],
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric"},
    )
    verder = HiddenField()
