"""A stolen copy shows nothing: with canaries in every sealed field, no file, page title or log has one."""

from __future__ import annotations

import base64
import gzip
import logging
import subprocess
import zlib
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import Boolean, Date, Enum, Integer, LargeBinary, String, Uuid, select
from sqlalchemy.orm import Mapper, Session

from gezinscoach.accounts import queries as accounts
from gezinscoach.cli import opened, prepare
from gezinscoach.demo import actions as demo
from gezinscoach.demo import people
from gezinscoach.dossier.tables import Gezin
from gezinscoach.kernel import audit, vault, web
from gezinscoach.kernel.access import Actor, Rol
from gezinscoach.kernel.blind import Blind
from gezinscoach.kernel.config import Settings
from gezinscoach.kernel.database import Base, Moment, db, transaction
from gezinscoach.kernel.sealing import Sealed, SealedJson
from gezinscoach.kernel.secret import Secret
from tests.browser import Browser
from tests.postgres import programs, share
from tests.security.canaries import MARK, canary, hits

pytestmark = pytest.mark.db
MOST = 60


@pytest.mark.parametrize(
    "hidden",
    [
        canary().encode(),
        canary().encode("utf-16-le"),
        canary().encode("utf-16-be"),
        *(base64.b64encode(b"x" * offset + canary().encode() + b"yz") for offset in range(3)),
        canary().encode().hex().encode(),
        canary().encode().hex().upper().encode(),
        zlib.compress(b"naam: " + canary().encode()),
        gzip.compress(canary().encode(), mtime=0),
    ],
)
def test_the_search_finds_a_canary_in_any_form(hidden: bytes) -> None:
    assert hits(b"\x00\x01 before " + hidden + b" after")
    assert not hits(b"\x00\x01 before  after")


def text_alone(value: object) -> bool:
    """Whether a value is words, which pages show as they are, and no year, code of a list or number."""
    words = value if isinstance(value, list) else [value]
    return all(isinstance(word, str) and any(letter.isupper() for letter in word) for word in words)


def cells_of(mapper: Mapper[Any]) -> list[tuple[str, Sealed | SealedJson]]:
    """The sealed fields of a table."""
    return [(name, one) for name, one in vars(mapper.class_).items() if isinstance(one, Sealed | SealedJson)]


def secrets_of(mapper: Mapper[Any]) -> list[str]:
    """The secrets of the system in a table."""
    return [column.name for column in mapper.columns if isinstance(column.type, Secret)]


def fields() -> set[str]:
    """Every field that is sealed, by reflection over all tables."""
    return {
        f"{mapper.class_.__tablename__}.{name}"
        for mapper in Base.registry.mappers
        for name in (*(name for name, _cell in cells_of(mapper)), *secrets_of(mapper))
    }


SOME: dict[type, Callable[[Session], object]] = {
    Uuid: lambda session: uuid4(),
    Boolean: lambda session: False,
    Integer: lambda session: 1,
    Moment: lambda session: web.now(),
    Date: lambda session: web.today(),
    LargeBinary: lambda session: bytes(32),
    Blind: lambda session: bytes(16),
    Secret: lambda session: "x",
    String: lambda session: "x",
}
ALSO: dict[str, tuple[str, ...]] = {"uitsluiting": ("account_id",)}
"""Columns that a check of the table wants, though they may be empty."""


def complete(session: Session) -> None:
    """A row in every table with sealed fields that has none yet, by reflection."""
    for mapper in sorted(
        Base.registry.mappers, key=lambda one: Base.metadata.sorted_tables.index(one.local_table)
    ):
        name = mapper.class_.__tablename__
        if not fields_in(mapper) or session.scalars(select(mapper.class_).limit(1)).first():
            continue
        values: dict[str, Any] = {}
        for column in mapper.columns:
            if column.nullable and column.name not in ALSO.get(name, ()):
                continue
            if column.foreign_keys:
                values[column.name] = session.scalars(
                    select(next(iter(column.foreign_keys)).column).limit(1)
                ).one()
            elif isinstance(column.type, Enum):
                values[column.name] = column.type.enum_class(column.type.enums[0])
            else:
                kind = next(kind for kind in SOME if isinstance(column.type, kind))
                values[column.name] = SOME[kind](session)
        session.add(mapper.class_(**values))
        for scope in {cell.scope for _name, cell in cells_of(mapper)}:
            if not mapper.columns[scope].foreign_keys:
                vault.new_scope(session, values[scope], "gezin")
        session.flush()


