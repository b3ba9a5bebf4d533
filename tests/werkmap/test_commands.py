"""`gezinscoach werkmap import` on the command line."""

from __future__ import annotations

import json
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from gezinscoach.dossier.tables import Gezin
from gezinscoach.kernel.audit import AuditEvent
from gezinscoach.werkmap.commands import werkmap
from gezinscoach.werkmap.tables import Inlezing

from . import grids

DATA = Path(__file__).parents[1] / "data"
TRUTH = json.loads((DATA / "werkmap.json").read_text())


@pytest.fixture
def run(db, actor):
    """Run a command; what it does is kept, or rolled back when it fails, as `gezinscoach.cli` has it."""

    @contextmanager
    def installation():
        try:
            yield db, actor
            db.commit()
        except BaseException:
            db.rollback()
            raise

    def invoke(*words):
        return CliRunner().invoke(werkmap, ["import", *map(str, words)], obj=installation)

    return invoke


def number(db, table):
    return db.scalar(select(func.count()).select_from(table))


def test_the_real_workbook_gives_the_report_of_its_truth_file(run, db, tmp_path):
    done = run(DATA / "werkmap.xlsx", "--as-of", "2026-10-15", "--report", tmp_path / "report.json")
    assert done.exit_code == 0, done.output
    sheets = json.loads((tmp_path / "report.json").read_text())["sheets"]
    assert list(sheets) == list(TRUTH["sheets"])
    for name, sheet in sheets.items():
        assert set(sheet) == {"rows", "imported", "unchanged", "refused", "warnings"}
        assert sheet["imported"] == TRUTH["sheets"][name]["sound"]
        assert all(set(one) == {"row", "column", "value", "reason"} for one in sheet["refused"])
        assert all(set(one) == {"row", "column", "reason"} for one in sheet["warnings"])
    assert done.output.splitlines()[-1] == (
        "Ingelezen: 357 nieuwe rijen. Al ingelezen: 0. Nieuw in het postvak: 11."
    )


def test_a_dry_run_says_the_same_and_keeps_nothing(run, db, tmp_path):
    before = number(db, AuditEvent)
    dry = run(DATA / "werkmap.xlsx", "--as-of", "2026-10-15", "--dry-run", "--report", tmp_path / "dry.json")
    assert dry.exit_code == 0
    assert (number(db, Gezin), number(db, Inlezing), number(db, AuditEvent)) == (0, 0, before)
    assert dry.output.splitlines()[-1] == (
        "Dit zou er gebeuren: 357 nieuwe rijen gaan erin. Nieuw in het postvak: 11. Er is niets bewaard."
    )
    run(DATA / "werkmap.xlsx", "--as-of", "2026-10-15", "--report", tmp_path / "real.json")
    assert (tmp_path / "dry.json").read_text() == (tmp_path / "real.json").read_text()
    assert number(db, Gezin) > 0


def test_without_a_day_it_is_judged_against_today(run, tmp_path):
    path = grids.write(tmp_path / "w.xlsx", grids.werkmap({(grids.SHEETS[4].name, 3, "Kwartaal"): "2026-K4"}))
    assert "2026-10-15" in run(path).output
    assert run(path).exit_code == 0


@pytest.mark.parametrize("content", [b"", b"geen werkmap", None])
def test_what_cannot_be_read_exits_with_one_and_a_sentence(run, db, tmp_path, content):
    path = tmp_path / "kapot.xlsx"
    if content is not None:
        path.write_bytes(content)
    done = run(path)
    assert done.exit_code == 1
    assert "Traceback" not in done.output
    assert "Er is niets ingelezen" in done.output or "niet geopend" in done.output
    assert number(db, Inlezing) == 0


def test_an_incomplete_workbook_exits_with_one_and_lists_what_is_missing(run, db, tmp_path):
    done = run(grids.write(tmp_path / "w.xlsx", grids.werkmap()[:4]))
    assert done.exit_code == 1
    assert "Mezuri" in done.output
    assert "Lerend netwerk" in done.output
    assert number(db, Inlezing) == 0


def test_a_report_that_cannot_be_written_leaves_nothing(run, db, tmp_path):
    done = run(grids.write(tmp_path / "w.xlsx", grids.werkmap()), "--report", tmp_path / "no" / "r.json")
    assert done.exit_code == 1
    assert "kan niet geschreven worden" in done.output
    assert number(db, Gezin) == 0


def test_a_report_says_nothing_of_what_was_not_kept(run, db, tmp_path, monkeypatch):
    report = tmp_path / "r.json"
    monkeypatch.setattr(db, "commit", lambda: (_ for _ in ()).throw(OSError("vol")))
    assert run(grids.write(tmp_path / "w.xlsx", grids.werkmap()), "--report", report).exit_code == 1
    assert not report.exists()
    report.write_text("van vorige keer")
    run(tmp_path / "w.xlsx", "--report", report)
    assert report.read_text() == "van vorige keer"


@pytest.mark.parametrize(
    ("dry", "kept", "said"), [([], 1, "is ingelezen"), (["--dry-run"], 0, "niets bewaard")]
)
def test_a_disk_that_is_full_at_the_last_moment_is_said_truly(
    run, db, tmp_path, monkeypatch, dry, kept, said
):
    path = grids.write(tmp_path / "w.xlsx", grids.werkmap())
    monkeypatch.setattr(Path, "write_text", lambda *args, **kwargs: (_ for _ in ()).throw(OSError("vol")))
    done = run(path, "--report", tmp_path / "r.json", *dry)
    assert done.exit_code == 1
    assert said in done.output.splitlines()[-1]
    assert number(db, Inlezing) == kept
