"""The commands for the keys, and what every command says when keys cannot be read."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

import pytest
from click.testing import CliRunner
from freezegun import freeze_time

from gezinscoach import cli
from gezinscoach.kernel import rotation
from gezinscoach.kernel.vault import keeper, keyfile

ADDRESS = ("--email", "a@stad.example")


@pytest.fixture
def home(tmp_path, monkeypatch):
    folder = tmp_path / "map"
    monkeypatch.setenv("GEZINSCOACH_HOME", str(folder))
    for name in ("DATABASE_URL", "KEYS_URL", "KEK_FILE", "KEK_PASSPHRASE_FILE"):
        monkeypatch.delenv(f"GEZINSCOACH_{name}", raising=False)
    monkeypatch.setattr(rotation, "FRESH", 0.0)
    monkeypatch.setattr(keeper, "FRESH", 0.0)
    monkeypatch.setattr(keyfile, "_MEMORY", 64)
    run("init")
    run("account", "add", "--role", "beheerder", *ADDRESS)
    return folder


def run(*words, code=0, typed=None):
    result = CliRunner().invoke(cli.main, words, input=typed)
    assert result.exit_code == code, (result.output, result.exception)
    assert "Traceback" not in result.output
    return result.output


def require_readable():
    assert "/uitnodiging/" in run("account", "invite", *ADDRESS)


def test_status_tells_how_it_stands_and_what_to_do(home):
    said = run("keys", "status")
    assert "Periode 1: 0 dagen oud, 4 gegevenssleutels." in said
    assert "keys backup" in said
    assert "keys escrow" in said
    with freeze_time("2099-01-01"):
        assert "te oud" in run("keys", "status")
        assert "keys rotate" in run("doctor", code=1)


def test_keys_older_than_what_they_open_break_no_list_and_are_told(home):
    with closing(sqlite3.connect(home / "keys" / "keys.db")) as store:
        kept = {row[0] for row in store.execute("select scope_id from data_key")}
        run("account", "add", "--role", "coordinator", "--email", "later@stad.example")
        for scope in {row[0] for row in store.execute("select scope_id from data_key")} - kept:
            store.execute("delete from data_key where scope_id = ?", (scope,))
        store.commit()
    said = run("account", "list")
    assert "niet leesbaar | coördinator" in said
    assert "a@stad.example" in said
    run("keys", "backup")
    for words, code in ((("status",), 0), (("drill",), 1)):
        assert "Van 1 account ontbreekt de sleutel" in run("keys", *words, code=code)
    assert json.loads(run("keys", "status", "--json"))["missing"] == {"account": 1}


def test_status_as_json(home):
    run("keys", "backup")
    told = json.loads(run("keys", "status", "--json"))
    assert [(one["number"], one["keys"]) for one in told["epochs"]] == [(1, 4)]
    assert told["versions"] == {"1": 4}
    assert told["late"] is False
    assert told["missing"] == {}
    assert told["unfinished"] == []
    assert told["backup_at"]
    assert "gezin" not in json.dumps(told)


@pytest.mark.parametrize(("words", "said"), [
    ((), "Periode 2 is begonnen"), (("--kek",), "Periode 2 is begonnen"), (("--data",), "Weggegooid: 3 oude"),
    (("--index",), "nieuwe sleutel"), (("--all",), "Periode 2 is begonnen"),
])  # fmt: skip
def test_rotate_renews_what_was_asked_and_leaves_a_trace(home, words, said):
    assert said in run("keys", "rotate", *words)
    require_readable()
    assert "in orde" in run("doctor")
    with closing(sqlite3.connect(home / "gezinscoach.db")) as connection:
        (count,) = connection.execute(
            "select count(*) from audit_event where action like 'sleutels.rotate%'"
        ).fetchone()
    assert count == (3 if "--all" in words else 1)


def test_what_was_begun_is_finished_by_rotate_alone(home, monkeypatch):
    def broken(*_, **__):
        raise RuntimeError("stroom weg")

    with monkeypatch.context() as patched:
        patched.setattr(rotation, "sweep", broken)
        CliRunner().invoke(cli.main, ["keys", "rotate", "--data"])
    assert "niet afgewerkt" in run("keys", "status")
    assert "keys rotate" in run("doctor", code=1)
    require_readable()
    assert "Weggegooid: 3 oude" in run("keys", "rotate")
    assert "niet afgewerkt" not in run("keys", "status")


def test_one_rotation_at_a_time(home):
    import fcntl

    with (home / "keys" / "rotating").open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        assert "al een vernieuwing bezig" in run("keys", "rotate", code=1)


def test_two_envelopes_and_a_backup_are_enough_on_an_empty_computer(home, tmp_path, monkeypatch):
    run("keys", "rotate")
    run("keys", "backup", str(tmp_path / "kopie"))
    run("keys", "escrow", str(tmp_path / "enveloppen"))
    assert "escrow" not in run("keys", "status")
    (copy,) = (tmp_path / "kopie").glob("*.db")
    papers = sorted((tmp_path / "enveloppen").iterdir())
    assert len(papers) == 3
    assert {path.stat().st_mode & 0o777 for path in [copy, *papers]} == {0o600}
    kek, found = home / "keys" / "kek", home / "keys" / "keys.db"
    kek.unlink()
    found.unlink()
    monkeypatch.setenv("GEZINSCOACH_HOME", str(tmp_path / "leeg"))
    drill = ("keys", "drill", str(papers[2]), str(papers[0]), "--backup", str(copy))
    assert "4 sleutels gaan open" in run(*drill)
    assert not (tmp_path / "leeg").exists()
    run(*drill, "--to", str(kek))
    assert "bestaat al" in run(*drill, "--to", str(kek), code=1)
    monkeypatch.setenv("GEZINSCOACH_HOME", str(home))
    found.write_bytes(copy.read_bytes())
    found.chmod(0o600)
    require_readable()


def test_a_drill_that_fails_says_why_and_ends_with_one(home, tmp_path):
    run("keys", "backup", str(tmp_path / "kopie"))
    run("keys", "escrow", str(tmp_path / "enveloppen"))
    (copy,) = (tmp_path / "kopie").glob("*.db")
    one, other, _third = sorted((tmp_path / "enveloppen").iterdir())
    assert "horen niet bij elkaar" in run("keys", "drill", str(one), str(one), "--backup", str(copy), code=1)
    text = other.read_text()
    place = text.index("\n 2  ") + 6
    other.write_text(text[:place] + ("B" if text[place] != "B" else "C") + text[place + 1 :])
    assert "Regel 2" in run("keys", "drill", str(one), str(other), "--backup", str(copy), code=1)
    other.write_text(text)
    copy.write_bytes(copy.read_bytes()[:3000])
    assert "beschadigd" in run("keys", "drill", str(one), str(other), "--backup", str(copy), code=1)
    assert "twee enveloppen" in run("keys", "drill", str(one), code=2)


def test_the_daily_drill_needs_no_envelopes(home):
    assert "geen verse reservekopie" in run("keys", "drill", code=1)
    run("keys", "backup")
    assert "4 sleutels gaan open" in run("keys", "drill")
    with freeze_time("2099-01-01"):
        assert "geen verse reservekopie" in run("keys", "drill", code=1)
    with closing(sqlite3.connect(home / "keys" / "keys.db")) as connection, connection:
        connection.execute("update data_key set wrapped = zeroblob(60) where kind = 'person'")
    assert "niet de sleutel" in run("keys", "drill", code=1)


def test_a_sealed_key_opens_with_its_passphrase_only(home, tmp_path, monkeypatch):
    assert "wachtzin" in run("keys", "seal", code=1)
    secret = tmp_path / "wachtzin"
    secret.write_text("vijf rustige rode fietsen\n")
    secret.chmod(0o600)
    monkeypatch.setenv("GEZINSCOACH_KEK_PASSPHRASE_FILE", str(secret))
    assert "verzegeld" in run("keys", "seal")
    require_readable()
    run("keys", "rotate", "--all")
    assert "Verzegeld met een wachtzin: ja." in run("keys", "status")
    assert "in orde" in run("doctor")
    secret.chmod(0o644)
    assert f"chmod 600 {secret}" in run("doctor", code=1)
    assert f"chmod 600 {secret}" in run("account", "invite", *ADDRESS, code=1)
    secret.chmod(0o600)
    secret.write_text("iets anders")
    assert "niet de wachtzin" in run("doctor", code=1)
    monkeypatch.delenv("GEZINSCOACH_KEK_PASSPHRASE_FILE")
    for words in (("doctor",), ("keys", "status"), ("serve",), ("init",), ("account", "invite", *ADDRESS)):
        assert "GEZINSCOACH_KEK_PASSPHRASE_FILE" in run(*words, code=1)
    monkeypatch.setenv("GEZINSCOACH_KEK_PASSPHRASE_FILE", str(secret))
    secret.write_text("vijf rustige rode fietsen")
    assert "weg" in run("keys", "seal", "--open")
    monkeypatch.delenv("GEZINSCOACH_KEK_PASSPHRASE_FILE")
    require_readable()


@pytest.mark.parametrize("weak", ["", "a", "vijf rustige", "aaaaaaaaaaaaaaaaaaaa"])
def test_a_passphrase_has_to_be_as_good_as_a_password(home, tmp_path, monkeypatch, weak):
    secret = tmp_path / "wachtzin"
    secret.write_text(weak)
    secret.chmod(0o600)
    monkeypatch.setenv("GEZINSCOACH_KEK_PASSPHRASE_FILE", str(secret))
    said = run("keys", "seal", code=1)
    assert "te kort of te makkelijk te raden. Er is niets veranderd. Neem minstens 15 tekens" in said
    assert "Verzegeld met een wachtzin: nee." in run("keys", "status")


def test_a_second_set_of_envelopes_on_a_day_leaves_the_first_as_it_was(home, tmp_path):
    run("keys", "escrow", str(tmp_path / "e"))
    before = {path: path.read_bytes() for path in (tmp_path / "e").iterdir()}
    said = run("keys", "escrow", str(tmp_path / "e"), code=1)
    assert "al enveloppen" in said
    assert "Errno" not in said
    assert {path: path.read_bytes() for path in (tmp_path / "e").iterdir()} == before


def test_a_file_with_the_passphrase_that_others_read_is_not_called_a_key(home, tmp_path, monkeypatch):
    secret = tmp_path / "wachtzin"
    secret.write_text("vijf rustige rode fietsen")
    secret.chmod(0o644)
    monkeypatch.setenv("GEZINSCOACH_KEK_PASSPHRASE_FILE", str(secret))
    said = run("keys", "seal", code=1)
    assert f"Anderen kunnen {secret} lezen. Daarom wordt dat bestand niet gebruikt." in said


def test_the_doctor_tells_of_a_store_of_keys_that_is_open_to_others_and_broken_both(home):
    no_database(home)
    (home / "keys" / "keys.db").chmod(0o644)
    said = run("doctor", code=1)
    assert f"chmod 600 {home / 'keys' / 'keys.db'}" in said
    assert "De sleutels zijn niet te bereiken" in said


def test_keys_of_after_the_clock_are_no_negative_number_of_days_old(home):
    run("keys", "backup")
    with freeze_time("2020-01-01"):
        said = run("keys", "status")
        assert said.count("staat de klok van deze machine juist?") == 2
        assert "-" not in said.split("\n")[0]


def test_a_new_installation_with_a_passphrase_is_sealed_from_the_start(home, tmp_path, monkeypatch):
    secret = tmp_path / "wachtzin"
    secret.write_text("vijf rustige rode fietsen")
    secret.chmod(0o600)
    monkeypatch.setenv("GEZINSCOACH_KEK_PASSPHRASE_FILE", str(secret))
    monkeypatch.setenv("GEZINSCOACH_HOME", str(tmp_path / "nieuw"))
    run("init")
    assert "Verzegeld met een wachtzin: ja." in run("keys", "status")


def missing(home):
    (home / "keys" / "kek").unlink()


def wrong(home):
    (home / "keys" / "kek").write_bytes(bytes(32))


def truncated(home):
    (home / "keys" / "kek").write_bytes((home / "keys" / "kek").read_bytes()[:-3])


def open_to_all(home):
    (home / "keys" / "kek").chmod(0o644)


def old_store(home):
    before = (home / "keys" / "keys.db").read_bytes()
    run("keys", "rotate")
    (home / "keys" / "keys.db").write_bytes(before)


def unknown_epoch(home):
    with closing(sqlite3.connect(home / "keys" / "keys.db")) as connection, connection:
        connection.execute("update data_key set epoch = 9")


def destroyed_epoch(home):
    with closing(sqlite3.connect(home / "keys" / "keys.db")) as connection, connection:
        connection.execute("update data_key set epoch = 9")
        connection.execute(
            "insert into epoch values (9, x'00', '2026-01-01 00:00:00', '2026-02-01 00:00:00')"
        )


def no_store(home):
    (home / "keys" / "keys.db").unlink()


def no_database(home):
    (home / "keys" / "keys.db").write_bytes(b"geen databank" * 100)


@pytest.mark.parametrize(
    ("spoil", "happened"),
    [
        (missing, "ontbreekt"),
        (wrong, "is niet de sleutel van deze gegevens"),
        (truncated, "beschadigd of niet volledig"),
        (open_to_all, "chmod 600"),
        (old_store, "periode"),
        (unknown_epoch, "ontbreekt de sleutel van een periode (periode 9)"),
        (destroyed_epoch, "vernietigd is (periode 9)"),
        (no_store, "geen sleutels"),
        (no_database, "niet te bereiken"),
    ],
)
def test_trouble_with_keys_is_said_by_every_command_with_what_to_do(home, spoil, happened):
    spoil(home)
    for words in (
        ("doctor",),
        ("serve",),
        ("account", "invite", *ADDRESS),
        ("keys", "status"),
        ("keys", "rotate"),
    ):
        said = run(*words, code=1)
        assert happened in said, words
        assert words == ("doctor",) or "niets veranderd" in said or "zijn er nog" in said
        assert "sqlalche" not in said


def test_init_makes_no_new_keys_for_cases_that_are_there(home):
    no_store(home)
    assert "terwijl er wel dossiers zijn" in run("init", code=1)
    assert "geen sleutels" in run("doctor", code=1)
