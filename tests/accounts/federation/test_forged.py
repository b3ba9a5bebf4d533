"""OIDC-NEG: tokens that are forged, old, or meant for somebody else."""

from __future__ import annotations

import base64
import hmac
import json
import time

import pytest
from cryptography.hazmat.primitives import serialization
from joserfc import jwt

from tests.accounts.federation.asking import come_back, refused
from tests.issuer import CLIENT, SECRET, key


def segments(*parts):
    return ".".join(
        base64.urlsafe_b64encode(part if isinstance(part, bytes) else json.dumps(part).encode())
        .decode()
        .rstrip("=")
        for part in parts
    )


def public_pem():
    return key("one").public_key.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def hs256(claims, secret, kid="one"):
    signed = segments({"alg": "HS256", "kid": kid}, claims)
    return f"{signed}.{segments(hmac.digest(secret, signed.encode(), 'sha256'))}"


FORGED = {
    "signed with another key": lambda c: jwt.encode({"alg": "RS256", "kid": "one"}, c, key("forger")),
    "signed with a key that is not published": lambda c: jwt.encode(
        {"alg": "RS256", "kid": "forger"}, c, key("forger")
    ),
    "not signed": lambda c: segments({"alg": "none"}, c) + ".",
    "not signed, as if it were": lambda c: segments({"alg": "none", "kid": "one"}, c, b"x"),
    "signed with the public key as a shared secret": lambda c: hs256(c, public_pem()),
    "signed with the client secret": lambda c: hs256(c, SECRET.encode()),
    "signed with a shared secret that is published": lambda c: hs256(c, SECRET.encode(), "shared"),
    "with a key of its own in the header": lambda c: jwt.encode(
        {"alg": "RS256", "jwk": key("forger").as_dict(private=False)}, c, key("forger")
    ),
    "changed after it was signed": lambda c: ".".join(
        [
            (signed := jwt.encode({"alg": "RS256", "kid": "one"}, c, key("one")).split("."))[0],
            segments(c | {"sub": "anna"}),
            signed[2],
        ]
    ),
    "no token": lambda c: "",
    "nonsense": lambda c: "a.b.c",
}


@pytest.mark.parametrize("how", FORGED)
def test_a_token_that_the_issuer_did_not_sign_is_refused(client, db, fake, issuer, owner, how):
    # Even an issuer that says that it would sign so, and that publishes such a key.
    fake.metadata = {"id_token_signing_alg_values_supported": ["none", "HS256", "RS256"]}
    fake.more_keys = [{"kty": "oct", "kid": "shared", "k": segments(SECRET.encode())}]
    fake.sign = FORGED[how]
    refused(client, come_back(client, fake, issuer, "bert" if "changed" in how else "anna"), db)


LIES = {
    "another issuer": {"iss": "https://elders.example"},
    "no issuer": {"iss": None},
    "another audience": {"aud": "iemand-anders"},
    "another audience, for us in name": {"aud": "iemand-anders", "azp": CLIENT},
    "no audience": {"aud": None},
    "for us and for another party": {"aud": [CLIENT, "x"], "azp": "x"},
    "expired": {"exp": -3600},
    "expired two minutes ago": {"exp": -120},
    "without end": {"exp": None},
    "of tomorrow": {"iat": 86400, "nbf": 86400},
    "another nonce": {"nonce": "van een andere keer"},
    "no nonce": {"nonce": None},
    "nobody": {"sub": None},
    "an empty subject": {"sub": ""},
    "a subject that is no text": {"sub": 7},
    "an endless subject": {"sub": "a" * 300},
}


@pytest.mark.parametrize("lie", LIES)
def test_a_signed_token_with_a_claim_that_is_wrong_is_refused(client, db, fake, issuer, owner, lie):
    def shape(claims):
        now = int(time.time())
        told = {
            name: now + one if name in ("exp", "iat", "nbf") and one is not None else one
            for name, one in LIES[lie].items()
        }
        return {name: one for name, one in (claims | told).items() if one is not None}

    fake.shape = shape
    refused(client, come_back(client, fake, issuer), db)
