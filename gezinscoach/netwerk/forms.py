"""Forms of the network."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, IntegerField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, NumberRange, Optional, StopValidation, ValidationError

from gezinscoach.accounts.actions import Coachgegevens
from gezinscoach.accounts.present import STATUUT
from gezinscoach.accounts.queries import CoachRegel
from gezinscoach.accounts.rules import Statuut
from gezinscoach.kernel import forms
from gezinscoach.kernel.names import fold
from gezinscoach.kernel.versions import Edit
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


class Presence(Edit):
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


class WordsField(StringField):
    """Some words with a comma between them, each once, 300 characters in all; its data is the list."""

    MOST = 300

    def process_data(self, value: Any) -> None:
        """Take the list as it is kept."""
        self.data = list(value or ())

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the list that was typed."""
        if valuelist:
            words: dict[str, str] = {}
            for piece in re.split(r"[,;\n]", forms.clean(valuelist[0])):
                words.setdefault(fold(piece) or piece.strip(), piece.strip())
            self.data = [word for word in words.values() if word]

    def pre_validate(self, form: Any) -> None:
        """Together the words stay short."""
        if len(self._value()) > self.MOST:
            raise ValidationError(
                _l("Dit is te lang: maak er hoogstens %(most)d tekens van.", most=self.MOST)
            )

    def _value(self) -> str:
        return ", ".join(self.data or ())


class WholeField(IntegerField):
    """A whole number, refused once, in words that say how to write it."""

    def __init__(self, label: Any, least: int, most: int, **kwargs: Any) -> None:
        self.wrong = _l("Schrijf een heel getal van %(least)d tot %(most)d.", least=least, most=most)
        needed = InputRequired(forms.REQUIRED) if kwargs.pop("required", False) else Optional()
        super().__init__(label, validators=[needed, NumberRange(least, most, self.wrong)], **kwargs)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed; nothing is None."""
        self.data: Any = None
        try:
            super().process_formdata([typed.strip() for typed in valuelist if typed.strip()])
        except ValueError:
            raise ValueError(self.wrong) from None

    def pre_validate(self, form: Any) -> None:
        """What is no number is not weighed as one."""
        if self.process_errors:
            raise StopValidation
        if self.data is None and self.flags.required:
            raise StopValidation(forms.REQUIRED)


class Gezinscoach(Edit):
    """What may be corrected of a gezinscoach."""

    organisatie_id = SelectField(
        _l("Organisatie"),
        description=_l(
            "De toelage voor gezinnen die al begeleid worden, blijft bij de vorige organisatie. "
            "De toelage voor de gezinscoach zelf gaat mee."
        ),
    )
    statuut = RadioField(_l("Statuut"), choices=forms.choices(Statuut, STATUUT))
    vte = WholeField(_l("Deel van een voltijdse baan, in procent"), 1, 100)
    max_gezinnen = WholeField(
        _l("Hoogstens hoeveel gezinnen"),
        0,
        40,
        required=True,
        description=_l("Bij 0 wordt deze gezinscoach niet meer voorgesteld."),
    )
    talen = WordsField(_l("Talen"), description=_l("Met een komma ertussen."))
    wijken = WordsField(_l("Wijken"), description=_l("Met een komma ertussen."))
    gestart_op = forms.day(_l("Eerste dag als gezinscoach"), required=True)
    gestopt_op = forms.day(_l("Laatste dag als gezinscoach"))
    zeker = HiddenField()

    def validate_gestart_op(self, field: forms.DateField) -> None:
        """A day, and not spaces alone."""
        if field.data is None and not field.process_errors:
            raise ValidationError(forms.REQUIRED)

    def sure(self, naam: str, gezinnen: int, was: date | None, today: date) -> bool:
        """Whether what was typed is right; a new last day that has come asks twice while families hang."""

        def twice(form: Gezinscoach, field: forms.DateField) -> None:
            day, start = field.data, form.gestart_op.data
            if not gezinnen or day is None or day == was or day > today:
                return
            if start is not None and day < start:
                return  # refused for that, whoever is sure
            asked, form.zeker.data = form.zeker.data, day.isoformat()
            if asked != form.zeker.data:
                raise ValidationError(present.leaves_now(naam, gezinnen))

        return bool(self.validate_on_submit({"gestopt_op": [twice]}))

    def gegevens(self, gestart_op: date) -> Coachgegevens:
        """What was typed, with the first day."""
        return Coachgegevens(
            organisatie_id=UUID(self.organisatie_id.data),
            statuut=Statuut(self.statuut.data),
            vte=self.vte.data,
            max_gezinnen=self.max_gezinnen.data,
            talen=self.talen.data,
            wijken=self.wijken.data,
            gestart_op=gestart_op,
            gestopt_op=self.gestopt_op.data,
        )
