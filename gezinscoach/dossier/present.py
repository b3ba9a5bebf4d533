"""Words and page objects of the case: above all the head that every page of a dossier carries."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask_babel import format_date
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from gezinscoach.dossier import queries, rights, rules
from gezinscoach.dossier.rights import Deed, Relatie
from gezinscoach.dossier.rules import Coachrol, Lidsoort, Uitsluitsoort
from gezinscoach.dossier.tables import Gezin
from gezinscoach.kernel import audit, web
from gezinscoach.kernel.dates import day_of
from gezinscoach.kernel.fields import Groep
from gezinscoach.kernel.sealing import Lost

LEDEN = {Lidsoort.OUDER: _l("ouder"), Lidsoort.KIND: _l("kind")}
SOORTEN = {
    Uitsluitsoort.GEBLOKKEERD: _l("het gezin wil dit niet"),
    Uitsluitsoort.BELANGENCONFLICT: _l("te dicht bij het gezin (familie, buur, collega)"),
}
ROLLEN = {Coachrol.VAST: _l("vaste gezinscoach"), Coachrol.VERVANGER: _l("vervanger")}


@dataclass(frozen=True, slots=True)
class Kop:
    """The head of a dossier: which family one is in, and what to mind."""

    id: UUID
    code: str
    naam: str
    coach: str
    tone: int
    waarschuwing: str
    afgesloten_op: date | None


@dataclass(frozen=True, slots=True)
class Dossier:
    """A dossier that the actor may work in: its row with open keys, its head, who was there."""

    row: Gezin
    kop: Kop
    periodes: tuple[queries.Periode, ...]

    relaties: frozenset[Relatie]

    def allows(self, deed: Deed, groep: Groep) -> bool:
        """Whether how the actor stands to this family gives a right; a dossier that one enters is running."""
        return rights.allowed(self.relaties, deed, groep)


WRITE_PLAN = ((Deed.WRITE, Groep.PLAN),)


def enter(gezin_id: UUID, *groups: str, doing: tuple[tuple[Deed, Groep], ...] = ()) -> Dossier:
    """Open a dossier for its coach or stand-in, noting which field groups the page shows; else 404.

    403 when the tie is there but not the right to read one of these groups, or to do what the page is for.
    Every page inside a dossier starts here: `enter(gezin_id, "F1", "F6", doing=WRITE_PLAN)`.
    """
    db, actor, shown = web.session(), web.actor(), groups or ("F0", "F1")
    row, relaties = web.found(queries.entered(db, actor, web.today(), gezin_id))
    needed = [*((Deed.READ, Groep(group)) for group in shown), *doing]
    web.permitted(all(rights.allowed(relaties, *right) for right in needed))
    audit.look(db, actor, "dossier.read", now=web.now(), scope_id=row.id, groups=shown)
    return dossier_of(db, row, relaties)


def dossier_of(db: Session, row: Gezin, relaties: frozenset[Relatie]) -> Dossier:
    """The page object of a family whose keys are open."""
    periodes = tuple(queries.periodes(db, row.id, reasons=True))
    vast = [periode.coach for periode in periodes if periode.rol is Coachrol.VAST and periode.tot is None]
    kop = Kop(
        id=row.id,
        code=row.code or "",
        naam=row.naam or "",
        coach=vast[0] if vast else "",
        tone=zlib.crc32((row.code or "").encode()) % 8,
        waarschuwing=row.waarschuwing or "",
        afgesloten_op=row.afgesloten_op,
    )
    return Dossier(row, kop, periodes, relaties)


def called(naam: str, code: str) -> str:
    """What a list calls a family: by name, else code; beside a name that can't be read stands its mark."""
    if isinstance(naam, Lost):
        return f"{naam[:1].upper()}{naam[1:]} ({code})"
    return naam or code


@dataclass(frozen=True, slots=True)
class Lidregel:
    """A member, ready to show."""

    naam: str
    soort: str
    geboren: str


def leden(rows: list[queries.Lid]) -> tuple[Lidregel, ...]:
    """The members of a family in words."""
    return tuple(
        Lidregel(lid.naam or _("zonder naam"), str(LEDEN[lid.soort]), born(lid.geboren)) for lid in rows
    )


def born(geboren: str | None) -> str:
    """A day or year of birth as people write it."""
    if geboren is None or len(geboren) <= 4 or isinstance(geboren, Lost):
        return geboren or ""
    return date.fromisoformat(geboren).strftime("%d/%m/%Y")


def steps(periodes: tuple[queries.Periode, ...]) -> tuple[tuple[str, str, str], ...]:
    """Who was there for a family, as a timeline: the latest first."""
    return tuple(
        (
            _("%(van)s tot nu", van=format_date(row.van))
            if row.tot is None
            else _("%(van)s tot en met %(tot)s", van=format_date(row.van), tot=format_date(row.tot)),
            row.coach,
            ". ".join(filter(None, [f"{ROLLEN[row.rol]}, {row.organisatie}", row.reden or ""])),
        )
        for row in periodes
    )


