"""The rulebook of ids: those in one address must belong together, even when both are the actor's own."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from gezinscoach.dossier import actions as dossier
from gezinscoach.dossier.rules import Uitsluitsoort
from gezinscoach.kernel.access import Rol
from gezinscoach.mandaat import actions as mandaat
from gezinscoach.mandaat.tables import Mandaatpartner
from gezinscoach.plan import actions as plan


@pytest.fixture
def expert(city):
    return city.account(Rol.DESKUNDIGE)


def furnished(city, coach, expert, naam) -> dict[str, UUID]:
    """A family with one of everything that has an id of its own, by the name it has in addresses."""
    db, now = city.db, city.now
    gezin = city.gezin(naam, coach)
    doel = plan.add_doel(db, coach.actor, gezin, domein="wonen", titel="Rust", now=now)
    db.flush()
    actie = plan.add_actie(db, coach.actor, doel, tekst="Bellen", now=now)
    city.mandaat(gezin, coach, partners=[mandaat.NieuwePartner("School")])
    consult = dossier.consult(db, coach.actor, gezin, expert.id, vraag="Wat nu?", now=now)
    stand_in = dossier.add_stand_in(
        db, city.actor, gezin, coach.row.id, van=city.today, tot=city.today + timedelta(days=5), now=now
    )
    away = dossier.shut_out(
        db,
        coach.actor,
        gezin,
        dossier.Wie(account_id=city.account(None).id),
        soort=Uitsluitsoort.GEBLOKKEERD,
        reden=None,
        now=now,
    )
    db.commit()
    return {
        "uitsluiting_id": away.id,
        "gezin_id": gezin.id,
        "doel_id": doel.id,
        "actie_id": actie.id,
        "partner_id": db.scalars(select(Mandaatpartner.id).where(Mandaatpartner.gezin_id == gezin.id)).one(),
        "consult_id": consult.id,
        "periode_id": stand_in.id,
    }


def test_the_child_of_one_family_is_not_there_under_another(app, client, city, expert):
    coach = city.coach()
    own, other = (furnished(city, coach, expert, naam) for naam in ("Eerste", "Tweede"))
    desk = city.account(Rol.AANMELDPUNT)
    asked = 0
    for rule in app.url_map.iter_rules():
        ids = [name for name in rule.arguments if name.endswith("_id")]
        if "gezin_id" not in ids or len(ids) < 2:
            continue
        assert set(ids) <= set(own), f"{rule.rule}: give the family of this test one of these"
        client.sign_in(desk.id if rule.rule.startswith("/gezin/") else coach.account.id)
        values = {name: other[name] for name in ids} | {"gezin_id": own["gezin_id"]}
        with app.test_request_context():
            path = rule.build(values)[1]
        for method, ask in (("GET", client.get), ("POST", client.post)):
            if method in rule.methods:
                assert ask(path).status == 404, f"{method} {rule.rule}"
                asked += 1
    assert asked >= 6
