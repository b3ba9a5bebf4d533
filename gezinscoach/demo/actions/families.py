"""Families of the demo city, with what was lived and written in them."""

from __future__ import annotations

import random
from datetime import date, timedelta

from sqlalchemy.orm import Session

from gezinscoach.demo.actions.moments import Coaches, at
from gezinscoach.demo.people import DemoGezin
from gezinscoach.dossier import actions as dossier
from gezinscoach.dossier.actions import NieuwLid
from gezinscoach.dossier.rules import GRONDRECHTEN, Lidsoort
from gezinscoach.dossier.tables import Gezin
from gezinscoach.grondrechten import actions as grondrechten
from gezinscoach.grondrechten.rules import Antwoord, Score
from gezinscoach.kernel.access import Actor
from gezinscoach.kernel.dates import quarter_end, quarter_of
from gezinscoach.mandaat import actions as mandaat
from gezinscoach.mandaat.rules import Bereik, Vorm
from gezinscoach.notities import actions as notities
from gezinscoach.notities.rules import Contact, Niveau
from gezinscoach.plan import actions as plan
from gezinscoach.plan.rules import Wie
from gezinscoach.privacy import actions as privacy

SHIELDED = "beschermd adres"


def settle(
    db: Session, desk: Actor, family: DemoGezin, coaches: Coaches, today: date, dice: random.Random
) -> Gezin:
    """One family from its start until now, `dice` deciding about scores and strengths."""
    coach, actor = coaches[family.coach]
    start = today - timedelta(days=family.started)
    ouders = [NieuwLid(Lidsoort.OUDER, naam) for naam in family.ouders]
    kinderen = [
        NieuwLid(Lidsoort.KIND, naam, (today - timedelta(days=365 * age + 100)).isoformat())
        for naam, age in family.kinderen
    ]
    gezin = dossier.open_gezin(
        db,
        desk,
        naam=family.naam,
        adres=family.adres,
        gemeente=family.adres.rpartition(", ")[2],
        telefoon="0470 00 01 " + str(10 + len(family.naam)),
        taal=family.taal,
        tolk=family.tolk,
        waarschuwing=family.waarschuwing,
        leden=[*ouders, *kinderen],
        now=at(start),
    )
    db.flush()
    dossier.start_coach(db, desk, gezin, coach.id, van=start, now=at(start))
    given = start + timedelta(days=10)
    if family.bereik:
        mandaat.give(
            db,
            actor,
            gezin,
            gegeven_op=given,
            bereik=[Bereik(word) for word in family.bereik],
            vorm=Vorm.PAPIER,
            gever=" en ".join(family.ouders),
            partners=[mandaat.NieuwePartner(family.partner)] if family.partner else [],
            herbekijken_op=given + timedelta(days=365 * (1 + family.started // 365)),
            now=at(given),
        )
    if family.story == SHIELDED:
        adres, contact = "Vluchthuis De Luwte", "Alleen bellen, nooit een bericht sturen."
        privacy.shield(db, actor, gezin, adres=adres, contact=contact, now=at(given))
    _metingen(db, actor, gezin, family, today, dice)
    _plan(db, actor, gezin, family, today)
    _notities(db, actor, gezin, family, today)
    return gezin


def _metingen(
    db: Session, actor: Actor, gezin: Gezin, family: DemoGezin, today: date, dice: random.Random
) -> None:
    scores = {right: dice.randint(1, 3) for right in GRONDRECHTEN}
    wanted = dice.sample(GRONDRECHTEN, 3)
    year, quarter = quarter_of(today)
    past: list[tuple[int, int]] = []
    for _ in range(family.quarters + family.behind):
        year, quarter = (year - 1, 4) if quarter == 1 else (year, quarter - 1)
        past.append((year, quarter))
    for when in reversed(past[family.behind :]):
        day = quarter_end(*when) - timedelta(days=dice.randint(3, 30))
        if day < today - timedelta(days=family.started):
            continue
        for right in GRONDRECHTEN:
            scores[right] = min(
                5, scores[right] + dice.choice((0, 0, 1)) + (right in wanted and dice.random() < 0.4)
            )
        answers = {right: Score(Antwoord.SCORE, value) for right, value in scores.items()}
        answers[dice.choice(GRONDRECHTEN[3:])] = Score(Antwoord.NIET_BESPROKEN)
        grondrechten.measure(
            db,
            actor,
            gezin,
            quarter=when,
            datum=day,
            scores=answers,
            priorities=wanted[: dice.randint(1, 3)],
            krachten=dice.choice(("De buurvrouw springt bij.", "Mama volgt nu Nederlandse les.", "")),
            met_wie=family.ouders[0],
            now=at(day),
        )


def _plan(db: Session, actor: Actor, gezin: Gezin, family: DemoGezin, today: date) -> None:
    made = today - timedelta(days=min(family.started - 1, 60))
    doel = plan.add_doel(
        db, actor, gezin, domein="huisvesting", titel="Een woning met een kamer meer", now=at(made)
    )
    db.flush()
    late = plan.add_actie(
        db,
        actor,
        doel,
        tekst="Samen de inschrijving voor een sociale woning nakijken",
        wie=Wie.SAMEN,
        tegen=today - timedelta(days=4),
        now=at(made),
    )
    plan.add_actie(
        db,
        actor,
        doel,
        tekst="Papieren klaarleggen voor de huurpremie",
        wie=Wie.GEZIN,
        tegen=today + timedelta(days=5),
        now=at(made),
    )
    db.flush()
    if family.story != "loopt goed":
        plan.finish(db, actor, late, op=today - timedelta(days=6), now=at(today - timedelta(days=6)))
    done = plan.add_doel(
        db, actor, gezin, domein="vrijetijd", titel="De kinderen naar de sportclub", now=at(made)
    )
    plan.take_step(db, actor, done, "reach", now=at(today - timedelta(days=3)))


NOTITIES = (
    (2, Contact.HUISBEZOEK, 50, "Samen de post bekeken en de brief van de huurdienst uitgelegd."),
    (9, Contact.TELEFOON, 10, "Gebeld over de sportclub. Het kansentarief is in orde."),
    (21, Contact.AANWEZIG, 60, "Koffie gedronken. Geen vragen, wel een goed gesprek over vroeger."),
    (35, Contact.SAMEN_OP_STAP, 120, "Samen naar het loket kinderopvang. Plaats vanaf volgende maand."),
)


def _notities(db: Session, actor: Actor, gezin: Gezin, family: DemoGezin, today: date) -> None:
    for ago, contact, minuten, tekst in NOTITIES:
        if ago < family.started:
            day = today - timedelta(days=ago)
            notities.write(
                db,
                actor,
                gezin,
                datum=day,
                contact=contact,
                minuten=minuten,
                met_wie=family.ouders[0],
                tekst=tekst,
                niveau=Niveau.DEELBAAR if ago == 9 else Niveau.COACH,
                now=at(day, 16),
                today=day,
            )