@dataclass(frozen=True, slots=True)
class Weg:
    """Who is or was kept away from a family, ready to show."""

    id: UUID
    wie: str
    soort: str
    wanneer: str
    nu: bool
    reden: tuple[str, ...]
    reden_einde: tuple[str, ...]


def uitsluitingen(rows: list[queries.Uitsluitregel]) -> tuple[Weg, ...]:
    """Who is and was kept away, in words."""

    def wanneer(row: queries.Uitsluitregel) -> str:
        since = format_date(day_of(row.since), "d MMMM y")
        if row.until is None:
            said = _("sinds %(dag)s", dag=since)
        else:
            said = _("van %(van)s tot %(tot)s", van=since, tot=format_date(day_of(row.until), "d MMMM y"))
        return ", ".join(filter(None, [said, _("door %(naam)s", naam=row.door) if row.door else ""]))

    return tuple(
        Weg(
            row.id,
            _("%(naam)s (de hele organisatie)", naam=row.wie) if row.organisatie else row.wie,
            str(SOORTEN[row.soort]),
            wanneer(row),
            row.until is None,
            lines(row.reden),
            lines(row.reden_einde),
        )
        for row in rows
    )


def lines(text: str) -> tuple[str, ...]:
    """The lines of a text that are not empty."""
    return tuple(line for line in text.split("\n") if line.strip())


@dataclass(frozen=True, slots=True)
class Coachblad:
    """The page of the coaches of one dossier: no more than code, coaches and dates.

    `gestopt_op` is the last working day of its coach, once that has passed; `locked_out` says whether the
    coach cannot sign in any more.
    """

    id: UUID
    code: str
    afgesloten_op: date | None
    coach: str
    gestopt_op: date | None
    locked_out: bool
    geschiedenis: tuple[tuple[str, str, str], ...]
    vervangers: tuple[tuple[UUID, str, date, date], ...]
    may_change: bool

    @property
    def alarm(self) -> bool:
        """Whether a running dossier has no vaste gezinscoach, or one who stopped or is locked out."""
        gone = not self.coach or self.gestopt_op is not None or self.locked_out
        return self.afgesloten_op is None and gone


def coach_page(
    row: Gezin,
    periodes: list[queries.Periode],
    today: date,
    *,
    may_change: bool,
    locked_out: frozenset[UUID] = frozenset(),
) -> Coachblad:
    """Who is and was there for a family."""
    vast = next((one for one in periodes if one.rol is Coachrol.VAST and one.tot is None), None)
    gestopt_op = vast.gestopt_op if vast else None
    stand_ins = tuple(
        (periode.id, periode.coach, periode.van, periode.tot)
        for periode in periodes
        if periode.rol is Coachrol.VERVANGER
        and periode.tot is not None
        and periode.tot >= today
        and periode.ended_at is None
    )
    return Coachblad(
        row.id,
        row.code or "",
        row.afgesloten_op,
        vast.coach if vast else "",
        gestopt_op if gestopt_op and gestopt_op < today else None,
        vast is not None and vast.gezinscoach_id in locked_out,
        steps(tuple(periodes)),
        stand_ins,
        may_change,
    )


def load(last: queries.Last) -> str:
    """A coach to choose, with how many families there are already."""
    return _(
        "%(naam)s (%(nu)d van %(most)d gezinnen)", naam=last.naam, nu=last.gezinnen, most=last.max_gezinnen
    )


def wordings() -> dict[type[Exception], Callable[[], str]]:
    """The sentence for every refusal of this slice."""
    return {
        rules.CoachPresent: lambda: _(
            "Dit gezin heeft al een vaste gezinscoach. Beëindig eerst die periode."
        ),
        rules.NoCoach: lambda: _("Dit gezin heeft nu geen vaste gezinscoach."),
        rules.EndBeforeStart: lambda: _("De laatste dag ligt voor de eerste dag. Kijk de datums na."),
        rules.StandInTooLong: lambda: _(
            "Een vervanger blijft hoogstens zes weken. Kies een vroegere laatste dag."
        ),
        rules.DayToCome: lambda: _("Deze dag moet nog komen. Kies vandaag of een vroegere dag."),
        rules.Overlap: lambda: _("De vorige gezinscoach was er op die dag nog. Kies een latere eerste dag."),
        rules.UnknownMember: lambda: _(
            "Dit gezinslid hoort niet bij dit gezin. Open de pagina opnieuw en probeer nog eens."
        ),
        rules.OwnCoach: lambda: _("Je kan jezelf niet aan een gezin koppelen. Vraag het aan een collega."),
        rules.KeptAway: lambda: _("Deze persoon kan niet bij dit gezin. Kies iemand anders."),
        rules.CoachKeptAway: lambda: _(
            "Dit is de vaste gezinscoach van dit gezin, of de organisatie van die gezinscoach. "
            "Laat eerst een andere gezinscoach aanduiden."
        ),
        rules.KeptAwayBefore: lambda: _("Die kan dit gezin al niet zien."),
        rules.Closed: lambda: _("Dit dossier is afgesloten. Er kan niets meer bij."),
    }
