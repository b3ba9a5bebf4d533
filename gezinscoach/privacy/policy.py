"""Rights over the trace: the functionaris gegevensbescherming reads all of the werking, nobody else any."""

from __future__ import annotations

from sqlalchemy import ColumnElement, false

from gezinscoach.dossier.tables import Gezin
from gezinscoach.kernel.access import Actor, Rol
from gezinscoach.kernel.audit import AuditEvent


def events(actor: Actor) -> ColumnElement[bool]:
    """The events that an actor may read."""
    return AuditEvent.werking_id == actor.werking_id if Rol.FUNCTIONARIS in actor.roles else false()


def dossiers(actor: Actor) -> ColumnElement[bool]:
    """The dossiers whose code an actor may turn into the mark that the trace shows."""
    return Gezin.werking_id == actor.werking_id if Rol.FUNCTIONARIS in actor.roles else false()
