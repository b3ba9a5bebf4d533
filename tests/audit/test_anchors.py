"""Anchors: signed, chained, exported with their public key; a line that was touched shows."""

from __future__ import annotations

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from threading import Barrier, BrokenBarrierError

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from gezinscoach.kernel.audit import anchors
from gezinscoach.kernel.audit.verify import What
from gezinscoach.kernel.database import db
from tests.audit.own import NOW

pytestmark = pytest.mark.db


@pytest.fixture
def anchored(own):
    """Three anchors, an act before each."""
    for hour in range(3):
        own.act()
        own.anchor(hour)
    return own


def lines(own):
    return (own.settings.anchors / anchors.FILE).read_text().splitlines()


def put(own, lines):
    (own.settings.anchors / anchors.FILE).write_text("\n".join(lines) + "\n")


def test_an_anchor_says_when_how_many_and_where_each_chain_stands(anchored):
    said = json.loads(lines(anchored)[-1])
    assert said["at"] == (NOW + timedelta(hours=2)).isoformat(timespec="seconds")
    assert (len(said["heads"]), said["events"]) == (16, anchored.look_over().events)
    assert said["heads"][anchored.chain][0] == 3
    verdict = anchored.look_over()
    assert (verdict.faults, verdict.anchors, verdict.anchored_at) == ([], 3, NOW + timedelta(hours=2))
    assert anchors.latest(anchored.settings.anchors) == verdict.anchored_at


def test_the_files_are_their_owners_alone(anchored):
    found = [*anchored.settings.anchors.iterdir(), anchored.settings.anchors, anchored.settings.anchor_key]
    assert [path.name for path in found if path.stat().st_mode & 0o077] == []


@pytest.mark.parametrize(
    ("touch", "line"),
    [
        (lambda lines: [lines[0], lines[1].replace('"events":', '"events":1'), lines[2]], 2),
        (lambda lines: [lines[0], lines[2]], 2),
        (lambda lines: [lines[1], lines[2]], 1),
        (lambda lines: [lines[0], lines[2], lines[1]], 2),
        (lambda lines: [*lines[:2], lines[2][:300]], 3),
        (lambda lines: [*lines[:2], "[]"], 3),
    ],
)
def test_a_line_that_was_changed_dropped_moved_or_torn_is_named(anchored, touch, line):
    put(anchored, touch(lines(anchored)))
    first = anchored.look_over().faults[0]
    assert (first.what, first.line) == (What.ANCHOR_LINE, line)


def test_lines_signed_by_another_key_are_not_believed(anchored):
    anchored.settings.anchor_key.write_bytes(Ed25519PrivateKey.generate().private_bytes_raw())
    assert [fault.what for fault in anchored.look_over().faults] == [What.ANCHOR_LINE] * 3


def test_another_host_checks_with_the_public_key_that_goes_with_them(anchored, tmp_path):
    shutil.copytree(anchored.settings.anchors, tmp_path / "elders")
    key = anchors.public_key(tmp_path / "elders", tmp_path / "geen-sleutel")
    assert [one.fault for one in anchors.read(tmp_path / "elders", key)] == ["", "", ""]
    own = anchors.signing_key(anchored.settings.anchor_key).public_key()
    assert anchors.fingerprint(key) == anchors.fingerprint(own)


def test_a_torn_last_line_does_not_swallow_the_next_anchor(anchored):
    with (anchored.settings.anchors / anchors.FILE).open("a") as stream:
        stream.write('{"at":"2026')
    anchored.anchor(3)
    assert len(lines(anchored)) == 5
    assert [fault.line for fault in anchored.look_over().faults] == [4]


def test_of_several_processes_one_casts_the_anchor_of_the_hour(own):
    key = anchors.signing_key(own.settings.anchor_key)
    with own.app.app_context(), db.engine.connect() as connection:
        cast = [
            anchors.cast_hourly(connection, own.settings.anchors, key, now=NOW + timedelta(minutes=minutes))
            for minutes in (0, 1, 59, 60, 61)
        ]
    assert [one is not None for one in cast] == [True, False, False, True, False]


@pytest.mark.parametrize(
    "trouble",
    [
        lambda path: path.unlink(),
        lambda path: path.write_bytes(b"kort"),
        lambda path: path.chmod(0o644),
    ],
)
def test_a_key_that_is_missing_cut_or_open_to_others_is_refused(own, trouble):
    trouble(own.settings.anchor_key)
    with pytest.raises(anchors.AnchorKeyUnreadable):
        anchors.signing_key(own.settings.anchor_key)


def test_two_that_begin_at_once_in_an_empty_folder_do_not_trip_over_one_another(own, monkeypatch):
    """As two workers of the demo do at its first start: who comes first makes the public key's file."""
    key, both = anchors.signing_key(own.settings.anchor_key), Barrier(2)
    made = anchors.private_file

    def together(path, content):
        with suppress(BrokenBarrierError):
            both.wait(timeout=1)  # without a lock both would be here
        made(path, content)

    def cast(_number):
        with own.app.app_context(), db.engine.connect() as connection:
            return anchors.cast_hourly(connection, own.settings.anchors, key, now=NOW)

    monkeypatch.setattr(anchors, "private_file", together)
    with ThreadPoolExecutor(2) as pool:
        assert set(pool.map(cast, range(2))) == {NOW, None}
    assert own.look_over().anchors == 1
