"""The address of a shielded family: put apart, written, read by its coach alone, and given back."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from sqlalchemy.orm import Session

from gezinscoach.aanmelding import actions as aanmelding
from gezinscoach.dossier import queries as dossier
from gezinscoach.dossier.tables import Gezin, Schuiladres
from gezinscoach.kernel import audit, vault
from gezinscoach.kernel.access import Actor
from gezinscoach.privacy import rules
from gezinscoach.privacy.rules import Kijkreden
from gezinscoach.werkmap import actions as werkmap

KIND = "shielded"


def shield(
    db: Session, actor: Actor, gezin: Gezin, *, adres: str, contact: str, now: datetime
) -> Schuiladres:
    """Write where a family, whose keys are open, stays; from the first time on its place is kept apart.

    Its ordinary address, place and telephone move under a key of their own, for coach and stand-in; what
    proposals and workbooks told of the place is wiped. The shielded address itself is only written here:
    the key goes back at once.
    """
    _hold(db, gezin)
    row = dossier.schuiladres(db, gezin.id)
    with vault.borrowed(db):
        if row is None:
            row = Schuiladres(id=uuid4(), gezin_id=gezin.id, gewoon_id=uuid4(), made_at=now, changed_at=now)
            # No parent: what opens the family, with all persons in it, does not open these.
            vault.new_scope(db, row.id, KIND)
            vault.new_scope(db, row.gewoon_id, KIND)
            db.add(row)
            row.gewoon = [gezin.adres or "", gezin.gemeente or "", gezin.telefoon or ""]
            gezin.afgeschermd = True
            gezin.adres = gezin.gemeente = gezin.telefoon = None
            aanmelding.forget_place(db, actor, gezin.id, now=now)
            werkmap.forget_place(db, actor, gezin.id, now=now)
        else:
            vault.open_scopes(db, [row.id], groups=dossier.APART)
        row.adres, row.contact, row.changed_at = adres, contact or None, now
        db.flush()
    audit.record(db, actor, "schuiladres.shield", now=now, thing_id=row.id, scope_id=gezin.id)
    return row


def read_shielded(db: Session, actor: Actor, gezin: Gezin, *, reden: Kijkreden, now: datetime) -> Schuiladres:
    """What is written of where a shielded family stays, its key opened; the reason stands in the trace.
    NotShielded for any other family."""
    row = dossier.schuiladres(db, gezin.id)
    if row is None:
        raise rules.NotShielded
    vault.open_scopes(db, [row.id], groups=dossier.APART)
    audit.look(
        db, actor, f"schuiladres.read.{reden}", now=now, thing_id=row.id, scope_id=gezin.id, groups=("F2s",)
    )
    return row


def lift(db: Session, actor: Actor, gezin: Gezin, *, now: datetime) -> None:
    """Stop shielding: the ordinary address comes back, where the family stayed is wiped. NotShielded."""
    _hold(db, gezin)
    row = dossier.schuiladres(db, gezin.id)
    if row is None:
        raise rules.NotShielded
    held = dossier.contact(db, gezin, near=True)
    gezin.afgeschermd = False
    gezin.adres, gezin.gemeente = held.adres or None, held.gemeente or None
    gezin.telefoon = held.telefoon or None
    db.delete(row)
    db.flush()
    audit.record(db, actor, "schuiladres.lift", now=now, thing_id=row.id, scope_id=gezin.id)


def _hold(db: Session, gezin: Gezin) -> None:
    """The family as it is now, kept from others until the end: what a colleague wrote meanwhile moves too."""
    db.flush()  # a refresh forgets what was not written yet
    db.refresh(gezin, with_for_update={"key_share": True})
