"""Organisations, coaches, dossiers and referrals: columns that are attributes of a row."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from gezinscoach.aanmelding.rules.intake import vraag_codes
from gezinscoach.aanmelding.tables import Aanmelding
from gezinscoach.accounts import actions as accounts
from gezinscoach.accounts.tables import Gezinscoach, Organisatie
from gezinscoach.dossier import actions as dossier
from gezinscoach.dossier.tables import Gezin
from gezinscoach.kernel.access import Actor
from gezinscoach.werkmap.actions.target import Fields, Part, Read, Target, opened
from gezinscoach.werkmap.actions.values import place, share, where
from gezinscoach.werkmap.rules import Rij


def organisatie(db: Session, actor: Actor, doel_id: UUID, as_of: date) -> Target | None:
    """An organisation."""
    row = opened(db, Organisatie, doel_id, doel_id)
    columns: dict[str, dict[str, Read]] = {
        "Type": {"soort": lambda rij: rij.type},
        "Ondernemingsnummer": {"ondernemingsnummer": lambda rij: rij.ondernemingsnummer},
        "IBAN": {"iban": lambda rij: rij.iban},
        "Bondgenoot": {"bondgenoot": lambda rij: rij.bondgenoot},
        "E-mail bondgenoot": {"bondgenoot_email": lambda rij: rij.email_bondgenoot},
        "Engagementsverklaring getekend": {"engagement_op": lambda rij: rij.engagementsverklaring_op},
    }
    return row and Fields(db, actor, row, doel_id, columns)


class Coachblad(Fields):
    """A coach, whose account is found by the e-mail address."""

    def write(self, parts: Mapping[str, Part], now: datetime) -> None:
        if address := parts.get("E-mail"):
            accounts.change_email(self.db, self.actor, self.row, address.after["email"], now=now)
        super().write({column: part for column, part in parts.items() if part is not address}, now)


def gezinscoach(db: Session, actor: Actor, doel_id: UUID, as_of: date) -> Target | None:
    """A coach; name, start and status are for people, and another organisation: it decides who is paid."""
    row = opened(db, Gezinscoach, doel_id, doel_id)
    columns: dict[str, dict[str, Read]] = {
        "E-mail": {"email": lambda rij: rij.email},
        "% VTE": {"vte": share},
        "Max. gezinnen": {"max_gezinnen": lambda rij: rij.max_gezinnen or 0},
        "Talen": {"talen": lambda rij: list(rij.talen)},
        "Wijken": {"wijken": lambda rij: list(rij.wijken)},
        "Startvorming": {
            "startvorming": lambda rij: bool(rij.startvorming),
            "startvorming_op": lambda rij: rij.startvorming_op,
        },
        "Gestopt op": {"gestopt_op": lambda rij: rij.gestopt_op},
    }
    return row and Coachblad(db, actor, row, doel_id, columns)


class Traject(Fields):
    """A dossier: its data, and its end once that day has come."""

    as_of: date

    def part(self, column: str, old: Rij | None, new: Rij) -> Part | None:
        if column not in ("Einde traject", "Reden einde"):
            return super().part(column, old, new)
        einde: date | None = getattr(new, "einde", None)
        if self.row.afgesloten_op is not None or einde is None or einde > self.as_of:
            return None
        return Part(None, None, (einde, getattr(new, "reden_einde", "")))

    def write(self, parts: Mapping[str, Part], now: datetime) -> None:
        ends = [part for column, part in parts.items() if column in ("Einde traject", "Reden einde")]
        if ends:
            op, reden = ends[0].after
            dossier.close(self.db, self.actor, self.row, op=op, reden=reden, now=now)
        super().write({column: part for column, part in parts.items() if part not in ends}, now)


def traject(db: Session, actor: Actor, doel_id: UUID, as_of: date) -> Target | None:
    """A dossier; parents, children, coach, start and mandaat are for people."""
    row = opened(db, Gezin, doel_id, doel_id)
    columns: dict[str, dict[str, Read]] = {
        "Gezinsnaam": {"naam": lambda rij: rij.gezinsnaam},
        "Adres": {
            "adres": lambda rij: rij.adres,
            "gemeente": lambda rij: place(rij.adres),
            "waarschuwing": lambda rij: rij.adres_waarschuwing,
        },
        "Telefoon": {"telefoon": lambda rij: rij.telefoon},
        "Taal": {"taal": lambda rij: rij.taal},
        "Tolk": {"tolk": lambda rij: rij.tolk},
    }
    if row is None:
        return None
    target = Traject(db, actor, row, doel_id, columns)
    target.as_of = as_of
    return target


class Aanmeldblad(Fields):
    """A referral and its family: columns of either."""

    gezin: Fields

    def part(self, column: str, old: Rij | None, new: Rij) -> Part | None:
        return super().part(column, old, new) or self.gezin.part(column, old, new)

    def write(self, parts: Mapping[str, Part], now: datetime) -> None:
        super().write({column: part for column, part in parts.items() if column in self.columns}, now)
        if rest := {column: part for column, part in parts.items() if column not in self.columns}:
            self.gezin.write(rest, now)


def aanmelding(db: Session, actor: Actor, doel_id: UUID, as_of: date) -> Target | None:
    """A referral; day, referrer and names are its key, the permission is for people."""
    gezin_id = db.scalar(select(Aanmelding.gezin_id).where(Aanmelding.id == doel_id))
    if gezin_id is None:
        return None
    row, gezin = opened(db, Aanmelding, doel_id, gezin_id), opened(db, Gezin, gezin_id, gezin_id)
    target = Aanmeldblad(
        db, actor, row, gezin.id,
        {
            "Organisatie aanmelder": {"organisatie": lambda rij: rij.organisatie_aanmelder},
            "Tel. aanmelder": {"telefoon": lambda rij: rij.tel_aanmelder},
            "Geboortejaar oudste kind": {"oudste": lambda rij: rij.geboortejaar_oudste},
            "Aantal kinderen": {"kinderen": lambda rij: rij.aantal_kinderen},
            "Vragen / domeinen": {"vragen": lambda rij: vraag_codes(rij.vragen)},
            "Dringend?": {"dringend": lambda rij: bool(rij.dringend)},
            "Voorkeur coach": {"voorkeur": lambda rij: rij.voorkeur_coach},
            "Opmerking": {"opmerking": lambda rij: rij.opmerking},
        },
    )  # fmt: skip
    target.gezin = Fields(
        db, actor, gezin, gezin.id,
        {
            "Taal": {"taal": lambda rij: rij.taal},
            "Tolk nodig?": {"tolk": lambda rij: rij.tolk},
            "Gemeente": {"gemeente": where},
        },
    )  # fmt: skip
    return target
