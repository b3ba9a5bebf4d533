"""What of which families an actor may open: asked once more, when keys are handed out.

The conditions of the questions (`cases`, and those of other slices) choose rows; this judges what came of
them, and shares no condition with them. It asks the bare facts of each family, how the actor is tied to it
and where it stands, and lets the table in `rights` say the rest. A question that lost its condition, or has
a wrong one, then opens nothing of a family that is not for this actor.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, bindparam, exists, or_, select
from sqlalchemy.orm import Session

from gezinscoach.accounts.tables import Gezinscoach, RoleGrant
from gezinscoach.dossier import rights
from gezinscoach.dossier.rights import Deed, Relatie, Staat
from gezinscoach.dossier.rules import Coachrol
from gezinscoach.dossier.tables import Coachperiode, Consult, Gezin, Noodtoegang, Schuiladres, Uitsluiting
from gezinscoach.kernel import marks
from gezinscoach.kernel.access import Actor, Rol
from gezinscoach.kernel.database import Moment, ask
from gezinscoach.kernel.dates import day_of
from gezinscoach.kernel.fields import Groep
from gezinscoach.kernel.vault import Given

NEAR = frozenset({Relatie.COACH, Relatie.VERVANGER})
"""Who reads the ordinary address of a shielded family."""

NOTHING = Given(frozenset(), frozenset())
CHUNK = 400

_now = bindparam("now", type_=Moment())
_today: Any = bindparam("today")
_coach_id: Any = bindparam("coach_id")
_account_id: Any = bindparam("account_id")
_ids: Any = bindparam("ids", expanding=True)


def _period(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(Coachperiode.gezin_id == Gezin.id, *conditions)


def _ours(rol: Coachrol, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether the actor has a period here, and still works."""
    works = or_(Gezinscoach.gestopt_op.is_(None), Gezinscoach.gestopt_op >= _today)
    return exists().where(
        Coachperiode.gezin_id == Gezin.id,
        Coachperiode.rol == rol,
        Coachperiode.gezinscoach_id == _coach_id,
        Gezinscoach.id == Coachperiode.gezinscoach_id,
        works,
        *conditions,
    )


def _kept_away() -> ColumnElement[bool]:
    linked = exists().where(
        Gezinscoach.id == Uitsluiting.gezinscoach_id, Gezinscoach.account_id == _account_id
    )
    # Whoever leaves an organisation that was kept away stays so, also in another role.
    worked = exists().where(
        RoleGrant.organisatie_id == Uitsluiting.organisatie_id,
        RoleGrant.account_id == _account_id,
        or_(RoleGrant.until.is_(None), RoleGrant.until > Uitsluiting.since),
    )
    return exists().where(
        Uitsluiting.gezin_id == Gezin.id,
        Uitsluiting.until.is_(None),
        or_(
            Uitsluiting.account_id == _account_id,
            Uitsluiting.organisatie_id.in_(bindparam("organisatie_ids", expanding=True)),
            linked,
            worked,
        ),
    )


_HOUSE = _period(Coachperiode.organisatie_id.in_(bindparam("own_organisaties", expanding=True)))
_FACTS: Mapping[Relatie, ColumnElement[bool]] = {
    Relatie.COACH: _ours(Coachrol.VAST, Coachperiode.tot.is_(None)),
    Relatie.VERVANGER: _ours(
        Coachrol.VERVANGER,
        Coachperiode.van <= _today,
        Coachperiode.tot >= _today,
        Coachperiode.ended_at.is_(None),
    ),
    Relatie.GERAADPLEEGD: exists().where(
        Consult.gezin_id == Gezin.id,
        Consult.account_id == _account_id,
        Consult.since <= _now,
        Consult.until > _now,
    ),
    Relatie.NOOD: exists().where(
        Noodtoegang.gezin_id == Gezin.id,
        Noodtoegang.account_id == _account_id,
        Noodtoegang.since <= _now,
        Noodtoegang.until > _now,
        Noodtoegang.ended_at.is_(None),
    ),
    Relatie.ORGANISATIE: _HOUSE,
}

_APART = select(Schuiladres.id, Schuiladres.gewoon_id, Schuiladres.gezin_id, *marks.asked(Schuiladres)).where(
    or_(Schuiladres.id.in_(_ids), Schuiladres.gewoon_id.in_(_ids))
)


