"""Servers as processes of their own, and the processor time that trees of processes have used."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

PROC = Path("/proc")
FINE = (PROC / "self" / "schedstat").exists()
"""Whether the kernel counts nanoseconds per thread; else there are only ticks of a hundredth of a second."""


class Server:
    """A gunicorn on a free port of the loopback: the application ("app") or the floor ("floor")."""

    def __init__(self, what: str, home: Path, environ: dict[str, str]) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]
        command = [sys.executable, "-m", "deploy._bench.serve", what, str(home), str(self.port)]
        self._process = subprocess.Popen(command, env=os.environ | environ)
        self.pid = self._process.pid

    def wait(self, seconds: float = 60) -> None:
        """Wait until it takes connections."""
        ends = time.monotonic() + seconds
        while self._process.poll() is None and time.monotonic() < ends:
            try:
                return socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                time.sleep(0.05)
        raise TimeoutError("de server start niet (the server does not start)")

    def stop(self) -> None:
        """End it, and wait for that."""
        self._process.terminate()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def cpu_ms(roots: Iterable[int]) -> float:
    """Milliseconds of processor time that these processes and all below them have used so far."""
    return sum(_used(pid) for pid in _tree(roots))


def _tree(roots: Iterable[int]) -> set[int]:
    children: dict[int, list[int]] = defaultdict(list)
    for folder in PROC.iterdir():
        if folder.name.isdecimal():
            try:
                parent = int(_stat(folder)[1])
            except OSError:
                continue  # it ended meanwhile
            children[parent].append(int(folder.name))
    found, todo = set(), list(roots)
    while todo:
        pid = todo.pop()
        found.add(pid)
        todo += children[pid]
    return found


def _used(pid: int) -> float:
    folder = PROC / str(pid)
    try:
        if FINE:
            return (
                sum(int((task / "schedstat").read_text().split()[0]) for task in (folder / "task").iterdir())
                / 1e6
            )
        return sum(map(int, _stat(folder)[11:13])) * 1000 / os.sysconf("SC_CLK_TCK")
    except OSError:
        return 0


def _stat(folder: Path) -> list[str]:
    """The fields of /proc/PID/stat from the state on: a name may hold spaces."""
    return (folder / "stat").read_text().rpartition(")")[2].split()
