"""One client: asks a page a number of times in a row and keeps what that took."""

from __future__ import annotations

import contextvars
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection
from itertools import cycle, islice
from typing import Any
from uuid import uuid4

from flask import Flask
from sqlalchemy import Engine, event

from deploy._bench.pages import Ask, Page
from deploy._bench.processes import Server, cpu_ms


class NotTheRealPage(Exception):
    """An answer that is not the page that should be measured."""


@dataclass
class Batch:
    """Requests in a row: wall time of each and processor time per request, in ms; size of the answer."""

    walls: list[float]
    cpu: float
    size: int


class Client:
    """Asks one server, over a connection that stays open during a batch."""

    def __init__(self, server: Server, also: Iterable[int] = ()) -> None:
        self.server, self.roots = server, [server.pid, *also]
        self._turns: dict[str, Iterator[Ask]] = {}

    def batch(self, page: Page, most: int, seconds: float) -> Batch:
        """Ask at most so often, and no longer than this once three answers are in; NotTheRealPage."""
        turns = self._turns.setdefault(page.title, cycle(page.asks))
        connection = HTTPConnection("127.0.0.1", self.server.port, timeout=300)
        connection.connect()
        walls: list[float] = []
        text = ""
        before, began = cpu_ms(self.roots), time.perf_counter()
        while len(walls) < most and (len(walls) < 3 or time.perf_counter() - began < seconds):
            ask = next(turns)
            start = time.perf_counter()
            status, text = _send(connection, ask)
            walls.append((time.perf_counter() - start) * 1000)
            verify(page, ask, status, text)
        used = cpu_ms(self.roots) - before
        connection.close()
        return Batch(walls, used / len(walls), len(text.encode()))

    def warm(self, page: Page) -> None:
        """Ask it by eight at once, so that both workers and their threads have answered it before."""
        with ThreadPoolExecutor(8) as clients:
            list(clients.map(self._once, [page] * 16, islice(cycle(page.asks), 16)))

    def _once(self, page: Page, ask: Ask) -> None:
        connection = HTTPConnection("127.0.0.1", self.server.port, timeout=300)
        verify(page, ask, *_send(connection, ask))
        connection.close()


def _send(connection: HTTPConnection, ask: Ask) -> tuple[int, str]:
    headers = {"Cookie": ask.cookie} if ask.cookie else {}
    if ask.form is None:
        connection.request("GET", ask.path, headers=headers)
    else:
        headers |= {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
        connection.request("POST", ask.path, _sent(ask.form), headers)
    answer = connection.getresponse()
    return answer.status, answer.read().decode()


def _sent(form: str) -> str:
    """The form with a key of its own, as each copy of a form on a page has: it is carried out once."""
    return f"{form}&eenmalig={uuid4()}"


def verify(page: Page, ask: Ask, status: int, text: str) -> None:
    """Raise NotTheRealPage unless the answer is what was asked, with the data that must be on it."""
    wanted = 200 if ask.form is None else 302
    if status != wanted:
        raise NotTheRealPage(f"{page.title} ({ask.path}): {status} in plaats van {wanted}")
    for group in ask.shows:
        if not any(shown in text for shown in group):
            raise NotTheRealPage(
                f"{page.title} ({ask.path}): geen van {', '.join(group[:3])} … op de bladzijde"
            )


def statements(app: Flask, page: Page) -> int:
    """The number of SQL statements, in both databases, of one request to a warm application."""
    ask, count = page.asks[0], 0

    def counted(*event: object) -> None:
        nonlocal count
        count += not str(event[2]).startswith("BEGIN")

    def open_it() -> None:
        headers = {"Cookie": ask.cookie, "Sec-Fetch-Site": "same-origin"}
        kind = "application/x-www-form-urlencoded"
        client = app.test_client(use_cookies=False)
        given: dict[str, Any] = {}
        if ask.form:
            given = {"method": "POST", "data": _sent(ask.form), "content_type": kind}
        answer = client.open(ask.path, headers=headers, **given)
        verify(page, ask, answer.status_code, answer.text)

    contextvars.Context().run(open_it)
    event.listen(Engine, "before_cursor_execute", counted)
    try:
        contextvars.Context().run(open_it)
    finally:
        event.remove(Engine, "before_cursor_execute", counted)
    return count
