"""The claim as a workbook."""

from __future__ import annotations

from io import BytesIO

from flask_babel import gettext as _
from xlsxwriter import Workbook

from gezinscoach.toelage import present
from gezinscoach.toelage.rules import Kind, Uitkomst


def write(uitkomst: Uitkomst) -> bytes:
    """An XLSX file with the totals, every line with its reason, and the rule; text is never a formula."""
    file = BytesIO()
    # Text that starts like a formula or a link is a name like any other.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(file, options) as book:
        bold, euro = book.add_format({"bold": True}), book.add_format({"num_format": '#,##0.00 "€"'})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})

        totals = book.add_worksheet(_("Organisaties"))
        title = _(
            "Toelage %(year)s, zoals het was op %(day)s", year=uitkomst.year, day=uitkomst.as_of.isoformat()
        )
        totals.write_string(0, 0, title, bold)
        totals.write_row(2, 0, [_("Organisatie"), _("Gezinnen"), _("Gezinscoaches"), _("Bedrag")], bold)
        row = 3
        for total in uitkomst.organisations:
            totals.write_string(row, 0, total.organisation)
            totals.write_number(row, 1, total.families)
            totals.write_number(row, 2, total.coaches)
            totals.write_number(row, 3, total.amount_cents / 100, euro)
            row += 1
        totals.write_string(row, 0, _("Totaal"), bold)
        totals.write_number(row, 1, sum(total.families for total in uitkomst.organisations))
        totals.write_number(row, 2, sum(total.coaches for total in uitkomst.organisations))
        totals.write_number(row, 3, uitkomst.total_cents / 100, euro)
        totals.set_column(0, 0, 42)
        totals.set_column(1, 3, 16)

        lines = book.add_worksheet(_("Lijnen"))
        heads = [_("Soort"), _("Code"), _("Organisatie"), _("Telt mee"), _("Bedrag"), _("Reden")]
        lines.write_row(0, 0, heads, bold)
        for row, line in enumerate(uitkomst.lines, 1):
            lines.write_string(row, 0, _("gezin") if line.kind is Kind.GEZIN else _("gezinscoach"))
            lines.write_string(row, 1, line.code)
            lines.write_string(row, 2, line.organisation)
            lines.write_string(row, 3, _("ja") if line.counts else _("nee"))
            lines.write_number(row, 4, line.amount_cents / 100, euro)
            lines.write_string(row, 5, present.sentence(line, ended=uitkomst.ended), wrapped)
        lines.freeze_panes(1, 0)
        lines.autofilter(0, 0, max(len(uitkomst.lines), 1), len(heads) - 1)
        lines.set_column(0, 4, 18)
        lines.set_column(2, 2, 32)
        lines.set_column(5, 5, 70)

        rule = book.add_worksheet(_("Regel"))
        for row, (label, value) in enumerate(present.rule_facts(uitkomst.regeling)):
            rule.write_string(row, 0, label, bold)
            rule.write_string(row, 1, value)
        rule.set_column(0, 1, 42)
    return file.getvalue()
