"""The year of the workbook, and small years, put into a database by the application's own actions."""

from __future__ import annotations

import re

from gezinscoach.accounts import actions as accounts
from gezinscoach.accounts.rules import Statuut
from gezinscoach.dossier import actions as dossier
from gezinscoach.grondrechten import actions as grondrechten
from gezinscoach.grondrechten.rules import Antwoord, Score
from gezinscoach.mandaat import actions as mandaat
from gezinscoach.mandaat.rules import ALLES, Vorm
from gezinscoach.netwerk import actions as netwerk
from gezinscoach.netwerk.rules import Aanwezig
from tests.toelage.test_werkmap_year import a_day, sound_rows

SCORES = {"wonen": Score(Antwoord.SCORE, 3)}


def give_mandaat(db, actor, gezin, op, now):
    """A mandaat for everything, from a day on."""
    mandaat.give(db, actor, gezin, gegeven_op=op, bereik=ALLES, vorm=Vorm.PAPIER, gever="Ouder", now=now)


def measure(db, actor, gezin, quarter, datum, now, **more):
    """A meting with one score, unless others are given."""
    given = {"scores": SCORES, **more}
    return grondrechten.measure(db, actor, gezin, quarter=quarter, datum=datum, now=now, **given)


def load_workbook(db, actor, now):
    """Everything of the workbook that the toelage asks for."""
    organisations = {
        str(row["Organisatie"]).casefold(): accounts.add_organisatie(
            db, actor, naam=str(row["Organisatie"]), now=now
        )
        for row in sound_rows("Organisaties")
    }
    coaches = {
        row["Naam"]: accounts.add_gezinscoach(
            db,
            actor,
            naam=str(row["Naam"]),
            email=None,
            organisatie_id=organisations[str(row["Organisatie"]).casefold()].id,
            statuut=Statuut.PROFESSIONEEL,
            gestart_op=a_day(row["Gestart op"]),
            gestopt_op=a_day(row["Gestopt op"]) if row["Gestopt op"] else None,
            max_gezinnen=3,
            now=now,
        )
        for row in sound_rows("Gezinscoaches")
    }
    db.flush()
    families = {
        row["Dossiernr"]: _family(db, actor, row, coaches, now) for row in sound_rows("Lopende trajecten")
    }
    for row in sound_rows("Mezuri"):
        quarter = str(row["Kwartaal"])
        year, number = re.search(r"\d{4}", quarter), re.search(r"[KQ](\d)", quarter)
        measure(
            db, actor, families[row["Dossiernr"]], (int(year[0]), int(number[1])), a_day(row["Datum"]), now
        )
    _meetings(db, actor, coaches, now)
    db.commit()


def _family(db, actor, row, coaches, now):
    gezin = dossier.open_gezin(db, actor, code=str(row["Dossiernr"]), naam="Familie Verborgen", now=now)
    db.flush()
    dossier.start_coach(
        db, actor, gezin, coaches[row["Gezinscoach"]].id, van=a_day(row["Start traject"]), now=now
    )
    if row["Mandaat op"]:
        give_mandaat(db, actor, gezin, a_day(row["Mandaat op"]), now)
    if row["Einde traject"]:
        dossier.close(db, actor, gezin, op=a_day(row["Einde traject"]), reden="klaar", now=now)
    return gezin


def _meetings(db, actor, coaches, now):
    for row in sound_rows("Lerend netwerk"):
        for column in list(row)[1:]:
            meeting = netwerk.hold(db, actor, datum=a_day(f"{column}/2026"), now=now)
            there = str(row[column]).lower() in ("x", "aanwezig")
            stand = Aanwezig.AANWEZIG if there else Aanwezig.AFWEZIG
            netwerk.mark(db, actor, meeting, {coaches[row["Gezinscoach"]].id: stand}, now=now)
