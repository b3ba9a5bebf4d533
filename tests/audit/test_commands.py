"""`gezinscoach audit ...`, and what refuses to start without the locks on the trace."""

from __future__ import annotations

import importlib
import json
import re
import shutil
import threading
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from sqlalchemy import create_engine, text

from gezinscoach import cli
from gezinscoach.kernel import web
from gezinscoach.kernel.audit import Unguarded, anchors, require_guards
from gezinscoach.kernel.audit.guard import GUARDS
from gezinscoach.kernel.database import db as database
from tests.audit.own import NOW

pytestmark = pytest.mark.db

DEPLOY = Path(__file__).parents[2] / "deploy"


@pytest.fixture
def here(own, monkeypatch):
    """The installation, as the commands find it."""
    monkeypatch.setenv("GEZINSCOACH_HOME", str(own.settings.home))
    monkeypatch.setenv("GEZINSCOACH_DATABASE_URL", own.settings.database_url)
    monkeypatch.setenv("GEZINSCOACH_DATABASE_OWNER_URL", own.settings.owner_url)
    return own


def run(*words, code=0):
    result = CliRunner().invoke(cli.main, words)
    assert result.exit_code == code, result.output
    assert "Traceback" not in result.output
    return result.output


def test_a_whole_trace_is_said_to_be_whole_with_how_fast_and_since_when(here):
    here.act(2)
    assert "Er zijn geen ankers" in run("audit", "verify")
    assert "Verankerd in" in run("audit", "anchor")
    said = run("audit", "verify", "--deep")
    assert "Het spoor is heel." in said
    assert re.search(r"\d+ gebeurtenissen in \d+,\d s \(\d+ per seconde\)", said)
    assert "1 anker, het laatste van" in said
    assert "1 verzegelde rij vergeleken." in said


def test_a_trace_that_was_tampered_with_is_named_and_exits_with_one(here):
    here.act(5)
    with here.tampering() as raw:
        second = {"chain": here.chain}
        row_id = raw.execute(text("SELECT id FROM audit_event WHERE chain = :chain AND seq = 2"), second)
        row_id = row_id.scalar()
        raw.execute(text("UPDATE audit_event SET action = 'x' WHERE chain = :chain AND seq = 2"), second)
    said = run("audit", "verify", code=1)
    # On PostgreSQL nothing is written without the triggers, so neither is this verdict: that is said first.
    first = next(line for line in said.splitlines() if line.startswith("- "))
    assert first.startswith(f"- Keten {here.chain}, nummer 2 (")
    assert str(row_id).replace("-", "") in said.replace("-", "")
    assert "Het spoor is NIET heel." in said
    said = run("audit", "verify", "--json", code=1)
    told = json.loads(said[said.index("{") :])
    assert (told["whole"], told["faults"][0]["what"], told["faults"][0]["seq"]) == (False, "content", 2)


def test_a_copy_of_the_anchors_elsewhere_says_that_all_was_rewritten(here, tmp_path):
    here.act(5)
    here.anchor()
    shutil.copytree(here.settings.anchors, tmp_path / "elders")
    shutil.rmtree(here.settings.anchors)
    with here.tampering() as raw:
        chain = {"chain": raw.scalar(text("SELECT max(chain) FROM audit_event"))}
        raw.execute(text("DELETE FROM audit_event WHERE chain = :chain"), chain)
        raw.execute(
            text("UPDATE audit_head SET seq = 0, head_hash = :nul WHERE chain = :chain"),
            chain | {"nul": bytes(32)},
        )
    assert here.look_over().whole, "without the anchors nothing shows"
    assert "is niet wat verankerd werd" in run(
        "audit", "verify", "--anchors", str(tmp_path / "elders"), code=1
    )


def test_a_folder_without_anchors_a_key_that_is_gone_and_a_folder_that_is_none_are_said(here, tmp_path):
    (tmp_path / "leeg").mkdir()
    assert "geen enkel anker" in run("audit", "verify", "--anchors", str(tmp_path / "leeg"), code=1)
    here.settings.anchors.touch()
    assert "De map met ankers is niet te gebruiken" in run("audit", "anchor", code=1)
    here.settings.anchors.unlink()
    here.settings.anchor_key.unlink()
    assert "De sleutel van de ankers is niet te gebruiken" in run("audit", "anchor", code=1)
    assert "de sleutel van de ankers" in run("doctor", code=1)
    run("init")
    assert "Verder is alles in orde." in run("doctor")


@pytest.mark.parametrize("lock", sorted(GUARDS["sqlite"] | GUARDS["postgresql"]))
def test_without_any_one_of_its_locks_nothing_is_served_until_they_are_put_back(here, lock):
    engine = create_engine(here.settings.owner_url)
    if lock not in GUARDS[engine.dialect.name]:
        return
    on = " ON audit_event" if engine.dialect.name == "postgresql" else ""
    with engine.begin() as raw:
        raw.exec_driver_sql(f"DROP TRIGGER {lock}{on}")
    engine.dispose()
    for command in ("serve", "doctor"):
        said = run(command, code=1)
        assert f"of hoort er niet: {lock}." in said
        assert "gezinscoach audit guard" in said
    assert "staan er" in run("audit", "guard")
    assert "Verder is alles in orde." in run("doctor")
    here.act()
    assert here.look_over().whole


