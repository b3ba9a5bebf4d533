"""What every answer says to the browser: what a page may load, who may frame it, that nothing is kept."""

from __future__ import annotations

import secrets
from http import HTTPStatus

from flask import Response, g, request

STATIC = frozenset({"static", "bootstrap.static"})
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), "
        "microphone=(), midi=(), payment=(), serial=(), usb=()"
    ),
}
_POLICY = (
    "default-src 'none'; script-src {scripts}; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "object-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
_YEAR = 365 * 24 * 60 * 60


def csp_nonce() -> str:
    """The word by which the browser knows a script of ours; another one in every answer.

    For templates: `<script src="…" nonce="{{ csp_nonce() }}" defer></script>`. On a page that doesn't ask
    for it no script runs at all.
    """
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(18)
    return str(g.csp_nonce)


def put(answer: Response) -> None:
    """Put the headers on an answer, whatever its status; what a view set itself gives way."""
    nonce = g.pop("csp_nonce", None)
    answer.headers.update(HEADERS)
    answer.headers["Content-Security-Policy"] = _POLICY.format(
        scripts=f"'nonce-{nonce}'" if nonce else "'none'"
    )
    if request.is_secure:
        answer.headers["Strict-Transport-Security"] = f"max-age={_YEAR}; includeSubDomains"
    if request.endpoint not in STATIC or answer.status_code >= HTTPStatus.BAD_REQUEST:
        answer.headers["Cache-Control"] = "no-store"
