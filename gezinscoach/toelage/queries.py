"""Reads for the toelage, in a number of questions that does not grow with the werking.

The sum looks at the whole city, by ids, because a family counts once in it. Dossiercodes and names of
coaches are opened last, and only of the lines that the actor may see.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from gezinscoach.accounts.tables import Gezinscoach, Organisatie
from gezinscoach.dossier import policy as dossier
from gezinscoach.dossier.rights import CODES
from gezinscoach.dossier.rules import Coachrol
from gezinscoach.dossier.tables import Coachperiode, Gezin
from gezinscoach.grondrechten.tables import Meting as MetingRow
from gezinscoach.kernel import vault
from gezinscoach.kernel.access import Actor
from gezinscoach.kernel.database import ask
from gezinscoach.mandaat import queries as mandaat
from gezinscoach.netwerk import queries as netwerk
from gezinscoach.toelage import policy
from gezinscoach.toelage.rules import (
    Bijeenkomst,
    CoachFeiten,
    CoachPeriode,
    GezinFeiten,
    Kind,
    Lijn,
    Meting,
    Periode,
    Regeling,
    Uitkomst,
    compute,
    in_force,
)
from gezinscoach.toelage.tables import Subsidieregel


@dataclass(frozen=True, slots=True)
class Feiten:
    """What the rule needs of one calendar year: families and coaches by id, meetings."""

    gezinnen: tuple[GezinFeiten, ...]
    coaches: tuple[CoachFeiten, ...]
    meetings: tuple[Bijeenkomst, ...]


def regelingen(db: Session, actor: Actor) -> list[Regeling]:
    """The rules that were ever set, the latest first; empty when only the default rule holds."""
    rows = db.scalars(
        select(Subsidieregel).where(policy.regels(actor)).order_by(Subsidieregel.geldig_van.desc()).limit(200)
    )
    return [_regeling(row) for row in rows]


def uitkomst(db: Session, actor: Actor, year: int, as_of: date, *, most: int | None = None) -> Uitkomst:
    """The toelage of a year as known on a day, cut to the organisations whose claim the actor may see."""
    whole = compute_with(in_force(regelingen(db, actor), year), facts(db, actor, year), year, as_of)
    return visible(db, actor, whole, most=most)


def compute_with(regeling: Regeling, feiten: Feiten, year: int, as_of: date) -> Uitkomst:
    """The toelage of the whole city under a rule, by ids."""
    return compute(regeling, year, as_of, feiten.gezinnen, feiten.coaches, feiten.meetings)


def visible(db: Session, actor: Actor, whole: Uitkomst, *, most: int | None = None) -> Uitkomst:
    """An outcome by ids, cut to what the actor may see, with dossiercodes and names of coaches.

    The line of a family from which the actor is kept away is left out; the amounts stay what they are.
    No more than `most` of a kind that count get one, and as many that do not count; the others come last.
    Which ones is chance, the lowest ids, but the same each time: to choose by code would open every code.
    """
    own = set(db.scalars(select(Organisatie.naam).where(policy.organisaties(actor))))
    hidden = {str(key) for key in dossier.hidden(db, actor)}
    lines = [line for line in whole.lines if line.organisation in own and line.key not in hidden]
    gezinnen = _ids(lines, Kind.GEZIN, most)
    coaches = _ids(lines, Kind.COACH, most)
    vault.open_scopes(db, [*gezinnen, *coaches], groups=CODES | vault.STAFF, persons=False)
    codes = {
        str(row.id): Gezin.code.open(db, row.id, row.id, row.code_cell) if row.code_cell else ""
        for row in db.execute(
            select(Gezin.id, Gezin.code_cell).where(dossier.counted(actor), _among(Gezin.id, gezinnen))
        )
        if row.id in gezinnen
    }
    codes |= {
        str(row.id): Gezinscoach.naam.open(db, row.id, row.id, row.naam_cell)
        for row in db.execute(
            select(Gezinscoach.id, Gezinscoach.naam_cell).where(
                Gezinscoach.werking_id == actor.werking_id, _among(Gezinscoach.id, coaches)
            )
        )
        if row.id in coaches
    }
    named = sorted(
        (replace(line, code=codes.get(line.key, "")) for line in lines),
        key=lambda line: (line.kind is Kind.COACH, line.key not in codes, line.code, line.key),
    )
    totals = tuple(total for total in whole.organisations if total.organisation in own)
    return replace(whole, lines=tuple(named), organisations=totals)


_COACHES = (
    select(
        Gezinscoach.id, Gezinscoach.gestart_op, Gezinscoach.gestopt_op, Organisatie.naam.label("organisatie")
    )
    .join(Organisatie, Organisatie.id == Gezinscoach.organisatie_id)
    .where(
        Gezinscoach.werking_id == bindparam("werking_id"),
        Gezinscoach.gestart_op <= bindparam("last"),
        or_(Gezinscoach.gestopt_op.is_(None), Gezinscoach.gestopt_op >= bindparam("first")),
    )
)


def facts(db: Session, actor: Actor, year: int) -> Feiten:
    """The facts of a calendar year for the whole werking, by ids."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    meetings = netwerk.held(db, actor, first, last)
    present, _ = netwerk.attended(db, actor, first, last)
    coaches = ask(db, _COACHES, werking_id=actor.werking_id, first=first, last=last)
    return Feiten(
        tuple(families(db, actor, first, last)),
        tuple(
            CoachFeiten(
                key=str(row.id),
                code=str(row.id),
                organisation=row.organisatie,
                active=(Periode(row.gestart_op, row.gestopt_op),),
                attended=frozenset(str(key) for key in present.get(row.id, ())),
            )
            for row in coaches
        ),
        tuple(Bijeenkomst(str(key), day) for key, day in meetings.items()),
    )


