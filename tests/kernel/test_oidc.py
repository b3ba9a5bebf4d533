"""An issuer that is dead, slow, endless or elsewhere: it is left alone, and the rest goes on."""

from __future__ import annotations

import json
import socket
import threading
import time

import pytest

from gezinscoach.accounts import actions
from gezinscoach.accounts.actions import hashing
from gezinscoach.cli import serving
from gezinscoach.kernel import oidc
from gezinscoach.kernel.access import Rol
from gezinscoach.kernel.oidc import transport
from tests.issuer import CLIENT, SECRET, FakeIssuer, serve

PASSWORD = "vier groene fietsen zingen"


@pytest.fixture
def fake():
    oidc.forget()
    with serve() as issuer:
        yield issuer
    oidc.forget()


def party(address):
    return oidc.Party("test", address, CLIENT, SECRET)


def dead_address():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"http://127.0.0.1:{server.getsockname()[1]}"


def test_an_issuer_that_says_what_is_needed_is_reachable(fake: FakeIssuer):
    oidc.ask_issuer(party(fake.address))
    assert fake.asked == ["/.well-known/openid-configuration", "/keys"]


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("https://inloggen.example/op", "https://inloggen.example"),
        ("https://inloggen.example:8443/op", "https://inloggen.example:8443"),
        ("http://127.0.0.1:9131", "http://127.0.0.1:9131"),
        ("http://[::1]:9131/x", "http://[::1]:9131"),
        ("http://localhost:9131", "http://localhost:9131"),
        ("http://inloggen.example", None),
        ("http://192.0.2.1", None),
        ("http://localhost.example", None),
        ("https://iemand:wachtwoord@inloggen.example", None),
        ("ftp://inloggen.example", None),
        ("file:///etc/passwd", None),
        ("inloggen.example", None),
        ("", None),
    ],
)
def test_secrets_go_over_https_or_stay_on_this_machine(address, origin):
    assert oidc.origin_of(address) == origin


LIES = {
    "another issuer": {"issuer": "https://elders.example"},
    "a token endpoint elsewhere": {"token_endpoint": "https://elders.example/token"},
    "keys elsewhere": {"jwks_uri": "http://127.0.0.1:1/keys"},
    "logging in elsewhere": {"authorization_endpoint": "https://elders.example/authorize"},
    "keys in a file": {"jwks_uri": "file:///etc/passwd"},
    "no keys": {"jwks_uri": None},
    "only shared secrets": {"id_token_signing_alg_values_supported": ["HS256", "none"]},
    "no list": {"id_token_signing_alg_values_supported": "RS256"},
}


@pytest.mark.parametrize("lie", LIES)
def test_what_an_issuer_says_must_be_about_itself(fake, lie):
    fake.metadata = LIES[lie]
    with pytest.raises(oidc.Unreachable):
        oidc.ask_issuer(party(fake.address))


def test_a_place_to_ask_more_that_lies_elsewhere_is_not_known(fake):
    fake.metadata = {"userinfo_endpoint": "https://elders.example/userinfo"}
    oidc.ask_issuer(party(fake.address))
    ((_, said),) = oidc._said.values()
    assert "userinfo_endpoint" not in said["metadata"]


ANSWERS = {
    "broken": (500, b"{}"),
    "no json": (200, b"<html>"),
    "a list": (200, b"[]"),
    "nothing": (200, b"{}"),
}


@pytest.mark.parametrize("how", ANSWERS)
@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/keys"])
def test_an_answer_that_makes_no_sense_is_no_answer(fake, how, path):
    fake.answers[path] = ANSWERS[how]
    with pytest.raises(oidc.Unreachable):
        oidc.ask_issuer(party(fake.address))


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/keys"])
def test_an_answer_that_is_too_long_is_not_read_even_when_it_makes_sense(fake, path):
    body = json.dumps(fake.answer(path, {}, "")[1]).encode()
    for more, fits in ((transport.LARGEST - len(body), True), (transport.LARGEST, False)):
        fake.answers[path] = (200, body + b" " * more)
        if fits:
            oidc.ask_issuer(party(fake.address))
        else:
            with pytest.raises(oidc.Unreachable):
                oidc.ask_issuer(party(fake.address))


