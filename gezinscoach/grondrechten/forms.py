"""The form of a meting: one field for each grondrecht of the codelist."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, SelectField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import ValidationError

from gezinscoach.dossier.rules import Domein
from gezinscoach.grondrechten import present, rules
from gezinscoach.grondrechten.queries import MetingRegel
from gezinscoach.grondrechten.rules import Antwoord, Score
from gezinscoach.kernel import forms
from gezinscoach.kernel.versions import Edit

SCORE = "score_"


class MetingForm(Edit):
    """Who, when, what goes well and what comes first; `of` adds the scores."""

    meting = HiddenField()
    datum = forms.day(_l("Datum van het gesprek"), required=True)
    met_wie = forms.text(
        _l("Met wie"), description=_l("Bijvoorbeeld: mama en de kinderen. Of: alleen de coach.")
    )
    prioriteit_1 = SelectField(_l("Eerst"), default="")
    prioriteit_2 = SelectField(_l("Dan"), default="")
    prioriteit_3 = SelectField(_l("Daarna"), default="")
    krachten = forms.prose(_l("Wat gaat er goed?"), longest=4000, render_kw={"rows": "4"})

    def validate_prioriteit_2(self, field: StringField) -> None:
        """Another than the first."""
        _differs(field, self.prioriteit_1)

    def validate_prioriteit_3(self, field: StringField) -> None:
        """Another than the first two."""
        _differs(field, self.prioriteit_1, self.prioriteit_2)

    @property
    def scores(self) -> dict[str, Score]:
        """The answer for each grondrecht, by code."""
        return {name.removeprefix(SCORE): rules.score_of(field.data) for name, field in self._scores()}

    @property
    def priorities(self) -> list[str]:
        """What comes first, second, third; a place left open is skipped."""
        chosen = (self.prioriteit_1.data, self.prioriteit_2.data, self.prioriteit_3.data)
        return [code for code in chosen if code]

    def _scores(self) -> list[tuple[str, Any]]:
        return [(name, field) for name, field in self._fields.items() if name.startswith(SCORE)]


def of(rights: Sequence[Domein], held: MetingRegel | None = None, **given: Any) -> MetingForm:
    """The form for these grondrechten, filled with a meting when there is one; what was typed wins."""
    scores = {
        SCORE + right.code: RadioField(
            right.naam,
            description=right.vraag,
            choices=[SelectChoice(value, words) for value, words in present.ANTWOORDEN.items()],
            default=Antwoord.NIET_BESPROKEN.value,
        )
        for right in rights
    }
    shown: dict[str, Any] = dict(given)
    if held is not None:
        shown |= {"meting": str(held.id), "datum": held.datum, "met_wie": held.met_wie}
        shown |= {"krachten": held.krachten}
        shown |= {f"prioriteit_{rang}": code for rang, code in enumerate(held.priorities, 1)}
        shown |= {SCORE + code: present.answer(score) for code, score in held.scores.items()}
    form: MetingForm = type("MetingForm", (MetingForm,), scores)(**shown)
    if held is None:
        form.datum.object_data = None  # a day that is only proposed: after midnight it is another one
    options = [SelectChoice("", _l("geen")), *(SelectChoice(right.code, right.naam) for right in rights)]
    for field in (form.prioriteit_1, form.prioriteit_2, form.prioriteit_3):
        field.choices = options
    return form


def _differs(field: StringField, *others: StringField) -> None:
    if field.data and field.data in [other.data for other in others]:
        raise ValidationError(_l("Dit koos je al. Kies iets anders, of laat het open."))
