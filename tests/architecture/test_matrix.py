"""Who may do what: everybody asks everything, and the answers are those of the table that people wrote.

A tenth of the cells in every run, always the same, and all cells of the rows that were changed last; with
GEZINSCOACH_MATRIX=full all of them, as every night.
"""

from __future__ import annotations

import os
import subprocess
from collections import Counter

from gezinscoach.kernel.access import Rol, mark_of
from tests.architecture import matrix

FULL = os.environ.get("GEZINSCOACH_MATRIX") == "full"


def changed() -> set[str]:
    """The rows of the table that the last commit, or nobody yet, brought in; none outside a checkout."""
    asked = ["git", "diff", "--unified=0", "HEAD~1", "--", matrix.TABLE.name]
    try:
        said = subprocess.run(asked, cwd=matrix.TABLE.parent, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return set()
    return {line[1:].split(",", 1)[0] for line in said.stdout.splitlines() if line.startswith("+")}


def test_every_address_stands_in_the_table_and_the_table_names_no_other(installation):
    written = {
        ("POST" if row.methode == "POST" else "GET", row.adres.partition("?")[0]) for row in matrix.table()
    }
    there = {
        (method, matrix.address(rule.rule))
        for rule in installation.url_map.iter_rules()
        if not mark_of(installation.view_functions[rule.endpoint]).public
        for method in rule.methods & {"GET", "POST"}
    }
    assert there - written == set(), "write in rechtenmatrix.csv who may open these"
    assert written - there == set(), "addresses that are no more"


def test_the_table_is_written_in_words_that_people_know():
    rows = matrix.table()
    assert len({row.key for row in rows}) == len(rows)
    assert {cell for row in rows for cell in row.cells.values()} <= {"", "x", "403", "409"}
    assert {row.toestand for row in rows} <= {"altijd", *matrix.DOSSIERS, *matrix.AANMELDINGEN}


def test_somebody_stands_in_every_column(asker):
    rows = matrix.table()
    columns = [somebody.column for somebody in asker.world.people]
    there = {*columns, *(column.partition("|")[0] for column in columns)}
    assert set(rows[0].cells) - {matrix.SHUT_OUT, matrix.ELSEWHERE} <= there
    assert {f"{matrix.ELSEWHERE}|{matrix.COLUMN[rol]}" for rol in Rol} <= there


def test_everybody_can_do_what_the_table_says_and_nothing_else(asker, record_property):
    whole, began, wrong = changed(), os.times().elapsed, []
    asked: Counter[str] = Counter()
    for cell in matrix.cells(asker.world, matrix.table()):
        if FULL or cell.sampled or cell.row.wat in whole:
            said, trouble = asker.ask(cell)
            asked[said or "404"] += 1
            if trouble:
                wrong.append(trouble)
    took = os.times().elapsed - began  # the clock of Python stands still
    told = f"{asked.total()} cellen in {took:.1f} s: {dict(asked)}, {len(wrong)} fout"
    record_property("rechtenmatrix", told)
    assert not wrong, "\n".join(wrong[:60])
