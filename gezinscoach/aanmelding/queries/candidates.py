"""The gezinscoaches of the werking as candidates for one family, in three questions whatever their number."""

from __future__ import annotations

from datetime import date, datetime, time

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gezinscoach.aanmelding.queries.bladen import Blad
from gezinscoach.aanmelding.rules import Antwoord
from gezinscoach.aanmelding.rules.matching import Kandidaat, Nood, Uitkomst, match
from gezinscoach.aanmelding.tables import Voorstel
from gezinscoach.accounts.tables import Gezinscoach, Organisatie
from gezinscoach.dossier.policy import coaches_kept_away
from gezinscoach.dossier.rules import Coachrol
from gezinscoach.dossier.tables import Coachperiode
from gezinscoach.kernel import vault
from gezinscoach.kernel.access import Actor
from gezinscoach.kernel.dates import ZONE, day_of

MOST = 5000


def matches(db: Session, actor: Actor, blad: Blad, *, today: date) -> Uitkomst:
    """Who can be proposed to the family of an aanmelding whose key is open, and who cannot.

    Whoever is kept away from it is in neither: not a word about why.
    """
    gezin, aanmelding = blad.gezin, blad.aanmelding
    nood = Nood(gezin.taal or "", gezin.tolk, gezin.gemeente or "", aanmelding.voorkeur or "")
    return match(nood, _kandidaten(db, actor, blad, today), today)


def _kandidaten(db: Session, actor: Actor, blad: Blad, today: date) -> list[Kandidaat]:
    morning = datetime.combine(today, time(0), tzinfo=ZONE)
    periods = (
        select(
            Coachperiode.gezinscoach_id.label("coach_id"),
            func.count(Coachperiode.id).filter(Coachperiode.tot.is_(None)).label("gezinnen"),
            func.max(Coachperiode.van).label("laatste_start"),
        )
        .where(Coachperiode.rol == Coachrol.VAST)
        .group_by(Coachperiode.gezinscoach_id)
        .subquery()
    )
    asked = (
        select(
            Voorstel.gezinscoach_id.label("coach_id"),
            func.count(Voorstel.id).filter(Voorstel.antwoord == Antwoord.OPEN).label("open_voorstellen"),
            func.max(Voorstel.answered_at)
            .filter(Voorstel.antwoord == Antwoord.GEWEIGERD, Voorstel.gezin_id == blad.gezin.id)
            .label("weigerde_op"),
        )
        .group_by(Voorstel.gezinscoach_id)
        .subquery()
    )
    rows = db.execute(
        select(
            Gezinscoach.id,
            Gezinscoach.account_id,
            Gezinscoach.naam_cell,
            Gezinscoach.talen_cell,
            Gezinscoach.wijken_cell,
            Gezinscoach.max_gezinnen,
            Gezinscoach.startvorming,
            Gezinscoach.gestart_op,
            Gezinscoach.gestopt_op,
            Organisatie.naam.label("organisatie"),
            func.coalesce(periods.c.gezinnen, 0).label("gezinnen"),
            periods.c.laatste_start,
            func.coalesce(asked.c.open_voorstellen, 0).label("open_voorstellen"),
            asked.c.weigerde_op,
        )
        .join(Organisatie, Organisatie.id == Gezinscoach.organisatie_id)
        .outerjoin(periods, periods.c.coach_id == Gezinscoach.id)
        .outerjoin(asked, asked.c.coach_id == Gezinscoach.id)
        .where(
            Gezinscoach.werking_id == actor.werking_id,
            Gezinscoach.id.not_in(coaches_kept_away(blad.gezin.id, morning)),
        )
        .order_by(Gezinscoach.id)
        .limit(MOST)
    ).all()
    vault.open_scopes(db, [row.id for row in rows], groups=vault.STAFF)
    return [
        Kandidaat(
            id=row.id,
            naam=Gezinscoach.naam.open(db, row.id, row.id, row.naam_cell),
            organisatie=row.organisatie,
            talen=tuple(Gezinscoach.talen.open(db, row.id, row.id, row.talen_cell) if row.talen_cell else ()),
            wijken=tuple(
                Gezinscoach.wijken.open(db, row.id, row.id, row.wijken_cell) if row.wijken_cell else ()
            ),
            gestart_op=row.gestart_op,
            gestopt_op=row.gestopt_op,
            max_gezinnen=row.max_gezinnen,
            gezinnen=row.gezinnen,
            open_voorstellen=row.open_voorstellen,
            laatste_start=row.laatste_start,
            startvorming=row.startvorming,
            has_account=row.account_id is not None,
            weigerde_op=day_of(row.weigerde_op) if row.weigerde_op else None,
            own=row.id == actor.coach_id,
        )
        for row in rows
    ]
