"""The command line, as whoever runs an installation uses it."""

from __future__ import annotations

import socket
import sqlite3
from contextlib import closing

import pytest
from alembic.script import ScriptDirectory
from click.testing import CliRunner

from gezinscoach import cli
from gezinscoach.accounts.actions import people as accounts
from gezinscoach.app import beside
from gezinscoach.cli import serving, versions
from gezinscoach.kernel.access import Rol
from tests.postgres import apart, share
from tests.werkmap import grids


@pytest.fixture
def home(tmp_path, monkeypatch):
    folder = tmp_path / "map met spatie"
    monkeypatch.setenv("GEZINSCOACH_HOME", str(folder))
    monkeypatch.delenv("GEZINSCOACH_DATABASE_URL", raising=False)
    return folder


def run(*words, code=0):
    result = CliRunner().invoke(cli.main, words)
    assert result.exit_code == code, result.output
    assert "Traceback" not in result.output
    return result.output


def test_init_makes_an_installation_whose_files_are_its_owners_alone(home):
    assert str(home) in run("init")
    found = [path for path in [home, *home.rglob("*")] if path.stat().st_mode & 0o077]
    assert found == []


def test_a_second_init_keeps_everything(home):
    run("init")
    secrets = {path: path.read_bytes() for path in (home / "keys").iterdir()}
    run("init", "--werking", "Anders")
    assert {path: path.read_bytes() for path in (home / "keys").iterdir()} == secrets
    with closing(sqlite3.connect(home / "gezinscoach.db")) as connection:
        assert connection.execute("select naam from werking").fetchall() == [("Leuven",)]


def test_init_on_what_is_there_says_that_it_stays_and_asks_for_an_account_only_while_there_is_none(home):
    hint = "--role beheerder"
    said = run("init")
    assert "Hier is al" not in said
    assert hint in said
    said = run("init", "--werking", "Gent", "--gemeente", "Gent")
    assert "Hier is al een werking: Leuven. Die blijft zoals ze is." in said
    assert hint in said
    run("account", "add", "--role", "coordinator", "--email", "c@s.example")
    assert hint in run("init")
    run("account", "add", "--role", "beheerder", "--email", "b@s.example")
    assert hint not in run("init")


@pytest.mark.parametrize("wrong", [("--werking", ""), ("--gemeente", " "), ("--postcode", "90O0")])
def test_init_with_a_name_or_a_postcode_that_is_none_makes_nothing(home, wrong):
    run("init", *wrong, code=2)
    assert not home.exists()


def test_init_takes_the_city_that_it_is_told(home):
    run("init", "--werking", " Gent ", "--gemeente", "Gent", "--postcode", "9000", "--postcode", "9030")
    with closing(sqlite3.connect(home / "gezinscoach.db")) as connection:
        stored = connection.execute("select naam, gemeente, postcodes from werking").fetchall()
    assert stored == [("Gent", "Gent", "9000 9030")]


@pytest.mark.parametrize(
    ("word", "setting"), [("init", "GEZINSCOACH_HOME"), ("demo", "GEZINSCOACH_DEMO_HOME")]
)
def test_a_folder_that_cannot_be_made_is_said_in_a_sentence(tmp_path, monkeypatch, word, setting):
    (tmp_path / "bestand").touch()
    monkeypatch.setenv(setting, str(tmp_path / "bestand" / "map"))
    said = run(word, code=1)
    assert f"De map {tmp_path / 'bestand' / 'map'} kan niet gemaakt worden. Er is niets veranderd." in said
    assert f"Kies een map van jezelf met {setting}, of werk als root." in said


def test_before_init_every_command_says_what_to_do(home):
    assert "gezinscoach init" in run("account", "add", "--role", "beheerder", "--email", "a@b.be", code=1)
    assert "gezinscoach init" in run("serve", code=1)
    assert "gezinscoach init" in run("doctor", code=1)


