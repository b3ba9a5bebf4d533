"""A client that checks every page it opens: valid HTML, one h1, a title, labelled fields, no duplicate id."""

from __future__ import annotations

import contextvars
import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID
from xml.etree.ElementTree import Element

import html5lib
from flask import Flask, has_app_context
from sqlalchemy import Engine, text
from werkzeug.exceptions import HTTPException

from gezinscoach.accounts import rules
from gezinscoach.accounts.rules.factors import Factor
from gezinscoach.accounts.tables import LoginSession
from gezinscoach.kernel import once, web, werkingen
from gezinscoach.kernel.database import db as database
from tests.architecture import posts

BASE = "https://gezinscoach.test"
SEE_ALL = text("SELECT set_config('gezinscoach.werking', '*', true)")
_RANDOM = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?<=name=\"csrf_token\" value=\")[^\"]*")


@dataclass
class Page:
    """An answer, and its tree when it is a page."""

    status: int
    text: str
    headers: Any
    location: str | None
    tree: Element | None
    data: bytes

    @property
    def h1(self) -> str:
        assert self.tree is not None
        return _words(self.tree.find(".//h1"))

    @property
    def told(self) -> str:
        """The source without ids and tokens: in those, any short word can stand by chance."""
        return _RANDOM.sub("", self.text)

    @property
    def words(self) -> str:
        assert self.tree is not None
        return _words(self.tree.find(".//main"))

    def csrf(self) -> str:
        assert self.tree is not None
        field = self.tree.find(".//input[@name='csrf_token']")
        assert field is not None, "no form with a CSRF field on this page"
        return field.attrib["value"]

    def links(self) -> list[str]:
        assert self.tree is not None
        return [link.attrib["href"] for link in self.tree.iter("a") if "href" in link.attrib]

    def actions(self) -> list[str]:
        assert self.tree is not None
        return [form.attrib.get("action", "") for form in self.tree.iter("form")]


def session_of(account_id: UUID) -> str:
    """The token of a new whole session of an account."""
    token = rules.new_token()
    session = database.session()
    session.add(
        LoginSession(
            token_hash=rules.token_hash(token),
            account_id=account_id,
            begun_at=web.now(),
            seen_at=web.now(),
            factor=Factor.PASSKEY,
            factor_at=web.now(),
            confirmed_at=web.now(),
        )
    )
    session.commit()
    return token


