"""The rulebook of reading: opening a page, any that a role can reach, writes nothing but the register."""

from __future__ import annotations

from collections import deque

import pytest
from sqlalchemy import delete, event, select
from sqlalchemy.engine import Engine

from gezinscoach.accounts import queries as accounts
from gezinscoach.accounts.tables import Werking
from gezinscoach.demo import actions as demo
from gezinscoach.demo import people
from gezinscoach.kernel.access import Rol
from gezinscoach.kernel.audit import AuditEvent

REGISTER = ("insert into audit_event", "update login_session", "insert into nazicht")
MOST = 150
LEAST = {Rol.GEZINSCOACH: 40, Rol.AANMELDPUNT: 25, Rol.COORDINATOR: 15}


@pytest.mark.parametrize("rol", Rol)
def test_a_page_that_is_opened_writes_nothing_but_who_looked(client, db, now, rol):
    before = len(db.scalars(select(AuditEvent.id)).all())
    db.execute(delete(Werking))
    demo.load(db, today=now.date())
    db.commit()
    client.sign_in(accounts.account_by_email(db, people.LOGINS[rol].email).id)
    written: list[str] = []

    def note(connection, cursor, statement, *rest):
        if statement.split(None, 1)[0].lower() in ("insert", "update", "delete"):
            written.append(" ".join(statement.lower().split()[:3]))

    seen, todo = {"/"}, deque(["/"])
    event.listen(Engine, "before_cursor_execute", note)
    try:
        while todo and len(seen) < MOST:
            path = todo.popleft()
            page = client.get(path)
            assert page.status == 200, f"{path}: {page.status}"
            foreign = [one for one in written if not one.startswith(REGISTER)]
            assert foreign == [], f"{path}: {foreign}"
            for link in page.links() if page.tree is not None else ():
                target = link.partition("#")[0]
                if target.startswith("/") and not target.startswith("/static") and target not in seen:
                    seen.add(target)
                    todo.append(target)
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert len(seen) >= LEAST.get(rol, 1)
    assert len(db.scalars(select(AuditEvent.id)).all()) > before
