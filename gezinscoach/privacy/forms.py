"""The questions of the functionaris to the trace."""

from __future__ import annotations

import re
from collections.abc import Mapping
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import ValidationError

from gezinscoach.kernel import forms


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

    @property
    def dossier_prefix(self) -> str:
        """What was typed, as the database writes it."""
        return (self.dossier.data or "").replace("-", "").casefold()
