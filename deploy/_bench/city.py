"""A city of any size in a fresh installation, in batches: people, their sessions, and the families."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from deploy._bench.families import Family, FamilyFiller
from deploy._bench.words import Words
from gezinscoach.accounts import queries as accounts
from gezinscoach.accounts import rules
from gezinscoach.accounts.rules import Statuut
from gezinscoach.accounts.rules.factors import Factor
from gezinscoach.accounts.tables import Account, Gezinscoach, LoginSession, Organisatie, RoleGrant
from gezinscoach.kernel import vault
from gezinscoach.kernel.access import Actor, Rol
from gezinscoach.kernel.dates import quarter_start
from gezinscoach.netwerk.rules import Aanwezig
from gezinscoach.netwerk.tables import Aanwezigheid, Bijeenkomst

ORGANISATIES, COACHES, GEZINNEN, WACHTENDEN = 6, 20, 60, 24
"""Leuven's size; a city of size n has n times as many."""
VISITS = 12
"""Coaches who are signed in, spread over the city."""
BATCH = 500


@dataclass
class Visit:
    """Somebody with a session, and the families of that coach."""

    token: str
    families: list[Family] = field(default_factory=list)


@dataclass
class City:
    """Who may open what in a filled city, and what must then be on the page."""

    coaches: list[Visit]
    desk: Visit
    coordinator: Visit
    waiting: list[str]
    organisaties: list[str]


def fill(session: Session, actor: Actor, *, size: int, now: datetime) -> City:
    """Fill a werking, committed."""
    return CityFiller(session, actor.werking_id, Words(size), now).fill(size)


class CityFiller(FamilyFiller):
    """Fills one werking."""

    def fill(self, size: int) -> City:
        """The whole city, committed."""
        vault.open_scopes(self.session, [self.werking_id], groups=vault.EVERY)
        organisaties = [self._organisatie(number) for number in range(ORGANISATIES * size)]
        (_, desk), (_, coordinator) = self._account(Rol.AANMELDPUNT), self._account(Rol.COORDINATOR)
        coaches = [self._coach(organisaties) for _ in range(COACHES * size)]
        self._netwerk([coach_id for coach_id, *_ in coaches])
        self.flush()
        for number in range(GEZINNEN * size):
            coach_id, account_id, organisatie_id, visit = coaches[number % len(coaches)]
            visit.families.append(self.gezin(coach_id, account_id, organisatie_id))
            if number % BATCH == 0:
                self.flush()
        waiting = [self.waiting(number) for number in range(WACHTENDEN * size)]
        self.flush()
        self.session.commit()
        names = [naam for _, naam in organisaties]
        visits = [visit for *_, visit in coaches[:: max(1, len(coaches) // VISITS)]][:VISITS]
        return City(visits, desk, coordinator, waiting, names)

    def _organisatie(self, number: int) -> tuple[UUID, str]:
        naam = f"Huis {self.words.family()} {number + 1}"
        row_id = self.add(Organisatie, werking_id=self.werking_id, naam=naam, soort="buurtwerk")
        vault.new_scope(self.session, row_id, "organisatie")
        return row_id, naam

    def _account(self, rol: Rol, naam: str = "") -> tuple[UUID, Visit]:
        account_id, token = uuid4(), rules.new_token()
        naam = naam or self.words.person(self.words.family())
        email = f"{account_id.hex}@bench.example"
        vault.new_scope(self.session, account_id, "person")
        self.add(
            Account,
            {"naam": naam, "email": email},
            id=account_id,
            werking_id=self.werking_id,
            email_index=accounts.email_index(self.session, email),
            active=True,
            made_at=self.now,
        )
        self.add(RoleGrant, account_id=account_id, rol=rol, since=self.now - timedelta(days=1))
        opened = dict.fromkeys(("begun_at", "seen_at", "factor_at", "confirmed_at"), self.now)
        opened |= {"token_hash": rules.token_hash(token), "factor": Factor.PASSKEY}
        self.extend(LoginSession, [opened | {"account_id": account_id}])
        return account_id, Visit(token)

    def _coach(self, organisaties: list[tuple[UUID, str]]) -> tuple[UUID, UUID, UUID, Visit]:
        naam, coach_id = self.words.person(self.words.family()), uuid4()
        account_id, visit = self._account(Rol.GEZINSCOACH, naam)
        organisatie_id = self.words.random.choice(organisaties)[0]
        vault.new_scope(self.session, coach_id, "person")
        self.add(
            Gezinscoach,
            {"naam": naam, "talen": ["Nederlands"], "wijken": ["Leuven"]},
            id=coach_id,
            werking_id=self.werking_id,
            organisatie_id=organisatie_id,
            account_id=account_id,
            statuut=self.words.random.choice(list(Statuut)),
            max_gezinnen=4,
            startvorming=True,
            gestart_op=self.began - timedelta(days=100),
        )
        return coach_id, account_id, organisatie_id, visit

    def _netwerk(self, coach_ids: list[UUID]) -> None:
        for quarter in self.quarters:
            datum = quarter_start(*quarter) + timedelta(days=40)
            thema = {"thema": self.words.sentence()}
            held = self.add(Bijeenkomst, thema, self.werking_id, werking_id=self.werking_id, datum=datum)
            self.extend(
                Aanwezigheid,
                [
                    {
                        "bijeenkomst_id": held,
                        "gezinscoach_id": coach_id,
                        "stand": self.words.random.choice(list(Aanwezig)),
                        "noted_at": self.now,
                    }
                    for coach_id in coach_ids
                ],
            )
