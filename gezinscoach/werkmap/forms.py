"""Forms of the import: the upload, and a row of the inbox with one field for each column."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import Length

from gezinscoach.kernel import forms
from gezinscoach.kernel.versions import Edit
from gezinscoach.werkmap.rules.compare import layout_of
from gezinscoach.werkmap.rules.layout import YEAR

LONGEST = 4_000
_PROSE = 60
_SHORT = Length(max=LONGEST, message=_l("Dit is te lang: hoogstens %(max)d tekens.", max=LONGEST))


class Upload(forms.Form):
    """A workbook, and the day against which "in the future" is judged."""

    bestand = FileField(
        _l("Werkmap"),
        description=_l("Een rekenblad (.xlsx of .ods) van hoogstens 25 MB."),
        validators=[FileRequired(_l("Kies eerst een bestand."))],
        render_kw={"accept": ".xlsx,.ods"},
    )
    peildag = forms.day(
        _l("Peildag"),
        required=True,
        description=_l("Wat na deze dag ligt, is de toekomst. Meestal is dat vandaag."),
    )


class Confirm(forms.Form):
    """The confirmation of a preview; the day goes along."""

    peildag = HiddenField()


class Deed(forms.Form):
    """A button."""


def row_form(sheet: str, raw: Mapping[str, str], **values: Any) -> forms.Form:
    """A form with a field for each column of a sheet, and for each other header that a row holds.

    A field is named by its place (`kolom-0`, ...), labelled by the header; `columns` maps names to headers.
    """
    layout = layout_of(sheet)
    heads = {column.key: next((h for h in raw if column.heads(h)), column.title) for column in layout.columns}
    headers = dict.fromkeys([*heads.values(), *(header for header in raw if header != YEAR)])

    class Row(Edit):
        columns = {f"kolom-{place}": header for place, header in enumerate(headers)}

        def answer(self) -> dict[str, str]:
            """The cells by header, blank ones left out."""
            typed = {header: self[name].data or "" for name, header in self.columns.items()}
            kept = {YEAR: raw[YEAR]} if YEAR in raw else {}
            return {header: text for header, text in typed.items() if text} | kept

    for name, header in Row.columns.items():
        kind = (
            TextAreaField if len(raw.get(header, "")) > _PROSE or "\n" in raw.get(header, "") else StringField
        )
        setattr(Row, name, kind(header, default=raw.get(header, ""), validators=[_SHORT]))
    return Row(**values)