def fields_in(mapper: Mapper[Any]) -> bool:
    return bool(cells_of(mapper) or secrets_of(mapper))


def fill(session: Session, wanted: Callable[[object], bool]) -> Counter[str]:
    """Put a canary in the sealed fields of every row whose value is wanted; how often in which."""
    filled: Counter[str] = Counter()
    for mapper in Base.registry.mappers:
        cells, table = cells_of(mapper), mapper.class_.__tablename__
        if not fields_in(mapper):
            continue
        rows = session.scalars(select(mapper.class_)).all()
        for name, cell in cells:
            vault.open_scopes(session, {getattr(row, cell.scope) for row in rows}, groups=vault.EVERY)
            for row in rows:
                if wanted(getattr(row, name)):
                    setattr(row, name, [canary()] if isinstance(cell, SealedJson) else canary())
                    filled[f"{table}.{name}"] += 1
        for name in secrets_of(mapper):
            for row in rows:
                if wanted(None):
                    setattr(row, name, canary())
                    filled[f"{table}.{name}"] += 1
    return filled


@contextmanager
def full(
    home: Path, config: pytest.Config, wanted: Callable[[object], bool], *, whole: bool = False
) -> Iterator[Flask]:
    """The demo city full of canaries; `whole` has a row of everything, and so one in every field."""
    environ = share(config).environ() if config.getoption("--postgres") else {}
    app = prepare(Settings.at(home, environ))
    app.config.update(TESTING=True, PROPAGATE_EXCEPTIONS=False)
    with opened(app):
        with transaction() as session:
            demo.load(session, today=web.today())
        with transaction() as session:
            if whole:
                complete(session)
            filled = fill(session, wanted)
            assert filled.total() > 300
            assert not whole or set(filled) == fields()
            audit.record(session, Actor(werking_id=uuid4()), "gezin.change", now=web.now())
        yield app


@pytest.fixture(scope="module")
def city(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The demo city whose words are canaries, so that every page still works."""
    with full(tmp_path_factory.mktemp("shown"), pytestconfig, text_alone) as app:
        yield app


def dump() -> bytes:
    """What a thief of the database gets."""
    url = db.engine.url
    if url.drivername == "sqlite":
        return b""
    asked = [str(programs() / "pg_dump"), "-h", str(url.query["host"]), "-U", "postgres", url.database or ""]
    return subprocess.run(asked, check=True, capture_output=True).stdout


def test_no_file_of_the_installation_and_no_dump_of_it_has_a_canary(
    tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    with full(tmp_path, pytestconfig, lambda value: True, whole=True):
        stolen = {path.name: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
        stolen["dump"] = dump()
    assert {"gezinscoach.db-wal", "dump"} & {
        name for name, content in stolen.items() if len(content) > 100_000
    }
    assert {name: hits(content) for name, content in stolen.items() if hits(content)} == {}


@pytest.mark.parametrize("rol", Rol)
def test_no_title_no_address_and_no_log_has_a_canary(city, rol, caplog):
    caplog.set_level(logging.DEBUG)
    session = db.session()
    account = accounts.account_by_email(session, people.LOGINS[rol].email)
    # The address itself became a canary, its index did not.
    assert account is not None
    ids = session.scalars(select(Gezin.id)).all()
    vault.open_scopes(session, ids, groups=vault.EVERY)
    codes = [gezin.code or "" for gezin in session.scalars(select(Gezin))]  # what a family goes by outside
    browser = Browser(city).sign_in(account.id)
    seen, todo, shown = {"/"}, deque(["/"]), False
    while todo:
        page = browser.get(todo.popleft())
        assert page.status == 200
        if page.tree is None:
            continue
        title = "".join(page.tree.find(".//title").itertext())
        for code in codes:
            title = title.replace(code, "")
        assert MARK not in title, page.h1
        shown = shown or MARK in page.text
        for link in [*page.links(), *page.actions()]:
            assert MARK not in link
            target = link.partition("#")[0]
            if link in page.links() and target.startswith("/") and len(seen) < MOST and target not in seen:
                seen.add(target)
                todo.append(target)
    assert shown, "nobody sees the canaries, so that nothing is proved"
    assert MARK not in caplog.text
