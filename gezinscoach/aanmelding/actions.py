"""Acts on aanmeldingen and proposals. They flush at most; the edge commits."""

from __future__ import annotations

from datetime import date, datetime
from typing import Unpack
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from gezinscoach.aanmelding import rules
from gezinscoach.aanmelding.queries import Blad, matches
from gezinscoach.aanmelding.rules import Antwoord, Toestand, Toestemming
from gezinscoach.aanmelding.rules.intake import Gegevens, vraag_codes
from gezinscoach.aanmelding.rules.matching import WHERE
from gezinscoach.aanmelding.tables import Aanmelding, Aanmeldstap, Voorstel
from gezinscoach.dossier import actions as dossier
from gezinscoach.dossier.policy import coaches_kept_away
from gezinscoach.dossier.rules import Lidsoort, Uitsluitsoort
from gezinscoach.dossier.tables import Coachperiode, Gezin, Gezinslid, Uitsluiting
from gezinscoach.kernel import audit
from gezinscoach.kernel.access import Actor


def register(
    db: Session,
    actor: Actor,
    *,
    now: datetime,
    datum: date,
    aanmelder: str,
    toestemming: Toestemming,
    telefoon: str = "",
    bron: str = "",
    **gegevens: Unpack[Gegevens],
) -> Aanmelding:
    """Register a question for a gezinscoach, with a new gezin and its key; `bron` "werkmap" for an import.

    Without the family's permission only aanmelder, datum and telefoon are kept, whatever else is given.
    NameNeeded when a family that agreed has no name.
    """
    agreed = toestemming is Toestemming.JA
    gezin = dossier.open_gezin(db, actor, now=now)
    row = Aanmelding(
        id=uuid4(),
        werking_id=actor.werking_id,
        gezin_id=gezin.id,
        datum=datum,
        toestand=Toestand.WACHTEND if agreed else Toestand.TERUGBELLEN,
        toestemming=toestemming,
        dringend=False,
        made_at=now,
        made_by=actor.account_id,
    )
    db.add(row)
    row.aanmelder, row.telefoon = aanmelder or None, telefoon or None
    if agreed:
        _describe(db, gezin, row, gegevens, ouder=None)
    db.flush()
    _add_step(db, actor, row, bron, now)
    audit.record(db, actor, "aanmelding.register", now=now, thing_id=row.id, scope_id=gezin.id)
    return row


def agree(db: Session, actor: Actor, blad: Blad, *, now: datetime, **gegevens: Unpack[Gegevens]) -> None:
    """Record that the family agreed, and keep what it lets us keep."""
    _step(db, actor, blad.aanmelding, "agree", now=now)
    blad.aanmelding.toestemming = Toestemming.JA
    _describe(db, blad.gezin, blad.aanmelding, gegevens, ouder=_ouder(db, blad))
    audit.record(db, actor, "aanmelding.agree", now=now, thing_id=blad.aanmelding.id, scope_id=blad.gezin.id)


def correct(db: Session, actor: Actor, blad: Blad, *, now: datetime, **gegevens: Unpack[Gegevens]) -> None:
    """Replace what is known of a family that agreed and still waits; PermissionNeeded or NoSuchStep."""
    if blad.aanmelding.toestemming is not Toestemming.JA:
        raise rules.PermissionNeeded
    if blad.aanmelding.toestand not in rules.WAITING:
        raise rules.NoSuchStep
    _describe(db, blad.gezin, blad.aanmelding, gegevens, ouder=_ouder(db, blad))
    audit.record(
        db, actor, "aanmelding.correct", now=now, thing_id=blad.aanmelding.id, scope_id=blad.gezin.id
    )


def correct_aanmelder(
    db: Session, actor: Actor, blad: Blad, *, datum: date, aanmelder: str, telefoon: str, now: datetime
) -> None:
    """Replace who called, when and on which number, also before the family agreed; NoSuchStep after."""
    row = blad.aanmelding
    if row.toestand not in rules.WAITING:
        raise rules.NoSuchStep
    row.datum, row.aanmelder, row.telefoon = datum, aanmelder or None, telefoon or None
    audit.record(db, actor, "aanmelding.correct_aanmelder", now=now, thing_id=row.id, scope_id=row.gezin_id)


def take_step(db: Session, actor: Actor, blad: Blad, step: str, *, reden: str, now: datetime) -> None:
    """Withdraw, refer, take back, reopen or ask again, with the reason; else NoSuchStep."""
    row = blad.aanmelding
    if step in ("agree", "propose") or step not in rules.desk_steps(row.toestand, row.toestemming):
        raise rules.NoSuchStep(step)
    _step(db, actor, row, step, reden=reden, now=now)
    if step == "take back":
        voorstel = db.scalars(
            select(Voorstel).where(Voorstel.aanmelding_id == row.id, Voorstel.antwoord == Antwoord.OPEN)
        ).one()
        _answer(voorstel, Antwoord.INGETROKKEN, reden, now)
    audit.record(
        db, actor, f"aanmelding.{step.replace(' ', '_')}", now=now, thing_id=row.id, scope_id=row.gezin_id
    )


def propose(
    db: Session, actor: Actor, blad: Blad, gezinscoach_id: UUID, *, today: date, now: datetime
) -> Voorstel:
    """Propose one gezinscoach, keeping the reasons; NotProposable when a hard rule stands in the way."""
    can = {one.kandidaat.id: one for one in matches(db, actor, blad, today=today).voorstellen}
    if gezinscoach_id not in can:
        raise rules.NotProposable
    _step(db, actor, blad.aanmelding, "propose", now=now)
    row = Voorstel(
        id=uuid4(),
        aanmelding_id=blad.aanmelding.id,
        gezin_id=blad.gezin.id,
        gezinscoach_id=gezinscoach_id,
        antwoord=Antwoord.OPEN,
        made_at=now,
        made_by=actor.account_id,
    )
    db.add(row)
    row.redenen = [reden.stored() for reden in (*can[gezinscoach_id].voor, *can[gezinscoach_id].tegen)]
    db.flush()
    audit.record(db, actor, "voorstel.make", now=now, thing_id=row.id, scope_id=row.gezin_id)
    return row


