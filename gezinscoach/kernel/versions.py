"""Competing edits: a form knows on which values it was based, and nobody's change is written over unseen.

Each field of the form goes along as a keyed digest of the value that it was shown with. When something else
stands there by the time that it comes back, nothing is kept: the page shows both texts, takes over what only
the other one changed, and can be sent again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

from flask import current_app, g
from flask_babel import format_date
from flask_babel import gettext as _
from wtforms import Field, FieldList, HiddenField, RadioField

from gezinscoach.kernel import forms, web

_MOST = 100_000
_SHORT = 16


@dataclass(frozen=True, slots=True)
class Other:
    """A field that somebody else changed meanwhile; `mine` is None when I left it alone."""

    label: str
    mine: str | None
    theirs: str


class VersionField(HiddenField):
    """The values that a form was shown with, as `name:digest` with spaces between them."""

    based_on: dict[str, str]

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what came back; nonsense is no version."""
        pairs = (valuelist[0] if valuelist else "")[:_MOST].split()
        self.based_on = dict(pair.split(":", 1) for pair in pairs if ":" in pair)


class Edit(forms.Form):
    """Base of every form that changes what is there: shown with the present values, it compares them."""

    versie = VersionField()
    others: tuple[Other, ...] = ()
    hand = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.versie._value = self._present

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether it is right and still based on what is there; else `others` says what changed."""
        fine = super().validate(extra_validators)
        self.others = self._overtaken(getattr(self.versie, "based_on", {}))
        if not self.others:
            return bool(fine)
        self.hand, g.conflict = web.last_hand(), True
        return False

    def _overtaken(self, then: dict[str, str]) -> tuple[Other, ...]:
        changed = [
            field
            for field in self._versioned()
            if then.get(field.name) != (there := _digest(field, field.object_data))
            and (_digest(field, field.data) != there or _left_open(field))
        ]
        return tuple(filter(None, [_other(field, then.get(field.name)) for field in changed]))

    def _versioned(self) -> list[Field]:
        return [field for field in self if field.type not in ("CSRFTokenField", "VersionField")]

    def _present(self) -> str:
        return " ".join(f"{field.name}:{_digest(field, field.object_data)}" for field in self._versioned())


class BlindEdit(Edit):
    """Base of a form that writes over what it does not show: it knows when that was last changed, as a keyed
    digest beside those of what it was shown with.

    `stands` reads what stands there, by name of field or None when nothing does any more; it is asked only
    of an edit that was overtaken, and puts the look on record. Who may not read gives none: even the same
    words are another text then, else it would tell what stands there.
    """

    def __init__(
        self,
        *args: Any,
        changed_at: datetime | None = None,
        stands: Callable[[], Mapping[str, Any] | None] | None = None,
        **kwargs: Any,
    ) -> None:
        self.changed_at, self.stands = changed_at, stands
        super().__init__(*args, **kwargs)

    def _overtaken(self, then: dict[str, str]) -> tuple[Other, ...]:
        if then.get("") == self._moment():
            return ()
        there = self.stands() if self.stands else None
        if there is not None:
            for field in self._versioned():
                field.object_data = there[field.name]
            return super()._overtaken(then)
        unseen = _("niets meer: iemand haalde het intussen weg")
        if self.stands is None:
            unseen = _("iets dat je hier niet ziet; intussen schreef iemand het anders")
        typed = [field for field in self._versioned() if field.data] or self._versioned()[:1]
        return tuple(Other(str(field.label.text), _words(field, field.data), unseen) for field in typed)

    def _present(self) -> str:
        return f":{self._moment()} {super()._present()}"

    def _moment(self) -> str:
        digest: bytes = current_app.extensions["vault"].index("versie", str(self.changed_at))
        return digest.hex()[:_SHORT]


def _left_open(field: Field) -> bool:
    """Whether nothing was chosen: WTForms then keeps what stands there, unseen."""
    return isinstance(field, RadioField) and not field.raw_data


def _other(field: Field, then: str | None) -> Other | None:
    """What happened to a changed field; what only the other one changed is taken over in the form."""
    theirs, mine = _words(field, field.object_data), _words(field, field.data)
    shown = field.type != "HiddenField"
    touched = _digest(field, field.data) != then if then else bool(getattr(field, "raw_data", None))
    if touched and not _left_open(field):
        return Other(str(field.label.text), mine, theirs) if shown else None
    field.process(None, field.object_data)
    field.raw_data = [] if shown else [theirs]
    return Other(str(field.label.text), None, theirs) if shown else None


def _digest(field: Field, value: Any) -> str:
    said = json.dumps([field.name, _plain(value)], sort_keys=True)
    digest: bytes = current_app.extensions["vault"].index("versie", said)
    return digest.hex()[:_SHORT]


def _plain(value: Any) -> Any:
    """A value as text, the same whether it was typed or comes from a row; nothing typed is ""."""
    if isinstance(value, list | tuple):
        return [part for part in map(_plain, value) if not _blank(part)] or ""
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    return _text(value)


def _text(value: Any) -> str:
    if value is None or value is False:
        return ""
    return str(forms.clean(str(value.value if isinstance(value, Enum) else value)))


def _blank(part: Any) -> bool:
    """Whether an entry of a list says nothing: a row of which only its kind was chosen is none yet."""
    return not any(part[name] for name in part if name != "soort") if isinstance(part, dict) else not part


def _words(field: Any, value: Any) -> str:
    """A value in words that people know it by."""
    if isinstance(value, bool):
        return _("ja") if value else _("nee")
    if isinstance(value, date):
        return str(format_date(value, "dd/MM/yyyy"))
    # The field's own way to its choices: they may have been given as pairs.
    choices = field.iter_choices() if hasattr(field, "iter_choices") else ()
    labels = {_text(choice.value): str(choice.label) for choice in choices}
    if not isinstance(value, list | tuple):
        return labels.get(_text(value)) or _text(value)
    if isinstance(field, FieldList):
        rows = ([row[key] for key in row if key != "id" and row[key]] for row in _plain(value) or ())
        return "\n".join(", ".join(row) for row in rows)
    return ", ".join(labels.get(_text(part)) or _text(part) for part in value)
