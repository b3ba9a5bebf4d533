"""What the installation holds already, so that rows may refer to it and families be compared."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gezinscoach.aanmelding.tables import Aanmelding
from gezinscoach.accounts import queries as accounts
from gezinscoach.accounts.tables import Gezinscoach, Organisatie, Werking
from gezinscoach.dossier.rights import COMPARED
from gezinscoach.dossier.rules import Coachrol, Lidsoort
from gezinscoach.dossier.tables import Coachperiode, Gezin, Gezinslid
from gezinscoach.grondrechten.tables import Meting
from gezinscoach.kernel import vault
from gezinscoach.kernel.access import Actor
from gezinscoach.kernel.names import fold, organisation_key
from gezinscoach.kernel.sealing import readable
from gezinscoach.werkmap import policy
from gezinscoach.werkmap.rules import BekendeCoach, BekendGezin, Key, Known, Settings
from gezinscoach.werkmap.tables import Herkomst

WACHTLIJST = "Wachtlijst"


@dataclass(frozen=True, slots=True)
class Stock:
    """Known values for the rules, and the ids behind them by folded name; makers add what they make."""

    known: Known
    settings: Settings
    organisaties: dict[str, UUID]
    coaches: dict[str, UUID]
    gezinnen: dict[str, UUID]
    metingen: frozenset[tuple[UUID, int, int]]


def stock(db: Session, actor: Actor) -> Stock:
    """The whole stock of a werking, in a fixed number of queries; opens the keys of its families."""
    werking = accounts.werking(db, actor)
    vault.open_scopes(db, [actor.werking_id], groups=policy.WORKBOOKS)
    organisaties = accounts.organisaties(db, actor)
    coaches = _coaches(db, actor)
    gezinnen = _gezinnen(db, actor)
    metingen = db.execute(
        select(Meting.gezin_id, Meting.jaar, Meting.kwartaal)
        .join(Gezin, Gezin.id == Meting.gezin_id)
        .where(policy.compared(actor))
    )
    return Stock(
        Known([row.naam for row in organisaties], list(coaches.values()), [one for _, one, _ in gezinnen]),
        _settings(werking),
        {organisation_key(row.naam): row.id for row in organisaties},
        {fold(coach.naam): key for key, coach in coaches.items()},
        {fold(code): key for key, _, code in gezinnen},
        frozenset((row.gezin_id, row.jaar, row.kwartaal) for row in metingen),
    )


def _settings(werking: Werking) -> Settings:
    usual = Settings()
    return Settings(
        age_limit=werking.leeftijdsgrens,
        city=werking.gemeente,
        postcodes=frozenset(werking.postcodes.split()),
        places=usual.places if werking.gemeente == usual.city else frozenset({fold(werking.gemeente)}),
    )


def _coaches(db: Session, actor: Actor) -> dict[UUID, BekendeCoach]:
    rows = db.execute(
        select(
            Gezinscoach.id,
            Gezinscoach.naam_cell,
            Gezinscoach.email_cell,
            Gezinscoach.gestart_op,
            Gezinscoach.gestopt_op,
            Organisatie.naam.label("organisatie"),
        )
        .join(Organisatie, Organisatie.id == Gezinscoach.organisatie_id)
        .where(Gezinscoach.werking_id == actor.werking_id)
        .order_by(Gezinscoach.gestart_op, Gezinscoach.id)
    ).all()
    vault.open_scopes(db, [row.id for row in rows], groups=vault.STAFF)
    return {
        row.id: BekendeCoach(
            Gezinscoach.naam.open(db, row.id, row.id, row.naam_cell),
            Gezinscoach.email.open(db, row.id, row.id, row.email_cell) if row.email_cell else "",
            row.organisatie,
            row.gestart_op,
            row.gestopt_op,
        )
        for row in rows
    }


def _gezinnen(db: Session, actor: Actor) -> list[tuple[UUID, BekendGezin, str]]:
    """Every family: its id, what is known of it (a code only once there was a coach), and its code."""
    condition = policy.compared(actor)
    rows = db.execute(
        select(
            Gezin.id,
            Gezin.code_cell,
            Gezin.naam_cell,
            Gezin.afgesloten_op,
            func.min(Coachperiode.van).label("start"),
        )
        .outerjoin(Coachperiode, (Coachperiode.gezin_id == Gezin.id) & (Coachperiode.rol == Coachrol.VAST))
        .where(condition)
        .group_by(Gezin.id)
    ).all()
    vault.open_scopes(db, [row.id for row in rows], groups=COMPARED, compares=True)
    parents: dict[UUID, list[str]] = defaultdict(list)
    births: dict[UUID, list[int]] = defaultdict(list)
    for lid in db.execute(
        select(Gezinslid.id, Gezinslid.gezin_id, Gezinslid.soort, Gezinslid.naam_cell, Gezinslid.geboren_cell)
        .join(Gezin, Gezin.id == Gezinslid.gezin_id)
        .where(condition)
        .order_by(Gezinslid.volgorde)
    ):
        if lid.soort is Lidsoort.OUDER and lid.naam_cell:
            parents[lid.gezin_id].append(readable(Gezinslid.naam.open(db, lid.id, lid.id, lid.naam_cell)))
        elif lid.soort is Lidsoort.KIND and lid.geboren_cell:
            geboren = Gezinslid.geboren.open(db, lid.id, lid.id, lid.geboren_cell)
            if geboren != Gezinslid.geboren.lost:
                births[lid.gezin_id].append(int(geboren[:4]))
    waiting = _referrals(db, actor, births)
    found = []
    for row in rows:
        code = Gezin.code.open(db, row.id, row.id, row.code_cell) if row.code_cell else ""
        one = BekendGezin(
            gezinsnaam=readable(Gezin.naam.open(db, row.id, row.id, row.naam_cell)) if row.naam_cell else "",
            ouders=tuple(parents[row.id]),
            geboortejaren=tuple(births[row.id]),
            dossiernr=code if row.start else "",
            start=row.start,
            einde=row.afgesloten_op,
            key=waiting.get(row.id) or ((fold(code),) if row.start else ()),
            ref=str(row.id),
        )
        found.append((row.id, one, code))
    return found


def _referrals(db: Session, actor: Actor, births: dict[UUID, list[int]]) -> dict[UUID, Key]:
    """The natural key of the row of the waiting list that a family came from; birth years are added."""
    keys: dict[UUID, Key] = {}
    for row in db.execute(
        select(
            Aanmelding.id,
            Aanmelding.gezin_id,
            Aanmelding.oudste_cell,
            Herkomst.id.label("herkomst_id"),
            Herkomst.inhoud_cell,
        )
        .join(Gezin, Gezin.id == Aanmelding.gezin_id)
        .outerjoin(Herkomst, (Herkomst.doel_id == Aanmelding.id) & (Herkomst.blad == WACHTLIJST))
        .where(policy.compared(actor))
    ):
        if row.oudste_cell and not births[row.gezin_id]:
            oudste = Aanmelding.oudste.open(db, row.gezin_id, row.id, row.oudste_cell)
            births[row.gezin_id] += [] if oudste == Aanmelding.oudste.lost else [oudste]
        if row.inhoud_cell:
            kept = Herkomst.inhoud.open(db, actor.werking_id, row.herkomst_id, row.inhoud_cell)
            keys[row.gezin_id] = tuple(kept["key"])
    return keys