@pytest.mark.parametrize(
    "rol", sorted({rol.value for rol in Rol} - {"bondgenoot", "organisatieverantwoordelijke", "gezinscoach"})
)
def test_an_account_gets_a_one_time_invitation(home, rol):
    run("init")
    end = ["--until", "2099-12-31"] if rol == "importeur" else []
    said = run("account", "add", "--role", rol, "--email", "iemand@stad.example", *end)
    assert "/uitnodiging/" in said
    other = "coordinator" if rol == "functionaris" else "functionaris"
    again = run("account", "add", "--role", other, "--email", "IEMAND@stad.example")
    assert "/uitnodiging/" not in again


def test_a_role_that_is_held_for_an_organisation_asks_for_one(home):
    run("init")
    said = run("account", "add", "--role", "bondgenoot", "--email", "b@stad.example", code=1)
    assert "organisatie" in said
    said = run(
        "account", "add", "--role", "bondgenoot", "--email", "b@s.example", "--organisation", "X", code=1
    )
    assert "X" in said


def test_no_address_stands_in_the_database_in_clear(home):
    run("init")
    run(
        "account",
        "add",
        "--role",
        "beheerder",
        "--email",
        "heelbijzonder@stad.example",
        "--name",
        "Hanneke Uniek",
    )
    stored = b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())
    assert b"heelbijzonder" not in stored
    assert b"Hanneke" not in stored


def test_the_doctor_finds_nothing_wrong_with_a_new_installation(home):
    run("init")
    assert "in orde" in run("doctor")


def test_the_doctor_says_what_is_wrong_and_what_to_do(home):
    run("init")
    (home / "keys" / "kek").chmod(0o644)
    assert f"chmod 600 {home / 'keys' / 'kek'}" in run("doctor", code=1)
    (home / "keys" / "kek").chmod(0o600)
    (home / "keys" / "kek").write_bytes(bytes(32))
    assert "reservekopie" in run("doctor", code=1)


def set_version(home, number):
    with closing(sqlite3.connect(home / "gezinscoach.db")) as connection, connection:
        connection.execute("update alembic_version set version_num = ?", [number])


def test_an_older_database_is_not_served_and_init_is_what_helps(home, served):
    run("init")
    set_version(home, "0008")
    for word in ("doctor", "serve"):
        said = run(word, code=1)
        assert f"op versie 0008, het programma op {versions.known()[-1]}. Doe: gezinscoach init" in said
    assert served == []


def test_a_database_that_is_newer_than_the_program_asks_for_the_newer_program(home, served):
    run("init")
    set_version(home, "9999")
    for word in ("doctor", "serve", "init"):
        said = run(word, code=1)
        assert "Dit programma is ouder dan de databank" in said
        assert "Installeer de nieuwere versie" in said
        assert "Doe: gezinscoach init" not in said
    assert served == []


def test_the_newest_version_is_that_of_the_last_migration():
    scripts = ScriptDirectory(str(beside("migrations")))
    assert versions.known()[-1] == scripts.get_current_head()
    assert versions.known() == sorted(one.revision for one in scripts.walk_revisions())


@pytest.fixture
def busy():
    """A port of this computer on which something else listens."""
    with socket.create_server(("127.0.0.1", 0)) as held:
        yield held.getsockname()[1]


@pytest.fixture
def served(monkeypatch):
    """What would be served, as (host, port, workers); nothing really is."""
    asked = []
    monkeypatch.setattr(
        serving, "run", lambda app, host, port, workers, **more: asked.append((host, port, workers))
    )
    return asked


def test_a_busy_port_is_passed_over(busy):
    assert serving.free_port(busy) > busy


def test_the_server_says_that_its_port_is_busy_and_no_address(home, busy, served):
    run("init")
    said = run("serve", "--port", str(busy), code=1)
    assert f"Poort {busy} is bezet. Kies een andere met --port, of stop wat er al draait." in said
    assert "http" not in said
    assert served == []


def test_the_server_does_not_call_a_port_busy_when_it_is_the_address_that_is_wrong(home, served):
    run("init")
    said = run("serve", "--host", "192.0.2.1", "--port", str(serving.free_port(20000)), code=1)
    assert "bezet" not in said
    assert "--host" in said
    assert served == []


