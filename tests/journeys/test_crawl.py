"""Every link of the demo city leads somewhere, for each role, and what stands there is well."""

from __future__ import annotations

import re
from collections import defaultdict, deque
from collections.abc import Callable
from html import unescape

import pytest

from gezinscoach.kernel.access import Rol
from tests.journeys.person import Person

pytestmark = pytest.mark.journey

MOST = 400


@pytest.mark.parametrize("rol", list(Rol))
def test_every_page_that_a_role_can_reach_is_well(rol: Rol, as_role: Callable[[Rol], Person]) -> None:
    person = as_role(rol)
    seen, todo = {"/"}, deque(["/"])
    known: defaultdict[str, set[str]] = defaultdict(set)
    while todo and len(seen) < MOST:
        path = todo.popleft()
        answer = person.context.request.get(person.url + path, max_retries=3)
        assert answer.status == 200, f"{path}: {answer.status}"
        if not answer.headers["content-type"].startswith("text/html"):
            continue
        # In the browser goes what shows something that no page of the same address showed before.
        parts = set(re.findall(r'<[a-z0-9]+|class="[^"]*"', answer.text()))
        make = re.sub(r"[0-9a-f-]{36}|\d+", "…", path.partition("?")[0])
        if parts - known[make]:
            person.goes(path)
        known[make] |= parts
        new = [link for link in links(answer.text()) if link not in seen]
        seen.update(new)
        todo.extend(new)
    assert not todo, f"more than {MOST} addresses"
    assert len(known) >= (10 if rol is Rol.GEZINSCOACH else 1), known.keys()


def links(text: str) -> list[str]:
    """The addresses of the site that a page links to, each once, in their order."""
    found = (unescape(href).partition("#")[0] for href in re.findall(r'<a\b[^>]*\bhref="([^"]*)"', text))
    return list(dict.fromkeys(href for href in found if href.startswith("/")))
