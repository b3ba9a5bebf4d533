"""Acts on families, their members and consults."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from gezinscoach.accounts.tables import Account
from gezinscoach.dossier import policy, queries, rules
from gezinscoach.dossier.actions.coaching import end_coach, running
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


def close(db: Session, actor: Actor, gezin: Gezin, *, op: date, reden: str, now: datetime) -> None:
    """End a dossier, and with it the running coachperiode and every stand-in: nobody coaches it any more.

    Closed when it was closed before, EndBeforeStart when the coach began after that day.
    """
    if gezin.afgesloten_op is not None:
        raise rules.Closed
    if running(db, gezin.id) is not None:
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
