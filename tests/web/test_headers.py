"""The headers of every answer, exactly: every address, every method, every status."""

from __future__ import annotations

import re

import pytest
from flask import abort, g, render_template_string

from gezinscoach.accounts.tables import Organisatie
from gezinscoach.kernel import audit, web
from gezinscoach.kernel.access import Rol
from tests.architecture.test_doors import addresses
from tests.browser import BASE

EXACT = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "object-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), "
        "microphone=(), midi=(), payment=(), serial=(), usb=()"
    ),
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "Cache-Control": "no-store",
}
OTHERS = {
    "Allow",
    "Clear-Site-Data",
    "Content-Disposition",
    "Content-Length",
    "Content-Type",
    "Location",
    "Set-Cookie",
    "Vary",
}
"""What may stand beside them."""
COOKIE = re.compile(
    r"__Host-gezinscoach=[^;]*;( Expires=[^;]*;)?( Max-Age=0;)? Secure; HttpOnly; Path=/; SameSite=Lax"
)
FILES = {"Accept-Ranges", "Cache-Control", "Date", "ETag", "Last-Modified"}
"""What an answer with a file of the application itself has of its own."""


def with_script(nonce):
    return EXACT["Content-Security-Policy"].replace("script-src 'none'", f"script-src 'nonce-{nonce}'")


def require_exact(answer, *, static=False):
    said = {name: value for name, value in answer.headers.items() if name not in OTHERS}
    wanted = dict(EXACT)
    if script := re.search(r"'nonce-([^']+)'", said["Content-Security-Policy"]):
        shown = answer.request.method == "HEAD" or f'<script nonce="{script[1]}"' in answer.text
        assert shown, "only a page with a script of ours lets one in"
        wanted["Content-Security-Policy"] = with_script(script[1])
    if static:
        said = {name: value for name, value in said.items() if name not in FILES}
        wanted.pop("Cache-Control")
    assert said == wanted, answer.request.path
    for cookie in answer.headers.getlist("Set-Cookie"):
        assert COOKIE.fullmatch(cookie), cookie


@pytest.mark.parametrize("rol", [None, Rol.GEZINSCOACH, Rol.BEHEERDER, Rol.COORDINATOR])
def test_every_address_answers_every_method_with_exactly_these_headers(app, client, city, rol):
    if rol is not None:
        client.sign_in(city.coach().account.id if rol is Rol.GEZINSCOACH else city.account(rol).id)
    seen = set()
    for rule, path in addresses(app):
        for method in ("GET", "HEAD", "POST", "OPTIONS", "PUT", "DELETE", "TRACE"):
            answer = client.client.open(
                path,
                method=method,
                base_url=BASE,
                headers={"Sec-Fetch-Site": "same-origin"},
            )
            require_exact(answer, static=rule.endpoint.endswith("static") and answer.status_code < 400)
            seen.add(answer.status_code)
    assert {200, 302, 404} <= seen if rol else {200, 302, 401, 404} <= seen, seen


@pytest.fixture
def instead(app, monkeypatch):
    """Puts another view behind an address, with the same door."""

    def put(endpoint, view):
        view.door = app.view_functions[endpoint].door
        monkeypatch.setitem(app.view_functions, endpoint, view)

    return put


def test_a_script_runs_by_a_word_that_is_another_one_in_every_answer(client, city, instead):
    client.sign_in(city.account(Rol.BEHEERDER).id)
    instead("accounts.accounts", lambda: render_template_string("{{ csp_nonce() }} {{ csp_nonce() }}"))
    words = set()
    for _ in range(5):
        answer = client.client.get("/accounts", base_url=BASE)
        first, second = answer.text.split()
        assert first == second
        policy = answer.headers["Content-Security-Policy"]
        assert policy == with_script(first)
        words.add(first)
    assert len(words) == 5
    assert min(map(len, words)) >= 24


@pytest.mark.parametrize("status", [400, 403, 404, 405, 409, 410, 411, 413, 422, 429, 500, 503])
def test_trouble_of_every_kind_has_the_same_headers(client, city, instead, status):
    client.sign_in(city.account(Rol.BEHEERDER).id)
    instead("accounts.accounts", lambda: abort(status))
    answer = client.client.get("/accounts", base_url=BASE)
    assert answer.status_code == (404 if status == 405 else status)
    require_exact(answer)


def test_a_crash_has_them_too(client, city, instead):
    client.sign_in(city.account(Rol.BEHEERDER).id)

    def crash():
        raise RuntimeError

    instead("accounts.accounts", crash)
    answer = client.client.get("/accounts", base_url=BASE)
    assert answer.status_code == 500
    require_exact(answer)


def test_a_refusal_at_the_last_moment_has_them_too(client, city, instead, now):
    """The database itself refuses, when the view has answered and the edge commits."""
    client.sign_in(city.account(Rol.BEHEERDER).id)
    reached = []

    def late():
        g.acts = True
        audit.record(web.session(), city.actor, "test.late", now=now)
        again = city.organisatie().id
        web.session().flush()
        web.session().expunge_all()
        web.session().add(Organisatie(id=again, werking_id=city.actor.werking_id, naam="Tweede"))
        reached.append(True)
        return "answered"

    instead("accounts.accounts", late)
    answer = client.client.get("/accounts", base_url=BASE)
    assert reached
    assert answer.status_code == 409
    require_exact(answer)


@pytest.mark.parametrize(
    "path", ["/static/nergens.css", "/static/../app.py", "/static/bootstrap/nergens.css"]
)
def test_a_file_that_is_not_there_has_them_too(client, path):
    answer = client.client.get(path, base_url=BASE)
    assert answer.status_code == 404
    require_exact(answer)


def test_a_file_of_ours_may_be_kept(client):
    with client.client.get("/static/theme.css", base_url=BASE) as answer:
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] != "no-store"
        require_exact(answer, static=True)
        tag = {"If-None-Match": answer.headers["ETag"]}
    with client.client.get("/static/theme.css", base_url=BASE, headers=tag) as again:
        assert (again.status_code, again.headers["Cache-Control"]) == (304, answer.headers["Cache-Control"])


def test_what_a_view_says_itself_gives_way(client, city, instead):
    client.sign_in(city.account(Rol.BEHEERDER).id)
    loose = {"Cache-Control": "public, max-age=99", "Content-Security-Policy": "default-src *"}
    instead("accounts.accounts", lambda: ("open", loose))
    require_exact(client.client.get("/accounts", base_url=BASE))


def test_under_an_unknown_name_one_learns_the_right_one_and_nothing_else(app, client, monkeypatch):
    monkeypatch.setitem(app.config, "TRUSTED_HOSTS", ["gezinscoach.test"])
    for path in ("/inloggen", "/", "/nergens", "/static/theme.css"):
        answer = client.client.get(path, base_url="https://boos.example")
        assert answer.status_code == 400
        assert "Deze server heet gezinscoach.test. Open " in answer.text
        assert "boos" not in answer.text
        require_exact(answer)
