"""Measurements and attendance: columns that are rows of their own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from gezinscoach.dossier import rights
from gezinscoach.dossier.rules import GRONDRECHTEN
from gezinscoach.grondrechten import actions as grondrechten
from gezinscoach.grondrechten import queries as grondrechten_queries
from gezinscoach.grondrechten.tables import Meting
from gezinscoach.kernel import vault
from gezinscoach.kernel.access import Actor
from gezinscoach.netwerk import actions as netwerk
from gezinscoach.netwerk.rules import Aanwezig
from gezinscoach.netwerk.tables import Aanwezigheid, Bijeenkomst
from gezinscoach.werkmap.actions.target import Part, Read, Target
from gezinscoach.werkmap.actions.values import CODES, scores
from gezinscoach.werkmap.rules.layout import GRONDRECHTEN as COLUMNS


class Kwartaalmeting:
    """A measurement, whose lines are written as a whole."""

    def __init__(self, db: Session, actor: Actor, row: Meting, as_of: date) -> None:
        self.db, self.actor, self.row, self.as_of = db, actor, row, as_of
        self.scope_id = row.gezin_id
        regels = grondrechten_queries.history(db, row.gezin_id)
        self.regel = next(regel for regel in regels if regel.id == row.id)
        self.titles = {title: CODES[key] for key, title in COLUMNS}

    def part(self, column: str, old: Any, new: Any) -> Part | None:
        read: Read
        if column in self.titles:
            code = self.titles[column]
            held: Any = self.regel.scores.get(code)
            read = lambda rij: scores(rij)[code]  # noqa: E731  # one of four readings, by column
        elif column == "Prioriteiten":
            held, read = self.regel.priorities, lambda rij: tuple(CODES[key] for key in rij.prioriteiten)
        elif column == "Krachten / opmerking":
            held, read = self.regel.krachten, lambda rij: rij.opmerking
        elif column == "Datum":
            held, read = self.regel.datum, lambda rij: rij.datum
        else:
            return None
        return Part(held, read(old) if old else None, read(new))

    def write(self, parts: Mapping[str, Part], now: datetime) -> None:
        wanted = {column: part.after for column, part in parts.items()}
        answers = dict(self.regel.scores)
        answers |= {self.titles[column]: said for column, said in wanted.items() if column in self.titles}
        grondrechten.change(
            self.db, self.actor, self.row, datum=wanted.get("Datum", self.regel.datum), scores=answers,
            priorities=wanted.get("Prioriteiten", self.regel.priorities),
            krachten=wanted.get("Krachten / opmerking", self.regel.krachten),
            met_wie=self.regel.met_wie, rights=GRONDRECHTEN, now=now, today=self.as_of,
        )  # fmt: skip


def meting(db: Session, actor: Actor, doel_id: UUID, as_of: date) -> Target | None:
    """A measurement; family and quarter are its key."""
    row = db.get(Meting, doel_id)
    if row is None:
        return None
    vault.open_scopes(db, [row.gezin_id], groups=rights.TAKEN_OVER, compares=True)
    return Kwartaalmeting(db, actor, row, as_of)


class Jaarlijst:
    """Where a coach was in a year; the columns are ISO days. A blank cell of a day gone by is "afwezig"."""

    def __init__(self, db: Session, actor: Actor, coach_id: UUID, as_of: date) -> None:
        self.db, self.actor, self.coach_id, self.as_of = db, actor, coach_id, as_of
        self.scope_id = coach_id
        self.noted = {
            row.datum: row.stand
            for row in db.execute(
                select(Bijeenkomst.datum, Aanwezigheid.stand)
                .join(Bijeenkomst, Bijeenkomst.id == Aanwezigheid.bijeenkomst_id)
                .where(Aanwezigheid.gezinscoach_id == coach_id)
            )
        }

    def part(self, column: str, old: Any, new: Any) -> Part | None:
        try:
            day = date.fromisoformat(column)
        except ValueError:
            return None
        gone = Aanwezig.AFWEZIG if day <= self.as_of else None
        said = (rij.aanwezigheden.get(day) if rij else None for rij in (old, new))
        before, after = (Aanwezig(word) if word else gone for word in said)
        return Part(self.noted.get(day, gone), before, after)

    def write(self, parts: Mapping[str, Part], now: datetime) -> None:
        for column, part in parts.items():
            if part.after is not None:
                row = netwerk.hold(self.db, self.actor, datum=date.fromisoformat(column), now=now)
                netwerk.mark(self.db, self.actor, row, {self.coach_id: part.after}, now=now)


def jaarlijst(db: Session, actor: Actor, doel_id: UUID, as_of: date) -> Target | None:
    """The attendance of a coach."""
    return Jaarlijst(db, actor, doel_id, as_of)
