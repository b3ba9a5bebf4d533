"""Loads the demo city through the same actions that people use, with days counted back from today."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from gezinscoach.aanmelding import actions as aanmelding
from gezinscoach.aanmelding import queries as aanmelding_queries
from gezinscoach.aanmelding.rules import Toestemming
from gezinscoach.aanmelding.tables import Aanmelding
from gezinscoach.accounts import actions as accounts
from gezinscoach.accounts.rules import Statuut
from gezinscoach.accounts.tables import Account, Gezinscoach, Organisatie, Werking
from gezinscoach.demo import people
from gezinscoach.demo.actions import families
from gezinscoach.demo.actions.moments import Coaches, at
from gezinscoach.demo.people import DemoAanmelding
from gezinscoach.dossier import actions as dossier
from gezinscoach.dossier.tables import Gezin
from gezinscoach.kernel.access import Actor, Rol
from gezinscoach.mandaat import actions as mandaat
from gezinscoach.netwerk import actions as netwerk
from gezinscoach.netwerk.rules import Aanwezig


class OtherData(Exception):
    """The database holds a werking that is not the demo city: nothing was loaded."""


def load(db: Session, *, today: date) -> bool:
    """Fill an empty installation with the demo city; False when it is there already, else OtherData."""
    werkingen = db.scalars(select(Werking)).all()
    if werkingen:
        if all(werking.demo for werking in werkingen):
            return False
        raise OtherData
    begin = at(today - timedelta(days=1500))
    dossier.seed_codelist(db)
    actor = accounts.add_werking(
        db, naam=people.STAD, gemeente=people.STAD, postcodes=people.POSTCODES, now=begin, demo=True
    )
    organisaties = {
        naam: accounts.add_organisatie(db, actor, naam=naam, soort=soort, now=begin)
        for naam, soort in people.ORGANISATIES.items()
    }
    db.flush()
    rows = _coaches(db, actor, organisaties, today)
    logins = _logins(db, actor, organisaties, begin, today)
    coaches = {
        row.naam or "": (row, Actor(werking_id=actor.werking_id, account_id=row.account_id, coach_id=row.id))
        for row in rows
    }
    gezinnen = {
        family.naam: families.settle(db, actor, family, coaches, today, random.Random(family.naam))  # noqa: S311  # invented scores
        for family in people.GEZINNEN
    }
    _stories(db, actor, gezinnen, coaches, logins, today)
    for question in people.AANMELDINGEN:
        _aanmelding(db, actor, question, coaches, today)
    _netwerk(db, actor, coaches, today)
    return True


def _logins(
    db: Session,
    actor: Actor,
    organisaties: dict[str, Organisatie],
    begin: datetime,
    today: date,
) -> dict[Rol, Account]:
    made = {}
    for rol, login in people.LOGINS.items():
        account, _ = accounts.add_account(db, actor, email=login.email, naam=login.naam, now=begin)
        organisatie_id = organisaties[login.organisatie].id if login.organisatie else None
        until = at(today + timedelta(days=365)) if rol is Rol.IMPORTEUR else None
        accounts.give_role(db, actor, account, rol, organisatie_id=organisatie_id, until=until, now=begin)
        accounts.set_password(db, account, people.PASSWORD)
        made[rol] = account
    return made


def _coaches(
    db: Session, actor: Actor, organisaties: dict[str, Organisatie], today: date
) -> list[Gezinscoach]:
    made = []
    for coach in people.COACHES:
        started = today - timedelta(days=coach.started)
        row = accounts.add_gezinscoach(
            db,
            actor,
            naam=coach.naam,
            email=coach.email,
            organisatie_id=organisaties[coach.organisatie].id,
            statuut=Statuut.VRIJWILLIGER if coach.volunteer else Statuut.PROFESSIONEEL,
            gestart_op=started,
            max_gezinnen=coach.places,
            talen=tuple(coach.talen),
            wijken=tuple(coach.wijken),
            startvorming=coach.started > 200,
            now=at(started),
        )
        made.append(row)
    return made


def _stories(
    db: Session,
    desk: Actor,
    gezinnen: dict[str, Gezin],
    coaches: Coaches,
    logins: dict[Rol, Account],
    today: date,
) -> None:
    by_story = {family.story: gezinnen[family.naam] for family in people.GEZINNEN}
    noor, noor_actor = coaches[people.NOOR]
    week = timedelta(days=7)
    mandaat.withdraw(db, noor_actor, by_story["mandaat ingetrokken"], now=at(today - week))
    dossier.add_stand_in(
        db, desk, by_story["vervanger"], noor.id, van=today - week, tot=today + 2 * week, now=at(today - week)
    )
    dossier.close(
        db,
        desk,
        by_story["afgesloten"],
        op=today - 8 * week,
        reden="doelen bereikt",
        now=at(today - 8 * week),
    )
    dossier.end_coach(
        db, desk, by_story["zonder coach"], tot=today - week, reden="coach is ziek", now=at(today - week)
    )
    dossier.consult(
        db,
        noor_actor,
        by_story["loopt goed"],
        logins[Rol.DESKUNDIGE].id,
        vraag="Heeft dit gezin recht op de huurpremie, nu er een kind bij kwam?",
        now=at(today - timedelta(days=2)),
    )


def _aanmelding(db: Session, desk: Actor, question: DemoAanmelding, coaches: Coaches, today: date) -> None:
    day = today - timedelta(days=question.ago)
    row = aanmelding.register(
        db,
        desk,
        now=at(day),
        datum=day,
        aanmelder=question.aanmelder,
        organisatie=question.organisatie,
        telefoon=question.telefoon,
        toestemming=Toestemming.JA if question.naam else Toestemming.NIET_GEVRAAGD,
        naam=question.naam,
        ouder=question.ouder,
        kinderen=question.kinderen,
        oudste=today.year - question.oudste_age if question.oudste_age is not None else None,
        telefoon_gezin=question.telefoon_gezin,
        adres=question.adres,
        taal=question.taal,
        tolk=question.tolk,
        gemeente=question.gemeente,
        vragen=question.vragen,
        dringend=question.dringend,
        voorkeur=question.voorkeur,
        opmerking=question.opmerking,
    )
    db.flush()
    if question.story in ("voorgesteld", "doorverwezen"):
        _answer(db, desk, row.id, question.story, coaches[people.NOOR][0].id, today)


def _answer(db: Session, desk: Actor, row_id: UUID, story: str, coach_id: UUID, today: date) -> None:
    blad = aanmelding_queries.blad(db, Aanmelding.werking_id == desk.werking_id, row_id)
    if blad is None:
        raise LookupError(row_id)
    day = today - timedelta(days=3)
    if story == "voorgesteld":
        aanmelding.propose(db, desk, blad, coach_id, today=day, now=at(day))
    else:
        aanmelding.take_step(db, desk, blad, "refer", reden="een andere dienst past beter", now=at(day))


def _netwerk(db: Session, desk: Actor, coaches: Coaches, today: date) -> None:
    themes = ("Huren en verhuizen", "Praten over geld", "Rechten verkennen", "Kindreflex", "Zorg voor jezelf")
    for number, theme in enumerate(themes):
        day = today - timedelta(days=30 * number + 12)
        meeting = netwerk.convene(db, desk, datum=day, thema=theme, now=at(day))
        there = {
            coach.id: Aanwezig.VERONTSCHULDIGD if (number + place) % 4 == 3 else Aanwezig.AANWEZIG
            for place, (coach, _) in enumerate(coaches.values())
            if coach.gestart_op <= day
        }
        netwerk.mark(db, desk, meeting, there, now=at(day))
    coming = today + timedelta(days=18)
    netwerk.convene(db, desk, datum=coming, thema="Signalen bundelen", now=at(today - timedelta(days=1)))
    netwerk.signal(
        db,
        coaches[people.NOOR][1],
        domein="huisvesting",
        tekst="Grote gezinnen vinden geen betaalbare woning met drie kamers, ook niet na jaren wachten.",
        now=at(today - timedelta(days=15)),
    )
