"""A family with all that a dossier holds, or as it waits for a gezinscoach."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from deploy._bench.filler import Filler
from gezinscoach.aanmelding import rules as aanmelding
from gezinscoach.aanmelding.rules import Toestand, Toestemming
from gezinscoach.aanmelding.tables import Aanmelding, Aanmeldstap, Voorstel
from gezinscoach.dossier import queries as dossier
from gezinscoach.dossier.rules import GRONDRECHTEN, Coachrol, Lidsoort
from gezinscoach.dossier.tables import Coachperiode, Gezin, Gezinslid
from gezinscoach.grondrechten.rules import Antwoord
from gezinscoach.grondrechten.tables import Meting, Prioriteit, Scorelijn
from gezinscoach.kernel import vault
from gezinscoach.kernel.dates import quarter_start
from gezinscoach.mandaat.rules import ALLES, Vorm
from gezinscoach.mandaat.tables import Mandaat, Mandaatbereik, Mandaatpartner
from gezinscoach.notities.rules import Contact, Niveau
from gezinscoach.notities.tables import Notitie
from gezinscoach.plan.rules import Doelstand, Wie
from gezinscoach.plan.tables import Actie, Doel

NOTITIES, DOELEN, ACTIES = 30, 6, 3


@dataclass
class Family:
    """A family that its coach opens."""

    id: UUID
    naam: str


class FamilyFiller(Filler):
    """Fills families."""

    def waiting(self, number: int) -> str:
        """The name of one more family that waits."""
        naam = self.words.family()
        datum = self.today - timedelta(days=number % 200)
        self._aanmelding(self._family(naam), Toestand.WACHTEND, datum)
        return naam

    def gezin(self, coach_id: UUID, account_id: UUID, organisatie_id: UUID) -> Family:
        """One more family with a gezinscoach, for two years."""
        naam = self.words.family()
        gezin_id = self._family(naam)
        asked = self._aanmelding(gezin_id, Toestand.GEKOPPELD, self.began - timedelta(days=30))
        self.add(
            Voorstel,
            aanmelding_id=asked,
            gezin_id=gezin_id,
            gezinscoach_id=coach_id,
            antwoord=aanmelding.Antwoord.AANVAARD,
            made_at=self.long_ago,
            answered_at=self.long_ago,
        )
        self.add(
            Coachperiode,
            gezin_id=gezin_id,
            gezinscoach_id=coach_id,
            organisatie_id=organisatie_id,
            rol=Coachrol.VAST,
            van=self.began,
        )
        made = {"gezin_id": gezin_id, "made_at": self.now, "made_by": account_id}
        given = self.add(Mandaat, {"gever": naam}, gezin_id, gegeven_op=self.began, vorm=Vorm.PAPIER, **made)
        for bereik in ALLES:
            self.add(Mandaatbereik, mandaat_id=given, gezin_id=gezin_id, bereik=bereik)
        partner = {"partner": f"Huis {self.words.family()}", "domeinen": []}
        self.add(Mandaatpartner, partner, gezin_id, mandaat_id=given, gezin_id=gezin_id)
        self._plan(made)
        self._metingen(made)
        self._notities(made)
        return Family(gezin_id, naam)

    def _family(self, naam: str) -> UUID:
        gezin_id, code = uuid4(), f"GC-{self.today.year}-{uuid4().hex[:8].upper()}"
        vault.new_scope(self.session, gezin_id, "gezin")
        about = {
            "code": code,
            "naam": naam,
            "adres": self.words.address(),
            "gemeente": "3000 Leuven",
            "telefoon": self.words.telephone(),
            "taal": self.words.pick("Nederlands", "Frans", "Arabisch", "Tigrinya"),
            "tolk": self.words.random.random() < 0.3,
        }
        index = dossier.code_index(self.session, code)
        self.add(Gezin, about, id=gezin_id, werking_id=self.werking_id, code_index=index, made_at=self.now)
        for place in range(self.words.random.randint(2, 5)):
            soort, born = (Lidsoort.OUDER, "1990") if place < 2 else (Lidsoort.KIND, "2017-05-04")
            lid_id = uuid4()
            vault.new_scope(self.session, lid_id, "person", parent_id=gezin_id)
            person = {"naam": self.words.person(naam), "geboren": born}
            self.add(Gezinslid, person, id=lid_id, gezin_id=gezin_id, soort=soort, volgorde=place)
        return gezin_id

    def _aanmelding(self, gezin_id: UUID, toestand: Toestand, datum: date) -> UUID:
        about = {
            "aanmelder": self.words.person(self.words.family()),
            "organisatie": "De school",
            "telefoon": self.words.telephone(),
            "vragen": [self.words.pick(*GRONDRECHTEN)],
            "opmerking": self.words.sentence(),
            "oudste": 2017,
            "kinderen": 2,
        }
        aanmelding_id = self.add(
            Aanmelding,
            about,
            gezin_id,
            werking_id=self.werking_id,
            gezin_id=gezin_id,
            datum=datum,
            toestand=toestand,
            toestemming=Toestemming.JA,
            made_at=self.now,
        )
        self.add(Aanmeldstap, aanmelding_id=aanmelding_id, gezin_id=gezin_id, toestand=toestand, at=self.now)
        return aanmelding_id

    def _plan(self, made: dict[str, Any]) -> None:
        gezin_id = made["gezin_id"]
        for number in range(DOELEN):
            stand = Doelstand.OPEN if number < DOELEN - 2 else Doelstand.BEREIKT
            doel = {"titel": self.words.sentence(), "toelichting": self.words.sentence()}
            goal = {"domein": self.words.pick(*GRONDRECHTEN), "stand": stand, "changed_at": self.now}
            doel_id = self.add(Doel, doel, gezin_id, **goal, **made)
            for step in range(ACTIES):
                self.add(
                    Actie,
                    {"tekst": self.words.sentence()},
                    gezin_id,
                    doel_id=doel_id,
                    wie=self.words.random.choice(list(Wie)),
                    tegen=self.today + timedelta(days=7 * step),
                    gedaan_op=self.today - timedelta(days=9) if step == 0 else None,
                    **made,
                )

    def _metingen(self, made: dict[str, Any]) -> None:
        for jaar, kwartaal in self.quarters:
            when = {
                "jaar": jaar,
                "kwartaal": kwartaal,
                "datum": quarter_start(jaar, kwartaal) + timedelta(days=60),
            }
            about = {"met_wie": "mama en papa", "krachten": self.words.sentence()}
            meting_id = self.add(Meting, about, made["gezin_id"], **when, **made)
            self.extend(
                Scorelijn,
                [
                    {
                        "meting_id": meting_id,
                        "domein": domein,
                        "antwoord": Antwoord.SCORE,
                        "waarde": self.words.random.randint(1, 5),
                    }
                    for domein in GRONDRECHTEN
                ],
            )
            self.extend(
                Prioriteit,
                [
                    {"meting_id": meting_id, "rang": rang, "domein": domein}
                    for rang, domein in enumerate(self.words.random.sample(GRONDRECHTEN, 3), 1)
                ],
            )

    def _notities(self, made: dict[str, Any]) -> None:
        for number in range(NOTITIES):
            self.add(
                Notitie,
                {"tekst": self.words.note(number + 1), "met_wie": "mama"},
                made["gezin_id"],
                datum=self.today - timedelta(days=14 * (NOTITIES - number)),
                contact=self.words.random.choice(list(Contact)),
                niveau=Niveau.COACH,
                minuten=45,
                domein=self.words.pick(*GRONDRECHTEN),
                **made,
            )