def test_the_server_says_where_it_listens_and_what_people_open(home, monkeypatch, served):
    run("init")
    port = serving.free_port(20000)
    assert f"Draait op http://127.0.0.1:{port}. Mensen komen binnen langs https" in run(
        "serve", "--port", str(port), "--workers", "64"
    )
    monkeypatch.setenv("GEZINSCOACH_URL", "https://gezinscoach.stad.example/")
    said = run("serve", "--port", str(port))
    assert (
        f"De server luistert op http://127.0.0.1:{port}. Mensen openen https://gezinscoach.stad.example."
        in said
    )
    assert served == [("127.0.0.1", port, 64), ("127.0.0.1", port, 2)]


def test_the_demo_refuses_a_home_with_other_data(home, monkeypatch):
    run("init")
    monkeypatch.setenv("GEZINSCOACH_DEMO_HOME", str(home))
    monkeypatch.setattr(serving, "run", lambda *args, **kwargs: pytest.fail("it served"))
    assert "niets veranderd" in run("demo", code=1)


def test_the_demo_shows_how_to_log_in_and_serves_on_loopback_only(home, monkeypatch, busy, served):
    monkeypatch.setenv("GEZINSCOACH_DEMO_HOME", str(home / "demo"))
    free = serving.free_port(20000)
    said = run("demo", "--port", str(free))
    assert "coach@demo.example" in said
    for rol in ("coördinator", "deskundige gezinsondersteuning", "functionaris gegevensbescherming"):
        assert rol in said
    assert f"http://127.0.0.1:{free}/" in said
    assert "bezet" not in said
    said = run("demo", "--port", str(busy))
    after = served[1][1]
    assert after != busy
    assert f"Poort {busy} is bezet; de demostad draait op {after}." in said
    assert f"http://127.0.0.1:{after}/" in said
    assert [host for host, _port, _workers in served] == ["127.0.0.1"] * 2


def test_an_importer_is_only_made_for_a_time_and_not_for_a_day_that_is_past(home):
    run("init")
    assert "voor een tijd" in run("account", "add", "--role", "importeur", "--email", "i@s.example", code=1)
    past = ("account", "add", "--role", "importeur", "--email", "i@s.example", "--until", "2020-01-01")
    assert "voorbij" in run(*past, code=1)


def test_what_is_no_address_makes_no_account(home):
    run("init")
    assert "geen e-mailadres" in run("account", "add", "--role", "coordinator", "--email", "niets", code=1)


def test_an_organisation_can_be_added_and_a_coach_of_it_made(home):
    run("init")
    run("organisatie", "add", "--name", "Buurthuis De Linde")
    assert "is er al" in run("organisatie", "add", "--name", "buurthuis de linde", code=1)
    coach = ("account", "add", "--role", "gezinscoach", "--email", "c@s.example")
    assert "/uitnodiging/" in run(*coach, "--organisation", "vzw Buurthuis-De Linde")
    assert "Geef een naam" in run("organisatie", "add", "--name", "  ", code=2)


def test_whoever_is_no_gezinscoach_yet_becomes_one_in_an_organisation_or_by_an_import(home):
    run("init")
    coach = ("account", "add", "--role", "gezinscoach", "--email", "c@s.example")
    said = run(*coach)
    for words in ("/uitnodiging/", "nog geen gezinscoach met dit adres", "--organisation", "werkmap"):
        assert words in said
    run("organisatie", "add", "--name", "Buurthuis")
    assert "nog geen gezinscoach" not in run(*coach, "--organisation", "Buurthuis")


def test_a_coach_of_the_werkmap_needs_no_organisation(home, tmp_path):
    run("init")
    run("werkmap", "import", str(grids.write(tmp_path / "w.xlsx", grids.werkmap())))
    coach = ("account", "add", "--role", "gezinscoach", "--email", "nele@buurt.example")
    said = run(*coach)
    assert "/uitnodiging/" in said
    assert "nog geen gezinscoach" not in said


def test_a_forgotten_password_is_mended_on_the_server(home):
    run("init")
    run("account", "add", "--role", "coordinator", "--email", "c@s.example")
    assert "/uitnodiging/" in run("account", "invite", "--email", "C@s.example")
    assert "geen actief account" in run("account", "invite", "--email", "x@s.example", code=1)


def test_when_the_key_is_gone_init_makes_no_other_one(home):
    run("init")
    (home / "keys" / "kek").unlink()
    assert "reservekopie" in run("init", code=1)
    assert not (home / "keys" / "kek").exists()


