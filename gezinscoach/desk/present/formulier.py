"""Which family a form is about that is given back, as far as who gets it may know."""

from __future__ import annotations

from contextlib import suppress
from uuid import UUID

from sqlalchemy.orm import Session

from gezinscoach.aanmelding import policy as aanmelding_policy
from gezinscoach.aanmelding import queries as aanmelding
from gezinscoach.dossier import policy, queries, rights
from gezinscoach.dossier.present import called
from gezinscoach.kernel import audit, places, vault, web
from gezinscoach.kernel.access import Actor


def about(target: str) -> str:
    """The family of a form that goes to this address, by name and code to who may open it, by code to who
    may place it; "" for all others. A look."""
    ids, actor = places.ids_in(target), web.signed_in()
    if actor is None:
        return ""
    with suppress(vault.KeyDenied):
        if isinstance(gezin_id := ids.get("gezin_id"), UUID):
            return _family(web.session(), actor, gezin_id)
        if isinstance(aanmelding_id := ids.get("aanmelding_id"), UUID):
            return _referral(web.session(), actor, aanmelding_id)
    return ""


def _family(db: Session, actor: Actor, gezin_id: UUID) -> str:
    now = web.now()
    if found := queries.entered(db, actor, web.today(), gezin_id):
        audit.look(db, actor, "dossier.read", now=now, scope_id=gezin_id, groups=("F0", "F1"))
        return _said(found[0].naam, found[0].code)
    row = queries.gezin(db, policy.placed(actor), gezin_id, groups=rights.CODES)
    if row is None:
        return ""
    audit.look(db, actor, "coachperiode.read", now=now, scope_id=gezin_id, groups=("F0",))
    return row.code or ""


def _referral(db: Session, actor: Actor, aanmelding_id: UUID) -> str:
    blad = aanmelding.blad(db, aanmelding_policy.content(actor), aanmelding_id)
    if blad is None:
        return ""
    audit.look(db, actor, "aanmelding.read", now=web.now(), scope_id=blad.gezin.id, groups=("F0", "F1"))
    return _said(blad.gezin.naam, blad.gezin.code)


def _said(naam: str | None, code: str | None) -> str:
    """Name and code; `called` has both already of what can't be read."""
    known = called(naam or "", code or "")
    return known if not naam or (code or "") in known else f"{known} ({code})"
