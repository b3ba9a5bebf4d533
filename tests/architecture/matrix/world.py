"""Families in every state, and somebody in every relation to them."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from gezinscoach.aanmelding import actions as aanmelding
from gezinscoach.aanmelding import policy as aanmelding_policy
from gezinscoach.aanmelding import queries as aanmeldingen
from gezinscoach.aanmelding.rules import Toestemming
from gezinscoach.accounts import actions as accounts
from gezinscoach.accounts.tables import Account, RoleGrant
from gezinscoach.dossier import actions as dossier
from gezinscoach.dossier.rules import Noodreden, Uitsluitsoort
from gezinscoach.dossier.tables import Gezin, Noodtoegang
from gezinscoach.kernel import audit, vault
from gezinscoach.kernel.access import Rol
from gezinscoach.mandaat import actions as mandaat
from gezinscoach.mandaat.tables import Mandaatpartner
from gezinscoach.netwerk import actions as netwerk
from gezinscoach.plan import actions as plan
from gezinscoach.privacy import actions as privacy
from gezinscoach.privacy.tables import Nazicht
from gezinscoach.werkmap import actions as werkmap
from gezinscoach.werkmap.tables import Herkomst, Inlezing, Postvakrij, Rijstand, Upload
from tests.factories import City, Coach
from tests.werkmap import grids

from .table import AANMELDINGEN, COLUMN, DOSSIERS, ELSEWHERE, NOBODY


@dataclass
class Somebody:
    """An account in one column of the table."""

    who: str
    column: str
    account_id: UUID
    organisatie_id: UUID | None = None
    client: Any = None
    token: str = ""


@dataclass
class World:
    """Families in every state, with the ids that addresses ask for, and somebody in every relation."""

    city: City
    people: list[Somebody] = field(default_factory=list)
    ids: dict[str, dict[str, Any]] = field(default_factory=dict)
    shown: dict[str, dict[str, str]] = field(default_factory=dict)


class Builder:
    """Builds the world with the actions of the application."""

    def __init__(self, city: City) -> None:
        self.city, self.db, self.now, self.today = city, city.db, city.now, city.today
        self.world = World(city)
        self.house, self.other_house = city.organisatie("Huis Eigen"), city.organisatie("Huis Ander")

    def build(self) -> World:
        """Everything."""
        self.coaches()
        self.roles()
        for state in AANMELDINGEN:
            self.aanmelding(state)
        for state in reversed(DOSSIERS):
            self.dossier(state)
        self.things()
        self.elsewhere()
        audit.record(
            self.db, self.city.actor, "gezin.change", now=self.now, scope_id=self.world.ids["lopend"]["gezin"]
        )
        self.db.commit()
        return self.world

    def somebody(self, who: str, column: str, account: Account, organisatie_id: UUID | None = None) -> None:
        self.world.people.append(Somebody(who, column, account.id, organisatie_id))

    def coach(self, who: str, column: str, organisatie: Any = None) -> Coach:
        house = organisatie or self.house
        talen = ("Nederlands", *(f"Taal{state}" for state in AANMELDINGEN))
        coach = self.city.coach(who, house, max_gezinnen=30, startvorming=True, talen=talen)
        self.somebody(who, column, coach.account, house.id)
        return coach

    def coaches(self) -> None:
        other = "andere gezinscoach"
        self.vast = self.coach("Vaste Coach", "vaste gezinscoach")
        self.vervanger = self.coach("Vervanger", "vervanger", self.other_house)
        self.asked = self.coach("Voorgestelde", "voorgestelde gezinscoach", self.other_house)
        self.past = self.coach("Vroegere Coach", other)
        self.was = self.coach("Vroegere Vervanger", other)
        self.will = self.coach("Latere Vervanger", other)
        self.sent = self.coach("Weggestuurde Vervanger", other)
        self.coach("Collega Coach", other)
        self.coach("Verre Coach", other, self.other_house)
        self.city.coach("Stille Coach", self.house)
        self.helper = self.coach("Helper", "noodtoegang", self.other_house)
        self.helped = self.coach("Helper van vroeger", "noodtoegang voorbij", self.other_house)
        self.stopped = self.coach("Gestopte Helper", "noodtoegang voorbij", self.other_house)
        self.taken = self.coach("Gekoppelde Coach", other, self.other_house)

    def roles(self) -> None:
        city, day = self.city, timedelta(days=1)
        self.wanting, self.looking = city.account(None, "Vierde Keer"), city.account(None, "Kijkende Collega")
        self.expert, self.silent = (city.account(Rol.DESKUNDIGE, naam) for naam in ("Expert", "Oud Expert"))
        self.somebody("Geraadpleegde", "geraadpleegde deskundige", self.expert)
        self.somebody("Vroeger geraadpleegde", "andere deskundige", self.silent)
        self.somebody("Deskundige", "andere deskundige", city.account(Rol.DESKUNDIGE))
        for rol in Rol:
            if rol in (Rol.GEZINSCOACH, Rol.DESKUNDIGE):
                continue
            house = self.house if rol in accounts.FOR_ORGANISATION else None
            account = city.account(rol, str(rol), house)
            self.somebody(f"{rol} nu", COLUMN[rol], account, house.id if house else None)
            setattr(self, rol.value, account)
        for rol in accounts.FOR_ORGANISATION:
            account, house = city.account(rol, "A", self.other_house), self.other_house.id
            self.somebody(f"{rol} van een ander huis", f"{COLUMN[rol]} elders", account, house)
        self.somebody("Zonder rol", NOBODY, city.account(None))
        for rol in Rol:
            for since, until, when in ((-9, -1, "vroeger"), (1, 9, "later")):
                account = city.account(None)
                organisatie_id = self.house.id if rol in accounts.FOR_ORGANISATION else None
                self.db.add(
                    RoleGrant(
                        account_id=account.id,
                        rol=rol,
                        organisatie_id=organisatie_id,
                        since=self.now + since * day,
                        until=self.now + until * day,
                    )
                )
                self.somebody(f"{rol} {when}", f"{NOBODY}|{COLUMN[rol]}", account)
        self.db.commit()

    def aanmelding(self, state: str) -> None:
        db, now = self.db, self.now
        desk = self.city.actor_of(self.aanmeldpunt.id, Rol.AANMELDPUNT)
        row = aanmelding.register(
            db, desk, now=now, datum=self.today, aanmelder="Bram", toestemming=Toestemming.JA,
            naam=f"Wachtman{state}", taal=f"Taal{state}", gemeente="3000 Leuven",
        )  # fmt: skip
        db.commit()
        blad = aanmeldingen.blad(db, aanmelding_policy.content(desk), row.id)
        assert blad is not None
        ids: dict[str, Any] = {
            "aanmelding": row.id,
            "van": blad.gezin.id,
            "stap": "terugnemen" if state == "voorgesteld" else "intrekken",
            "gezinscoach": self.asked.row.id,
        }
        if state != "gekoppeld":  # from then on it is a dossier as any other
            ids["gezin"] = blad.gezin.id
        if state != "wachtend":
            coach = self.asked if state == "voorgesteld" else self.taken
            offer = aanmelding.propose(db, desk, blad, coach.row.id, today=self.today, now=now)
            ids["voorstel"] = offer.id
            if state == "gekoppeld":
                aanmelding.accept(db, coach.actor, offer, today=self.today, now=now)
        twin = aanmelding.register(
            db, desk, now=now, datum=self.today, aanmelder="Bram", toestemming=Toestemming.JA,
            naam=f"Wachtman{state}".upper(),
        )  # fmt: skip
        db.commit()
        self.keep(state, blad.gezin, ids)
        self.world.shown[state]["dubbel"] = db.get_one(Gezin, twin.gezin_id).code or ""

    def keep(self, state: str, gezin: Gezin, ids: dict[str, Any]) -> None:
        self.world.ids[state] = ids
        self.world.shown[state] = {
            "gezin": gezin.naam or "",
            "code": gezin.code or "",
            "taal": gezin.taal or "",
            "coach": "Stille Coach",
        }

    def dossier(self, state: str) -> None:
        db, city, now, today = self.db, self.city, self.now, self.today
        day = timedelta(days=1)
        naam = f"Geheim{state.replace(' ', '')}"
        gezin = city.gezin(naam, self.past, van=today - 90 * day, taal=f"Taal{state}")
        dossier.end_coach(db, city.actor, gezin, tot=today - 50 * day, reden="ander werk", now=now)
        dossier.start_coach(db, city.actor, gezin, self.vast.row.id, van=today - 40 * day, now=now)
        windows = ((self.was, -30, -1), (self.will, 1, 20), (self.sent, -5, 5), (self.vervanger, 0, 0))
        rows = {
            coach.row.id: dossier.add_stand_in(
                db, city.actor, gezin, coach.row.id, van=today + first * day, tot=today + last * day, now=now
            )
            for coach, first, last in windows
        }
        db.flush()
        dossier.end_stand_in(db, city.actor, gezin, rows[self.sent.row.id], today=today, now=now)
        doel = plan.add_doel(db, self.vast.actor, gezin, domein="wonen", titel="Rust", now=now)
        db.flush()
        actie = plan.add_actie(db, self.vast.actor, doel, tekst="Bellen", now=now)
        city.mandaat(gezin, self.vast, partners=[mandaat.NieuwePartner("School")])
        consult = dossier.consult(db, self.vast.actor, gezin, self.expert.id, vraag="Wat nu?", now=now)
        over = dossier.consult(db, self.vast.actor, gezin, self.silent.id, vraag="?", now=now - 20 * day)
        away = dossier.shut_out(
            db, self.vast.actor, gezin, dossier.Wie(account_id=city.account(None).id),
            soort=Uitsluitsoort.GEBLOKKEERD, reden="bang", now=now,
        )  # fmt: skip
        db.commit()
        assert over.until < now
        nood = self.emergencies(gezin)
        partner = db.query(Mandaatpartner.id).filter_by(gezin_id=gezin.id).scalar()
        if state == "zonder mandaat":
            mandaat.withdraw(db, self.vast.actor, gezin, now=now)
        if state == "afgerond":
            dossier.close(db, self.vast.actor, gezin, op=today, reden="klaar", now=now)
        db.commit()
        self.keep(
            state,
            gezin,
            {
                "gezin": gezin.id,
                "van": gezin.id,
                "doel": doel.id,
                "actie": actie.id,
                "partner": partner,
                "consult": consult.id,
                "periode": rows[self.vervanger.row.id].id,
                "uitsluiting": away.id,
                **nood,
                "kwartaal": "2026-K4",
                "bereik": "rechten",
            },
        )

        self.world.shown[state] |= {"kijker": "Kijkende Collega", "nood": str(nood["nood"])}

    def emergencies(self, gezin: Gezin) -> dict[str, Any]:
        """A dossier that one reads in an emergency, two did, and one asks to; and a look for the trace."""
        db, now, hour = self.db, self.now, timedelta(hours=1)
        why: dict[str, Any] = {
            "code": gezin.code,
            "categorie": Noodreden.ANDER,
            "reden": "niemand bereikbaar",
        }
        privacy.ask_emergency(db, self.helped.actor, now=now - 5 * hour, **why)
        running = privacy.ask_emergency(db, self.helper.actor, now=now, **why)
        ended = privacy.ask_emergency(db, self.stopped.actor, now=now, **why)
        db.flush()
        privacy.end_emergency(db, self.stopped.actor, ended, now=now)
        asks = self.city.actor_of(self.wanting.id, Rol.AANMELDPUNT)
        request = Noodtoegang(
            id=uuid4(), gezin_id=gezin.id, account_id=self.wanting.id, categorie=Noodreden.ANDER, asked_at=now
        )
        db.add(request)
        request.reden = "de vierde keer"
        audit.record(db, asks, "noodtoegang.ask", now=now, thing_id=request.id, scope_id=gezin.id)
        looks = self.city.actor_of(self.looking.id, Rol.COORDINATOR)
        audit.look(db, looks, "coachperiode.read", now=now, scope_id=gezin.id, groups=("F0",))
        audit.keep(db, db.info.pop("looks"))
        db.commit()
        found = db.query(Nazicht.id).filter_by(noodtoegang_id=running.id).scalar()
        return {"nood": running.id, "verzoek": request.id, "nazicht": found}

    def things(self) -> None:
        db, city, now = self.db, self.city, self.now
        sheet = grids.SHEETS[4].name
        first = grids.werkmap({(sheet, 3, "Werk"): 7})
        werkmap.bring_in(db, city.actor, first, as_of=grids.AS_OF, bestand="a.xlsx", now=now)
        again = grids.werkmap({(grids.SHEETS[2].name, 3, "Telefoon"): "0470 99 99 99"})
        werkmap.bring_in(db, city.actor, again, as_of=grids.AS_OF, bestand="b.xlsx", now=now)
        proposal = db.query(Postvakrij).filter_by(stand=Rijstand.VOORSTEL).first()
        assert proposal is not None
        upload = Upload(
            id=uuid4(), werking_id=city.actor.werking_id, account_id=self.importeur.id, made_at=now
        )
        db.add(upload)
        data = (Path(__file__).parents[2] / "data" / "werkmap.xlsx").read_bytes()
        upload.bestand, upload.inhoud = "c.xlsx", base64.b64encode(data).decode()
        target = city.account(Rol.COORDINATOR, "Doelwit")
        meeting = netwerk.convene(db, city.actor, datum=city.today, thema=None, now=now)
        signal = netwerk.signal(db, self.vast.actor, domein="wonen", tekst="Signaal", now=now)
        admin = city.actor_of(self.beheerder.id, Rol.BEHEERDER)
        approval = accounts.ask_role(db, admin, city.account(None, "Nieuw"), Rol.COORDINATOR, now=now)
        self.imported(proposal)
        db.commit()
        assert db.get(Inlezing, proposal.inlezing_id)
        self.world.ids["altijd"] = {
            **{name: uuid4() for name in ("passkey", "session", "issuer")},
            "bijeenkomst": meeting.id,
            "signaal": signal.id,
            "zet": "bundle",
            "gezinscoach": self.will.row.id,
            "account": target.id,
            "toekenning": db.query(RoleGrant.id).filter_by(account_id=target.id).scalar(),
            "organisatie": self.other_house.id,
            "rij": proposal.id,
            "inlezing": proposal.inlezing_id,
            "blad": proposal.blad,
            "upload": upload.id,
            "approval": approval.id,
        }
        self.world.shown["altijd"] = {"coach": "Stille Coach", "helpt": 'href="/noodtoegang"'}

    def imported(self, like: Postvakrij) -> None:
        """A row about a family of this world, taken in before, that a later workbook wants to change."""
        db, werking_id = self.db, self.city.actor.werking_id
        run = Inlezing(id=uuid4(), werking_id=werking_id, peildag=grids.AS_OF, made_at=self.now)
        key, before, after = (vault.of(db).index("matrix", said) for said in ("key", "before", "after"))
        same: dict[str, Any] = {"werking_id": werking_id, "blad": like.blad, "sleutel_index": key}
        gezin = db.get_one(Gezin, self.world.ids["lopend"]["gezin"])
        origin = Herkomst(id=uuid4(), doel_id=gezin.id, inlezing_id=run.id, inhoud_index=before, **same)
        row = Postvakrij(
            id=uuid4(), inlezing_id=run.id, rij=3, stand=Rijstand.VOORSTEL, inhoud_index=after, **same
        )
        db.add(run)
        db.flush()
        db.add_all((origin, row))
        run.bestand = "d.xlsx"
        raw = like.inhoud["raw"] | {"Gezinsnaam": gezin.naam}
        row.inhoud, row.probleem = {"raw": raw}, like.probleem
        origin.inhoud = {"key": ["D-1"], "raw": raw | {"Telefoon": "0470 00 00 01"}}
        self.world.ids["lopend"] |= {"rij": row.id, "inlezing": run.id, "blad": row.blad}
        self.world.shown["lopend"]["rij"] = str(row.id)

    def elsewhere(self) -> None:
        db, now = self.db, self.now
        actor = accounts.add_werking(db, naam="Elders", gemeente="Elders", postcodes=("1000",), now=now)
        house = accounts.add_organisatie(db, actor, naam="Huis Elders", now=now)
        for rol in Rol:
            account, _ = accounts.add_account(db, actor, email=f"{rol}@elders.example", naam="X", now=now)
            of = house.id if rol in accounts.FOR_ORGANISATION or rol is Rol.GEZINSCOACH else None
            until = now + timedelta(days=9)
            accounts.give_role(db, actor, account, rol, organisatie_id=of, until=until, now=now)
            self.somebody(f"{rol} van een andere werking", f"{ELSEWHERE}|{COLUMN[rol]}", account)
        db.commit()
