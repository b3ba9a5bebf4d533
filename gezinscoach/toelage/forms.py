"""Forms of the toelage."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DecimalField, IntegerField, StringField
from wtforms.validators import InputRequired, StopValidation, ValidationError

from gezinscoach.kernel import forms, web
from gezinscoach.kernel.dates import quarter_end, quarter_of
from gezinscoach.toelage.rules import Regeling


class Between:
    """A number from `least` to `most`; says so in one sentence, whatever was typed."""

    def __init__(self, least: int, most: int) -> None:
        self.least, self.most = least, most

    def __call__(self, form: forms.Form, field: Any) -> None:
        if field.data is None or not self.least <= field.data <= self.most:
            field.errors = []
            raise StopValidation(
                _l("Vul een getal in van %(least)d tot %(most)d.", least=self.least, most=self.most)
            )


class EuroField(DecimalField):
    """An amount in euro, with a comma or a point."""

    def _value(self) -> str:
        return str(super()._value()).replace(".", ",")

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the amount; what is no finite number is none."""
        super().process_formdata([typed.replace(",", ".") for typed in valuelist])
        amount: Decimal | None = getattr(self, "data", None)
        self.data = amount if amount is not None and amount.is_finite() else None


class Choose(forms.Form):
    """Which year, as known on which day; asked in the address, so without CSRF."""

    class Meta(forms.Form.Meta):
        """A question, not a deed."""

        csrf = False

    jaar = IntegerField(_l("Jaar"), validators=[InputRequired(forms.REQUIRED), Between(2000, 2100)])
    op = forms.day(_l("Zoals het was op"), required=True)

    coarse = False
    """Whether only today and the ends of quarters can be asked: day by day, the number of days that a family
    allowed something would tell when exactly it took that back."""

    def validate_op(self, field: forms.DateField) -> None:
        """A day that has come: what is to be held counts only when it was."""
        if (
            field.data
            and self.coarse
            and field.data not in (web.today(), quarter_end(*quarter_of(field.data)))
        ):
            raise ValidationError(
                _l("Kies vandaag of de laatste dag van een kwartaal, bijvoorbeeld 30/06/2026.")
            )
        if field.data and field.data > web.today():
            raise ValidationError(_l("Deze dag moet nog komen. Kies vandaag of een vroegere dag."))


class Rule(forms.Form):
    """A version of the rule: amounts in euro, shares as people write them."""

    naam = forms.text(_l("Naam van de regel"), required=True, longest=100)
    geldig_van = forms.day(
        _l("Geldig vanaf"),
        required=True,
        description=_l("De regel telt voor elk kalenderjaar dat op deze dag of later begint."),
    )
    bedrag_gezin = EuroField(
        _l("Bedrag per gezin, in euro"), validators=[InputRequired(forms.REQUIRED), Between(0, 100_000)]
    )
    bedrag_coach = EuroField(
        _l("Bedrag per gezinscoach, in euro"), validators=[InputRequired(forms.REQUIRED), Between(0, 100_000)]
    )
    min_dagen = IntegerField(
        _l("Dagen coach en mandaat samen"),
        validators=[InputRequired(forms.REQUIRED), Between(0, 366)],
        description=_l("Zoveel dagen moeten een gezinscoach en een geldig mandaat samen gelopen hebben."),
    )
    min_metingen = IntegerField(
        _l("Kwartaalmetingen per gezin"), validators=[InputRequired(forms.REQUIRED), Between(0, 4)]
    )
    aanwezig = StringField(
        _l("Deel van de bijeenkomsten"),
        validators=[InputRequired(forms.REQUIRED)],
        description=_l("Bij hoeveel bijeenkomsten een gezinscoach minstens is. Schrijf 1/2 of 50%."),
    )
    metingen = StringField(
        _l("Deel van de metingen"),
        validators=[InputRequired(forms.REQUIRED)],
        description=_l(
            "Hoeveel van de verwachte metingen een gezinscoach minstens maakt. Schrijf 3/4 of 75%."
        ),
    )

    def validate_aanwezig(self, field: StringField) -> None:
        """A share."""
        share(field.data)

    def validate_metingen(self, field: StringField) -> None:
        """A share."""
        share(field.data)

    @classmethod
    def of(cls, regeling: Regeling) -> Rule:
        """The form, filled with a rule to start from."""
        return cls(
            data={
                "naam": regeling.name,
                "bedrag_gezin": Decimal(regeling.family_cents) / 100,
                "bedrag_coach": Decimal(regeling.coach_cents) / 100,
                "min_dagen": regeling.min_days,
                "min_metingen": regeling.min_scores,
                "aanwezig": "/".join(map(str, regeling.attendance_share)),
                "metingen": "/".join(map(str, regeling.score_share)),
            }
        )

    def regeling(self) -> Regeling:
        """What was typed, once it was found valid, as a rule."""
        day: Any = self.geldig_van.data
        gezin: Any = self.bedrag_gezin.data
        coach: Any = self.bedrag_coach.data
        return Regeling(
            name=self.naam.data,
            valid_from=day,
            family_cents=round(gezin * 100),
            coach_cents=round(coach * 100),
            min_days=self.min_dagen.data,
            min_scores=self.min_metingen.data,
            attendance_share=share(self.aanwezig.data),
            score_share=share(self.metingen.data),
        )


def share(typed: str) -> tuple[int, int]:
    """A share of 0 to 1 as (numerator, denominator) from 1/2, 50% or 0,5; ValidationError otherwise."""
    text = typed.replace(" ", "").replace(",", ".")
    try:
        if len(text) > 12 or "e" in text.casefold():  # 1e999999 is a fraction too, and a very long one
            raise ValueError
        found = Fraction(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except (ValueError, ZeroDivisionError):
        raise ValidationError(_l("Dit is geen deel. Schrijf bijvoorbeeld 1/2 of 50%.")) from None
    if not 0 <= found <= 1 or found.denominator > 10_000:
        raise ValidationError(_l("Een deel ligt tussen 0 en 1. Schrijf bijvoorbeeld 1/2 of 50%."))
    return found.numerator, found.denominator