def test_a_key_that_others_can_read_is_not_called_missing(home, tmp_path, monkeypatch):
    kek = tmp_path / "kek"
    kek.write_bytes(bytes(32))
    kek.chmod(0o644)
    monkeypatch.setenv("GEZINSCOACH_KEK_FILE", str(kek))
    assert "chmod 600" in run("init", code=1)


def test_another_city_does_not_get_the_postcodes_of_leuven(home):
    run("init", "--werking", "Elders", "--gemeente", "Elders")
    with closing(sqlite3.connect(home / "gezinscoach.db")) as connection:
        assert connection.execute("select postcodes from werking").fetchall() == [("",)]


def test_init_makes_the_database_on_a_server_that_has_none_yet(home, pytestconfig, monkeypatch):
    url = share(pytestconfig).url("nog_niet_gemaakt")
    monkeypatch.setenv("GEZINSCOACH_DATABASE_URL", url)
    run("init")
    assert "GEZINSCOACH_DATABASE_OWNER_URL" in run("doctor", code=1)  # a superuser sees every row


def test_tables_can_belong_to_another_role_than_the_application(home, pytestconfig, monkeypatch):
    for name, value in share(pytestconfig).environ().items():
        monkeypatch.setenv(name, value)
    run("init")
    assert "in orde" in run("doctor")


def test_one_role_becomes_an_owner_and_an_application(home, pytestconfig, monkeypatch):
    cluster = share(pytestconfig)
    settings = apart(cluster.url(f"eerst_{home.parent.name[-12:]}".replace("-", "_")))
    monkeypatch.setenv("GEZINSCOACH_DATABASE_URL", settings["GEZINSCOACH_DATABASE_OWNER_URL"])
    run("init")
    run("account", "add", "--role", "beheerder", "--email", "b@s.example")
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    assert "Hier is al een werking" in run("init")
    assert "b@s.example" in run("account", "list")
    assert "in orde" in run("doctor")


def test_a_role_that_may_make_no_tables_is_said_with_the_setting_for_one_that_may(
    home, pytestconfig, monkeypatch
):
    settings = share(pytestconfig).environ()
    monkeypatch.setenv("GEZINSCOACH_DATABASE_URL", settings["GEZINSCOACH_DATABASE_URL"])
    said = run("init", code=1)
    assert "De gebruiker toepassing van de databank mag er geen tabellen maken" in said
    assert "GEZINSCOACH_DATABASE_OWNER_URL" in said
    assert "sqlalche" not in said
    monkeypatch.setenv("GEZINSCOACH_DATABASE_OWNER_URL", settings["GEZINSCOACH_DATABASE_OWNER_URL"])
    run("init")


def lose_database(home):
    for path in home.glob("gezinscoach.db*"):
        path.unlink()


def empty_database(home):
    (home / "gezinscoach.db").write_bytes(b"")


@pytest.mark.parametrize("lose", [lose_database, empty_database])
def test_an_empty_database_beside_keys_of_cases_is_not_begun_anew_unasked(home, lose):
    run("init")
    run("account", "add", "--role", "beheerder", "--email", "b@s.example")
    before = (home / "keys" / "keys.db").read_bytes()
    lose(home)
    for words in (("init",), ("init", "--werking", "Leuven"), ("doctor",)):
        said = run(*words, code=1)
        assert "Er zijn sleutels van 2 gezinnen, personen en organisaties, maar de databank is leeg." in said
        assert "GEZINSCOACH_DATABASE_URL" in said
    assert (home / "keys" / "keys.db").read_bytes() == before
    assert "Hier is al" not in run("init", "--start-anew")
    assert "Hier is al" in run("init")


def test_an_init_that_was_cut_short_goes_on(home, monkeypatch):
    def cut(*_args, **_more):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(accounts.audit, "record", cut)
        run("init", code=1)
    assert "Hier is al" not in run("init")
    run("doctor")


