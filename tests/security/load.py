"""Coaches who write notes to a real server, and send a note again until it says that it is kept."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlencode
from uuid import uuid4

ROOT = Path(__file__).parents[2]


class Server:
    """A gunicorn of two workers in a process group of its own, always on the same port."""

    def __init__(self, home: Path, environ: dict[str, str]) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]
        self._command = [sys.executable, "-m", "deploy._bench.serve", "app", str(home), str(self.port)]
        self._environ = os.environ | environ
        self._log = home / "server.log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start, and wait until it takes connections."""
        with self._log.open("a") as log:
            self._process = subprocess.Popen(
                self._command, cwd=ROOT, env=self._environ, stdout=log, stderr=log, start_new_session=True
            )
        ends = time.monotonic() + 60
        while self._process.poll() is None and time.monotonic() < ends:
            try:
                return socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                time.sleep(0.02)
        raise TimeoutError(self._log.read_text()[-4000:])

    def kill(self) -> None:
        """Kill every process of the group at once, in the midst of whatever it does."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None


@dataclass
class Writer:
    """Somebody who writes one note after another; `kept` are the texts that the server said it keeps."""

    port: int
    cookie: str
    path: str
    form: dict[str, str]
    kept: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def write(self, stop: threading.Event) -> None:
        """Write until told to stop; the note that is under way then is still sent until it is kept."""
        while not stop.is_set():
            text = f"Proef {uuid4().hex}"
            body = urlencode(self.form | {"eenmalig": str(uuid4()), "tekst": text})
            while not self._send(body, text):
                time.sleep(0.02)

    def _send(self, body: str, text: str) -> bool:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(
                "POST",
                self.path,
                body,
                {
                    "Cookie": self.cookie,
                    "Content-Type": "application/x-www-form-urlencoded",
                    "Sec-Fetch-Site": "same-origin",
                },
            )
            answer = connection.getresponse()
            answer.read()
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()
        if answer.status == HTTPStatus.FOUND:
            self.kept.append(text)
        else:
            self.refused.append(f"{answer.status} {answer.reason}")
        return True
