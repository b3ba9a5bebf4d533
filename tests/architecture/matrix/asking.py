"""Asks a cell of the matrix over the web, and judges the answer."""

from __future__ import annotations

import contextvars
import re
from typing import Any
from uuid import uuid4

from gezinscoach.dossier.rules import Uitsluitsoort
from gezinscoach.dossier.tables import Uitsluiting
from gezinscoach.kernel.once import FIELD
from tests.browser import BASE, session_of

from .cells import Cell
from .table import DENIED, Row
from .world import Somebody, World

DONE = {"GET": (200, 302), "POST": (200, 201, 204, 302, 422)}
"""What counts as allowed: done, or a form that is asked to be filled in."""
NOT_BARE = {
    "/aanmelding/<aanmelding>/gegevens",
    "/aanmelding/<aanmelding>/schuiladres",
    "/accounts/<account>/tweede-stap",
    "/accounts/<account>/uitnodiging",
    "/dossier/<gezin>/grondrechten/<kwartaal>",
    "/dossier/<gezin>/mandaat/bereik/<bereik>/intrekken",
    "/dossier/<gezin>/mandaat/intrekken",
    "/dossier/<gezin>/mandaat/partner/<partner>/intrekken",
    "/dossier/<gezin>/plan/doel/<doel>/actie/<actie>/terug",
    "/dossier/<gezin>/plan/doel/<doel>/stap",
    "/dossier/<gezin>/schuiladres",
    "/gezinscoach/<gezinscoach>",
    "/nazicht/<nazicht>",
    "/netwerk/<bijeenkomst>",
    "/werkmap/postvak/<rij>",
    "/werkmap/postvak/<rij>/terug",
}
"""Forms that, sent bare, are refused as out of date or as not for now (409): who gets that far is let in."""


class Asker:
    """Asks a cell and tells what came back, leaving nothing behind."""

    def __init__(self, app: Any, connection: Any, world: World) -> None:
        self.app, self.connection, self.world = app, connection, world

    def sign_in(self) -> None:
        """A session for everybody in the world."""
        for somebody in self.world.people:
            somebody.token = session_of(somebody.account_id)
            somebody.client = self.app.test_client()
            self.cookie(somebody)

    def cookie(self, somebody: Somebody) -> None:
        with somebody.client.session_transaction(base_url=BASE) as cookie:
            cookie["_user_id"] = somebody.token

    def path(self, row: Row) -> str:
        ids = self.world.ids.get(row.toestand, {}) | self.world.ids["altijd"] | self.world.ids[row.toestand]
        return re.sub(r"<(\w+)>", lambda name: str(ids[name[1]]), row.adres)

    def ask(self, cell: Cell) -> tuple[str, str]:
        """What the application answers: as in the table, and what is wrong with it."""
        nested = self.connection.begin_nested()
        try:
            if cell.note:
                self.shut_out(cell)
            return self.judge(cell, *self.send(cell.row, cell.somebody))
        finally:
            nested.rollback()

    def send(self, row: Row, somebody: Somebody) -> tuple[int, str]:
        method = "POST" if row.methode == "POST" else "GET"
        send = somebody.client.open
        answer = contextvars.Context().run(
            send,
            self.path(row),
            method=method,
            base_url=BASE,
            headers={"Sec-Fetch-Site": "same-origin"},
            data={FIELD: str(uuid4())} if method == "POST" else None,
        )
        if row.adres == "/uitloggen":
            self.cookie(somebody)
        textual = answer.mimetype.startswith("text/") or answer.is_json
        return answer.status_code, answer.get_data(as_text=True) if textual else ""

    def judge(self, cell: Cell, status: int, text: str) -> tuple[str, str]:
        row = cell.row
        if status >= 500:
            return str(status), f"{cell}: {status}"
        if row.shows:
            there = status == 200 and self.world.shown[row.toestand][row.shows] in text
            said = "x" if there else ""
        elif status in (403, 404):
            said = "" if status == 404 else "403"
        else:
            bare = row.methode == "POST" and row.adres in NOT_BARE and cell.expected == "x"
            said = "409" if status == 409 and not bare else "x"
            if said == "x" and status not in DONE[row.methode] and not (bare and status == 409):
                return str(status), f"{cell}: {status}"
        if said != cell.expected:
            return said, f"{cell}, kreeg {status}{' met' if row.shows and said else ''}"
        if said in DENIED and not row.shows:
            known = self.world.shown.get(row.toestand, {})
            told = [known[kind] for kind in ("gezin", "code", "taal") if known.get(kind, "\0") in text]
            if told:
                return said, f"{cell}: geweigerd, maar er staat {told}"
        return said, ""

    def shut_out(self, cell: Cell) -> None:
        somebody = cell.somebody
        whole = "organisatie" in cell.note
        row = {
            "id": uuid4(),
            "gezin_id": self.world.ids[cell.row.toestand]["van"],
            "account_id": None if whole else somebody.account_id,
            "organisatie_id": somebody.organisatie_id if whole else None,
            "soort": Uitsluitsoort.GEBLOKKEERD,
            "since": self.world.city.now,
        }
        self.connection.execute(Uitsluiting.__table__.insert(), row)
