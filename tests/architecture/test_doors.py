"""The rulebook of the doors: every address says who may open it, and a stranger finds nothing there."""

from __future__ import annotations

import csv
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Blueprint

from gezinscoach import app as site
from gezinscoach.kernel.access import Rol, UnmarkedDoor, mark_of

HERE = Path(__file__).parent
OPEN_TO_ALL = {
    "static",
    "bootstrap.static",
    "accounts.sign_in",
    "accounts.sign_in_now",
    "accounts.invitation",
    "accounts.accept_invitation",
}


def addresses(app):
    """Every rule of the site with a path that has random ids in it."""
    for rule in app.url_map.iter_rules():
        values = {name: uuid4() if name.endswith("_id") else "onbekend" for name in rule.arguments}
        with app.test_request_context(base_url="https://gezinscoach.test"):
            yield rule, str(rule.build(values, append_unknown=False)[1])


def test_an_application_with_an_unmarked_door_does_not_start(monkeypatch, tmp_path):
    unmarked = Blueprint("onbewaakt", __name__)
    unmarked.get("/onbewaakt")(lambda: "open")
    monkeypatch.setattr(site, "BLUEPRINTS", (*site.BLUEPRINTS, unmarked))
    with pytest.raises(UnmarkedDoor, match="onbewaakt"):
        site.create_app(site.Settings.at(tmp_path))


def test_every_id_in_an_address_is_typed(installation):
    for rule in installation.url_map.iter_rules():
        for name in rule.arguments:
            if name.endswith("_id"):
                assert f"<uuid:{name}>" in rule.rule, rule.rule


def test_whoever_is_signed_out_gets_no_further_than_the_sign_in_page(app, client):
    for rule, path in addresses(app):
        if rule.endpoint in OPEN_TO_ALL:
            continue
        if "GET" in rule.methods:
            page = client.get(path)
            assert page.status == 302, path
            assert page.location.startswith("/inloggen"), path
        if "POST" in rule.methods:
            assert client.post(path).status == 401, path


def test_the_table_of_doors_is_what_the_application_does(installation):
    with (HERE / "deuren.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    written = {row["adres"]: {rol for rol in Rol if row[rol]} for row in rows}
    doors = {}
    for rule in installation.url_map.iter_rules():
        mark = mark_of(installation.view_functions[rule.endpoint])
        if not mark.public:
            doors[rule.endpoint] = set(mark.roles if mark.roles is not None else Rol)
    assert written == doors


@pytest.mark.parametrize("rol", Rol)
def test_the_doors_of_other_roles_are_not_there(app, client, city, rol):
    client.sign_in(city.account(rol).id)
    for rule, path in addresses(app):
        mark = mark_of(app.view_functions[rule.endpoint])
        if mark.public or mark.roles is None or rol in mark.roles:
            continue
        for method, ask in (("GET", client.get), ("POST", client.post)):
            if method in rule.methods:
                assert ask(path).status == 404, f"{method} {path}"


@pytest.mark.parametrize("rol", Rol)
def test_a_dossier_is_not_there_for_whoever_has_no_relation_with_it(app, client, city, rol):
    gezin = city.gezin("Onbekenden", city.coach("Vaste Coach"))
    somebody = city.coach("Andere Coach").account if rol is Rol.GEZINSCOACH else city.account(rol)
    client.sign_in(somebody.id)
    asked = 0
    for rule, _ in addresses(app):
        if "gezin_id" not in rule.arguments:
            continue
        with app.test_request_context():
            path = rule.build({n: gezin.id if n == "gezin_id" else uuid4() for n in rule.arguments})[1]
        for method, ask in (("GET", client.get), ("POST", client.post)):
            if method in rule.methods:
                page = ask(path)
                assert "Onbekenden" not in page.told, f"{method} {path}"
                if rule.endpoint not in WITHOUT_RELATION.get(rol, ()):
                    assert page.status == 404, f"{method} {path}: {page.status}"
                asked += 1
    assert asked > 5


WITHOUT_RELATION = {
    Rol.AANMELDPUNT: (
        "dossier.coach",
        "dossier.start_coach",
        "dossier.end_coach",
        "dossier.add_stand_in",
        "dossier.end_stand_in",
    ),
    Rol.COORDINATOR: ("dossier.coach",),
}
"""Addresses with a family in them that a role opens without a relation to it: no content."""
