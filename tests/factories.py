"""Personas and families for tests, made by the application's own actions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from gezinscoach.accounts import actions as accounts
from gezinscoach.accounts import queries
from gezinscoach.accounts.rules import Statuut
from gezinscoach.accounts.tables import Account, Gezinscoach, Organisatie
from gezinscoach.dossier import actions as dossier
from gezinscoach.dossier.tables import Gezin
from gezinscoach.kernel.access import Actor, Rol
from gezinscoach.mandaat import actions as mandaat
from gezinscoach.mandaat.rules import Bereik, Vorm
from gezinscoach.mandaat.tables import Mandaat


@dataclass
class Coach:
    """A gezinscoach who can sign in."""

    account: Account
    row: Gezinscoach
    actor: Actor


class City:
    """Makes people, organisations and families in the werking of the test."""

    def __init__(self, db: Session, actor: Actor, now: datetime) -> None:
        self.db, self.actor, self.now = db, actor, now
        self.count = 0

    @property
    def today(self) -> date:
        return self.now.date()

    def organisatie(self, naam: str = "Buurthuis De Test") -> Organisatie:
        known = [row for row in queries.organisaties(self.db, self.actor) if row.naam == naam]
        row = known[0] if known else accounts.add_organisatie(self.db, self.actor, naam=naam, now=self.now)
        self.db.commit()
        return row

    def account(
        self, rol: Rol | None, naam: str = "Iemand", organisatie: Organisatie | None = None
    ) -> Account:
        """Somebody who can sign in, in this role."""
        self.count += 1
        account, _ = accounts.add_account(
            self.db,
            self.actor,
            email=f"persoon{self.count}@test.example",
            naam=naam,
            now=self.now - timedelta(days=1),
        )
        if rol is not None:
            organisatie_id = organisatie.id if organisatie else None
            if rol in accounts.FOR_ORGANISATION and organisatie_id is None:
                organisatie_id = self.organisatie().id
            accounts.give_role(
                self.db,
                self.actor,
                account,
                rol,
                organisatie_id=organisatie_id,
                until=self.now + timedelta(days=365) if rol is Rol.IMPORTEUR else None,
                now=self.now - timedelta(days=1),
            )
        self.db.commit()
        return account

    def coach(
        self, naam: str = "Noor Testers", organisatie: Organisatie | None = None, **more: object
    ) -> Coach:
        """A gezinscoach with an account."""
        organisatie = organisatie or self.organisatie()
        account = self.account(Rol.GEZINSCOACH, naam)
        given: dict[str, object] = {
            "statuut": Statuut.PROFESSIONEEL,
            "gestart_op": date(2025, 1, 1),
            "max_gezinnen": 3,
            "talen": ("Nederlands",),
            "wijken": ("Leuven",),
        }
        row = accounts.add_gezinscoach(
            self.db,
            self.actor,
            naam=naam,
            email=account.email,
            organisatie_id=organisatie.id,
            now=self.now,
            **(given | more),  # type: ignore[arg-type]  # keywords of the action
        )
        self.db.commit()
        actor = Actor(
            werking_id=self.actor.werking_id,
            account_id=account.id,
            coach_id=row.id,
            grants=frozenset({(Rol.GEZINSCOACH, None)}),
        )
        return Coach(account, row, actor)

    def gezin(
        self, naam: str = "Testgezin", coach: Coach | None = None, van: date | None = None, **more: object
    ) -> Gezin:
        """A family, with a vaste vertrouwenspersoon when a coach is named."""
        row = dossier.open_gezin(self.db, self.actor, naam=naam, now=self.now, **more)  # type: ignore[arg-type]  # same
        if coach is not None:
            self.db.flush()
            dossier.start_coach(
                self.db,
                self.actor,
                row,
                coach.row.id,
                van=van or self.today - timedelta(days=100),
                now=self.now,
            )
        self.db.commit()
        return row

    def mandaat(self, gezin: Gezin, coach: Coach, **more: Any) -> Mandaat:
        """A mandaat for everything, given to a coach nine days ago."""
        return mandaat.give(
            self.db,
            coach.actor,
            gezin,
            gegeven_op=self.today - timedelta(days=9),
            bereik=list(Bereik),
            vorm=Vorm.PAPIER,
            gever="mama",
            now=self.now,
            **more,
        )

    def actor_of(self, account_id: UUID, rol: Rol) -> Actor:
        """The actor of an account in one role, without organisation."""
        return Actor(werking_id=self.actor.werking_id, account_id=account_id, grants=frozenset({(rol, None)}))
