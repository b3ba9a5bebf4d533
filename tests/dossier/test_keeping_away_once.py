"""Nobody is kept away from a family twice at once, whoever asks and whatever the application looks at."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from flask_migrate import downgrade, upgrade
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from gezinscoach.accounts import actions as accounts
from gezinscoach.app import beside
from gezinscoach.cli import prepare
from gezinscoach.dossier import actions as dossier
from gezinscoach.dossier.rules import Uitsluitsoort
from gezinscoach.dossier.tables import Uitsluiting
from gezinscoach.kernel.config import Settings
from gezinscoach.kernel.database import db as database
from tests.factories import City
from tests.postgres import share

WHO = ("account_id", "gezinscoach_id", "organisatie_id")


@pytest.fixture
def row(city):
    """How somebody is kept away, by each of the three."""
    coach = city.coach("Ander Mens", city.organisatie("Ander Huis"))
    ids = {
        "account_id": coach.account.id,
        "gezinscoach_id": coach.row.id,
        "organisatie_id": coach.row.organisatie_id,
    }
    gezin = city.gezin("Gezin Een", city.coach("Vaste Coach"))
    city.db.commit()

    def made(who, since=city.now, until=None):
        return {
            "id": uuid4(),
            "gezin_id": gezin.id,
            who: ids[who],
            "soort": Uitsluitsoort.GEBLOKKEERD,
            "since": since,
            "until": until,
        }

    return made


@pytest.mark.parametrize("who", WHO)
def test_the_database_itself_holds_the_second_back(db, row, who, now):
    add = Uitsluiting.__table__.insert()
    db.execute(add, row(who, until=now))
    db.execute(add, row(who))
    for other in set(WHO) - {who}:
        db.execute(add, row(other))
    with pytest.raises(IntegrityError), db.begin_nested():
        db.execute(add, row(who))


def test_of_two_that_stand_there_already_the_first_goes_on(tmp_path, pytestconfig, now):
    environ = {}
    if pytestconfig.getoption("--postgres"):
        environ["GEZINSCOACH_DATABASE_URL"] = share(pytestconfig).database()
    app, folder = prepare(Settings.at(tmp_path, environ)), str(beside("migrations"))
    with app.app_context():
        downgrade(directory=folder, revision="0013")
        downgrade(directory=folder, revision="-1")
        db = database.session()
        dossier.seed_codelist(db)
        actor = accounts.add_werking(db, naam="T", gemeente="Leuven", postcodes=("3000",), now=now)
        city = City(db, actor, now)
        coach = city.coach("Een")
        gezin, other = city.gezin("G", coach), city.coach("Ander", city.organisatie("Huis"))
        gezin_id, coach_id = gezin.id, other.row.id
        db.commit()
        for hours in (2, 1, 0):
            away = {
                "id": uuid4(),
                "gezin_id": gezin_id,
                "gezinscoach_id": coach_id,
                "soort": Uitsluitsoort.GEBLOKKEERD,
                "since": now - timedelta(hours=hours),
            }
            db.connection().execute(Uitsluiting.__table__.insert(), away)
        db.commit()
        database.session.remove()
        upgrade(directory=folder)
        rows = database.session().execute(select(Uitsluiting.since, Uitsluiting.until)).all()
        assert [row.since for row in rows if row.until is None] == [now - timedelta(hours=2)]
        assert len(rows) == 3
        database.session.remove()
        database.engine.dispose()
    app.extensions["vault"].dispose()
