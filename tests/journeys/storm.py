"""A storm of people who log in: `python -m tests.journeys.storm PORT EMAIL PASSWORD SECONDS`.

Prints of each status how long each answer took, in seconds. It runs in a process of its own, so that whoever
measures beside it measures the server and not the crowd.
"""

from __future__ import annotations

import json
import re
import sys
import threading
import time
from collections import defaultdict
from http.client import HTTPConnection
from urllib.parse import urlencode

CROWD = 50
PAUSE = 3.0
"""Seconds that somebody takes before the next try: quicker than people, slower than a flood of requests."""


class Visitor:
    """Somebody with one connection and one cookie."""

    def __init__(self, port: int) -> None:
        self.host = f"127.0.0.1:{port}"
        self.line = HTTPConnection("127.0.0.1", port, timeout=30)
        self.cookie = self.csrf = ""

    def ask(self, method: str, path: str, fields: dict[str, str] | None = None) -> int:
        """The status of an answer; the cookie and the CSRF token are kept."""
        headers = {"Host": self.host, "Cookie": self.cookie, "Referer": f"http://{self.host}{path}"}
        body = urlencode({"csrf_token": self.csrf, **fields}) if fields else None
        if body:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
        self.line.request(method, path, body, headers)
        answer = self.line.getresponse()
        text = answer.read().decode()
        for given in answer.headers.get_all("Set-Cookie") or ():
            if given.startswith("gezinscoach="):
                self.cookie = given.split(";")[0]
        found = re.search(r'name="csrf_token" value="([^"]+)"', text)
        self.csrf = found[1] if found else self.csrf
        return answer.status

    def signs_in(self, email: str, password: str) -> tuple[int, float]:
        """Log in with a fresh browser; the status of the answer, and how many seconds it took."""
        self.cookie = ""
        self.line.close()  # the next question opens another
        self.ask("GET", "/inloggen")
        begun = time.monotonic()
        status = self.ask("POST", "/inloggen", {"email": email, "wachtwoord": password})
        return status, time.monotonic() - begun


def storm(port: int, email: str, password: str, seconds: float) -> dict[int, list[float]]:
    """Let the crowd log in, each again and again; of each status how long each answer took, in seconds."""
    ends, answers, lock = time.monotonic() + seconds, defaultdict[int, list[float]](list), threading.Lock()

    def come() -> None:
        somebody = Visitor(port)
        while time.monotonic() < ends:
            status, took = somebody.signs_in(email, password)
            with lock:
                answers[status].append(round(took, 4))
            time.sleep(PAUSE)

    crowd = [threading.Thread(target=come) for _ in range(CROWD)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    return answers


if __name__ == "__main__":
    port, email, password, seconds = sys.argv[1:]
    print(json.dumps(storm(int(port), email, password, float(seconds))))
