"""The form in which a coach writes down what a family allows."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import FieldList, FormField, SelectField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, ValidationError

from gezinscoach.kernel import forms
from gezinscoach.mandaat import present
from gezinscoach.mandaat.actions import NieuwePartner
from gezinscoach.mandaat.rules import Bereik, Vorm

PARTNERS = 8
ASKED = [form for form in Vorm if form is not Vorm.WERKMAP]


class Partnerrij(forms.Form):
    """One partner: a name, and about what."""

    class Meta(forms.Form.Meta):
        """A part of a form: the whole has the CSRF field."""

        csrf = False

    naam = forms.text(_l("Naam van de partner"), longest=200, render_kw={"list": "bekende-partners"})
    domeinen = forms.ChecksField(
        _l("Alleen over deze levensdomeinen"), description=_l("Niets aangekruist? Dan geldt het voor alles.")
    )

    def validate_domeinen(self, field: forms.ChecksField) -> None:
        """Somebody must be named to whom they apply."""
        if field.data and not self.naam.data:
            raise ValidationError(_l("Schrijf ook de naam van de partner."))


class Mandaat(forms.Form):
    """What the family allows, by whom it was said, how, and until when."""

    gegeven_op = forms.day(_l("Gegeven op"), required=True)
    gever = forms.ChecksField(_l("Wie gaf het mandaat?"))
    gever_anders = forms.text(_l("Iemand anders"), longest=200)
    vorm = SelectField(
        _l("Hoe gaf het gezin het mandaat?"),
        choices=[SelectChoice(vorm.value, present.VORM[vorm]) for vorm in ASKED],
        default=Vorm.GESPREK.value,
    )
    bereik = forms.ChecksField(
        _l("Waar zegt het gezin ja op?"),
        description=_l("Vraag elk punt apart. Wat je niet aankruist, mag niet."),
        choices=forms.choices(Bereik, present.BEREIK),
        validators=[InputRequired(_l("Kruis minstens één ding aan waar het gezin ja op zegt."))],
    )
    partners = FieldList(FormField(Partnerrij), min_entries=PARTNERS, max_entries=PARTNERS)
    tot = forms.day(_l("Geldig tot en met"), description=_l("Laat leeg als er geen einde is afgesproken."))
    herbekijken_op = forms.day(
        _l("Samen herbekijken op"), description=_l("Wij herinneren je eraan. Een jaar later is gebruikelijk.")
    )
    toelichting = forms.prose(
        _l("Toelichting"), longest=2000, description=_l("Wat wil het gezin zeker wel of zeker niet?")
    )

    def offer(self, ouders: list[str], domeinen: dict[str, str]) -> None:
        """Put in the choices that depend on the family and on the codelist."""
        self.gever.choices = [SelectChoice(naam, naam) for naam in ouders]
        for row in self.partners:
            row.form.domeinen.choices = [SelectChoice(code, naam) for code, naam in domeinen.items()]

    def validate(self, extra_validators: Any = None) -> bool:
        """Besides every field for itself: somebody gave it."""
        fine = bool(super().validate(extra_validators))
        if not self.gever.data and not self.gever_anders.data:
            field = self.gever if self.gever.choices else self.gever_anders
            field.errors = [*field.errors, _l("Zeg wie het mandaat gaf.")]
            return False
        return fine

    def answer(self) -> dict[str, Any]:
        """What `actions.give` wants to know."""
        return {
            "gegeven_op": self.gegeven_op.data,
            "bereik": frozenset(Bereik(value) for value in self.bereik.data),
            "vorm": Vorm(self.vorm.data),
            "gever": ", ".join([*self.gever.data, *filter(None, [self.gever_anders.data])]),
            "partners": tuple(
                NieuwePartner(row.form.naam.data, frozenset(row.form.domeinen.data))
                for row in self.partners
                if row.form.naam.data
            ),
            "tot": self.tot.data,
            "herbekijken_op": self.herbekijken_op.data,
            "toelichting": self.toelichting.data,
        }
