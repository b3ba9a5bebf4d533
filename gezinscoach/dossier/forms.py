"""Forms of the case: data of the family, who its coach is, and the end."""

from __future__ import annotations

from typing import Any, Self
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import FieldList, FormField, HiddenField, RadioField, SelectField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, ValidationError

from gezinscoach.dossier import present
from gezinscoach.dossier.actions import NieuwLid, Wie
from gezinscoach.dossier.queries import Mensen
from gezinscoach.dossier.rules import Lidsoort, Uitsluitsoort
from gezinscoach.kernel import forms
from gezinscoach.kernel.dates import FIRST_YEAR, LAST_YEAR, read_date
from gezinscoach.kernel.versions import Edit

MOST_LEDEN = 40
EMPTY_ROWS = 4
TOLK = {"": _l("niet gevraagd"), "ja": _l("ja"), "nee": _l("nee")}


class Lidrij(forms.Form):
    """A parent or child: name, place in the family, day or year of birth."""

    class Meta(forms.Form.Meta):
        """A part of a form: the whole has the CSRF field."""

        csrf = False

    id = HiddenField()
    naam = forms.text(_l("Naam"), longest=120)
    soort = SelectField(
        _l("Ouder of kind"), choices=forms.choices(Lidsoort, present.LEDEN), default=Lidsoort.KIND.value
    )
    geboren = forms.text(_l("Geboren"), longest=40)

    def validate_id(self, field: HiddenField) -> None:
        """Nothing, or an id."""
        try:
            UUID(field.data or str(UUID(int=0)))
        except ValueError:
            raise ValidationError(forms.REQUIRED) from None

    def validate_geboren(self, field: StringField) -> None:
        """A year or a day."""
        try:
            birth(field.data)
        except ValueError:
            raise ValidationError(_l("Schrijf een jaar (2019) of een datum (21/03/2019).")) from None

    def answer(self) -> tuple[UUID | None, NieuwLid] | None:
        """The member that this row means; None for a row that nobody filled in."""
        if not (self.id.data or self.naam.data or self.geboren.data):
            return None
        lid = NieuwLid(Lidsoort(self.soort.data), self.naam.data or "", birth(self.geboren.data))
        return (UUID(self.id.data) if self.id.data else None), lid


class Gegevens(Edit):
    """The data of a family."""

    naam = forms.text(_l("Naam van het gezin"), required=True)
    adres = forms.text(_l("Adres"))
    gemeente = forms.text(_l("Postcode en gemeente"))
    telefoon = forms.text(_l("Telefoon"), longest=60, render_kw={"inputmode": "tel"})
    taal = forms.text(_l("Taal thuis"), longest=100)
    tolk = SelectField(_l("Is er een tolk nodig?"), choices=[SelectChoice(*each) for each in TOLK.items()])
    waarschuwing = forms.text(
        _l("Waar moet iedereen op letten?"),
        description=_l("Dit staat bovenaan op elke pagina. Bijvoorbeeld: adres aan niemand doorgeven."),
        longest=300,
    )
    leden = FieldList(FormField(Lidrij), max_entries=MOST_LEDEN)

    def answer(self) -> dict[str, Any]:
        """What `actions.change_gezin` wants to know."""
        lines = {
            name: self[name].data or None
            for name in ("adres", "gemeente", "telefoon", "taal", "waarschuwing")
        }
        return {
            **lines,
            "naam": self.naam.data,
            "tolk": {"ja": True, "nee": False}.get(self.tolk.data),
            "leden": tuple(filter(None, (row.form.answer() for row in self.leden))),
        }


class Afronden(forms.Form):
    """The last day of a dossier, and why."""

    op = forms.day(_l("Laatste dag"), required=True)
    reden = forms.prose(_l("Waarom stopt het traject?"), required=True, longest=2000)

    def answer(self) -> dict[str, Any]:
        """What `actions.close` wants to know."""
        return {"op": self.op.data, "reden": self.reden.data}


