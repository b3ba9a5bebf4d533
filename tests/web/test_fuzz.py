"""Bad input for every form and address: no crash, and not a word of it in the logs."""

from __future__ import annotations

import contextvars
import logging
import os
import random
import re
from urllib.parse import quote
from uuid import uuid4

import pytest

from gezinscoach.accounts.tables import Account, Gezinscoach
from gezinscoach.kernel.access import Rol
from tests.browser import BASE, Browser
from tests.web.fields import filled
from tests.web.reach import reach

REQUESTS = int(os.environ.get("GEZINSCOACH_FUZZ", "500"))
SEED = int(os.environ.get("GEZINSCOACH_SHUFFLE", "1"))
CANARY = "Kwikstaart"
WORDS = [
    *(
        "",
        " ",
        "\x00",
        "\ud800",
        "\udfff\ud800",
        "\t",
        "\x1b[31m",
        "\x7f",
        "\u202egnorts",
        "\u200b",
        "\ufeff",
    ),
    *("-1", "0", "1", "9" * 19, "9" * 400, "1e400", "1.5", "-0", "٣٤", "²", "0x10", "1_000"),
    *("sNaN", "NaN", "Infinity", "-Infinity", "true", "None", "[]", "{}", "on", "ja", "y", "coach"),
    *(
        "31/02/2026",
        "2026-02-31",
        "31/12/9999",
        "1/1/0001",
        "0000-00-00",
        "2026-K9",
        "21 maart",
        "٢١/٠٣/٢٠٢٦",
    ),
    *("é" * 300, "😀" * 200, "a" * 100_000, "\n" * 500, "1" * 5_000, "' or 1=1 --", "<script>", "{{ 7*7 }}"),
    *("%s%n%(x)s", "../../etc/passwd", "\r\nX-Boos: 1"),
]
QUERY = (
    "jaar op blad pagina soort domein stand bladzijde toestand verder organisatie peildag van tot "
    "persoon dossier alle"
)
TYPES = [
    "application/json",
    "text/plain",
    "",
    "multipart/form-data",
    "multipart/form-data; boundary=",
    "onzin",
    "a/b; c=\xff",
]


@pytest.fixture
def people(app, city, db, rows):
    """A browser and the forms within its reach, for every role."""
    found = []
    for rol in Rol:
        account = city.account(rol)
        if rol is Rol.GEZINSCOACH:
            account = db.get(Account, db.get(Gezinscoach, rows["gezinscoach_id"]).account_id)
        browser = Browser(app).sign_in(account.id)
        found.append((browser, [one for one in reach(app, browser) if one.endpoint != "accounts.sign_out"]))
    return found


class Fuzz:
    """Makes the requests, the same ones for the same seed."""

    def __init__(self, app, rows, seed):
        self.app, self.rows, self.any = app, rows, random.Random(seed)
        self.rules = [rule for rule in app.url_map.iter_rules() if not rule.endpoint.endswith("static")]

    def word(self):
        word = self.any.choice(WORDS)
        return word + CANARY if self.any.random() < 0.3 else word

    def address(self):
        """An address of the site with bad or borrowed ids and a bad question."""
        rule = self.any.choice(self.rules)

        def fill(match):
            name = match[0].strip("<>").partition(":")[2] or match[0].strip("<>")
            known = self.rows.get(name)
            pick = self.any.random()
            return (
                str(known) if known and pick < 0.6 else str(uuid4()) if pick < 0.8 else escaped(self.word())
            )

        asked = [
            f"{self.any.choice(QUERY.split())}={escaped(self.word())}" for _ in range(self.any.randrange(4))
        ]
        return re.sub(r"<[^>]+>", fill, rule.rule) + ("?" + "&".join(asked) if asked else "")

    def fields(self, found):
        """What a form sends, with some of it spoiled, doubled, left out or unheard of."""
        sent = [(name, value) for name, values in filled(found.form).items() for value in values]
        names = [name for name, _ in sent if name != "csrf_token"]
        spoiled = {
            name: self.word() for name in self.any.sample(names, min(len(names), self.any.randrange(1, 5)))
        }
        key = str(uuid4())
        out = []
        for name, value in sent:
            value = key if name == "eenmalig" and self.any.random() < 0.9 else spoiled.get(name, value)
            out += [(name, value)] * self.any.choice([1, 1, 1, 1, 1, 2, 0 if name != "csrf_token" else 1])
        if self.any.random() < 0.2:
            out.append((self.word()[:150], self.word()))
        return out

    def body(self, found):
        """A body and its content type, mostly those of a form."""
        fields = self.fields(found)
        kind = self.any.random()
        if kind < 0.75:
            plain = "&".join(f"{escaped(name)}={escaped(value)}" for name, value in fields)
            return plain.encode(), "application/x-www-form-urlencoded"
        parts = b"".join(
            b'--grens\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n'
            % (
                raw(name).replace(b'"', b"%22"),
                self.any.choice([b"", b"", b'; filename="x.xlsx"']),
                raw(value),
            )
            for name, value in fields
        )
        if kind < 0.95:
            return parts + self.any.choice(
                [b"--grens--\r\n", b"", b"--grens"]
            ), "multipart/form-data; boundary=grens"
        return self.any.randbytes(200), self.any.choice(TYPES)

    def headers(self):
        """Headers that no browser sends, now and then."""
        said = {"Referer": BASE + "/", "Sec-Fetch-Site": "same-origin"}
        for name in (
            "Referer",
            "Sec-Fetch-Site",
            "Accept-Language",
            "X-Forwarded-For",
            "Range",
            "If-Modified-Since",
        ):
            if self.any.random() < 0.05:
                said[name] = re.sub(r"[^\x20-\x7e]", "", self.word())[:500]
        return said


def raw(text):
    return text.encode("utf-8", "surrogatepass")


def escaped(text):
    return quote(raw(text), safe="")


def test_nothing_that_is_sent_breaks_it_or_reaches_the_logs(app, rows, people, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    fuzz, broken, statuses = Fuzz(app, rows, SEED), [], {}
    for _ in range(REQUESTS):
        browser, forms = fuzz.any.choice([one for one in people if one[1]])
        sent = {"base_url": BASE, "headers": fuzz.headers()}
        if fuzz.any.random() < 0.65:
            found = fuzz.any.choice(forms)
            method, path = "POST", found.target
            sent["data"], sent["content_type"] = fuzz.body(found)
        else:
            method, path = fuzz.any.choice(["GET", "GET", "GET", "HEAD", "POST", "DELETE"]), fuzz.address()
        answer = contextvars.Context().run(browser.client.open, path, method=method, **sent)
        statuses[answer.status_code] = statuses.get(answer.status_code, 0) + 1
        if answer.status_code >= 500:
            broken.append((answer.status_code, method, path[:120], str(sent.get("data"))[:600]))
    logged = caplog.text + "".join(capfd.readouterr())
    assert not broken, broken[:5]
    assert CANARY not in logged
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert statuses.get(302, 0) > REQUESTS / 100, statuses
    with capfd.disabled():
        print(f"\n{REQUESTS} bad requests: {dict(sorted(statuses.items()))}")
