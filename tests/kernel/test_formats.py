"""What was ever written opens for ever: cells, wrapped keys and indexes of every age."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from gezinscoach.kernel import vault
from gezinscoach.kernel.fields import Field
from gezinscoach.kernel.sealing import unseal
from gezinscoach.kernel.vault import KeysUnreadable, Vault, Why, epochs
from gezinscoach.kernel.vault.status import status
from tests.postgres import share

DATA = Path(__file__).parents[1] / "data"
FORMATS = json.loads((DATA / "formats.json").read_text())


@pytest.fixture
def landed(tmp_path, pytestconfig):
    """The key store that the first release made, on the engine of this run."""
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "kek").write_bytes(bytes.fromhex(FORMATS["kek"]))
    (tmp_path / "keys" / "kek").chmod(0o600)
    script = (DATA / "landed_keys.sql").read_text()
    if pytestconfig.getoption("--postgres"):
        url = share(pytestconfig).database()
        engine = create_engine(url)
        with engine.begin() as connection:
            for line in ("DATETIME", "TIMESTAMP WITH TIME ZONE"), ("BLOB", "BYTEA"), ("CHAR(32)", "UUID"):
                script = script.replace(*line)
            script = script.replace("X'", "'\\x").replace("BEGIN TRANSACTION;", "").replace("COMMIT;", "")
            connection.execute(text(script.replace(":", r"\:")))
        engine.dispose()
    else:
        url = f"sqlite:///{tmp_path}/keys/keys.db"
        with closing(sqlite3.connect(tmp_path / "keys" / "keys.db")) as connection:
            connection.executescript(script)
    held = Vault(url, tmp_path / "keys" / "kek")
    yield held
    held.dispose()


def require_all_readable(held):
    session = Session(info={"vault": held})
    vault.open_scopes(session, {UUID(cell["scope"]) for cell in FORMATS["cells"]}, groups=vault.EVERY)
    for one in FORMATS["cells"]:
        scope, row, cell = UUID(one["scope"]), UUID(one["row"]), bytes.fromhex(one["cell"])
        assert unseal(session, Field(one["field"]), scope, row, cell) == one["text"]
    for one in FORMATS["indexes"]:
        assert held.index(one["purpose"], one["text"]).hex() == one["index"]


def test_what_was_ever_sealed_opens_for_ever(landed):
    landed.create()
    require_all_readable(landed)
    epochs.rotate(landed, landed.file.path.parent / "backups", datetime(2026, 11, 22, tzinfo=UTC))
    require_all_readable(landed)


def test_before_it_is_brought_along_a_store_of_the_first_release_says_so(landed):
    with pytest.raises(KeysUnreadable) as caught:
        landed.check()
    assert caught.value.why is Why.VERSION


def test_a_store_of_the_first_release_keeps_its_keys_and_gets_an_epoch(landed):
    for _ in range(2):
        landed.create()
        found = status(landed, landed.file.path.parent / "backups")
        assert [(one.number, one.keys, one.in_file) for one in found.epochs] == [(1, 5, True)]
        assert found.epochs[0].made_at.isoformat() == "2026-10-15T09:00:00+00:00"
    assert landed.file.path.read_bytes().hex() == FORMATS["kek"]