def test_a_redirect_is_not_followed(fake):
    fake.answers["/keys"] = (302, f"{fake.address}/other".encode())
    with pytest.raises(oidc.Unreachable):
        oidc.ask_issuer(party(fake.address))
    assert "/other" not in fake.asked


def test_keys_for_a_shared_secret_are_no_keys(fake):
    fake.keys, fake.more_keys = [], [{"kty": "oct", "kid": "one", "k": "AAAA"}, "x"]
    with pytest.raises(oidc.Unreachable):
        oidc.ask_issuer(party(fake.address))


@pytest.mark.parametrize("piece", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n"])
def test_an_issuer_that_drips_or_says_nothing_is_given_up(monkeypatch, piece):
    monkeypatch.setattr(transport, "READ", 0.3)
    monkeypatch.setattr(transport, "WHOLE", 0.6)
    stop = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip():
            line, _ = server.accept()
            with line:
                line.recv(4096)
                line.sendall(piece)
                while not stop.wait(0.05) and piece:
                    try:
                        line.sendall(b" ")
                    except OSError:
                        return
                stop.wait(5)

        thread = threading.Thread(target=drip)
        thread.start()
        begun = time.monotonic()
        try:
            with pytest.raises(oidc.Unreachable):
                oidc.ask_issuer(party(f"http://127.0.0.1:{server.getsockname()[1]}"))
        finally:
            stop.set()
            thread.join()
        assert time.monotonic() - begun < 4


def test_a_silent_issuer_is_left_alone_for_a_while(monkeypatch):
    oidc.forget()
    calls = []
    monkeypatch.setattr(oidc, "_ask", lambda party: calls.append(1) or (_ for _ in ()).throw(OSError))
    for _ in range(3):
        with pytest.raises(oidc.Unreachable), transport.line("https://dood.example"):
            oidc._known(party("https://dood.example"))
    assert len(calls) == 1
    later = time.monotonic() + transport.SILENT + 1
    monkeypatch.setattr(transport.time, "monotonic", lambda: later)
    with pytest.raises(oidc.Unreachable), transport.line("https://dood.example"):
        oidc._known(party("https://dood.example"))
    assert len(calls) == 2
    oidc.forget()


def test_threads_are_left_for_pages_when_passwords_and_issuers_keep_all_they_may():
    assert hashing.AT_ONCE + hashing.WAITING + transport.AT_ONCE < serving.THREADS


@pytest.mark.db
def test_a_dead_issuer_gives_a_plain_page_and_a_password_still_opens(client, city, db, now):
    oidc.forget()
    row = actions.add_issuer(
        db,
        city.actor,
        naam="Stad",
        address=dead_address(),
        client_id=CLIENT,
        client_secret=SECRET,
        organisation_claim="vo_orgcode",
        acr=(),
        now=now,
    )
    account = city.account(Rol.COORDINATOR)
    actions.set_password(db, account, PASSWORD)
    db.commit()
    page = client.get(f"/inloggen/met/{row.id}")
    assert (page.status, page.headers["Retry-After"]) == (503, "5")
    assert "antwoordt nu niet" in page.words
    assert "Inloggen met Stad" in client.get("/inloggen").words
    assert client.post("/inloggen", {"email": account.email, "wachtwoord": PASSWORD}).status == 302


@pytest.mark.db
def test_when_all_lines_are_taken_the_next_one_hears_so_at_once(client, city, db, fake, now, monkeypatch):
    monkeypatch.setattr(transport, "TURN", 0.01)
    row = actions.add_issuer(
        db,
        city.actor,
        naam="Stad",
        address=fake.address,
        client_id=CLIENT,
        client_secret=SECRET,
        organisation_claim="vo_orgcode",
        acr=(),
        now=now,
    )
    db.commit()
    for _ in range(transport.AT_ONCE):
        transport.lines.acquire()
    try:
        assert client.get(f"/inloggen/met/{row.id}").status == 503
    finally:
        for _ in range(transport.AT_ONCE):
            transport.lines.release()
    assert client.get(f"/inloggen/met/{row.id}").status == 302, "that was not its fault"
