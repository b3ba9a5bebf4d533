"""The web edge: headers on every answer, refusals that give back what was typed, reads that write nothing."""

from __future__ import annotations

import gc
import io

import pytest
from sqlalchemy import event, false, select
from sqlalchemy.engine import Engine

from gezinscoach.accounts import actions, queries
from gezinscoach.kernel import web
from gezinscoach.kernel.access import Rol
from gezinscoach.kernel.audit import AuditEvent
from tests.browser import BASE


def test_the_cookie_is_for_this_host_only_over_https_and_out_of_reach_of_scripts(client):
    cookie = client.get("/inloggen").headers["Set-Cookie"]
    for part in ("__Host-gezinscoach=", "Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert part in cookie
    assert "Domain" not in cookie


# The client of the test leaves the file open that the server, rightly, stopped reading.
half_read = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@half_read
def test_an_upload_that_is_too_large_gets_a_kind_page(client, city):
    client.sign_in(city.account(Rol.BEHEERDER).id)
    page = client.post("/accounts/nieuw", {"bestand": (io.BytesIO(bytes(27 << 20)), "groot.xlsx")})
    gc.collect()
    assert page.status == 413
    assert "te groot" in page.words


@half_read
def test_a_form_with_too_many_parts_is_refused_without_a_stack_trace(client, city):
    client.sign_in(city.account(Rol.BEHEERDER).id)
    page = client.post(
        "/accounts/nieuw", {f"veld{n}": "x" for n in range(1000)}, content_type="multipart/form-data"
    )
    gc.collect()
    assert page.status == 413


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({f"veld{n}": "x" for n in range(2_000)}, 413),
        ({"a" * 300: "x"}, 400),
        ({"leden-²-naam": "x"}, 400),
        ({"veld": "x"}, 422),
    ],
)
def test_a_plain_form_with_fields_that_no_page_has_is_refused_before_its_view(client, city, fields, status):
    client.sign_in(city.account(Rol.BEHEERDER).id)
    page = client.post("/accounts/nieuw", fields)
    assert page.status == status
    assert ("niets bewaard" in page.words) is (status != 422)


def test_a_plain_form_of_unknown_length_is_refused_unread(client):
    endless = {"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}
    answer = client.client.post(
        "/inloggen",
        base_url=BASE,
        input_stream=io.BytesIO(b"a=1"),
        content_type="application/x-www-form-urlencoded",
        environ_overrides=endless,
    )
    assert answer.status_code == 411


def test_a_refusal_gives_back_what_was_typed_and_keeps_nothing(client, city, db):
    beheerder = city.account(Rol.BEHEERDER)
    client.sign_in(beheerder.id)
    page = client.post(
        f"/accounts/{beheerder.id}/afsluiten", {"reden": "een lange tekst die niemand nog eens wil typen"}
    )
    assert page.status == 409
    assert "een lange tekst die niemand nog eens wil typen" in page.text


def test_an_address_elsewhere_is_never_followed():
    assert web.local_address("/dossier?x=1") == "/dossier?x=1"
    for elsewhere in ("https://boos.example", "//boos.example", "/\\boos.example", "boos", "", None, "/a\\b"):
        assert web.local_address(elsewhere) is None


def test_a_crash_says_that_nothing_is_lost_and_shows_no_stack(app, client, city, monkeypatch):
    client.sign_in(city.account(Rol.BEHEERDER).id)

    def crash():
        raise RuntimeError("geheim")

    monkeypatch.setitem(app.view_functions, "accounts.accounts", _with_mark(app, "accounts.accounts", crash))
    page = client.get("/accounts")
    assert page.status == 500
    assert "geheim" not in page.told
    assert "Traceback" not in page.told


def _with_mark(app, endpoint, view):
    view.door = app.view_functions[endpoint].door
    return view


def test_a_page_that_is_read_writes_nothing_but_who_looked(client, city):
    gezin = city.gezin("Gelezen", coach := city.coach())
    client.sign_in(coach.account.id)
    written = []

    def note(connection, cursor, statement, *rest):
        if statement.split(None, 1)[0].upper() in ("INSERT", "UPDATE", "DELETE"):
            written.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        assert client.get(f"/dossier/{gezin.id}").status == 200
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert [statement.split()[:3] for statement in written] == [["INSERT", "INTO", "audit_event"]]


def test_who_looked_is_on_record_before_the_page_leaves(client, city, db):
    gezin = city.gezin("Gelezen", coach := city.coach())
    client.sign_in(coach.account.id)
    client.get(f"/dossier/{gezin.id}")
    looks = db.scalars(
        select(AuditEvent).where(AuditEvent.scope_id == gezin.id, AuditEvent.action == "dossier.read")
    )
    assert [look.account_id for look in looks] == [coach.account.id]


def test_no_trace_no_page(client, city, db):
    gezin = city.gezin("Gelezen", coach := city.coach())
    client.sign_in(coach.account.id)

    def full(connection, cursor, statement, *rest):
        if statement.lower().startswith("insert into audit_event"):
            raise OSError("no room left for the trace")

    event.listen(Engine, "before_cursor_execute", full)
    try:
        page = client.get(f"/dossier/{gezin.id}")
    finally:
        event.remove(Engine, "before_cursor_execute", full)
    assert page.status == 500
    assert "Gelezen" not in page.told


def test_a_form_with_errors_shows_the_page_and_so_is_a_look_too(client, city, db):
    gezin = city.gezin("Gelezen", coach := city.coach())
    client.sign_in(coach.account.id)
    client.get("/")
    before = len(db.scalars(select(AuditEvent.id).where(AuditEvent.scope_id == gezin.id)).all())
    assert client.post(f"/dossier/{gezin.id}/notities", {}).status == 422
    after = db.scalars(select(AuditEvent.id).where(AuditEvent.scope_id == gezin.id)).all()
    assert len(after) == before + 1


@pytest.mark.parametrize("number", ["99999999999999999999", "-1", "0", "x", "²", "1e3"])
def test_a_page_number_that_is_none_opens_the_first_page(app, number):
    with app.test_request_context(f"/?blad={number}"):
        assert web.page_number() == 1


def test_an_upload_never_touches_the_disk(app):
    sent = {"bestand": (io.BytesIO(b"inhoud"), "klein.xlsx")}
    with app.test_request_context("/", method="POST", data=sent) as context:
        assert isinstance(context.request.files["bestand"].stream, io.BytesIO)


def test_what_the_database_refuses_at_the_last_moment_is_a_kind_refusal(client, city, db, monkeypatch):
    """Two people at once: what one stored makes the other's commit fail."""
    client.sign_in(city.account(Rol.BEHEERDER).id)
    client.get("/accounts/nieuw")
    monkeypatch.setattr(queries, "account_by_email", lambda *args: None)
    monkeypatch.setattr(actions.people, "select", _nothing)
    taken = city.account(None, "Eerst")
    sent = {"naam": "Tweede", "email": taken.email, "rol": "coordinator", "organisatie": "", "tot": ""}
    page = client.post("/accounts/nieuw", sent)
    assert page.status == 409
    assert "niets verloren" in page.words


def _nothing(*columns):
    return select(*columns).where(false())
