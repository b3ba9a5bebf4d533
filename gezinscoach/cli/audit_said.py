"""What was found in the trace, in Dutch, and for a machine."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime

from flask_babel import format_datetime, ngettext
from flask_babel import gettext as _

from gezinscoach.kernel import audit as trace
from gezinscoach.kernel.audit.verify import Fault, Verdict, What


def unguarded(error: trace.Unguarded) -> str:
    """What to do about locks that are not as they should be."""
    return _(
        "Het spoor is niet beschermd: dit slot in de databank is weg of uitgezet, is niet het onze, of hoort "
        "er niet: %(names)s. Is dit een oudere databank, doe dan: gezinscoach init. Anders kwam iemand aan "
        "de sloten: kijk na wat er veranderde met gezinscoach audit verify --deep, en zet ze terug met "
        "gezinscoach audit guard.",
        names=error,
    )


def as_json(verdict: Verdict, took: float) -> str:
    """The verdict for a machine."""
    told = {"whole": verdict.whole, "seconds": round(took, 3), **asdict(verdict)}
    return json.dumps(told, default=str, indent=2)


def lines(verdict: Verdict, took: float, *, deep: bool) -> Iterator[str]:
    """The verdict for a person, what is wrong first."""
    for fault in verdict.faults:
        yield f"- {sentence(fault)}"
    yield _(
        "%(events)s gebeurtenissen in %(seconds)s s (%(rate)s per seconde).",
        events=verdict.events,
        seconds=f"{took:.1f}".replace(".", ","),
        rate=round(verdict.events / took),
    )
    if deep:
        yield ngettext(
            "%(num)d verzegelde rij vergeleken.", "%(num)d verzegelde rijen vergeleken.", verdict.rows
        )
    if verdict.anchored_at:
        yield ngettext(
            "%(num)d anker, het laatste van %(at)s. Wat erna kwam, is nog niet verankerd.",
            "%(num)d ankers, het laatste van %(at)s. Wat erna kwam, is nog niet verankerd.",
            verdict.anchors,
            at=_moment(verdict.anchored_at),
        )
    elif not verdict.anchors:
        yield _("Er zijn geen ankers: wie de hele databank herschreef, valt zo niet op.")
    yield _("Het spoor is heel.") if verdict.whole else _("Het spoor is NIET heel.")


def sentence(fault: Fault) -> str:
    """One thing that is wrong, with where."""
    where = {
        "chain": fault.chain,
        "seq": fault.seq,
        "id": fault.id,
        "line": fault.line,
        "table": fault.table,
    }
    match fault.what:
        case What.GAP:
            said = _(
                "Keten %(chain)s, nummer %(seq)s (%(id)s): net ervoor ontbreekt of verschoof er iets.",
                **where,
            )
        case What.LINK:
            said = _("Keten %(chain)s, nummer %(seq)s (%(id)s): volgt niet op wat ervoor staat.", **where)
        case What.CONTENT:
            said = _("Keten %(chain)s, nummer %(seq)s (%(id)s): is veranderd na het schrijven.", **where)
        case What.HEAD:
            said = _(
                "Keten %(chain)s eindigt op nummer %(seq)s, en dat is niet waar ze hoort te eindigen.",
                **where,
            )
        case What.ANCHOR:
            said = _("Keten %(chain)s, nummer %(seq)s: is niet wat verankerd werd.", **where)
        case What.ANCHOR_LINE:
            said = _("Anker op regel %(line)s: is niet echt, of staat niet op zijn plaats.", **where)
        case What.ROW_CHANGED:
            said = _("Tabel %(table)s, rij %(id)s: is veranderd buiten de toepassing om.", **where)
        case What.ROW_MISSING:
            said = _("Tabel %(table)s, rij %(id)s: verdween buiten de toepassing om.", **where)
        case What.ROW_UNKNOWN:
            said = _("Tabel %(table)s, rij %(id)s: kwam er buiten de toepassing om.", **where)
    return said


def _moment(at: datetime) -> str:
    return str(format_datetime(at, "d MMM y HH:mm"))
