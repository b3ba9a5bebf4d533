"""Every form that somebody can reach, found by following the links of the pages."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin
from xml.etree.ElementTree import Element

from flask import Flask
from werkzeug.exceptions import HTTPException

from tests.browser import Browser
from tests.web.fields import filled, forms

MOST_PAGES = 150


@dataclass(frozen=True)
class Found:
    """A form: the page on which it stands, where it goes, and itself."""

    page: str
    endpoint: str
    target: str
    form: Element


def reach(app: Flask, browser: Browser) -> Iterator[Found]:
    """The forms within reach of a browser, each kind once: same address, same fields."""
    addresses = app.url_map.bind("")
    seen, todo, kinds = {"/"}, deque(["/"]), set()
    makes: dict[str, int] = {}
    while todo and len(seen) < MOST_PAGES:
        path = todo.popleft()
        page = browser.get(path)
        if page.tree is None:
            continue
        for form in forms(page.tree):
            target = urljoin(path, form.attrib.get("action") or path)
            endpoint = addresses.match(target.partition("?")[0], "POST")[0]
            kind = (endpoint, frozenset(name for name in filled(form) if "-" not in name))
            if kind not in kinds:
                kinds.add(kind)
                yield Found(path, endpoint, target, form)
        for link in page.links():
            link = urljoin(path, link).partition("#")[0]
            try:
                endpoint = addresses.match(link.partition("?")[0], "GET")[0]
            except HTTPException:
                continue
            if link in seen or endpoint.endswith("static") or makes.get(endpoint, 0) >= 4:
                continue
            makes[endpoint] = makes.get(endpoint, 0) + 1
            seen.add(link)
            todo.append(link)
