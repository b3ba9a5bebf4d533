"""Forms of the desk."""

from __future__ import annotations

from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired

from gezinscoach.kernel import forms


class Consult(forms.Form):
    """A question for an expert about one family."""

    deskundige = SelectField(_l("Wie vraag je om raad?"), validators=[InputRequired(forms.REQUIRED)])
    vraag = forms.prose(
        _l("Wat wil je weten?"),
        required=True,
        longest=4000,
        description=_l("Schrijf geen namen. De deskundige ziet ook de doelen en de scores."),
    )

    def offer(self, deskundigen: list[tuple[UUID, str]]) -> None:
        """Put in the experts to choose from."""
        self.deskundige.choices = [
            SelectChoice("", _l("Kies een deskundige")),
            *(SelectChoice(str(account_id), naam) for account_id, naam in deskundigen),
        ]
