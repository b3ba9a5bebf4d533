"""The rulebook of the doors: every address says who may open it; who that is, test_matrix asks."""

from __future__ import annotations

from uuid import uuid4

import pytest
from flask import Blueprint

from gezinscoach import app as site
from gezinscoach.kernel.access import UnmarkedDoor

OPEN_TO_ALL = {
    "static",
    "bootstrap.static",
    "accounts.sign_in",
    "accounts.sign_in_now",
    "accounts.sign_in_by_passkey",
    "accounts.sign_in_demo",
    "accounts.sign_in_at",
    "accounts.come_back",
    "accounts.go_on",
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
