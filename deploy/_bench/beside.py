"""What one thing costs: the same pages of two servers in turn, as a ratio of the processor time they take."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from sqlalchemy import make_url

from deploy._bench import plain
from deploy._bench.client import Client
from deploy._bench.processes import Server
from deploy._bench.setting import Setting
from tests.postgres import Cluster

ROUNDS, SIZE = 8, 10
Say = Callable[[str], None]


def belt(say: Say) -> int:
    """Print what the policies on rows of PostgreSQL cost: a superuser of the same database has none."""
    cluster = Cluster.start()
    try:
        with _place() as place:
            say(f"een stad van {SIZE} keer Leuven vullen")
            setting = Setting(SIZE, place / "city", cluster)
            free = make_url(setting.environ["GEZINSCOACH_DATABASE_URL"]).set(username="postgres")
            beside = {"GEZINSCOACH_DATABASE_URL": free.render_as_string(hide_password=False)}
            servers = [Server("app", setting.home, setting.environ | other) for other in ({}, beside)]
            _tell([setting, setting], servers, say)
    finally:
        cluster.stop()
    return 0


def seal(say: Say) -> int:
    """Print what sealed cells cost: the same city with its cells in clear has the same pages."""
    with _place() as place:
        say("twee keer dezelfde stad vullen, verzegeld en leesbaar")
        sealed = Setting(1, place / "sealed", None)
        plain.in_clear()  # from here on this process, which only asks
        clear = Setting(1, place / "clear", None)
        servers = [Server(what, one.home, one.environ) for what, one in (("app", sealed), ("plain", clear))]
        _tell([sealed, clear], servers, say)
    return 0


@contextmanager
def _place() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="gezinscoach-bench-") as place:
        yield Path(place)


def _tell(settings: list[Setting], servers: list[Server], say: Say) -> None:
    try:
        for server in servers:
            server.wait()
        clients = [Client(server, one.backends) for server, one in zip(servers, settings, strict=True)]
        for title, ratio in _ratios(settings, clients, say).items():
            print(f"{title:24} {ratio:5.2f}")
    finally:
        for server in servers:
            server.stop()


def _ratios(settings: list[Setting], clients: list[Client], say: Say) -> dict[str, float]:
    pairs: dict[str, list[float]] = defaultdict(list)
    pages = list(zip(*(one.pages for one in settings), strict=True))
    for both in pages:
        for client, page in zip(clients, both, strict=True):
            client.warm(page)
    for number in range(ROUNDS):
        say(f"ronde {number + 1} van {ROUNDS}")
        for both in pages:
            with_it, without = (
                client.batch(page, 24, 1.5).cpu for client, page in zip(clients, both, strict=True)
            )
            pairs[both[0].title].append(with_it / without)
    return {title: median(ratios) for title, ratios in pairs.items()}
