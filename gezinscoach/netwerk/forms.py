"""Forms of the network."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField
from wtforms.validators import InputRequired

from gezinscoach.accounts.queries import CoachRegel
from gezinscoach.kernel import forms
from gezinscoach.netwerk import present
from gezinscoach.netwerk.rules import Aanwezig


class Convene(forms.Form):
    """A meeting: its day and what it is about."""

    datum = forms.day(_l("Datum"), required=True)
    thema = forms.text(_l("Thema"), longest=200, description=_l("Waarover gaat het? Dat kan ook later nog."))


class Signal(forms.Form):
    """A signal: a levensdomein and what keeps going wrong there."""

    domein = SelectField(_l("Levensdomein"), validators=[InputRequired(forms.REQUIRED)])
    tekst = forms.prose(
        _l("Wat loopt er telkens mis?"),
        required=True,
        longest=4000,
        description=_l(
            "Beschrijf wat meer dan één gezin meemaakt. Schrijf geen namen, adressen of andere gegevens "
            "waaraan iemand een gezin herkent."
        ),
    )


class Presence(forms.Form):
    """Who was at a meeting: one question for each coach, each may stay open."""

    @property
    def questions(self) -> list[Any]:
        """The questions, in the order of the coaches."""
        return [field for field in self if isinstance(field, RadioField)]

    def standen(self) -> dict[UUID, Aanwezig]:
        """What was chosen, by id of the coach."""
        return {UUID(field.name): field.data for field in self.questions if field.data is not None}


def presence(coaches: Iterable[CoachRegel], noted: dict[UUID, Aanwezig]) -> Presence:
    """The form of presence for these coaches, with what was noted before."""
    asked = {
        str(coach.id): RadioField(
            coach.naam,
            coerce=Aanwezig,
            choices=forms.choices(Aanwezig, present.STANDEN),
            validate_choice=False,  # an open question is an answer too; coerce refuses other words
            invalid_value_message=_l("Kies een van de drie."),
        )
        for coach in coaches
    }
    kind: type[Presence] = type("Presence", (Presence,), asked)
    return kind(data={str(coach_id): stand for coach_id, stand in noted.items()})