def unmarked(db: Session, actor: Actor, year: int, as_of: date) -> list[tuple[date, int]]:
    """The days of this year's meetings, up to a day, on which coaches are not noted yet, and how many."""
    return netwerk.unmarked(db, actor, date(year, 1, 1), min(date(year, 12, 31), as_of))


_PERIODES = (
    select(
        Coachperiode.gezin_id,
        Coachperiode.gezinscoach_id,
        Coachperiode.van,
        Coachperiode.tot,
        Organisatie.naam.label("organisatie"),
    )
    .join(Gezin, Gezin.id == Coachperiode.gezin_id)
    .join(Organisatie, Organisatie.id == Coachperiode.organisatie_id)
    .where(
        dossier.COUNTED,
        Coachperiode.rol == Coachrol.VAST,
        Coachperiode.van <= bindparam("last"),
        or_(Coachperiode.tot.is_(None), Coachperiode.tot >= bindparam("first")),
    )
)
_METINGEN = (
    select(MetingRow.gezin_id, MetingRow.jaar, MetingRow.kwartaal, MetingRow.datum)
    .join(Gezin, Gezin.id == MetingRow.gezin_id)
    .where(dossier.COUNTED, MetingRow.jaar.between(bindparam("first_year"), bindparam("last_year")))
)


def families(db: Session, actor: Actor, first: date, last: date) -> list[GezinFeiten]:
    """Every family of the werking that had a vaste vertrouwenspersoon on a day from first to last, by id.

    Of the metingen those about the years of these days.
    """
    coaches: dict[UUID, list[CoachPeriode]] = defaultdict(list)
    for row in ask(db, _PERIODES, werking_id=actor.werking_id, first=first, last=last):
        coaches[row.gezin_id].append(CoachPeriode(str(row.gezinscoach_id), row.organisatie, row.van, row.tot))
    metingen: dict[UUID, list[Meting]] = defaultdict(list)
    for made in ask(db, _METINGEN, werking_id=actor.werking_id, first_year=first.year, last_year=last.year):
        metingen[made.gezin_id].append(Meting(made.jaar, made.kwartaal, made.datum))
    given = mandaat.periods(db, dossier.counted(actor))
    return [
        GezinFeiten(
            str(key),
            tuple(periods),
            tuple(Periode(*days) for days in given.get(key, ())),
            tuple(metingen[key]),
        )
        for key, periods in coaches.items()
    ]


def _ids(lines: list[Lijn], kind: Kind, most: int | None) -> set[UUID]:
    alike = (
        [line for line in lines if (line.kind, line.counts) == (kind, counts)] for counts in (True, False)
    )
    return {UUID(line.key) for group in alike for line in group[:most]}


def _among(column: InstrumentedAttribute[UUID], ids: Collection[UUID]) -> ColumnElement[bool]:
    # More parameters than a database takes: fetch them whole, the caller keeps what it has a line for.
    return column.in_(ids) if len(ids) < 10_000 else true()


def _regeling(row: Subsidieregel) -> Regeling:
    return Regeling(
        name=row.naam,
        valid_from=row.geldig_van,
        family_cents=row.bedrag_gezin,
        coach_cents=row.bedrag_coach,
        min_days=row.min_dagen,
        min_scores=row.min_metingen,
        attendance_share=(row.aanwezig_teller, row.aanwezig_noemer),
        score_share=(row.meting_teller, row.meting_noemer),
    )
