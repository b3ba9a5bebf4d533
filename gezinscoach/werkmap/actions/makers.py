"""Makes what the rows of each sheet stand for, with the acts of the slices that own it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from gezinscoach.aanmelding import actions as aanmelding
from gezinscoach.aanmelding.rules import Toestemming
from gezinscoach.accounts import actions as accounts
from gezinscoach.accounts.tables import Gezinscoach, Organisatie
from gezinscoach.dossier import actions as dossier
from gezinscoach.dossier import rights
from gezinscoach.dossier.rules import GRONDRECHTEN
from gezinscoach.dossier.tables import Gezin
from gezinscoach.grondrechten import actions as grondrechten
from gezinscoach.kernel import audit, vault
from gezinscoach.kernel.access import Actor
from gezinscoach.kernel.names import fold, organisation_key
from gezinscoach.mandaat import actions as mandaat
from gezinscoach.mandaat.rules import Bereik, Vorm
from gezinscoach.netwerk import actions as netwerk
from gezinscoach.netwerk import queries as netwerk_queries
from gezinscoach.netwerk.rules import Aanwezig
from gezinscoach.werkmap.actions.values import CODES, leden, place, scores, share, statuut, where
from gezinscoach.werkmap.queries import Stock
from gezinscoach.werkmap.rules import (
    AanwezigheidRij,
    GezinscoachRij,
    MezuriRij,
    OrganisatieRij,
    TrajectRij,
    WachtlijstRij,
)

BRON = "werkmap"
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Work:
    """What a maker works with; `as_of` is the day that counts as today."""

    db: Session
    actor: Actor
    stock: Stock
    as_of: date
    now: datetime


def organisaties(work: Work, rijen: Sequence[OrganisatieRij]) -> list[UUID]:
    """The organisations; one with the same name is there already keeps what it has."""
    made = []
    for rij in rijen:
        row = _there(work, Organisatie, work.stock.organisaties.get(rij.key[0]))
        data: dict[str, Any] = {
            "soort": rij.type, "ondernemingsnummer": rij.ondernemingsnummer, "iban": rij.iban,
            "bondgenoot": rij.bondgenoot, "bondgenoot_email": rij.email_bondgenoot,
            "engagement_op": rij.engagementsverklaring_op,
        }  # fmt: skip
        if row is not None:
            _take_over(work, row, **data)
        else:
            row = accounts.add_organisatie(work.db, work.actor, naam=rij.naam, now=work.now)
            _fill(row, **data)
        work.stock.organisaties[rij.key[0]] = row.id
        made.append(row.id)
    return made


def gezinscoaches(work: Work, rijen: Sequence[GezinscoachRij]) -> list[UUID]:
    """The coaches, linked to their account by e-mail; one of the same name keeps what it has."""
    made = []
    for rij in rijen:
        row = _there(work, Gezinscoach, work.stock.coaches.get(rij.key[0]))
        if row is not None:
            _take_over(
                work, row, vte=share(rij), talen=list(rij.talen), wijken=list(rij.wijken),
                gestopt_op=rij.gestopt_op, startvorming=rij.startvorming, startvorming_op=rij.startvorming_op,
            )  # fmt: skip
        else:
            row = accounts.add_gezinscoach(
                work.db, work.actor, naam=rij.naam, email=rij.email, statuut=statuut(rij),
                organisatie_id=work.stock.organisaties[organisation_key(rij.organisatie)],
                gestart_op=rij.gestart_op, gestopt_op=rij.gestopt_op, max_gezinnen=rij.max_gezinnen or 0,
                vte=share(rij), talen=rij.talen, wijken=rij.wijken, startvorming=bool(rij.startvorming),
                startvorming_op=rij.startvorming_op, now=work.now,
            )  # fmt: skip
        work.stock.coaches[rij.key[0]] = row.id
        made.append(row.id)
    return made


def trajecten(work: Work, rijen: Sequence[TrajectRij]) -> list[UUID]:
    """The dossiers under the workbook's own codes, each with coach, mandaat and end."""
    made = []
    for rij in rijen:
        row = _there(work, Gezin, work.stock.gezinnen.get(rij.key[0]))
        data: dict[str, Any] = {
            "naam": rij.gezinsnaam, "adres": rij.adres or None, "gemeente": place(rij.adres),
            "telefoon": rij.telefoon or None, "taal": rij.taal or None, "tolk": rij.tolk,
            "waarschuwing": rij.adres_waarschuwing or None,
        }  # fmt: skip
        if row is not None:
            _take_over(work, row, **data)
        else:
            row = dossier.open_gezin(
                work.db, work.actor, code=rij.dossiernr, leden=leden(rij), now=work.now, **data
            )
            work.db.flush()
            _run(work, row, rij)
        work.stock.gezinnen[rij.key[0]] = row.id
        made.append(row.id)
    return made


