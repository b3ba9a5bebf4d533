"""OpenID Connect as the site meets it: code flow with PKCE, and an answer that is checked to the last claim.

Authlib speaks the protocol. Around it: an issuer is asked at its own origin only, over https (plain http on
the loopback), without redirects, bounded in time and in size, by at most two threads of a process; one that
does not answer is left alone for a while, so that it never keeps threads from other pages.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.flask_client import FlaskIntegration
from authlib.integrations.flask_client.apps import FlaskOAuth2App
from authlib.integrations.requests_client import OAuth2Session
from flask import request
from flask import session as cookie
from joserfc.errors import JoseError
from requests import PreparedRequest, RequestException, Response
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError

AT_ONCE = 2
"""Threads of one process that may ask issuers something at the same moment."""
TURN, CONNECT, READ, WHOLE = 1.0, 3.0, 4.0, 8.0
"""Seconds: for a free line, to connect, between two pieces of an answer, and for the whole of it."""
LARGEST = 256 * 1024
KNOWN, SILENT, PENDING, LEEWAY = 600, 30, 600, 60
"""Seconds: what an issuer says of itself is kept; it is left alone after silence; somebody may take to log
in there; its clock may differ from ours."""
ALGORITHMS = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"})
"""Signatures that only the holder of a private key can make; never "none", never a shared secret."""
KEY_TYPES = frozenset({"RSA", "EC"})


class Unreachable(Exception):
    """The issuer does not answer, or answers what makes no sense: nothing is known of who this is."""


class Refused(Exception):
    """What came back proves nothing: not asked for here, too late, or the issuer takes it back."""


class Forged(Refused):
    """The token that came back does not hold: forged, old, of another issuer, or for somebody else."""


@dataclass(frozen=True, slots=True)
class Party:
    """An issuer with what this installation is there; `key` names it in the cookie."""

    key: str
    address: str
    client_id: str
    client_secret: str
    acr: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """Who somebody is at an issuer, all that it claims, and what was carried along."""

    subject: str
    claims: dict[str, Any]
    carried: dict[str, str]


def begin(party: Party, redirect_uri: str, carried: dict[str, str], *, anew: bool = False) -> str:
    """The address at the issuer where somebody logs in; the browser remembers what was asked. Unreachable.

    `anew` asks for the proof itself, however short ago it was given there; the answer says when it was.
    """
    with _line(party):
        client = _client(party)
    asked = {"acr_values": party.acr} if party.acr else {}
    if anew:
        asked |= {"prompt": "login", "max_age": "0"}
    made = client.create_authorization_url(redirect_uri, **asked)
    address: str = made.pop("url")
    for name in [name for name in cookie if name.startswith("_state_")]:
        cookie.pop(name)  # one login at a time: the cookie stays small
    client.save_authorize_data(**made, redirect_uri=redirect_uri, carried=carried)
    return address


def finish(party: Party, claim: str) -> Answer:
    """Who came back from the issuer in this request; Refused, Forged or Unreachable. It works only once.

    `claim` is one that must be there: where the token is silent, the issuer is asked for it.
    """
    memory, state = _Memory(party.key), request.args.get("state", "")
    pending = memory.get_state_data(cookie, state)
    if pending is None:
        raise Refused("state")
    if request.args.get("iss", party.address) != party.address or not request.args.get("code"):
        memory.clear_state_data(cookie, state)
        raise Refused("code")
    expected = {
        "iss": {"essential": True, "values": [party.address]},
        "aud": {"essential": True, "values": [party.client_id]},
    }
    with _line(party):
        client = _client(party)
        try:
            token = client.authorize_access_token(claims_options=expected, leeway=LEEWAY)
            claims = dict(token.get("userinfo") or {})
            if claims and claim not in claims and client.server_metadata.get("userinfo_endpoint"):
                more = client.userinfo(token=token)
                claims = {**more, **claims} if more.get("sub") == claims.get("sub") else claims
        except AuthlibBaseError as error:
            raise Refused(type(error).__name__) from error
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise Forged(type(error).__name__) from error
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= 255:
        raise Forged("sub")
    return Answer(subject, claims, dict(pending["carried"]))


def ask_issuer(party: Party) -> None:
    """Read what an issuer says of itself; Unreachable when that is not what a sign-in needs."""
    forget()
    with _line(party):
        _known(party)


def forget() -> None:
    """Forget what issuers said of themselves, and which were silent."""
    _said.clear()
    _silent.clear()


def origin_of(address: str) -> str | None:
    """The origin of an address to which a secret may go: https, or http on the loopback; else None."""
    parts = urlsplit(address)
    if parts.username or parts.password or not parts.hostname:
        return None
    if parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(parts.hostname)):
        return f"{parts.scheme}://{parts.netloc}"
    return None


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


_lines = threading.BoundedSemaphore(AT_ONCE)
_said: dict[str, tuple[float, dict[str, Any]]] = {}
_silent: dict[str, float] = {}


@contextmanager
def _line(party: Party) -> Iterator[None]:
    if _silent.get(party.address, 0.0) > time.monotonic() or not _lines.acquire(timeout=TURN):
        raise Unreachable
    try:
        yield
    except (RequestException, HTTPError, OSError, Unreachable) as error:
        _silent[party.address] = time.monotonic() + SILENT
        raise Unreachable(type(error).__name__) from error
    finally:
        _lines.release()


class _Careful(HTTPAdapter):
    """Sends to one origin only, and reads no more and no longer than an answer needs."""

    def __init__(self, origin: str) -> None:
        super().__init__()
        self.origin = origin

    def send(self, request: PreparedRequest, *rest: Any, **how: Any) -> Response:
        if origin_of(request.url or "") != self.origin:
            raise Unreachable("elsewhere")
        ends = time.monotonic() + WHOLE
        answer = super().send(request, *rest, **how | {"stream": True, "timeout": (CONNECT, READ)})
        body = bytearray()
        while piece := answer.raw.read1(16 * 1024, decode_content=False):
            body += piece
            if len(body) > LARGEST or time.monotonic() > ends:
                answer.close()
                raise Unreachable("endless")
        answer._content = bytes(body)
        return answer


class _Session(OAuth2Session):
    def __init__(self, origin: str, **about: Any) -> None:
        super().__init__(**about)
        self.trust_env = False  # no proxy and no password that happens to lie around
        self.max_redirects = 0
        self.headers["Accept-Encoding"] = "identity"
        self.mount("https://", _Careful(origin))
        self.mount("http://", _Careful(origin))


class _Memory(FlaskIntegration):
    expires_in = PENDING

    def get_state_data(self, session: Any, state: str) -> Any:
        held = session.get(f"_state_{self.name}_{state}")
        return held["data"] if held and held["exp"] > time.time() else None


class _Client(FlaskOAuth2App):
    def fetch_jwk_set(self, force: bool = False) -> Any:
        """The keys of the issuer; asked anew, once, for a key that was not among them."""
        if force:
            self.server_metadata["jwks"] = _keys(_get(self._get_session(), self.server_metadata["jwks_uri"]))
        return self.server_metadata["jwks"]


def _client(party: Party) -> _Client:
    said = _known(party)
    basic = "client_secret_basic" in said["methods"]
    client = _Client(
        _Memory(party.key),
        name=party.key,
        client_id=party.client_id,
        client_secret=party.client_secret,
        client_kwargs={
            "scope": "openid profile",
            "code_challenge_method": "S256",
            "token_endpoint_auth_method": "client_secret_basic" if basic else "client_secret_post",
        },
        **said["metadata"],
    )
    client.client_cls = partial(_Session, origin_of(party.address) or "")
    return client


def _known(party: Party) -> dict[str, Any]:
    at, said = _said.get(party.address, (0.0, {}))
    if not said or time.monotonic() - at > KNOWN:
        said = _ask(party)
        _said[party.address] = (time.monotonic(), said)
    return said


def _ask(party: Party) -> dict[str, Any]:
    origin = origin_of(party.address)
    if origin is None:
        raise Unreachable("address")
    with _Session(origin) as session:
        found = _get(session, party.address.rstrip("/") + "/.well-known/openid-configuration")
        names = ("authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint")
        metadata = {name: found[name] for name in names if _is_at(origin, found.get(name))}
        if found.get("issuer") != party.address or not set(names[:3]) <= set(metadata):
            raise Unreachable("metadata")
        offered = found.get("id_token_signing_alg_values_supported", ["RS256"])
        signed = sorted(ALGORITHMS.intersection(offered if isinstance(offered, list) else ()))
        if not signed:
            raise Unreachable("signatures")
        metadata |= {"issuer": party.address, "id_token_signing_alg_values_supported": signed}
        metadata["jwks"] = _keys(_get(session, metadata["jwks_uri"]))
    methods = found.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    return {"metadata": metadata, "methods": methods}


def _get(session: Any, address: str) -> dict[str, Any]:
    answer = session.request("GET", address, withhold_token=True)
    answer.raise_for_status()
    found = answer.json()
    if not isinstance(found, dict):
        raise Unreachable("shape")
    return found


def _is_at(origin: str, address: object) -> bool:
    return isinstance(address, str) and origin_of(address) == origin


def _keys(found: dict[str, Any]) -> dict[str, Any]:
    listed = found.get("keys")
    keys = [key for key in listed if isinstance(key, dict)] if isinstance(listed, list) else []
    keys = [key for key in keys if key.get("kty") in KEY_TYPES and key.get("use", "sig") == "sig"]
    if not keys:
        raise Unreachable("keys")
    return {"keys": keys}
