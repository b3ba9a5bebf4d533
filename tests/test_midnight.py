"""Half past eleven on New Year's Eve in Greenwich is the first day of the year in Leuven, for everybody."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from gezinscoach.aanmelding import actions as aanmelding
from gezinscoach.aanmelding import queries
from gezinscoach.aanmelding.rules import Toestemming
from gezinscoach.aanmelding.rules.matching import Code
from gezinscoach.grondrechten import actions as grondrechten
from gezinscoach.grondrechten.rules import score_of
from gezinscoach.kernel.access import Rol
from gezinscoach.kernel.dates import day_of
from gezinscoach.mandaat import actions as mandaat
from gezinscoach.mandaat import queries as mandaten
from gezinscoach.mandaat.rules import ALLES, Vorm

LATE, NEW_YEAR = datetime(2026, 12, 31, 23, 30, tzinfo=UTC), date(2027, 1, 1)


def a_proposal(city, coach, now):
    desk = city.actor_of(city.account(Rol.AANMELDPUNT).id, Rol.AANMELDPUNT)
    row = aanmelding.register(
        city.db,
        desk,
        now=now,
        datum=city.today,
        aanmelder="Bram",
        naam="Peeters",
        toestemming=Toestemming.JA,
    )
    city.db.commit()
    blad = queries.blad(city.db, row.__class__.id == row.id, row.id)
    return desk, blad, aanmelding.propose(city.db, desk, blad, coach.row.id, today=city.today, now=now)


def test_a_moment_belongs_to_the_day_in_flanders():
    assert day_of(LATE) == NEW_YEAR
    assert day_of(LATE - timedelta(hours=1)) == date(2026, 12, 31)
    assert day_of(datetime(2026, 7, 1, 21, 59, tzinfo=UTC)) == date(2026, 7, 1)


def test_a_meting_and_a_mandaat_of_the_new_year_are_of_today(db, actor, city):
    gezin = city.gezin("Gezin", city.coach())
    grondrechten.measure(
        db, actor, gezin, quarter=(2027, 1), datum=NEW_YEAR, scores={"wonen": score_of(3)}, now=LATE
    )
    mandaat.give(db, actor, gezin, gegeven_op=NEW_YEAR, bereik=ALLES, vorm=Vorm.PAPIER, gever="An", now=LATE)
    assert gezin.id in mandaten.stands(db, gezin.__class__.id == gezin.id, NEW_YEAR)


def test_a_coach_declined_on_the_day_in_flanders(db, city):
    coach = city.coach()
    desk, blad, voorstel = a_proposal(city, coach, city.now)
    aanmelding.decline(db, coach.actor, voorstel, reden="vol", now=LATE)
    db.commit()
    (one,) = queries.matches(db, desk, blad, today=NEW_YEAR).uitgesloten
    assert [reden.data["datum"] for reden in one.hard if reden.code is Code.DECLINED] == ["2027-01-01"]


def test_a_proposal_is_late_by_the_days_of_flanders(db, city):
    desk, _, _voorstel = a_proposal(city, city.coach(), LATE)
    db.commit()
    late = NEW_YEAR + timedelta(days=7)
    assert queries.desk_summary(db, desk, late).unanswered == 0
    assert queries.desk_summary(db, desk, late + timedelta(days=1)).unanswered == 1
