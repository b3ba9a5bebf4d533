"""Asking an issuer of OpenID Connect, with care.

It is asked at its own origin only, over https (plain http on the loopback), without redirects, bounded in
time and in size, by at most two threads of a process; one that does not answer is left alone for a while, so
that it never keeps threads from other pages.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from authlib.integrations.requests_client import OAuth2Session
from requests import PreparedRequest, RequestException, Response
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError

AT_ONCE = 2
"""Threads of one process that may ask issuers something at the same moment."""
TURN, CONNECT, READ, WHOLE = 1.0, 3.0, 4.0, 8.0
"""Seconds: for a free line, to connect, between two pieces of an answer, and for the whole of it."""
LARGEST = 256 * 1024
SILENT = 30
"""Seconds that an issuer is left alone after silence."""

lines = threading.BoundedSemaphore(AT_ONCE)
silent: dict[str, float] = {}


class Unreachable(Exception):
    """The issuer does not answer, or answers what makes no sense: nothing is known of who this is."""


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


@contextmanager
def line(address: str) -> Iterator[None]:
    """A turn to ask the issuer at an address; Unreachable when there is none, or when it does not answer."""
    if silent.get(address, 0.0) > time.monotonic() or not lines.acquire(timeout=TURN):
        raise Unreachable
    try:
        yield
    except (RequestException, HTTPError, OSError, Unreachable) as error:
        silent[address] = time.monotonic() + SILENT
        raise Unreachable(type(error).__name__) from error
    finally:
        lines.release()


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


class Session(OAuth2Session):
    """Asks at one origin only, with nothing that happens to lie around on this machine."""

    def __init__(self, origin: str, **about: Any) -> None:
        super().__init__(**about)
        self.trust_env = False  # no proxy and no password that happens to lie around
        self.max_redirects = 0
        self.headers["Accept-Encoding"] = "identity"
        self.mount("https://", _Careful(origin))
        self.mount("http://", _Careful(origin))


def get(session: Any, address: str) -> dict[str, Any]:
    """The JSON object at an address; Unreachable for JSON of another shape, RequestException for none."""
    answer = session.request("GET", address, withhold_token=True)
    answer.raise_for_status()
    found = answer.json()
    if not isinstance(found, dict):
        raise Unreachable("shape")
    return found
