"""Acts on families, their coaches, stand-ins and consults."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gezinscoach.accounts.tables import Account, Gezinscoach
from gezinscoach.dossier import policy, queries, rules
from gezinscoach.dossier.rules import Coachrol, Lidsoort
from gezinscoach.dossier.tables import Coachperiode, Consult, Gezin, Gezinslid, Levensdomein
from gezinscoach.kernel import audit, vault
from gezinscoach.kernel.access import Actor
from gezinscoach.kernel.dates import day_of


@dataclass(frozen=True, slots=True)
class NieuwLid:
    """A member to add: `geboren` an ISO date or a year, or None."""

    soort: Lidsoort
    naam: str
    geboren: str | None = None


def seed_codelist(db: Session) -> None:
    """Write the first edition of the codelist into an installation that has none."""
    if db.scalar(select(Levensdomein.id).limit(1)) is None:
        db.add_all(
            Levensdomein(
                id=uuid4(),
                code=entry.code,
                ouder_code=entry.ouder_code,
                naam=entry.naam,
                vraag=entry.vraag,
                volgorde=entry.volgorde,
                geldig_van=rules.CODELIST_FROM,
            )
            for entry in rules.CODELIST
        )


def open_gezin(
    db: Session,
    actor: Actor,
    *,
    now: datetime,
    code: str | None = None,
    naam: str | None = None,
    adres: str | None = None,
    gemeente: str | None = None,
    telefoon: str | None = None,
    taal: str | None = None,
    tolk: bool | None = None,
    waarschuwing: str | None = None,
    leden: Iterable[NieuwLid] = (),
) -> Gezin:
    """Make a family with its key, and its members each with an own key inside it."""
    code = code or _free_code(db, day_of(now).year)
    row = Gezin(
        id=uuid4(),
        werking_id=actor.werking_id,
        code_index=queries.code_index(db, code),
        made_at=now,
    )
    vault.new_scope(db, row.id, "gezin")
    db.add(row)
    row.code, row.naam, row.adres, row.gemeente = code, naam, adres, gemeente
    row.telefoon, row.taal, row.tolk, row.waarschuwing = telefoon, taal, tolk, waarschuwing
    db.flush()
    for place, lid in enumerate(leden):
        add_lid(db, row, lid, place)
    audit.record(db, actor, "gezin.open", now=now, thing_id=row.id, scope_id=row.id)
    return row


def change_gezin(
    db: Session,
    actor: Actor,
    gezin: Gezin,
    *,
    naam: str | None,
    adres: str | None,
    gemeente: str | None,
    telefoon: str | None,
    taal: str | None,
    tolk: bool | None,
    waarschuwing: str | None,
    leden: Iterable[tuple[UUID | None, NieuwLid]],
    now: datetime,
) -> None:
    """Write the data of a family, whose keys are open, anew; members with an id change, the others are added.

    UnknownMember for an id that is not of this family.
    """
    gezin.naam, gezin.adres, gezin.gemeente = naam, adres, gemeente
    gezin.telefoon, gezin.taal, gezin.tolk, gezin.waarschuwing = telefoon, taal, tolk, waarschuwing
    if (apart := queries.schuiladres(db, gezin.id)) is not None:
        vault.open_scopes(db, [apart.gewoon_id], groups=queries.APART)
        apart.gewoon = [adres or "", gemeente or "", telefoon or ""]
    known = {
        row.id: row for row in db.scalars(select(Gezinslid).where(Gezinslid.gezin_id == gezin.id).limit(200))
    }
    place = max((row.volgorde for row in known.values()), default=-1)
    for lid_id, lid in leden:
        if lid_id is None:
            place += 1
            add_lid(db, gezin, lid, place)
        elif (row := known.get(lid_id)) is not None:
            row.soort, row.naam, row.geboren = lid.soort, lid.naam, lid.geboren
        else:
            raise rules.UnknownMember
    audit.record(db, actor, "gezin.change", now=now, thing_id=gezin.id, scope_id=gezin.id)


def add_lid(db: Session, gezin: Gezin, lid: NieuwLid, volgorde: int) -> Gezinslid:
    """Add a member to a family, under a key of its own."""
    row = Gezinslid(id=uuid4(), gezin_id=gezin.id, soort=lid.soort, volgorde=volgorde)
    vault.new_scope(db, row.id, "person", parent_id=gezin.id)
    db.add(row)
    row.naam, row.geboren = lid.naam, lid.geboren
    return row


def start_coach(
    db: Session, actor: Actor, gezin: Gezin, gezinscoach_id: UUID, *, van: date, now: datetime
) -> Coachperiode:
    """Give a family its one vaste vertrouwenspersoon; CoachPresent, Closed or Overlap when that cannot be.

    KeptAway for a coach who is shut out. The organisation for which the coach works now stays with the
    period.
    """
    _require_welcome(db, gezin.id, gezinscoach_id, now)
    if gezin.afgesloten_op is not None:
        raise rules.Closed
    if _running(db, gezin.id) is not None:
        raise rules.CoachPresent
    earlier = select(func.max(Coachperiode.tot)).where(
        Coachperiode.gezin_id == gezin.id, Coachperiode.rol == Coachrol.VAST
    )
    last = db.scalar(earlier)
    if last is not None and van < last:
        raise rules.Overlap
    row = _periode(db, gezin, gezinscoach_id, Coachrol.VAST, van)
    db.flush()
    audit.record(db, actor, "coachperiode.start", now=now, thing_id=row.id, scope_id=gezin.id)
    return row


def end_coach(
    db: Session, actor: Actor, gezin: Gezin, *, tot: date, reden: str | None, now: datetime
) -> Coachperiode:
    """End the running coachperiode; the coach loses access at once. NoCoach or EndBeforeStart."""
    row = _running(db, gezin.id)
    if row is None:
        raise rules.NoCoach
    rules.require_period(row.van, tot)
    row.tot, row.ended_at, row.reden = tot, now, reden
    db.flush()
    audit.record(db, actor, "coachperiode.end", now=now, thing_id=row.id, scope_id=gezin.id)
    return row


def add_stand_in(
    db: Session, actor: Actor, gezin: Gezin, gezinscoach_id: UUID, *, van: date, tot: date, now: datetime
) -> Coachperiode:
    """Let a stand-in replace the coach in a window of at most six weeks; KeptAway for who is shut out."""
    rules.require_stand_in(van, tot)
    _require_welcome(db, gezin.id, gezinscoach_id, now)
    if gezin.afgesloten_op is not None:
        raise rules.Closed
    row = _periode(db, gezin, gezinscoach_id, Coachrol.VERVANGER, van, tot)
    audit.record(db, actor, "coachperiode.stand_in", now=now, thing_id=row.id, scope_id=gezin.id)
    return row


def end_stand_in(
    db: Session, actor: Actor, gezin: Gezin, row: Coachperiode, *, today: date, now: datetime
) -> None:
    """Let a stand-in go before the end of the window: access ends at once. NoCoach when it is over."""
    if row.rol is not Coachrol.VERVANGER or row.tot is None or row.tot < today or row.ended_at is not None:
        raise rules.NoCoach
    row.tot, row.ended_at = max(row.van, min(row.tot, today)), now
    audit.record(db, actor, "coachperiode.end", now=now, thing_id=row.id, scope_id=gezin.id)


def close(db: Session, actor: Actor, gezin: Gezin, *, op: date, reden: str, now: datetime) -> None:
    """End a dossier, and with it the running coachperiode and every stand-in: nobody coaches it any more.

    Closed when it was closed before, EndBeforeStart when the coach began after that day.
    """
    if gezin.afgesloten_op is not None:
        raise rules.Closed
    if _running(db, gezin.id) is not None:
        end_coach(db, actor, gezin, tot=op, reden=reden, now=now)
    stand_ins = select(Coachperiode).where(
        Coachperiode.gezin_id == gezin.id,
        Coachperiode.rol == Coachrol.VERVANGER,
        Coachperiode.tot >= op,
        Coachperiode.ended_at.is_(None),
    )
    for row in db.scalars(stand_ins):
        row.tot, row.ended_at = max(row.van, op), now
        audit.record(db, actor, "coachperiode.end", now=now, thing_id=row.id, scope_id=gezin.id)
    gezin.afgesloten_op, gezin.reden_einde = op, reden
    audit.record(db, actor, "gezin.close", now=now, thing_id=gezin.id, scope_id=gezin.id)


def consult(
    db: Session, actor: Actor, gezin: Gezin, account_id: UUID, *, vraag: str, now: datetime
) -> Consult:
    """Ask an expert about one dossier, for fourteen days; KeptAway for who is shut out."""
    if actor.account_id is None:
        raise ValueError("a consult is asked by somebody")
    if db.scalar(policy.accounts_kept_away(gezin.id, now).where(Account.id == account_id)) is not None:
        raise rules.KeptAway
    row = Consult(
        id=uuid4(),
        gezin_id=gezin.id,
        account_id=account_id,
        asked_by=actor.account_id,
        since=now,
        until=now + rules.CONSULT,
    )
    db.add(row)
    row.vraag = vraag
    audit.record(db, actor, "consult.ask", now=now, thing_id=row.id, scope_id=gezin.id)
    return row


def end_consult(db: Session, actor: Actor, row: Consult, *, now: datetime) -> None:
    """End a consult at this moment; one that is over stays as it was."""
    row.until = max(row.since, min(row.until, now))
    audit.record(db, actor, "consult.end", now=now, thing_id=row.id, scope_id=row.gezin_id)


def _free_code(db: Session, year: int) -> str:
    # One in 33 million is taken by chance: with many families, that happens.
    for _again in range(20):
        code = rules.new_code(year)
        taken = select(Gezin.id).where(Gezin.code_index == queries.code_index(db, code))
        if db.scalar(taken) is None:
            break
    return code


def _require_welcome(db: Session, gezin_id: UUID, gezinscoach_id: UUID, now: datetime) -> None:
    kept_away = policy.coaches_kept_away(gezin_id, now).where(Gezinscoach.id == gezinscoach_id)
    if db.scalar(kept_away) is not None:
        raise rules.KeptAway


def _periode(
    db: Session, gezin: Gezin, gezinscoach_id: UUID, rol: Coachrol, van: date, tot: date | None = None
) -> Coachperiode:
    row = Coachperiode(
        id=uuid4(),
        gezin_id=gezin.id,
        gezinscoach_id=gezinscoach_id,
        organisatie_id=db.get_one(Gezinscoach, gezinscoach_id).organisatie_id,
        rol=rol,
        van=van,
        tot=tot,
    )
    db.add(row)
    return row


def _running(db: Session, gezin_id: UUID) -> Coachperiode | None:
    return db.scalar(
        select(Coachperiode).where(
            Coachperiode.gezin_id == gezin_id, Coachperiode.rol == Coachrol.VAST, Coachperiode.tot.is_(None)
        )
    )
