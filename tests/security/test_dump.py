"""A stolen copy shows nothing: with canaries in every sealed field, no file, page title or log has one."""

from __future__ import annotations

import base64
import gzip
import logging
import subprocess
import zlib
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from gezinscoach.accounts import queries as accounts
from gezinscoach.cli import opened, prepare
from gezinscoach.demo import actions as demo
from gezinscoach.demo import people
from gezinscoach.dossier.tables import Gezin
from gezinscoach.kernel import audit, vault, web
from gezinscoach.kernel.access import Actor, Rol
from gezinscoach.kernel.config import Settings
from gezinscoach.kernel.database import Base, db, transaction
from gezinscoach.kernel.sealing import Sealed, SealedJson
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


def fill(session: Session, wanted: Callable[[object], bool]) -> int:
    """Put a canary in the sealed fields of every row whose value is wanted; the number of fields."""
    filled = 0
    for mapper in Base.registry.mappers:
        cells = [
            (name, cell)
            for name, cell in vars(mapper.class_).items()
            if isinstance(cell, Sealed | SealedJson)
        ]
        if not cells:
            continue
        rows = session.scalars(select(mapper.class_)).all()
        for name, cell in cells:
            vault.open_scopes(session, {getattr(row, cell.scope) for row in rows}, groups=vault.EVERY)
            for row in rows:
                if wanted(getattr(row, name)):
                    setattr(row, name, [canary()] if isinstance(cell, SealedJson) else canary())
                    filled += 1
    return filled


@contextmanager
def full(home: Path, config: pytest.Config, wanted: Callable[[object], bool]) -> Iterator[Flask]:
    """The demo city full of canaries."""
    environ = share(config).environ() if config.getoption("--postgres") else {}
    app = prepare(Settings.at(home, environ))
    app.config.update(TESTING=True, PROPAGATE_EXCEPTIONS=False)
    with opened(app):
        with transaction() as session:
            demo.load(session, today=web.today())
        with transaction() as session:
            assert fill(session, wanted) > 300
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
    with full(tmp_path, pytestconfig, lambda value: True):
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
