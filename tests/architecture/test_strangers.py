"""The rulebook of relations: a real row of somebody else is not there, whatever the role that asks for it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gezinscoach.aanmelding import actions as aanmelding
from gezinscoach.aanmelding import policy, queries
from gezinscoach.aanmelding.rules import Toestemming
from gezinscoach.accounts import actions as accounts
from gezinscoach.dossier import actions as dossier
from gezinscoach.kernel.access import Rol, mark_of
from gezinscoach.netwerk import actions as netwerk

ASKED = {"aanmelding_id", "voorstel_id", "consult_id", "bijeenkomst_id", "signaal_id", "gezinscoach_id"}
BY_ROLE = {"aanmelding_id", "bijeenkomst_id", "signaal_id", "gezinscoach_id"}
"""What a role opens in the whole of its own werking: a stranger is somebody of another werking."""


@pytest.fixture
def rows(city, now):
    """One of everything, each the business of somebody in the werking of the test."""
    db, coach = city.db, city.coach("Vaste Coach", max_gezinnen=9)
    gezin = city.gezin("Geheimhouders", coach)
    city.mandaat(gezin, coach)
    consult = dossier.consult(db, coach.actor, gezin, city.account(Rol.DESKUNDIGE).id, vraag="?", now=now)
    desk = city.actor_of(city.account(Rol.AANMELDPUNT).id, Rol.AANMELDPUNT)
    asked = aanmelding.register(
        db,
        desk,
        now=now,
        datum=city.today,
        aanmelder="Bram",
        naam="Geheimhouders",
        toestemming=Toestemming.JA,
    )
    db.commit()
    blad = queries.blad(db, policy.content(desk), asked.id)
    voorstel = aanmelding.propose(db, desk, blad, coach.row.id, today=city.today, now=now)
    meeting = netwerk.convene(db, city.actor, datum=city.today, thema=None, now=now)
    signal = netwerk.signal(db, coach.actor, domein="wonen", tekst="Geheimhouders", now=now)
    db.commit()
    return {
        "aanmelding_id": asked.id,
        "voorstel_id": voorstel.id,
        "consult_id": consult.id,
        "bijeenkomst_id": meeting.id,
        "signaal_id": signal.id,
        "gezinscoach_id": coach.row.id,
        "gezin_id": gezin.id,
        "slug": "terugnemen",
        "step": "bundle",
    }


def doors(app, rol):
    """The addresses that a role may open and that have one of these ids in them."""
    for rule in app.url_map.iter_rules():
        mark = mark_of(app.view_functions[rule.endpoint])
        if ASKED & set(rule.arguments) and not mark.public and (mark.roles is None or rol in mark.roles):
            yield rule


def refused(app, client, rules, rows):
    asked = 0
    for rule in rules:
        with app.test_request_context():
            path = rule.build({name: rows[name] for name in rule.arguments})[1]
        for method, ask in (("GET", client.get), ("POST", client.post)):
            if method in rule.methods:
                page = ask(path)
                assert page.status == 404, f"{method} {path}: {page.status}"
                assert "Geheimhouders" not in page.told
                asked += 1
    return asked


@pytest.fixture
def elsewhere(city, now):
    """Makes somebody of another werking in a role."""
    actor = accounts.add_werking(city.db, naam="Elders", gemeente="Elders", postcodes=("1000",), now=now)

    def make(rol):
        organisatie = accounts.add_organisatie(city.db, actor, naam="Huis", now=now)
        account, _ = accounts.add_account(city.db, actor, email="x@elders.example", naam="X", now=now)
        of = organisatie.id if rol in accounts.FOR_ORGANISATION else None
        accounts.give_role(
            city.db, actor, account, rol, organisatie_id=of, until=now + timedelta(days=1), now=now
        )
        city.db.commit()
        return account

    return make


@pytest.mark.parametrize("rol", Rol)
def test_nothing_of_another_werking_is_there(app, client, rows, elsewhere, rol):
    client.sign_in(elsewhere(rol).id)
    asked = refused(app, client, doors(app, rol), rows)
    assert asked or rol not in (Rol.AANMELDPUNT, Rol.COORDINATOR, Rol.DESKUNDIGE, Rol.GEZINSCOACH)


@pytest.mark.parametrize("rol", Rol)
def test_what_was_asked_of_somebody_else_is_not_there(app, client, city, rows, rol):
    somebody = city.coach("Andere Coach").account if rol is Rol.GEZINSCOACH else city.account(rol)
    client.sign_in(somebody.id)
    personal = [rule for rule in doors(app, rol) if not BY_ROLE & set(rule.arguments)]
    asked = refused(app, client, personal, rows)
    assert asked or rol not in (Rol.DESKUNDIGE, Rol.GEZINSCOACH)


def test_every_id_that_is_tried_stands_in_an_address(app):
    seen = {name for rule in app.url_map.iter_rules() for name in rule.arguments if name.endswith("_id")}
    assert seen >= ASKED
