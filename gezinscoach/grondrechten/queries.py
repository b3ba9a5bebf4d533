"""Reads of metingen. Those that open text are for families whose keys are open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BindParameter, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session

from gezinscoach.accounts.tables import Account
from gezinscoach.dossier import queries as dossier
from gezinscoach.dossier.rules import Coachrol, Domein
from gezinscoach.dossier.tables import Coachperiode
from gezinscoach.grondrechten.rules import Quarter, Score, owed, previous_quarter
from gezinscoach.grondrechten.tables import Meting, Prioriteit, Scorelijn
from gezinscoach.kernel import vault
from gezinscoach.kernel.database import ask
from gezinscoach.kernel.dates import quarter_of

MOST = 400


@dataclass(frozen=True, slots=True)
class MetingRegel:
    """A meting, opened; `scores` by code of the grondrecht, `priorities` from first to third."""

    id: UUID
    quarter: Quarter
    datum: date
    made_at: datetime
    auteur: str
    met_wie: str
    krachten: str
    scores: Mapping[str, Score]
    priorities: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Openstaand:
    """Families without a meting: for the running quarter, and (overdue) for the one before."""

    due: frozenset[UUID]
    overdue: frozenset[UUID]


def rights(db: Session, day: date) -> tuple[Domein, ...]:
    """The grondrechten of the codelist that holds on a day, in order."""
    return tuple(entry for entry in dossier.codelist(db, day) if entry.ouder_code is None)


def latest(db: Session, gezin_id: UUID) -> MetingRegel | None:
    """The meting of the last quarter that has one, in three queries."""
    return next(iter(history(db, gezin_id, most=1)), None)


_ids: BindParameter[UUID] = bindparam("ids", expanding=True)
_METINGEN = (
    select(
        Meting.id,
        Meting.jaar,
        Meting.kwartaal,
        Meting.datum,
        Meting.made_at,
        Meting.made_by,
        Meting.met_wie_cell,
        Meting.krachten_cell,
        Account.naam_cell,
    )
    .outerjoin(Account, Account.id == Meting.made_by)
    .where(Meting.gezin_id == bindparam("gezin_id"))
    .order_by(Meting.jaar.desc(), Meting.kwartaal.desc())
    .limit(bindparam("most"))
)
_SCORES = select(Scorelijn.meting_id, Scorelijn.domein, Scorelijn.antwoord, Scorelijn.waarde).where(
    Scorelijn.meting_id.in_(_ids)
)
_PRIORITIES = (
    select(Prioriteit.meting_id, Prioriteit.domein)
    .where(Prioriteit.meting_id.in_(_ids))
    .order_by(Prioriteit.rang)
)


def history(db: Session, gezin_id: UUID, most: int = MOST) -> tuple[MetingRegel, ...]:
    """The metingen of a family with their scores, the latest quarter first, in three queries."""
    rows = ask(db, _METINGEN, gezin_id=gezin_id, most=most)
    ids = [row.id for row in rows]
    vault.open_scopes(db, {row.made_by for row in rows if row.naam_cell}, persons=False, groups=vault.STAFF)
    scores: dict[UUID, dict[str, Score]] = {}
    for meting_id, domein, antwoord, waarde in ask(db, _SCORES, ids=ids):
        scores.setdefault(meting_id, {})[domein] = Score(antwoord, waarde)
    priorities: dict[UUID, list[str]] = {}
    for meting_id, domein in ask(db, _PRIORITIES, ids=ids):
        priorities.setdefault(meting_id, []).append(domein)
    return tuple(
        MetingRegel(
            id=row.id,
            quarter=(row.jaar, row.kwartaal),
            datum=row.datum,
            made_at=row.made_at,
            auteur=Account.naam.open(db, row.made_by, row.made_by, row.naam_cell) if row.naam_cell else "",
            met_wie=Meting.met_wie.open(db, gezin_id, row.id, row.met_wie_cell) if row.met_wie_cell else "",
            krachten=Meting.krachten.open(db, gezin_id, row.id, row.krachten_cell)
            if row.krachten_cell
            else "",
            scores=scores.get(row.id, {}),
            priorities=tuple(priorities.get(row.id, ())),
        )
        for row in rows
    )


def meting(db: Session, gezin_id: UUID, quarter: Quarter) -> Meting | None:
    """The meting of this family for this quarter."""
    year, number = quarter
    return db.scalar(
        select(Meting).where(Meting.gezin_id == gezin_id, Meting.jaar == year, Meting.kwartaal == number)
    )


def made(db: Session, gezin_ids: Iterable[UUID]) -> dict[UUID, set[tuple[int, int, date]]]:
    """Year, quarter and day of every meting of each of these families that has one, in one query."""
    held: dict[UUID, set[tuple[int, int, date]]] = {}
    for gezin_id, year, number, datum in db.execute(
        select(Meting.gezin_id, Meting.jaar, Meting.kwartaal, Meting.datum).where(
            Meting.gezin_id.in_(list(gezin_ids))
        )
    ):
        held.setdefault(gezin_id, set()).add((year, number, datum))
    return held


_MADE_IN = select(Meting.gezin_id, Meting.jaar, Meting.kwartaal).where(
    Meting.gezin_id.in_(_ids),
    or_(
        and_(Meting.jaar == bindparam("year"), Meting.kwartaal == bindparam("number")),
        and_(Meting.jaar == bindparam("year_before"), Meting.kwartaal == bindparam("number_before")),
    ),
)
_FIRST_DAYS = (
    select(Coachperiode.gezin_id, func.min(Coachperiode.van))
    .where(Coachperiode.gezin_id.in_(_ids), Coachperiode.rol == Coachrol.VAST)
    .group_by(Coachperiode.gezin_id)
)


def due(db: Session, gezin_ids: Iterable[UUID], today: date) -> Openstaand:
    """Which of these families lack the meting of the running quarter, or owe that of the one before.

    Owed is what the first vaste vertrouwenspersoon had 30 days or more for. Two queries.
    """
    ids = list(gezin_ids)
    running = quarter_of(today)
    before = previous_quarter(running)
    held = {
        (gezin_id, (year, number))
        for gezin_id, year, number in ask(
            db,
            _MADE_IN,
            ids=ids,
            year=running[0],
            number=running[1],
            year_before=before[0],
            number_before=before[1],
        )
    }
    first_days = ask(db, _FIRST_DAYS, ids=ids)
    return Openstaand(
        due=frozenset(gezin_id for gezin_id in ids if (gezin_id, running) not in held),
        overdue=frozenset(
            gezin_id
            for gezin_id, first in first_days
            if owed(first, before) and (gezin_id, before) not in held
        ),
    )
