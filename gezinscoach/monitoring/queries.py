"""Figures of the whole werking, counted by the database: no name, code or note is read."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Subquery, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from gezinscoach.aanmelding.rules import Toestand
from gezinscoach.aanmelding.tables import Aanmelding
from gezinscoach.accounts import queries as accounts
from gezinscoach.accounts.rules import Statuut
from gezinscoach.accounts.tables import Gezinscoach, Organisatie
from gezinscoach.dossier import policy
from gezinscoach.dossier import queries as dossier
from gezinscoach.dossier.rules import Coachrol, Fase, fase
from gezinscoach.dossier.tables import Coachperiode, Gezin
from gezinscoach.grondrechten.tables import Meting, Prioriteit, Scorelijn
from gezinscoach.kernel.access import Actor
from gezinscoach.kernel.dates import quarter_end, quarter_start
from gezinscoach.mandaat.policy import allow
from gezinscoach.mandaat.rules import Bereik
from gezinscoach.monitoring import rules
from gezinscoach.monitoring.rules import Kwartaal
from gezinscoach.netwerk import queries as netwerk
from gezinscoach.netwerk.queries import BijeenkomstRegel
from gezinscoach.toelage import queries as toelage
from gezinscoach.toelage.rules import in_force


@dataclass(frozen=True, slots=True)
class Evolutie:
    """The mean score (1 to 5) of one right in the first and in the latest meting of the same families."""

    domein: str
    families: int
    first: float
    latest: float


@dataclass(frozen=True, slots=True)
class Voorkeur:
    """How many families name a right among their priorities in their latest meting, and as the first."""

    domein: str
    families: int
    first: int


@dataclass(frozen=True, slots=True)
class Figures:
    """All figures of one day, nothing hidden yet; `rights` has the name of each right by its code."""

    least: int
    fases: Counter[Fase]
    waiting: int
    coaches: Counter[Statuut]
    organisations: tuple[int, int]
    quarters: list[Kwartaal]
    evolution: list[Evolutie]
    priorities: list[Voorkeur]
    meetings: list[BijeenkomstRegel]
    rights: dict[str, str]


def figures(db: Session, actor: Actor, today: date) -> Figures:
    """The figures of a day, in a number of questions that does not grow with the werking."""
    asked = rules.ended_quarters(today)
    families = toelage.families(db, actor, quarter_start(*asked[0]), quarter_end(*asked[-1]))
    min_days = in_force(toelage.regelingen(db, actor), today.year).min_days
    return Figures(
        least=accounts.werking(db, actor).kleinste_groep,
        fases=fases(db, actor, today),
        waiting=waiting(db, actor),
        coaches=coaches(db, actor, today),
        organisations=organisations(db, actor, today),
        quarters=rules.completeness(families, asked, min_days),
        evolution=evolution(db, actor, today),
        priorities=priorities(db, actor, today),
        meetings=[one for one in netwerk.of_year(db, actor, today.year) if one.datum <= today],
        rights={one.code: one.naam for one in dossier.codelist(db, today) if one.ouder_code is None},
    )


def fases(db: Session, actor: Actor, today: date) -> Counter[Fase]:
    """How many families stand where on a day."""
    vast = (
        select(
            Coachperiode.gezin_id,
            func.count().label("periods"),
            func.count().filter(policy.running(today)).label("running"),
        )
        .where(Coachperiode.rol == Coachrol.VAST)
        .group_by(Coachperiode.gezin_id)
        .subquery()
    )
    closed = Gezin.afgesloten_op.is_not(None).label("closed")
    periods = func.coalesce(vast.c.periods, 0).label("periods")
    running = func.coalesce(vast.c.running, 0).label("running")
    counted: Counter[Fase] = Counter()
    for row in db.execute(
        select(closed, periods, running, func.count().label("families"))
        .select_from(Gezin)
        .outerjoin(vast, vast.c.gezin_id == Gezin.id)
        .where(policy.counted(actor))
        .group_by(closed, periods, running)
    ):
        stands = fase(periods=row.periods, open_period=row.running > 0, closed=bool(row.closed))
        counted[stands] += row.families
    return counted


def waiting(db: Session, actor: Actor) -> int:
    """How many families wait for a gezinscoach, proposed or not yet."""
    return (
        db.scalar(
            select(func.count(Aanmelding.gezin_id.distinct())).where(
                Aanmelding.werking_id == actor.werking_id,
                Aanmelding.toestand.in_((Toestand.WACHTEND, Toestand.VOORGESTELD)),
            )
        )
        or 0
    )


def coaches(db: Session, actor: Actor, today: date) -> Counter[Statuut]:
    """How many gezinscoaches are active today, per statuut."""
    rows = db.execute(
        select(Gezinscoach.statuut, func.count()).where(_active(actor, today)).group_by(Gezinscoach.statuut)
    )
    return Counter({row[0]: row[1] for row in rows})


def organisations(db: Session, actor: Actor, today: date) -> tuple[int, int]:
    """How many organisations have an active gezinscoach today, and how many there are."""
    row = db.execute(
        select(func.count(Gezinscoach.organisatie_id.distinct()), func.count(Organisatie.id.distinct()))
        .select_from(Organisatie)
        .outerjoin(Gezinscoach, and_(Gezinscoach.organisatie_id == Organisatie.id, _active(actor, today)))
        .where(Organisatie.werking_id == actor.werking_id)
    ).one()
    return row[0], row[1]


def evolution(db: Session, actor: Actor, today: date) -> list[Evolutie]:
    """Per right the means of families with two or more metingen, scored both in the first and the latest."""
    placed = _placed(actor, today)
    first, latest = aliased(placed), aliased(placed)
    before, after = aliased(Scorelijn), aliased(Scorelijn)
    rows = db.execute(
        select(before.domein, func.count(), func.avg(before.waarde), func.avg(after.waarde))
        .select_from(first)
        .join(
            latest, and_(latest.c.gezin_id == first.c.gezin_id, latest.c.backward == 1, latest.c.forward > 1)
        )
        .join(before, before.meting_id == first.c.id)
        .join(after, and_(after.meting_id == latest.c.id, after.domein == before.domein))
        .where(first.c.forward == 1, before.waarde.is_not(None), after.waarde.is_not(None))
        .group_by(before.domein)
    )
    return [Evolutie(row[0], row[1], float(row[2]), float(row[3])) for row in rows]


def priorities(db: Session, actor: Actor, today: date) -> list[Voorkeur]:
    """Per right how many families name it in their latest meting."""
    latest = _placed(actor, today)
    rows = db.execute(
        select(Prioriteit.domein, func.count(), func.count().filter(Prioriteit.rang == 1))
        .join(latest, latest.c.id == Prioriteit.meting_id)
        .where(latest.c.backward == 1)
        .group_by(Prioriteit.domein)
    )
    return [Voorkeur(row[0], row[1], row[2]) for row in rows]


def _placed(actor: Actor, today: date) -> Subquery:
    """Every meting with its place among those of its family, from the first and from the latest.

    Of families that allow today that their scores count in figures, only.
    """
    order = (Meting.jaar, Meting.kwartaal)
    return (
        select(
            Meting.id,
            Meting.gezin_id,
            func.row_number().over(partition_by=Meting.gezin_id, order_by=order).label("forward"),
            func.row_number()
            .over(partition_by=Meting.gezin_id, order_by=[column.desc() for column in order])
            .label("backward"),
        )
        .join(Gezin, Gezin.id == Meting.gezin_id)
        .where(policy.counted(actor), allow(Bereik.IMPACT, today))
        .subquery()
    )


def _active(actor: Actor, today: date) -> ColumnElement[bool]:
    return and_(
        Gezinscoach.werking_id == actor.werking_id,
        Gezinscoach.gestart_op <= today,
        or_(Gezinscoach.gestopt_op.is_(None), Gezinscoach.gestopt_op >= today),
    )
