"""OpenID Connect as the site meets it: code flow with PKCE, and an answer that is checked to the last claim.

Authlib speaks the protocol; how carefully an issuer is asked stands in `transport`.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import partial
from typing import Any

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.flask_client import FlaskIntegration
from authlib.integrations.flask_client.apps import FlaskOAuth2App
from flask import request
from flask import session as cookie
from joserfc.errors import JoseError

from gezinscoach.kernel.oidc.transport import Session, get, line, silent
from gezinscoach.kernel.oidc.transport import Unreachable as Unreachable
from gezinscoach.kernel.oidc.transport import origin_of as origin_of

KNOWN, PENDING, LEEWAY = 600, 600, 60
"""Seconds: what an issuer says of itself is kept; somebody may take to log in there; its clock may differ
from ours."""
ALGORITHMS = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"})
"""Signatures that only the holder of a private key can make; never "none", never a shared secret."""
KEY_TYPES = frozenset({"RSA", "EC"})

_said: dict[str, tuple[float, dict[str, Any]]] = {}


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
    with line(party.address):
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
    with line(party.address):
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
    with line(party.address):
        _known(party)


def forget() -> None:
    """Forget what issuers said of themselves, and which were silent."""
    _said.clear()
    silent.clear()


class _Memory(FlaskIntegration):
    expires_in = PENDING

    def get_state_data(self, session: Any, state: str) -> Any:
        held = session.get(f"_state_{self.name}_{state}")
        return held["data"] if held and held["exp"] > time.time() else None


class _Client(FlaskOAuth2App):
    def fetch_jwk_set(self, force: bool = False) -> Any:
        """The keys of the issuer; asked anew, once, for a key that was not among them."""
        if force:
            self.server_metadata["jwks"] = _keys(get(self._get_session(), self.server_metadata["jwks_uri"]))
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
    client.client_cls = partial(Session, origin_of(party.address) or "")
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
    with Session(origin) as session:
        found = get(session, party.address.rstrip("/") + "/.well-known/openid-configuration")
        names = ("authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint")
        metadata = {name: found[name] for name in names if _is_at(origin, found.get(name))}
        if found.get("issuer") != party.address or not set(names[:3]) <= set(metadata):
            raise Unreachable("metadata")
        offered = found.get("id_token_signing_alg_values_supported", ["RS256"])
        signed = sorted(ALGORITHMS.intersection(offered if isinstance(offered, list) else ()))
        if not signed:
            raise Unreachable("signatures")
        metadata |= {"issuer": party.address, "id_token_signing_alg_values_supported": signed}
        metadata["jwks"] = _keys(get(session, metadata["jwks_uri"]))
    methods = found.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    return {"metadata": metadata, "methods": methods}


def _is_at(origin: str, address: object) -> bool:
    return isinstance(address, str) and origin_of(address) == origin


def _keys(found: dict[str, Any]) -> dict[str, Any]:
    listed = found.get("keys")
    keys = [key for key in listed if isinstance(key, dict)] if isinstance(listed, list) else []
    keys = [key for key in keys if key.get("kty") in KEY_TYPES and key.get("use", "sig") == "sig"]
    if not keys:
        raise Unreachable("keys")
    return {"keys": keys}
