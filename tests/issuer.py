"""A small issuer of OpenID Connect on the loopback, which a test can make lie in any way."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "gezinscoach-test", "geheim van de dienst"


@cache
def key(name: str) -> RSAKey:
    """A key pair of its own for each name."""
    return RSAKey.generate_key(2048, {"kid": name, "use": "sig", "alg": "RS256"}, auto_kid=False)


class FakeIssuer:
    """An issuer: `authorize` is what a person does there; a test makes tokens with `shape` and `sign`."""

    def __init__(self) -> None:
        self.address = ""
        self.codes: dict[str, dict[str, Any]] = {}
        self.metadata: dict[str, Any] = {}
        self.keys = [key("one")]
        self.more_keys: list[dict[str, Any]] = []
        self.shape: Callable[[dict[str, Any]], dict[str, Any]] = lambda claims: claims
        self.sign: Callable[[dict[str, Any]], str] = lambda claims: jwt.encode(
            {"alg": "RS256", "kid": "one"}, claims, key("one")
        )
        self.userinfo: dict[str, Any] = {}
        self.asked: list[str] = []
        self.answers: dict[str, tuple[int, bytes]] = {}
        self.replay = False

    def authorize(self, location: str, subject: str, **claims: Any) -> str:
        """Log in as somebody at the address to which the site sent the browser; the path to come back to."""
        parts = urlsplit(location)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        assert location.startswith(self.address + "/authorize")
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        assert asked["client_id"] == CLIENT
        code = f"code-{len(self.codes)}"
        self.codes[code] = {**asked, "claims": {"sub": subject, **claims}}
        back = urlsplit(asked["redirect_uri"]).path
        return f"{back}?code={code}&state={asked['state']}"

    def token(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        """The answer of the token endpoint."""
        given = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        held = (
            self.codes.get(form.get("code", ""))
            if self.replay
            else self.codes.pop(form.get("code", ""), None)
        )
        proof = base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        if (
            held is None
            or authorization != f"Basic {given}"
            or proof.decode().rstrip("=") != held["code_challenge"]
            or form.get("redirect_uri") != held["redirect_uri"]
        ):
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {"iss": self.address, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": held["nonce"]}
        token = self.sign(self.shape(claims | held["claims"]))
        return 200, {"access_token": "open", "token_type": "Bearer", "id_token": token}

    def said(self) -> dict[str, Any]:
        """What the issuer says of itself."""
        return {
            "issuer": self.address,
            "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token",
            "jwks_uri": f"{self.address}/keys",
            "userinfo_endpoint": f"{self.address}/userinfo",
            "id_token_signing_alg_values_supported": ["RS256"],
            **self.metadata,
        }

    def answer(self, path: str, form: dict[str, str], authorization: str) -> tuple[int, Any]:
        """What stands at a path."""
        if path == "/.well-known/openid-configuration":
            return 200, self.said()
        if path == "/keys":
            return 200, {"keys": [one.as_dict(private=False) for one in self.keys] + self.more_keys}
        if path == "/userinfo":
            return 200, self.userinfo
        return self.token(form, authorization) if path == "/token" else (404, {})


@contextmanager
def serve() -> Iterator[FakeIssuer]:
    """An issuer that listens until the end."""
    issuer = FakeIssuer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.respond({})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self.respond({name: values[0] for name, values in parse_qs(body).items()})

        def respond(self, form: dict[str, str]) -> None:
            issuer.asked.append(self.path)
            status, body = issuer.answers.get(self.path) or (0, b"")
            if not status:
                status, found = issuer.answer(self.path, form, self.headers.get("Authorization", ""))
                body = json.dumps(found).encode()
            self.send_response(status)
            if status == 302:
                self.send_header("Location", body.decode())
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *about: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        issuer.address = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield issuer
        finally:
            server.shutdown()
            thread.join()
