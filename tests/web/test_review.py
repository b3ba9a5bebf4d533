"""Emergencies and the review at the same moment: limits hold, and nothing is found twice."""

from __future__ import annotations

from sqlalchemy import func, select

from gezinscoach.dossier.rules import Noodreden
from gezinscoach.dossier.tables import Noodtoegang
from gezinscoach.kernel import audit
from gezinscoach.kernel.access import Rol
from gezinscoach.privacy.tables import Nazicht

MANY = 6


def test_of_six_emergencies_asked_at_once_three_open(town):
    coach, desk = town.city.coach("Vast", max_gezinnen=9), town.city.account(Rol.AANMELDPUNT)
    codes = [town.city.gezin(f"G {one}", coach).code for one in range(MANY)]
    town.db.commit()
    browsers = [town.browser(desk.id) for _ in codes]
    why = {"categorie": Noodreden.ANDER.value, "reden": "Er is gevaar, en niemand neemt op."}
    answers = town.at_once(
        [
            lambda one=one, code=code: one.post("/noodtoegang", {"code": code, **why})
            for one, code in zip(browsers, codes, strict=True)
        ]
    )
    assert {answer.status for answer in answers} == {302}
    opened = select(func.count(Noodtoegang.id)).where(Noodtoegang.since.is_not(None))
    assert town.db.scalar(opened) == 3


def test_who_opens_the_review_at_once_finds_the_same_once(town):
    officer, reader = town.city.account(Rol.FUNCTIONARIS), town.city.account(Rol.COORDINATOR)
    town.db.commit()
    actor = town.city.actor_of(reader.id, Rol.COORDINATOR)
    audit.look(town.db, actor, "cijfers.export", now=town.now)
    audit.keep(town.db, town.db.info.pop("looks"))
    town.db.commit()
    browsers = [town.browser(officer.id) for _ in range(MANY)]
    answers = town.at_once([lambda one=one: one.get("/nazicht") for one in browsers])
    assert {answer.status for answer in answers} == {200}
    assert town.db.scalar(select(func.count(Nazicht.id))) == 1
