"""Over https, as in a city: Flask-WTF looks at the referrer only there."""

from __future__ import annotations

import http.cookiejar
import os
import re
import socket
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from datetime import UTC, datetime, timedelta
from html import unescape
from ipaddress import ip_address
from pathlib import Path

import html5lib
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from gezinscoach.accounts import actions
from tests.accounts.proving import CODES, give_app
from tests.web.fields import filled, forms
from tests.web.test_headers import COOKIE, EXACT, with_script

ROOT = Path(__file__).parents[2]
PASSWORD = "zeven groene wandelstokken"


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate of the loopback's own, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, secret = folder / "certificate.pem", folder / "key.pem"
    pem.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return pem, secret


class Visitor:
    """A browser over TLS: it keeps cookies, and says where it comes from."""

    def __init__(self, port: int, trusted: Path) -> None:
        self.base = f"https://127.0.0.1:{port}"
        self.jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(
            urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=str(trusted))),
            urllib.request.HTTPCookieProcessor(self.jar),
        )

    def ask(self, path, fields=None, **headers):
        data = urllib.parse.urlencode(fields, doseq=True).encode() if fields is not None else None
        request = urllib.request.Request(
            self.base + path, data, {name: said for name, said in headers.items() if said}
        )
        try:
            answer = self.opener.open(request, timeout=20)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            self.check(answer, path)
            text = answer.read().decode()
            return answer, html5lib.parse(text, namespaceHTMLElements=False), unescape(text)

    def check(self, answer, path):
        said = {name: value for name, value in answer.headers.items() if name in EXACT}
        wanted = {
            name: value for name, value in EXACT.items() if name != "Cache-Control" or "static" not in path
        }
        if script := re.search(r"'nonce-([^']+)'", said["Content-Security-Policy"]):
            wanted["Content-Security-Policy"] = with_script(script[1])
        assert wanted.items() <= said.items(), path
        assert not any(sign.isdigit() for sign in answer.headers.get("Server", "")), "no version is told"
        for cookie in answer.headers.get_all("Set-Cookie", []):
            assert COOKIE.fullmatch(cookie), cookie

    def send(self, path, tree, **typed):
        """The first form of a page, with what was typed, from the page itself."""
        return self.ask(path, {**filled(forms(tree)[0]), **typed}, Referer=self.base + path)

    def signs_in(self, town):
        """With the password, then with a code on paper."""
        _answer, tree, _text = self.ask("/inloggen")
        _answer, tree, _text = self.send("/inloggen", tree, email=town.email, wachtwoord=PASSWORD)
        return self.send("/inloggen/tweede-stap", tree, code=CODES[town.account_id].pop())


@pytest.fixture
def visitor(town, tmp_path):
    pem, key = certificate(tmp_path)
    coach = town.city.coach()
    actions.set_password(town.db, coach.account, PASSWORD)
    town.place = f"/dossier/{town.city.gezin('Versleuteld', coach).id}/notities"
    town.email, town.account_id = coach.account.email, coach.account.id
    give_app(town.db, coach.account, town.city.now)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings = town.app.config["SETTINGS"]
    command = [sys.executable, "-m", "tests.web.served", str(settings.home), str(port), str(pem), str(key)]
    log = tmp_path / "server.log"
    environ = os.environ | {"GEZINSCOACH_DATABASE_URL": settings.database_url}
    with log.open("w") as stream:
        server = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=stream, stderr=stream)
        try:
            wait(server, port, log)
            yield Visitor(port, pem)
        finally:
            server.terminate()
            server.wait(40)
    assert "Traceback" not in log.read_text(), log.read_text()[-3000:]


def wait(server, port, log):
    ends = time.monotonic() + 60
    while server.poll() is None and time.monotonic() < ends:
        try:
            return socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
    raise TimeoutError(log.read_text()[-3000:])


def test_somebody_signs_in_writes_and_signs_out_over_https(visitor, town):
    answer, tree, text = visitor.signs_in(town)
    assert answer.url == visitor.base + "/", text[:2000]
    assert {cookie.name for cookie in visitor.jar} == {"__Host-gezinscoach", "__Host-gezinscoach-browser"}
    assert all(cookie.secure for cookie in visitor.jar)
    _answer, tree, _text = visitor.ask(town.place)
    answer, tree, text = visitor.send(town.place, tree, tekst="Over https geschreven", contact="huisbezoek")
    assert "Over https geschreven" in text
    assert "De notitie is bewaard." in text
    visitor.ask("/static/theme.css")
    visitor.ask("/bestaat-niet")
    out = {
        name: value for name, value in filled(forms(tree)[0]).items() if name in ("csrf_token", "eenmalig")
    }
    answer, tree, text = visitor.ask("/uitloggen", out, Referer=visitor.base + town.place)
    assert answer.url == visitor.base + "/inloggen"
    assert visitor.ask(town.place)[0].url.startswith(visitor.base + "/inloggen")


@pytest.mark.parametrize("referrer", ["", "https://boos.example/"])
def test_a_form_from_elsewhere_is_refused_over_https(visitor, town, referrer):
    visitor.signs_in(town)
    _answer, tree, _text = visitor.ask(town.place)
    sent = {**filled(forms(tree)[0]), "tekst": "Van elders gestuurd", "contact": "huisbezoek"}
    answer, _tree, text = visitor.ask(town.place, sent, Referer=referrer)
    assert answer.status == 400
    assert "Van elders gestuurd" not in text
