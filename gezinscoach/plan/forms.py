"""Forms of the plan."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired

from gezinscoach.dossier.rules import Domein
from gezinscoach.kernel import forms
from gezinscoach.plan import present
from gezinscoach.plan.rules import Wie


class NieuwDoel(forms.Form):
    """A goal of the family."""

    titel = forms.text(
        _l("Wat wil het gezin bereiken?"),
        required=True,
        description=_l("In de woorden van het gezin, bijvoorbeeld: een droog huis voor de winter."),
    )
    domein = SelectField(_l("Levensdomein"), validators=[InputRequired(forms.REQUIRED)])
    toelichting = forms.prose(_l("Wat maakt dit belangrijk?"), longest=4000, render_kw={"rows": "4"})

    def offer(self, codelist: Iterable[Domein]) -> NieuwDoel:
        """The same form with this codelist to choose from."""
        self.domein.choices = [
            SelectChoice("", _l("Kies …")),
            *(
                SelectChoice(entry.code, ("– " if entry.ouder_code else "") + entry.naam)
                for entry in codelist
            ),
        ]
        return self


class NieuweActie(forms.Form):
    """A step towards a goal."""

    tekst = forms.text(_l("Wat gaat er gebeuren?"), required=True)
    wie = SelectField(_l("Wie doet het?"), choices=forms.choices(Wie, present.WIE), default=Wie.SAMEN.value)
    tegen = forms.day(_l("Tegen wanneer?"))

    def at(self, doel_id: UUID) -> NieuweActie:
        """The same form with ids of its own: a page has one for each open goal."""
        for field in self:
            field.id = field.label.field_id = f"{field.short_name}-{doel_id}"
        return self