def test_a_database_that_cannot_be_reached_is_said_in_a_sentence(home, monkeypatch):
    adding = ("account", "add", "--role", "beheerder", "--email", "a@s.example")
    run("init")
    monkeypatch.setenv("GEZINSCOACH_DATABASE_URL", "postgresql://niemand@127.0.0.1:1/weg?connect_timeout=2")
    assert "niet te bereiken" in run("init", code=1)
    assert "gezinscoach doctor" in run(*adding, code=1)
    said = run("doctor", code=1)
    assert "GEZINSCOACH_DATABASE_URL" in said
    assert "sqlalche.me" not in said
    monkeypatch.setenv("GEZINSCOACH_DATABASE_URL", "onzin")
    assert "geen adres van een databank" in run(*adding, code=1)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("PROXIES", "een", "een getal zijn van 0 tot 9"),
        ("PROXIES", "-1", "een getal zijn van 0 tot 9"),
        ("URL", "gezinscoach.stad.example", "beginnen met https://"),
        ("URL", "http://gezinscoach.stad.example", "beginnen met https://"),
        ("URL", "https://gezinscoach.stad.example/pad", "eindigen na de naam"),
        ("URL", "https://gezinscoach.stad.example?x", "eindigen na de naam"),
        ("URL", "https://iemand@gezinscoach.stad.example", "eindigen na de naam"),
        ("URL", "https://gezinscoach.stad.example:poort", "eindigen na de naam"),
        ("URL", "https://", "eindigen na de naam"),
        ("KEK_PASSPHRASE_FILE", "{tmp}/weg", "een bestand dat er is"),
        ("KEK_FILE", "{tmp}", "een bestand, geen map"),
        ("ANCHOR_KEY", "{tmp}", "een bestand, geen map"),
        ("ANCHORS", "/etc/passwd", "een map, geen bestand"),
        ("DATABASE_URL", "onzin", "geen adres van een databank"),
        ("DATABASE_URL", "sqlite://", "geen adres van een databank"),
        ("DATABASE_URL", "mysql://a@b/c", "geen adres van een databank die gezinscoach kent"),
        ("DATABASE_URL", "postgresql+asyncpg://a@b/c", "geen adres van een databank"),
        ("DATABASE_URL", "sqlite:////nergens/x.db", "noemt een bestand in /nergens, en die map is er niet"),
        ("DATABASE_OWNER_URL", "onzin", "geen adres van een databank"),
        ("KEYS_URL", "sqlite:////nergens/x.db", "noemt een bestand in /nergens"),
    ],
)
def test_a_setting_that_cannot_be_right_is_said_in_a_sentence(home, tmp_path, monkeypatch, name, value, said):
    monkeypatch.setenv(f"GEZINSCOACH_{name}", value.replace("{tmp}", str(tmp_path)))
    for word in (("init",), ("doctor",), ("serve",), ("audit", "verify")):
        told = run(*word, code=1)
        assert f"GEZINSCOACH_{name} " in told
        assert said in told
    assert not home.exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PROXIES", ""),
        ("PROXIES", "2"),
        ("URL", "https://gezinscoach.stad.example:8443/"),
        ("ANCHORS", "{tmp}/nog niet"),
        ("DATABASE_URL", "sqlite:///{tmp}/elders.db"),
        ("KEYS_URL", "sqlite:///{home}/keys/andere.db"),
    ],
)
def test_a_setting_that_is_right_is_taken(home, tmp_path, monkeypatch, name, value):
    given = value.replace("{tmp}", str(tmp_path)).replace("{home}", str(home))
    monkeypatch.setenv(f"GEZINSCOACH_{name}", given)
    run("init")


def test_keys_that_cannot_be_read_stop_a_command_with_a_sentence(home):
    run("init")
    (home / "keys" / "kek").write_bytes(bytes(32))
    assert "gezinscoach doctor" in run("account", "invite", "--email", "a@s.example", code=1)
    said = run("doctor", code=1)
    assert "niet de sleutel" in said
    assert "wrapped" not in said


def test_the_doctor_counts_the_rows_that_were_changed_around_the_application(home):
    run("init")
    run("account", "add", "--role", "beheerder", "--email", "bea@stad.example", "--name", "Bea")
    with closing(sqlite3.connect(home / "gezinscoach.db")) as connection, connection:
        connection.execute("update role_grant set rol = 'functionaris'")
    assert "role_grant (1)" in run("doctor", code=1)
