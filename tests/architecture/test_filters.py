"""A filter that somebody forgot: each question about families loses its conditions, and nothing leaks.

Everybody in the world of the matrix opens every page; the questions that are asked are noted. Then one
question at a time is asked without its conditions, and again with only the id that the address names: no cell
of a family may open that this person never opened while all was well.
"""

from __future__ import annotations

from collections import defaultdict
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, Select, event
from sqlalchemy.sql import operators, visitors
from sqlalchemy.sql.elements import BinaryExpression, BindParameter

from gezinscoach.dossier.policy import Opening
from gezinscoach.kernel import sealing, vault
from gezinscoach.kernel.access import Rol, mark_of
from gezinscoach.kernel.database import Base
from tests.architecture import matrix
from tests.architecture.matrix import ROLES

NAMED = {"id", "gezin_id", "aanmelding_id"}
STAFF = {"F7", *vault.STAFF}
LEAST = 40
"""Questions about families that pages ask, at the least: fewer and this looks at nothing."""


def about_families(question):
    """Whether a question reads rows that belong to a family."""
    tables = {table.name for table in Base.metadata.tables.values() if "gezin_id" in table.c}
    return (
        isinstance(question, Select)
        and bool(question._where_criteria)
        and any(getattr(source, "name", "") in {"gezin", *tables} for source in visitors.iterate(question))
    )


def by_id(one):
    """Whether a condition only names a row: the id that stands in an address."""
    return (
        isinstance(one, BinaryExpression)
        and one.operator is operators.eq
        and isinstance(one.right, BindParameter)
        and getattr(one.left, "key", "") in NAMED
    )


def without_conditions(question):
    """The question for all rows of the one that is named, else for all rows there are."""
    bare = question._generate()
    bare._where_criteria = tuple(one for one in question._where_criteria if by_id(one))
    return bare


def without_any(question):
    """The same, with those inside it stripped as well."""

    def strip(inner):
        inner._where_criteria = tuple(one for one in inner._where_criteria if by_id(one))

    return visitors.cloned_traverse(question, {}, {"select": strip})


class Watch:
    """What was asked, and which cells of which families opened, outside of comparisons."""

    def __init__(self):
        self.asked, self.opened = {}, set()
        self.lost, self.how = None, None
        self.quiet = 0
        self.about = {}

    def note(self, connection, question, multiparams, params, options):
        if self.quiet or not isinstance(question, Select):
            return question, multiparams, params
        said = question._generate_cache_key().key
        if said not in self.about:
            self.about[said] = about_families(question)
        if not self.about[said]:
            return question, multiparams, params
        self.asked[said] = question
        if said == self.lost:
            question = self.how(question)
        return question, multiparams, params

    @contextmanager
    def aside(self):
        self.quiet += 1
        try:
            yield
        finally:
            self.quiet -= 1


@pytest.fixture
def watch(monkeypatch):
    seen = Watch()
    honest, given, borrowed = sealing.unseal, Opening.given, vault.borrowed

    def unseal(session, field, scope, row, cell):
        text = honest(session, field, scope, row, cell)
        if not seen.quiet and field.group not in STAFF:
            seen.opened.add((scope, field.group))
        return text

    def judged(self, *asked, **how):
        with seen.aside():
            return given(self, *asked, **how)

    @contextmanager
    def compared(session):
        with seen.aside(), borrowed(session):
            yield

    monkeypatch.setattr(sealing, "unseal", unseal)
    monkeypatch.setattr(Opening, "given", judged)
    monkeypatch.setattr(vault, "borrowed", compared)
    event.listen(Engine, "before_execute", seen.note, retval=True)
    yield seen
    event.remove(Engine, "before_execute", seen.note)


def ask(asker, watch, row, somebody):
    """The status, what was asked and what opened, of a page that leaves nothing behind."""
    watch.asked, watch.opened = {}, set()
    nested = asker.connection.begin_nested()
    try:
        status, _text = asker.send(row, somebody)
    finally:
        nested.rollback()
    return status, watch.asked, watch.opened


def people(asker):
    """One person per column of the table: all who have a role or a tie."""
    first = {}
    for somebody in asker.world.people:
        if somebody.column in ROLES:
            first.setdefault(somebody.column, somebody)
    return list(first.values())


def pages(asker, somebody):
    """Every address that only reads and whose door lets somebody in, in each state of a family."""
    doors = {
        matrix.address(rule.rule): mark_of(asker.app.view_functions[rule.endpoint])
        for rule in asker.app.url_map.iter_rules()
        if "GET" in rule.methods
    }
    return [
        row
        for row in matrix.filled(matrix.table(), asker.world.ids)
        if row.methode == "GET"
        and ROLES[somebody.column] in (doors[row.adres.partition("?")[0]].roles or Rol)
    ]


def test_a_question_that_lost_its_conditions_opens_nothing_of_another_family(asker, watch, record_property):
    leaks, questions, tried = [], {}, 0

    def shown(said):
        return " ".join(str(questions[said]).split())[:300]

    for somebody in people(asker):
        allowed, where = set(), defaultdict(dict)
        for row in pages(asker, somebody):
            status, asked, opened = ask(asker, watch, row, somebody)
            allowed |= opened
            questions |= asked
            for said in asked:
                where[said].setdefault(status, row)
        for said, rows in where.items():
            for row in rows.values():
                for how in (without_conditions, without_any):
                    watch.lost, watch.how = said, how
                    status, _asked, opened = ask(asker, watch, row, somebody)
                    tried += 1
                    if more := opened - allowed:
                        groups = sorted({group for _scope, group in more})
                        leaks.append(
                            f"{row.key} door {somebody.who}: {status}, {groups} zonder: {shown(said)}"
                        )
            watch.lost = None
    told = f"{len(questions)} vragen, {tried} keer zonder voorwaarde, {len(leaks)} lekken"
    record_property("filters", told)
    assert not leaks, "\n".join(leaks[:20])
    assert len(questions) >= LEAST
