"""A body that comes slowly: whoever sends one must not hold the database meanwhile."""

from __future__ import annotations

from io import BytesIO
from urllib.parse import urlencode

import pytest
from sqlalchemy import Engine, event

from gezinscoach.kernel.access import Rol
from tests.browser import BASE


class Body(BytesIO):
    """A body that notes how many times the database was asked anything when each part of it was read."""

    def __init__(self, said: bytes) -> None:
        super().__init__(said)
        self.asked, self.noted = 0, []

    def read(self, size: int | None = -1) -> bytes:
        self.noted.append(self.asked)
        return super().read(7)

    def readinto(self, buffer: bytearray) -> int:
        part = self.read()
        buffer[: len(part)] = part
        return len(part)


PLAIN = urlencode({"zoek": "x" * 40}).encode()
PARTS = b'--b\r\nContent-Disposition: form-data; name="zoek"\r\n\r\nx\r\n--b--\r\n'
KINDS = {"application/x-www-form-urlencoded": PLAIN, "multipart/form-data; boundary=b": PARTS}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("path", ["/inloggen", "/wachtlijst/nieuw", "/noodtoegang", "/dossier/{}/notities"])
def test_the_database_is_asked_nothing_before_the_whole_body_is_there(client, city, path, kind):
    address = path.format(city.gezin("Traag", city.coach()).id)
    client.sign_in(city.account(Rol.AANMELDPUNT).id)
    body = Body(KINDS[kind])

    def note(*about: object) -> None:
        body.asked += 1

    for what in ("before_cursor_execute", "begin"):
        event.listen(Engine, what, note)
    try:
        client.client.post(
            address,
            base_url=BASE,
            input_stream=body,
            content_length=len(KINDS[kind]),
            content_type=kind,
        )
    finally:
        for what in ("before_cursor_execute", "begin"):
            event.remove(Engine, what, note)
    assert len(body.noted) > 3
    assert set(body.noted) == {0}
    assert body.asked > 0, "nothing was asked at all: the test looks at the wrong place"
