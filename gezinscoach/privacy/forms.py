"""The questions of the functionaris to the trace."""

from __future__ import annotations

import re

from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import ValidationError

from gezinscoach.kernel import forms


class Ask(forms.Form):
    """Which events; asked in the address, so without CSRF."""

    class Meta(forms.Form.Meta):
        """A question, not a deed."""

        csrf = False

    van = forms.day(_l("Van"))
    tot = forms.day(_l("Tot en met"))
    persoon = forms.text(_l("Persoon"), longest=120, description=_l("De naam of een deel ervan."))
    dossier = forms.text(
        _l("Dossier"), longest=36, description=_l("Het kenmerk uit de lijst, bijvoorbeeld 3f9a27c1.")
    )

    def validate_dossier(self, field: StringField) -> None:
        """The first part of an id."""
        if field.data and not re.fullmatch(r"[0-9a-f]{4,32}", self.dossier_prefix):
            raise ValidationError(_l("Dit is geen kenmerk. Neem het over uit de lijst."))

    @property
    def dossier_prefix(self) -> str:
        """What was typed, as the database writes it."""
        return (self.dossier.data or "").replace("-", "").casefold()