def _run(work: Work, row: Gezin, rij: TrajectRij) -> None:
    """Coach, mandaat and end of a new dossier; an end still to come leaves it open until then."""
    coach_id = work.stock.coaches[fold(rij.gezinscoach)]
    dossier.start_coach(work.db, work.actor, row, coach_id, van=rij.start, now=work.now)
    if rij.mandaat_op and rij.mandaat_voor:
        mandaat.give(
            work.db, work.actor, row, gegeven_op=rij.mandaat_op, vorm=Vorm.WERKMAP,
            bereik={Bereik(word) for word in rij.mandaat_voor}, gever=f"gezin {rij.gezinsnaam}",
            tot=max(rij.einde, rij.mandaat_op) if rij.einde else None, now=work.now,
            today=work.as_of,
        )  # fmt: skip
    if rij.einde and rij.einde <= work.as_of:
        dossier.close(work.db, work.actor, row, op=rij.einde, reden=rij.reden_einde, now=work.now)


def wachtlijst(work: Work, rijen: Sequence[WachtlijstRij]) -> list[UUID]:
    """The referrals, each with its own gezin."""
    return [
        aanmelding.register(
            work.db, work.actor, now=work.now, datum=rij.datum, aanmelder=rij.aangemeld_door,
            toestemming=Toestemming.JA, telefoon=rij.tel_aanmelder, bron=BRON, naam=rij.gezin,
            ouder=rij.ouder, kinderen=rij.aantal_kinderen, oudste=rij.geboortejaar_oudste, taal=rij.taal,
            tolk=rij.tolk, gemeente=where(rij), vragen=rij.vragen, dringend=bool(rij.dringend),
            voorkeur=rij.voorkeur_coach, opmerking=rij.opmerking, organisatie=rij.organisatie_aanmelder,
        ).id
        for rij in rijen
    ]  # fmt: skip


def metingen(work: Work, rijen: Sequence[MezuriRij]) -> list[UUID]:
    """The measurements of dossiers that are in."""
    ids = [work.stock.gezinnen[rij.key[0]] for rij in rijen]
    gezinnen: dict[UUID, Gezin] = {}
    for start in range(0, len(ids), _CHUNK):
        some = ids[start : start + _CHUNK]
        gezinnen |= {row.id: row for row in work.db.scalars(select(Gezin).where(Gezin.id.in_(some)))}
    vault.open_scopes(work.db, gezinnen, groups=rights.TAKEN_OVER, compares=True)
    return [
        grondrechten.measure(
            work.db, work.actor, gezinnen[gezin_id], quarter=(rij.jaar, rij.kwartaal), datum=rij.datum,
            scores=scores(rij), priorities=[CODES[key] for key in rij.prioriteiten],
            krachten=rij.opmerking, now=work.now, today=work.as_of, rights=GRONDRECHTEN, blank=True,
        ).id
        for gezin_id, rij in zip(ids, rijen, strict=True)
    ]  # fmt: skip


def lerend_netwerk(work: Work, rijen: Sequence[AanwezigheidRij]) -> list[UUID]:
    """The meetings and who was there, what was noted already stays; the ids of the coaches."""
    coaches = {rij.key: work.stock.coaches[fold(rij.gezinscoach)] for rij in rijen}
    for day in sorted({day for rij in rijen for day in rij.bijeenkomsten}):
        row = netwerk.hold(work.db, work.actor, datum=day, now=work.now)
        noted = netwerk_queries.standen(work.db, row.id)
        standen = {
            coaches[rij.key]: Aanwezig(rij.aanwezigheden[day])
            for rij in rijen
            if day in rij.aanwezigheden and coaches[rij.key] not in noted
        }
        netwerk.mark(work.db, work.actor, row, standen, now=work.now)
    return [coaches[rij.key] for rij in rijen]


MAKERS: dict[str, Callable[[Work, Sequence[Any]], list[UUID]]] = {
    "Organisaties": organisaties,
    "Gezinscoaches": gezinscoaches,
    "Lopende trajecten": trajecten,
    "Wachtlijst": wachtlijst,
    "Mezuri": metingen,
    "Lerend netwerk": lerend_netwerk,
}


def _there(work: Work, table: type[Any], row_id: UUID | None) -> Any:
    """The row that is in the application already, opened; None when there is none."""
    if row_id is None:
        return None
    vault.open_scopes(work.db, [row_id], groups=rights.TAKEN_OVER | vault.STAFF, compares=True)
    return work.db.get_one(table, row_id)


def _take_over(work: Work, row: Any, **values: Any) -> None:
    """Write these values where nothing stands yet in a row that was there already, with a trace on it."""
    if _fill(row, **values):
        audit.record(work.db, work.actor, "werkmap.take_over", now=work.now, thing_id=row.id, scope_id=row.id)


def _fill(row: Any, **values: Any) -> bool:
    """Write these values where nothing stands yet; whether that changed anything."""
    filled = {
        name: value
        for name, value in values.items()
        if value not in (None, "", []) and getattr(row, name) in (None, "", [], False)
        if getattr(row, name) != value
    }
    for name, value in filled.items():
        setattr(row, name, value)
    return bool(filled)