class Browser:
    """Somebody with a browser."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.client = app.test_client()
        self.csrf = ""
        self.versions: dict[str, str] = {}
        self.account_id: UUID | None = None
        self.key = ""

    def sign_in(self, account_id: UUID) -> Browser:
        """Open a whole session for an account, as after a right password and a passkey."""
        self.account_id = account_id
        self.cookie(session_of(account_id))
        return self

    def cookie(self, token: str | None = None) -> str:
        """The token in the cookie of this browser, after putting another there when one is given."""
        with self.client.session_transaction(base_url=BASE) as cookie:
            if token is not None:
                cookie["_user_id"] = token
            return str(cookie.get("_user_id"))

    def _key(self) -> str:
        """The key of a form, as a page shows it to who is signed in; that of the last page only once."""
        shown, self.key = self.key, ""
        with self.app.app_context():
            return once.new_key(self.account_id) if self.account_id or not shown else shown

    def get(self, path: str, **kwargs: Any) -> Page:
        page = self._page(self._ask(self.client.get, path, **kwargs), path)
        if page.tree is not None and page.tree.find(".//input[@name='csrf_token']") is not None:
            self.csrf = page.csrf()
            keys = page.tree.findall(".//input[@name='eenmalig']")
            self.key = keys[-1].attrib["value"] if keys else ""
        return self._seen(page, path)

    def _seen(self, page: Page, path: str) -> Page:
        """Remember the version of the form on the screen; what was kept is off the screen."""
        self.versions.pop(path, None)
        versie = page.tree.find(".//input[@name='versie']") if page.tree is not None else None
        if versie is not None:
            self.versions[path] = versie.attrib["value"]
        return page

    def post(self, path: str, data: dict[str, Any] | None = None, **kwargs: Any) -> Page:
        """Send a form as a browser does, with the CSRF token of the last page that had one."""
        if not self.csrf:
            self.get("/inloggen")
            if not self.csrf:
                self.get("/")
        sent = {"csrf_token": self.csrf, "eenmalig": self._key(), **(data or {})}
        if "versie" not in sent and self._edits(path):
            if path not in self.versions:
                self.get(path)
            sent["versie"] = self.versions.get(path, "")
        headers = {"Referer": BASE + path, "Sec-Fetch-Site": "same-origin", **kwargs.pop("headers", {})}
        answer = self._ask(self.client.post, path, data=sent, headers=headers, **kwargs)
        return self._seen(self._page(answer, path), path)

    def _edits(self, path: str) -> bool:
        """Whether a form at this address changes what is there: a browser then has its page on the screen."""
        try:
            endpoint, _values = self.app.url_map.bind("").match(path.partition("?")[0], "POST")
        except HTTPException:
            return False
        return posts.KINDS.get(endpoint) == "edits"

    def follow(self, page: Page) -> Page:
        assert page.location, f"no redirect but {page.status}: {page.text[:2000]}"
        return self.get(page.location.removeprefix(BASE))

    def _ask(self, send: Any, path: str, **kwargs: Any) -> Any:
        # In a context of its own, so that a request has its own session and keys, as on a server.
        answer = contextvars.Context().run(send, path, base_url=BASE, **kwargs)
        if has_app_context():  # the test, whose transaction it was, sees every werking again
            werkingen.fasten(database.session())
            held: Any = database.engine  # the connection of the test, where that stands in for the engine
            if held.dialect.name == "postgresql" and not isinstance(held, Engine):
                held.execute(SEE_ALL)
        return answer

    def _page(self, answer: Any, path: str) -> Page:
        html = answer.mimetype == "text/html" and answer.status_code not in (301, 302, 303, 308)
        text = answer.get_data(as_text=True) if answer.mimetype.startswith("text/") else ""
        tree = check(text, path) if html else None
        return Page(
            answer.status_code, text, answer.headers, answer.headers.get("Location"), tree, answer.get_data()
        )


def check(text: str, path: str) -> Element:
    """The tree of a page; an AssertionError says what is wrong with it."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    tree: Element = parser.parse(text)
    assert not parser.errors, f"{path}: {parser.errors[:3]}"
    headings = tree.findall(".//h1")
    assert len(headings) == 1, f"{path}: {len(headings)} h1"
    assert _words(headings[0]), f"{path}: empty h1"
    assert _words(tree.find(".//title")), f"{path}: no title"
    ids = [node.attrib["id"] for node in tree.iter() if "id" in node.attrib]
    assert len(ids) == len(set(ids)), (
        f"{path}: duplicate ids {sorted({one for one in ids if ids.count(one) > 1})}"
    )
    labelled = {label.attrib.get("for") for label in tree.iter("label")}
    for kind in ("input", "select", "textarea"):
        for node in tree.iter(kind):
            named = node.attrib.get("id") in labelled or "aria-label" in node.attrib
            assert node.attrib.get("type") in ("hidden", "submit") or named, (
                f"{path}: no label for {node.attrib}"
            )
    for node in tree.iter("select"):
        assert "form-select" in node.attrib.get("class", ""), f"{path}: a list that does not look like one"
    for form in tree.iter("form"):
        if form.attrib.get("method", "get").lower() == "post":
            assert form.find(".//input[@name='csrf_token']") is not None, f"{path}: a form without CSRF field"
            keys = form.findall(".//input[@name='eenmalig']")
            assert len(keys) == 1, f"{path}: {len(keys)} keys in a form"
            assert UUID(keys[0].attrib["value"])
    return tree


def _words(node: Element | None) -> str:
    return " ".join("".join(node.itertext()).split()) if node is not None else ""