def shut_out(
    db: Session,
    actor: Actor,
    blad: Blad,
    wie: dossier.Wie,
    *,
    soort: Uitsluitsoort,
    reden: str | None,
    now: datetime,
) -> Uitsluiting:
    """Keep somebody away from a family; an open proposal to that person, or to somebody of that
    organisation, is taken back. What `dossier.shut_out` raises."""
    row = dossier.shut_out(db, actor, blad.gezin, wie, soort=soort, reden=reden, now=now)
    asked = select(Voorstel.id).where(
        Voorstel.aanmelding_id == blad.aanmelding.id,
        Voorstel.antwoord == Antwoord.OPEN,
        Voorstel.gezinscoach_id.in_(coaches_kept_away(blad.gezin.id, now)),
    )
    if db.scalar(asked) is not None:
        take_step(db, actor, blad, "take back", reden="", now=now)
    return row


def accept(db: Session, actor: Actor, voorstel: Voorstel, *, today: date, now: datetime) -> Coachperiode:
    """Take the family on: from today the coach is its one vaste vertrouwenspersoon."""
    _answer_step(db, actor, voorstel, Antwoord.AANVAARD, "accept", "", now)
    gezin = db.get_one(Gezin, voorstel.gezin_id)
    return dossier.start_coach(db, actor, gezin, voorstel.gezinscoach_id, van=today, now=now)


def decline(db: Session, actor: Actor, voorstel: Voorstel, *, reden: str, now: datetime) -> None:
    """Say no with a reason: the family waits again, and is not proposed to this coach a second time."""
    _answer_step(db, actor, voorstel, Antwoord.GEWEIGERD, "decline", reden, now)


def _answer_step(
    db: Session, actor: Actor, voorstel: Voorstel, antwoord: Antwoord, step: str, reden: str, now: datetime
) -> None:
    row = db.get_one(Aanmelding, voorstel.aanmelding_id)
    _step(db, actor, row, step, reden=reden, now=now)
    # Another proposal may be the open one by now: the lock on the aanmelding makes this answer final.
    db.refresh(voorstel)
    if voorstel.antwoord is not Antwoord.OPEN:
        raise rules.Answered
    _answer(voorstel, antwoord, reden, now)
    db.flush()
    audit.record(db, actor, f"voorstel.{step}", now=now, thing_id=voorstel.id, scope_id=voorstel.gezin_id)


def _answer(voorstel: Voorstel, antwoord: Antwoord, reden: str, now: datetime) -> None:
    voorstel.antwoord, voorstel.answered_at, voorstel.reden = antwoord, now, reden or None


def _step(db: Session, actor: Actor, row: Aanmelding, step: str, *, now: datetime, reden: str = "") -> None:
    # Whoever comes second waits for the lock and then finds no such step.
    db.refresh(row, ["toestand"], with_for_update=True)
    row.toestand = rules.after(row.toestand, step)
    db.flush()
    _add_step(db, actor, row, reden, now)


def _add_step(db: Session, actor: Actor, row: Aanmelding, reden: str, now: datetime) -> None:
    step = Aanmeldstap(
        id=uuid4(),
        aanmelding_id=row.id,
        gezin_id=row.gezin_id,
        toestand=row.toestand,
        at=now,
        by=actor.account_id,
    )
    db.add(step)
    step.reden = reden or None


def forget_place(db: Session, actor: Actor, gezin_id: UUID, *, now: datetime) -> None:
    """Wipe the reasons of proposals that tell where a family, whose keys are open, lives."""
    for row in db.scalars(select(Voorstel).where(Voorstel.gezin_id == gezin_id)):
        kept = [one for one in row.redenen or () if one["code"] not in WHERE]
        if len(kept) != len(row.redenen or ()):
            row.redenen = kept
            audit.record(db, actor, "voorstel.forget_place", now=now, thing_id=row.id, scope_id=gezin_id)


def _ouder(db: Session, blad: Blad) -> Gezinslid | None:
    return db.get(Gezinslid, blad.ouders[0].id) if blad.ouders else None


def _describe(
    db: Session, gezin: Gezin, row: Aanmelding, gegevens: Gegevens, *, ouder: Gezinslid | None
) -> None:
    """Write what the family lets us keep; NameNeeded without a name."""
    if not gegevens.get("naam"):
        raise rules.NameNeeded
    gezin.naam, gezin.taal = gegevens["naam"], gegevens.get("taal") or None
    gezin.gemeente, gezin.tolk = gegevens.get("gemeente") or None, gegevens.get("tolk")
    gezin.telefoon, gezin.adres = gegevens.get("telefoon_gezin") or None, gegevens.get("adres") or None
    row.organisatie = gegevens.get("organisatie") or None
    row.dringend = gegevens.get("dringend", False)
    row.kinderen, row.oudste = gegevens.get("kinderen"), gegevens.get("oudste")
    row.vragen = vraag_codes(gegevens.get("vragen", ())) or None
    row.voorkeur, row.opmerking = gegevens.get("voorkeur") or None, gegevens.get("opmerking") or None
    naam = gegevens.get("ouder")
    if ouder is not None:
        ouder.naam = naam or None
    elif naam:
        db.flush()
        dossier.add_lid(db, gezin, dossier.NieuwLid(Lidsoort.OUDER, naam), 0)
