"""Forms of privacy: questions to the trace, an emergency, a verdict, an address that is shielded."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from gezinscoach.dossier.rules import Noodreden
from gezinscoach.kernel import forms
from gezinscoach.kernel.versions import BlindEdit, Edit
from gezinscoach.privacy import present
from gezinscoach.privacy.rules import Kijkreden, Oordeel


class Ask(forms.Form):
    """Which events; sent by POST, so that no dossiercode ends up in an address, and read back from it."""

    class Meta(forms.Form.Meta):
        """A question, not a deed."""

        csrf = False

    van = forms.day(_l("Van"))
    tot = forms.day(_l("Tot en met"))
    persoon = SelectField(_l("Wie deed het"), default="")
    dossier = forms.text(
        _l("Dossier"), longest=36, description=_l("De code van het dossier, of het kenmerk uit de lijst.")
    )

    def offer(self, people: Mapping[UUID, str]) -> Ask:
        """Put in the people to choose from: by id, so that no name ends up in an address."""
        named = sorted(people.items(), key=lambda pair: pair[1].casefold())
        self.persoon.choices = [
            SelectChoice("", _l("iedereen")),
            *(SelectChoice(str(account_id), naam) for account_id, naam in named),
        ]
        return self

    def validate_tot(self, field: forms.DateField) -> None:
        """Not before the first day."""
        if field.data and self.van.data and field.data < self.van.data:
            raise ValidationError(_l("“Tot en met” ligt voor “Van”. Kijk de twee dagen na."))

    def validate_dossier(self, field: StringField) -> None:
        """The first part of an id; a dossiercode was changed into one before."""
        if field.data and not re.fullmatch(r"[0-9a-f]{4,32}", self.dossier_prefix):
            raise ValidationError(
                _l("Er is geen dossier met deze code, en het is geen kenmerk uit de lijst.")
            )

    def name_dossier(self, codes: Mapping[UUID, str]) -> None:
        """Show the code of the dossier that was asked in the place of its mark, where it is known."""
        asked = self.dossier_prefix
        found = [code for scope_id, code in codes.items() if asked and scope_id.hex.startswith(asked)]
        self.dossier.data = found[0] if len(found) == 1 else self.dossier.data

    @property
    def dossier_prefix(self) -> str:
        """What was typed, as the database writes it."""
        return (self.dossier.data or "").replace("-", "").casefold()


class Noodvraag(forms.Form):
    """Which dossier somebody must read now, and why."""

    code = forms.text(
        _l("Code van het dossier"),
        required=True,
        longest=40,
        description=_l("De hele code, bijvoorbeeld GC-2026-7K3F9. Zoeken op naam kan niet."),
        render_kw={"autocomplete": "off"},
    )
    categorie = RadioField(
        _l("Wat is er aan de hand?"),
        choices=forms.choices(Noodreden, present.CATEGORIE),
        validators=[InputRequired(_l("Kies wat er aan de hand is."))],
    )
    reden = TextAreaField(
        _l("Waarom moet je dit dossier nu lezen?"),
        description=_l(
            "Minstens 20 tekens. De gezinscoach en de functionaris gegevensbescherming lezen dit."
        ),
        validators=[
            DataRequired(forms.REQUIRED),
            Length(20, 1000, _l("Schrijf minstens 20 en hoogstens 1000 tekens.")),
        ],
    )


class Beoordeling(Edit):
    """What came of something that was found in the trace."""

    oordeel = RadioField(
        _l("Wat is je oordeel?"),
        choices=forms.choices(Oordeel, present.OORDEEL),
        validators=[InputRequired(_l("Kies een oordeel."))],
    )
    opmerking = forms.prose(
        _l("Opmerking"),
        longest=2000,
        description=_l("Bijvoorbeeld wat de collega antwoordde. Schrijf geen namen van gezinnen."),
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """Misuse, and a question that was asked, need a few words."""
        fine = super().validate(extra_validators)
        if self.oordeel.data in (Oordeel.MISBRUIK, Oordeel.VRAAG_GESTELD) and not self.opmerking.data:
            self.opmerking.errors = [_l("Schrijf kort wat je vroeg of vaststelde.")]
            return False
        return bool(fine)


class Schuiladres(BlindEdit):
    """Where a shielded family stays, and how to reach it without danger."""

    adres = forms.prose(_l("Waar verblijft het gezin?"), required=True, longest=500, render_kw={"rows": 3})
    contact = forms.prose(
        _l("Hoe bereik je het gezin veilig?"),
        longest=1000,
        description=_l("Bijvoorbeeld: alleen bellen tussen 9 en 15 uur, nooit een bericht sturen."),
        render_kw={"rows": 3},
    )

    def answer(self) -> dict[str, str]:
        """What `actions.shield` wants to know."""
        return {"adres": self.adres.data or "", "contact": self.contact.data or ""}


class Waaromkijken(forms.Form):
    """Why a gezinscoach looks at a shielded address."""

    reden = RadioField(
        _l("Waarom kijk je?"),
        choices=forms.choices(Kijkreden, present.KIJKREDEN),
        validators=[InputRequired(_l("Kies waarom je kijkt."))],
    )


class Opheffen(forms.Form):
    """That a family asks to be shielded no more: what is wiped does not come back."""

    zeker = BooleanField(
        _l("Het gezin vraagt dit en het is veilig"),
        validators=[InputRequired(_l("Kruis dit aan als je zeker bent."))],
    )
