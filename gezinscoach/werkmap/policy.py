"""Rights over the import: a right of its own, given for a time. Nobody else knows that the inbox exists."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, CompoundSelect, Select, and_, exists, false, select

from gezinscoach.aanmelding.tables import Aanmelding
from gezinscoach.dossier import rights
from gezinscoach.dossier.policy import kept_from
from gezinscoach.dossier.rights import Deed, Staat
from gezinscoach.dossier.tables import Gezin
from gezinscoach.grondrechten.tables import Meting
from gezinscoach.kernel.access import Actor, Rol
from gezinscoach.kernel.fields import Groep
from gezinscoach.werkmap.tables import Herkomst, Inlezing, Postvakrij, Upload

WORKBOOKS = frozenset({Groep.BESTANDEN.value})
"""What a workbook and its rows are sealed among, as long as they are not taken in."""

KEPT = timedelta(hours=1)
"""How long an upload waits for its confirmation."""


def may_import(actor: Actor) -> bool:
    """Whether an actor may bring in a workbook: the importer, or the command line."""
    return actor.account_id is None or Rol.IMPORTEUR in actor.roles


def boxed(actor: Actor) -> ColumnElement[bool]:
    """The rows of the inbox with which a workbook is compared, shown to nobody.

    Also those about families from which the actor is kept away: a row of theirs would come twice.
    """
    return Postvakrij.werking_id == actor.werking_id if may_import(actor) else false()


def inbox(actor: Actor) -> ColumnElement[bool]:
    """The rows of the inbox that an actor may see and decide on: of no family from which the actor is kept
    away."""
    away = became_of_hidden(actor)
    if away is None:
        return boxed(actor)
    about = exists().where(
        Herkomst.werking_id == Postvakrij.werking_id,
        Herkomst.blad == Postvakrij.blad,
        Herkomst.sleutel_index == Postvakrij.sleutel_index,
        Herkomst.doel_id.in_(away),
    )
    return and_(boxed(actor), ~about)


def became_of_hidden(actor: Actor) -> CompoundSelect[UUID] | None:
    """What rows of a workbook became (family, aanmelding, meting) of families from which the actor is kept
    away; None for the command line."""
    kept = kept_from(actor)
    if kept is None:
        return None

    def of(table: type[Aanmelding | Meting]) -> Select[UUID]:
        return select(table.id).where(table.gezin_id.in_(kept))

    return kept.union_all(of(Aanmelding), of(Meting))


def runs(actor: Actor) -> ColumnElement[bool]:
    """The imports that an actor may look back on."""
    return Inlezing.werking_id == actor.werking_id if may_import(actor) else false()


def own_uploads(actor: Actor, now: datetime) -> ColumnElement[bool]:
    """The uploads of the actor that still wait."""
    if not may_import(actor):
        return false()
    return and_(
        Upload.werking_id == actor.werking_id,
        Upload.account_id == actor.account_id,
        Upload.made_at > now - KEPT,
    )


def waited_too_long(actor: Actor, now: datetime) -> ColumnElement[bool]:
    """The uploads, of anybody, that have to go."""
    return and_(Upload.werking_id == actor.werking_id, Upload.made_at <= now - KEPT)


def compared(actor: Actor) -> ColumnElement[bool]:
    """The families with which the rows of a workbook are compared: codes and names, shown to nobody.

    Also those from which the actor is kept away: a row of theirs would make the family a second time.
    """
    relaties = rights.by_role(actor.roles & {Rol.IMPORTEUR})
    knows = rights.states(relaties, Deed.COMPARE, Groep.NAMEN) == set(Staat)
    return Gezin.werking_id == actor.werking_id if actor.account_id is None or knows else false()
