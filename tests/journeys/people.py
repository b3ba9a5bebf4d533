"""The people of the journeys in Leuven: one account for each role, all with the same password."""

from __future__ import annotations

from sqlalchemy.orm import Session

from gezinscoach.accounts import actions as accounts
from gezinscoach.accounts.rules import LEUVEN
from gezinscoach.dossier import actions as dossier
from gezinscoach.kernel.access import Rol
from tests.conftest import NOW

PASSWORD = "drie groene regenjassen"
COACH = "coach03@gezinscoach.example"
"""The address of a gezinscoach of the workbook; the account waits for the import that makes her one."""
ALONE = (Rol.AANMELDPUNT, Rol.COORDINATOR, Rol.BEHEERDER, Rol.FUNCTIONARIS)
NAMES = {
    "aanmeldpunt": "Jef Belleman",
    "coordinator": "Mira Stadsman",
    "beheerder": "Bea Sleutelaar",
    "functionaris": "Dirk Stilaert",
}


def email(who: str) -> str:
    """The address of somebody by role."""
    return f"{who}@leuven.example"


def settle(db: Session) -> None:
    """Leuven on its first day: nobody imported anything yet, and nobody may. A password is enough here."""
    dossier.seed_codelist(db)
    actor = accounts.add_werking(db, naam="Leuven", gemeente="Leuven", postcodes=LEUVEN, now=NOW, demo=True)
    for rol in ALONE:
        account, _ = accounts.add_account(db, actor, email=email(rol), naam=NAMES[rol], now=NOW)
        accounts.give_role(db, actor, account, rol, now=NOW)
        accounts.set_password(db, account, PASSWORD)
    for address, naam, rol in (
        (COACH, "Elif Öztürk", Rol.GEZINSCOACH),
        (email("importeur"), "Ines Rekenaar", None),
    ):
        account, _ = accounts.add_account(db, actor, email=address, naam=naam, now=NOW)
        accounts.set_password(db, account, PASSWORD)
        if rol is not None:
            accounts.give_role(db, actor, account, rol, now=NOW)
