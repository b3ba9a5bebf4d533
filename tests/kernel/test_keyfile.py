"""The key file: its owner's alone, whole or refused, sealed when wanted, replaced in one step."""

from __future__ import annotations

import os

import pytest

from gezinscoach.kernel.vault import KeysUnreadable, Why, keyfile
from gezinscoach.kernel.vault.keyfile import KeyFile

KEYS = {3: bytes(range(32)), 12: bytes(range(100, 132))}


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(keyfile, "_MEMORY", 64)
    monkeypatch.setattr(keyfile, "_PASSES", 1)


@pytest.fixture
def at(tmp_path):
    return lambda passphrase=None: KeyFile(tmp_path / "kek", lambda: passphrase)


def why(file):
    with pytest.raises(KeysUnreadable) as caught:
        file.read()
    return caught.value.why


@pytest.mark.parametrize("sealed", [False, True])
def test_keys_come_back_and_the_file_is_its_owners_alone(at, sealed):
    file = at(b"een lange wachtzin")
    file.write(KEYS, sealed=sealed)
    assert file.read() == KEYS
    assert file.is_sealed() is sealed
    assert file.path.stat().st_mode & 0o777 == 0o600
    assert (KEYS[3] in file.path.read_bytes()) is not sealed
    file.write({3: KEYS[3]})
    assert file.is_sealed() is sealed
    assert os.listdir(file.path.parent) == ["kek"]


@pytest.mark.parametrize("sealed", [False, True])
def test_a_file_cut_short_or_changed_anywhere_is_broken(at, sealed):
    file = at(b"een lange wachtzin")
    file.write(KEYS, sealed=sealed)
    whole = file.path.read_bytes()
    for cut in range(len(whole)):
        file.path.write_bytes(whole[:cut])
        # 32 bytes are a key of the first release; this one then unwraps nothing.
        assert cut == 32 or why(file) is Why.BROKEN
    for place in range(len(whole)):
        file.path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert why(file) is Why.BROKEN


def test_a_sealed_file_asks_for_its_own_passphrase(at):
    at(b"een lange wachtzin").write(KEYS, sealed=True)
    assert why(at()) is Why.LOCKED
    assert why(at(b"een andere")) is Why.OTHER_SEAL


def test_a_file_that_is_missing_or_open_to_others_is_refused(at):
    assert why(at()) is Why.MISSING
    at().write(KEYS)
    at().path.chmod(0o640)
    assert why(at()) is Why.OPEN


def test_what_a_keeper_of_secrets_hands_out_may_have_a_mode_of_its_own(at, monkeypatch):
    at().write(KEYS)
    at().path.chmod(0o444)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(at().path.parent))
    assert at().read() == KEYS


def test_thirty_two_bytes_are_the_key_of_the_first_epoch(at):
    at().path.write_bytes(KEYS[3])
    at().path.chmod(0o600)
    assert at().read() == {1: KEYS[3]}


def test_a_write_that_fails_leaves_the_keys_as_they_were(at, monkeypatch):
    at().write(KEYS)

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(keyfile, "write_durably", full)
    with pytest.raises(KeysUnreadable) as caught:
        at().write({1: bytes(32)})
    assert caught.value.why is Why.READ_ONLY
    assert at().read() == KEYS


def test_the_old_content_is_overwritten_where_it_stood(at):
    at().write(KEYS)
    os.link(at().path, at().path.with_name("watch"))
    at().write({12: KEYS[12]})
    assert KEYS[3] not in at().path.with_name("watch").read_bytes()
