"""What tests of the import do and ask again and again, and the names of the sheets."""

from __future__ import annotations

from sqlalchemy import func, select

from gezinscoach.aanmelding.tables import Aanmelding
from gezinscoach.accounts.tables import Gezinscoach, Organisatie
from gezinscoach.dossier import queries as dossier
from gezinscoach.dossier.tables import Coachperiode, Gezin, Gezinslid
from gezinscoach.grondrechten.tables import Meting
from gezinscoach.kernel import vault
from gezinscoach.netwerk.tables import Aanwezigheid, Bijeenkomst
from gezinscoach.werkmap import actions
from gezinscoach.werkmap.tables import Herkomst, Inlezing, Postvakrij

from . import grids
from .grids import AS_OF

TABLES = (
    Organisatie, Gezinscoach, Gezin, Gezinslid, Coachperiode, Aanmelding, Meting, Bijeenkomst, Aanwezigheid,
    Herkomst, Postvakrij, Inlezing,
)  # fmt: skip


def counts(db):
    return {table.__name__: db.scalar(select(func.count()).select_from(table)) for table in TABLES}


def box(db, **more):
    wanted = select(Postvakrij).filter_by(**more).order_by(Postvakrij.blad, Postvakrij.rij)
    return list(db.scalars(wanted))


def gezin(db, actor, code):
    row = dossier.by_code(db, Gezin.werking_id == actor.werking_id, code, groups=vault.EVERY)
    assert row is not None, code
    return row


def mend(db, actor, now, rij, **cells):
    went = actions.mend(db, actor, rij, {**rij.inhoud["raw"], **cells}, as_of=AS_OF, now=now)
    db.commit()
    return went


def followers(coach, codes):
    return [
        [
            code,
            f"Gezin {code}",
            f"Ouder {code}",
            "",
            "",
            *grids.TRAJECTEN[0][5:9],
            coach,
            *grids.TRAJECTEN[0][10:],
        ]
        for code in codes
    ]
