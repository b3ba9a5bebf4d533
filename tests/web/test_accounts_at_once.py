"""What is compared over several rows of one account holds, also when two change it at the same moment."""

from __future__ import annotations

from contextlib import suppress
from threading import Barrier, BrokenBarrierError

import pytest
from sqlalchemy import select

from gezinscoach.accounts import actions
from gezinscoach.accounts.actions import roles
from gezinscoach.accounts.tables import RoleGrant
from gezinscoach.kernel.access import Rol


@pytest.fixture
def together(monkeypatch):
    """Lets two come past a question at the same moment, when nothing keeps one of them waiting before it."""

    def of(module, name):
        both, asked = Barrier(2), getattr(module, name)

        def ask(*given, **more):
            answer = asked(*given, **more)
            with suppress(BrokenBarrierError):
                both.wait(0.7)
            return answer

        monkeypatch.setattr(module, name, ask)

    return of


def test_two_roles_that_stay_apart_are_not_both_confirmed(town, together):
    city, db = town.city, town.db
    newcomer, asker = city.account(None, "Nora Nieuw"), city.account(Rol.BEHEERDER)
    newcomer.password_hash = "een hash"
    actor = city.actor_of(asker.id, Rol.BEHEERDER)
    asked = [
        actions.ask_role(db, actor, newcomer, rol, now=town.now) for rol in (Rol.AANMELDPUNT, Rol.BEHEERDER)
    ]
    db.commit()
    browsers = [town.browser(city.account(Rol.FUNCTIONARIS).id) for _ in asked]
    paths = [f"/bevestigingen/{row.id}" for row in asked]
    for browser, path in zip(browsers, paths, strict=True):
        assert browser.get(path).status == 200
    together(roles, "require_free")
    answers = town.at_once(
        [
            lambda one=one, path=path: one.post(path, {"besluit": "bevestigen"})
            for one, path in zip(browsers, paths, strict=True)
        ]
    )
    assert sorted(answer.status for answer in answers) == [302, 409]
    assert len(db.scalars(select(RoleGrant).where(RoleGrant.account_id == newcomer.id)).all()) == 1