NOTHING = (
    "CREATE OR REPLACE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$"
)
ON = "audit_event FOR EACH ROW EXECUTE FUNCTION"
MEDDLED = {
    "sqlite": {
        "audit_event_follows": (
            "DROP TRIGGER audit_event_follows",
            "CREATE TRIGGER audit_event_follows BEFORE INSERT ON audit_event BEGIN SELECT 1; END",
        ),
        "audit_event_stands": (
            "DROP TRIGGER audit_event_stands",
            "CREATE TRIGGER audit_event_stands BEFORE UPDATE ON audit_event WHEN OLD.seq = 0"
            " BEGIN SELECT RAISE(ABORT, 'the trace only grows, at its end'); END",
        ),
        "audit_event_stays": (
            "DROP TRIGGER audit_event_stays",
            "CREATE TRIGGER audit_event_stays BEFORE DELETE ON audit_head BEGIN SELECT 1; END",
        ),
        "erbij": ("CREATE TRIGGER erbij BEFORE INSERT ON audit_event BEGIN SELECT RAISE(IGNORE); END",),
        "Op 't hoofd": ('CREATE TRIGGER "Op \'t hoofd" AFTER UPDATE ON audit_head BEGIN SELECT 1; END',),
    },
    "postgresql": {
        "audit_event_grows": (
            "CREATE OR REPLACE FUNCTION audit_event_grows() RETURNS trigger LANGUAGE plpgsql"
            " AS $$ BEGIN RETURN NEW; END $$",
        ),
        "audit_event_stands": (
            NOTHING,
            "DROP TRIGGER audit_event_stands ON audit_event",
            f"CREATE TRIGGER audit_event_stands BEFORE UPDATE OR DELETE ON {ON} nothing()",
        ),
        "audit_event_stands, by its moment": (
            "DROP TRIGGER audit_event_stands ON audit_event",
            f"CREATE TRIGGER audit_event_stands BEFORE DELETE ON {ON} audit_event_stands()",
        ),
        "audit_event_stands, by its condition": (
            "DROP TRIGGER audit_event_stands ON audit_event",
            "CREATE TRIGGER audit_event_stands BEFORE UPDATE OR DELETE ON audit_event FOR EACH ROW"
            " WHEN (OLD.seq = 0) EXECUTE FUNCTION audit_event_stands()",
        ),
        "audit_event_stands, by its column": (
            "DROP TRIGGER audit_event_stands ON audit_event",
            f"CREATE TRIGGER audit_event_stands BEFORE DELETE OR UPDATE OF seq ON {ON} audit_event_stands()",
        ),
        "audit_event_stands, switched off": ("ALTER TABLE audit_event DISABLE TRIGGER audit_event_stands",),
        "audit_event_stays": ("ALTER TABLE audit_event ENABLE REPLICA TRIGGER audit_event_stays",),
        "erbij": (NOTHING, f"CREATE TRIGGER erbij BEFORE INSERT ON {ON} nothing()"),
        "Op 't hoofd": ('CREATE RULE "Op \'t hoofd" AS ON UPDATE TO audit_head DO INSTEAD NOTHING',),
    },
}


@pytest.mark.parametrize("which", dict.fromkeys(MEDDLED["sqlite"] | MEDDLED["postgresql"]))
def test_a_lock_is_known_by_what_it_does_and_what_is_none_of_ours_is_taken_away(here, which):
    engine = create_engine(here.settings.owner_url)
    if which not in MEDDLED[engine.dialect.name]:
        return
    with engine.begin() as raw:
        for statement in MEDDLED[engine.dialect.name][which]:
            raw.exec_driver_sql(statement)
    engine.dispose()
    lock = which.partition(",")[0]
    with here.app.app_context(), database.engine.connect() as connection:
        with pytest.raises(Unguarded) as caught:
            require_guards(connection)
        assert str(caught.value) == lock
    here.app.extensions["vault"].dispose()
    for command in ("serve", "doctor"):
        assert f"of hoort er niet: {lock}. Is dit een oudere databank" in run(command, code=1)
    assert "staan er" in run("audit", "guard")
    assert "Verder is alles in orde." in run("doctor")
    here.act()
    assert here.look_over().whole


def test_the_look_over_is_on_the_trace_itself(here):
    run("audit", "verify")
    with here.tampering(open_locks=False) as raw:
        assert (
            raw.execute(text("SELECT count(*) FROM audit_event WHERE action = 'trace.verify'")).scalar() == 1
        )


def test_the_timer_has_an_anchor_cast_each_hour():
    assert "OnCalendar=hourly" in (DEPLOY / "gezinscoach-anker.timer").read_text()
    assert "gezinscoach audit anchor" in (DEPLOY / "gezinscoach-anker.service").read_text()
    assert anchors.EVERY.total_seconds() == 3600


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")  # how the thread ends
def test_beside_the_pages_of_the_demo_an_anchor_is_cast_each_hour_whatever_goes_wrong_between(
    own, monkeypatch, caplog
):
    beside = importlib.import_module("gezinscoach.cli.audit")
    minutes, passed, ended = [0, 30, 61, 62, 100, 125], [], threading.Event()
    key = own.settings.anchor_key

    def sleep(seconds):
        passed.append(seconds)
        if len(passed) == 2:
            key.chmod(0o644)  # as by accident, just when the hour is over
        if len(passed) == 3:
            key.chmod(0o600)
        if len(passed) == len(minutes):
            ended.set()
            raise SystemExit  # or the thread would go on for ever

    monkeypatch.setattr(beside, "time", SimpleNamespace(sleep=sleep))
    monkeypatch.setattr(web, "now", lambda: NOW + timedelta(minutes=minutes[len(passed)]))
    beside.anchor_hourly(own.app)
    assert ended.wait(30)
    assert passed == [60] * len(minutes)
    assert "AnchorKeyOpen" in caplog.text
    cast = [
        one.at for one in anchors.read(own.settings.anchors, anchors.public_key(own.settings.anchors, key))
    ]
    assert cast == [NOW, NOW + timedelta(minutes=62), NOW + timedelta(minutes=125)]
    assert own.look_over().whole
