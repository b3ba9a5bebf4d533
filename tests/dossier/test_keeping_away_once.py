"""Nobody is kept away from a family twice at once, whoever asks and whatever the application looks at."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy.exc import IntegrityError

from gezinscoach.dossier.rules import Uitsluitsoort
from gezinscoach.dossier.tables import Uitsluiting

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
