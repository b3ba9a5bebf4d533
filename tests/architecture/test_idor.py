"""Every id that anybody is shown, tried by everybody else: nothing opens that was not theirs.

An id opens something for who finds it on own pages, or where the table says so. A door that is shut to all
who hold no role for it is the matrix's to try. One of so many tries in every run, always the same ones;
with GEZINSCOACH_MATRIX=full twelve times as many, in parts that processes share.
"""

from __future__ import annotations

import contextvars
import os
import re
import zlib
from uuid import uuid4

import pytest

from gezinscoach.kernel.access import mark_of
from gezinscoach.kernel.once import FIELD
from tests.architecture import matrix
from tests.architecture.matrix import ROLES
from tests.browser import BASE

FULL = os.environ.get("GEZINSCOACH_MATRIX") == "full"
ONE_OF = 20 if FULL else 240
PARTS = 6 if FULL else 1
ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def shown(asker, people):
    """The own id, and those on the pages, and in the addresses, that the table lets each person open."""
    seen = {somebody.who: {str(somebody.account_id)} for somebody in people}
    for row in matrix.filled(matrix.table(), asker.world.ids):
        for somebody in people if row.methode == "GET" else ():
            if matrix.expected(row, somebody.column) == "x":
                nested = asker.connection.begin_nested()
                seen[somebody.who] |= {
                    *ID.findall(asker.send(row, somebody)[1]),
                    *ID.findall(asker.path(row)),
                }
                nested.rollback()
    return seen


def granted(asker, people):
    """What the table lets each of these people do: who, method, address."""
    return {
        (somebody.who, "POST" if row.methode == "POST" else "GET", asker.path(row))
        for row in matrix.filled(matrix.table(), asker.world.ids)
        for somebody in people
        if matrix.expected(row, somebody.column)
    }


def tries(asker, installation, people, ids):
    """Somebody, method, address and the id in it, for every address with an id and every id."""
    fixed = {name: str(value) for held in asker.world.ids.values() for name, value in held.items()}
    for rule in installation.url_map.iter_rules():
        mark, pattern = mark_of(installation.view_functions[rule.endpoint]), matrix.address(rule.rule)
        names = re.findall(r"<(\w+)>", pattern)
        if mark.public or not any(name.endswith("_id") for name in rule.arguments):
            continue
        for somebody in people:
            if mark.roles is not None and ROLES.get(somebody.column) not in mark.roles:
                continue
            methods = sorted(rule.methods & {"GET", "POST"})
            for name in sorted(set(names) & {one.removesuffix("_id") for one in rule.arguments}):
                before, after = pattern.split(f"<{name}>")
                for other in set(names) - {name}:
                    before, after = (part.replace(f"<{other}>", fixed[other]) for part in (before, after))
                for one in ids:
                    for method in methods:
                        yield somebody, method, f"{before}{one}{after}", one


@pytest.mark.parametrize("part", range(PARTS))
def test_an_id_opens_nothing_for_whom_it_was_not_meant(asker, installation, record_property, part):
    people = list({one.column: one for one in reversed(asker.world.people) if "|" not in one.column}.values())
    seen, allowed = shown(asker, people), granted(asker, people)
    ids = sorted(set().union(*seen.values()))
    asked, all_of_them, wrong = 0, 0, []
    for number, (somebody, method, path, one) in enumerate(tries(asker, installation, people, ids)):
        all_of_them += 1
        chosen = zlib.crc32(f"{somebody.who}{method}{number}".encode())
        if chosen % ONE_OF or chosen // ONE_OF % PARTS != part:
            continue
        asked += 1
        nested = asker.connection.begin_nested()
        send, own = somebody.client.open, {"Sec-Fetch-Site": "same-origin"}
        data = {FIELD: str(uuid4())} if method == "POST" else None
        answer = contextvars.Context().run(send, path, method=method, base_url=BASE, headers=own, data=data)
        nested.rollback()
        assert answer.status_code < 500, f"{method} {path}"
        theirs = one in seen[somebody.who] or (somebody.who, method, path) in allowed
        if answer.status_code not in (403, 404) and not theirs:
            wrong.append(f"{method} {path} door {somebody.who}: {answer.status_code}")
    told = f"{len(ids)} ids, {len(people)} mensen, {asked} van {all_of_them} pogingen"
    record_property(f"ids, deel {part + 1} van {PARTS}", told)
    assert len(ids) > 40
    assert not wrong, "\n".join(wrong[:40])