class Start(forms.Form):
    """A vaste gezinscoach and the first day."""

    gezinscoach = SelectField(_l("Gezinscoach"), validators=[InputRequired(forms.REQUIRED)])
    van = forms.day(_l("Eerste dag"), required=True)

    def offer(self, coaches: list[tuple[UUID, str]]) -> None:
        """Put in the coaches to choose from."""
        self.gezinscoach.choices = [
            SelectChoice("", _l("Kies een gezinscoach")),
            *(SelectChoice(str(coach_id), words) for coach_id, words in coaches),
        ]

    def answer(self) -> dict[str, Any]:
        """What `actions.start_coach` wants to know."""
        return {"gezinscoach_id": UUID(self.gezinscoach.data), "van": self.van.data}


class Vervanger(Start):
    """A stand-in, with a last day."""

    tot = forms.day(_l("Laatste dag"), required=True, description=_l("Hoogstens zes weken later."))

    def answer(self) -> dict[str, Any]:
        """What `actions.add_stand_in` wants to know."""
        return {**super().answer(), "tot": self.tot.data}


class Einde(forms.Form):
    """The last day of a coachperiode, and why."""

    tot = forms.day(_l("Laatste dag"), required=True)
    reden = forms.prose(_l("Waarom stopt deze gezinscoach?"), required=True, longest=500)

    def answer(self) -> dict[str, Any]:
        """What `actions.end_coach` wants to know."""
        return {"tot": self.tot.data, "reden": self.reden.data}


class Uitsluiten(forms.Form):
    """Somebody to keep away from a family, and why."""

    wie = SelectField(
        _l("Wie mag dit gezin niet zien?"),
        description=_l(
            "Kies je een organisatie, dan geldt het voor al haar gezinscoaches en voor wie voor haar een rol "
            "heeft, nu en later. Sommige mensen staan in de lijst zonder organisatie: sluit hen apart uit."
        ),
        validators=[InputRequired(forms.REQUIRED)],
    )
    soort = RadioField(
        _l("Waarom?"),
        choices=forms.choices(Uitsluitsoort, present.SOORTEN),
        validators=[InputRequired(forms.REQUIRED)],
    )
    reden = forms.prose(
        _l("Wil je er iets bij zeggen?"),
        description=_l("Alleen de vaste gezinscoach leest dit, en het aanmeldpunt zolang het gezin wacht."),
        longest=1000,
    )

    def offer(self, mensen: Mensen) -> Self:
        """Put in who can be kept away."""
        self.wie.choices = [
            SelectChoice("", _l("Kies een persoon of een organisatie")),
            *(
                SelectChoice(f"{kind} {one}", naam, optgroup=group)
                for group, kind, rows in (
                    (_l("Gezinscoaches"), "gezinscoach_id", mensen.coaches),
                    (_l("Andere medewerkers"), "account_id", mensen.anderen),
                    (_l("Hele organisaties"), "organisatie_id", mensen.organisaties),
                )
                for one, naam in rows
            ),
        ]
        self.weg = {str(one) for one in mensen.weg}
        return self

    def shown(self) -> Self:
        """Leave out who is kept away already: an answer may still name them, and then hears so."""
        self.wie.choices = [one for one in self.wie.choices if one.value.partition(" ")[2] not in self.weg]
        return self

    def answer(self) -> dict[str, Any]:
        """What `actions.shut_out` wants to know."""
        kind, _space, one = self.wie.data.partition(" ")
        return {
            "wie": Wie(**{kind: UUID(one)}),
            "soort": Uitsluitsoort(self.soort.data),
            "reden": self.reden.data or None,
        }


class Toelaten(forms.Form):
    """Why somebody may see a family again."""

    reden = forms.prose(_l("Waarom mag het weer?"), required=True, longest=1000)


def birth(typed: str | None) -> str | None:
    """The ISO date or the year that somebody typed; ValueError for anything else."""
    text = (typed or "").strip()
    if not text:
        return None
    if len(text) == 4 and text.isdecimal():
        if not FIRST_YEAR <= int(text) <= LAST_YEAR:
            raise ValueError(text)
        return text
    return read_date(text).isoformat()