class Opening:
    """What the guard of a session gives.

    `proposed` says whether a family (Gezin) is proposed to the gezinscoach that the value `coach_id` names,
    on the day `today`: a slice above this one knows.
    """

    def __init__(self, proposed: ColumnElement[bool]) -> None:
        self._facts = {**_FACTS, Relatie.VOORGESTELD: proposed}
        self._question: Select[*tuple[Any, ...]] = select(
            Gezin.id,
            Gezin.afgesloten_op.is_not(None).label("closed"),
            _period(Coachperiode.rol == Coachrol.VAST).label("begun"),
            _kept_away().label("kept_away"),
            *(fact.label(tie.name) for tie, fact in self._facts.items()),
        ).where(Gezin.id.in_(_ids), Gezin.werking_id == bindparam("werking_id"))

    def given(
        self, db: Session, scopes: Collection[UUID], actor: Actor | None, now: datetime, *, compares: bool
    ) -> dict[UUID, Given]:
        """What of these scopes an actor may open at a moment; who is not signed in, nothing."""
        if actor is None or actor.account_id is None:
            return {}
        ids = list(scopes)
        judged = self._judged(db, ids, actor, now, compares)
        given = {gezin_id: may for gezin_id, (_relaties, may) in judged.items()}
        if apart := [one for one in ids if one not in judged]:
            given |= self._apart(db, apart, actor, now)
        return given

    def _judged(
        self, db: Session, ids: list[UUID], actor: Actor, now: datetime, compares: bool
    ) -> dict[UUID, tuple[frozenset[Relatie], Given]]:
        asked = {
            "werking_id": actor.werking_id,
            "account_id": actor.account_id,
            "coach_id": actor.coach_id,
            "organisatie_ids": list(actor.organisatie_ids),
            "own_organisaties": list(actor.organisations(Rol.ORGANISATIEVERANTWOORDELIJKE)),
            "today": day_of(now),
            "now": now,
        }
        return {
            row.id: self._judge(row, actor, compares)
            for start in range(0, len(ids), CHUNK)
            for row in ask(db, self._question, ids=ids[start : start + CHUNK], **asked)
        }

    def _judge(self, row: Row[Any], actor: Actor, compares: bool) -> tuple[frozenset[Relatie], Given]:
        begun = Staat.LOPEND if row.begun else Staat.AANMELDING
        staat = Staat.AFGESLOTEN if row.closed else begun
        relaties = frozenset(self._relaties(row, actor))
        if row.kept_away and not (compares and Relatie.IMPORTEUR in relaties):
            return relaties, NOTHING
        if compares:
            return relaties, Given(*rights.comparable(relaties, staat))
        return relaties, Given(rights.readable(relaties, staat), rights.writable(relaties, staat))

    def _relaties(self, row: Row[Any], actor: Actor) -> Iterator[Relatie]:
        """How the actor stands to a family: by the roles that look at all of a werking, and by ties."""
        alone = rights.by_role(actor.roles) - {Relatie.ORGANISATIE}
        yield from alone
        needs = {
            Relatie.GERAADPLEEGD: lambda: Rol.DESKUNDIGE in actor.roles,
            Relatie.NOOD: lambda: rights.allowed(alone, Deed.HELP, Groep.PROCES),
            Relatie.ORGANISATIE: lambda: Rol.ORGANISATIEVERANTWOORDELIJKE in actor.roles,
        }
        for tie in self._facts:
            if getattr(row, tie.name) and needs.get(tie, lambda: actor.coach_id is not None)():
                yield tie

    def _apart(self, db: Session, ids: list[UUID], actor: Actor, now: datetime) -> dict[UUID, Given]:
        """What may be opened of what shielded families keep apart, whose scopes are no family's; Forged."""
        rows = ask(db, _APART, ids=ids)
        for row in rows:
            if not marks.is_true(db, Schuiladres, row):
                raise marks.Forged(Schuiladres.__tablename__, row.id, actor.account_id)
        judged = self._judged(db, [row.gezin_id for row in rows], actor, now, compares=False)
        given: dict[UUID, Given] = {}
        for row in rows:
            relaties, may = judged.get(row.gezin_id, (frozenset[Relatie](), NOTHING))
            near = Given(may.reads if relaties & NEAR else frozenset(), may.writes)
            given[row.id] = _under(Groep.VERBLIJF, may)
            given[row.gewoon_id] = _under(Groep.CONTACT, near)
        return {one: given[one] for one in ids if one in given}


def _under(groep: Groep, may: Given) -> Given:
    """What a right to a group gives of cells that are all of the shielded group."""
    cells = frozenset({Groep.VERBLIJF.value})
    reads, writes = (cells if groep.value in held else frozenset() for held in may)
    return Given(reads, writes)
