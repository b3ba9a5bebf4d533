"""What checking a password costs, whom it keeps waiting, and what a stranger can learn from it."""

from __future__ import annotations

import statistics
import threading
import time
from contextlib import contextmanager

import pytest
from argon2 import PasswordHasher, extract_parameters
from sqlalchemy import update

from gezinscoach.accounts import actions, queries, rules
from gezinscoach.accounts.actions import hashing
from gezinscoach.accounts.rules import cost
from gezinscoach.accounts.rules.cost import LEAST, Cost
from gezinscoach.accounts.tables import Account, LoginFailure
from gezinscoach.kernel.access import Rol
from gezinscoach.kernel.database import db as database
from gezinscoach.kernel.database import only_reading, reading

PASSWORD = "vier groene fietsen zingen"
MIB = 1024


@pytest.fixture
def owner(city, db):
    account = city.account(Rol.COORDINATOR, "Cor Dinator")
    actions.set_password(db, account, PASSWORD)
    db.commit()
    return account


def sign_in(db, email, now, password=PASSWORD):
    return actions.sign_in(db, email=email, password=password, network="192.0.2.1", now=now)


@pytest.mark.parametrize(
    ("seconds", "wanted"),
    [
        (0.5, LEAST),
        (0.1, LEAST),
        (0.05, Cost(38 * MIB, 2)),
        (0.025, Cost(64 * MIB, 2)),
        (0.01, Cost(64 * MIB, 5)),
        (0.000_001, Cost(64 * MIB, 8)),
    ],
)
def test_a_faster_machine_takes_more_memory_first_and_never_less_than_the_least(seconds, wanted):
    assert cost.cost_of(seconds) == wanted


def test_what_was_measured_is_kept_and_never_falls(tmp_path, monkeypatch):
    file = tmp_path / "argon2.toml"
    for took, kept in ((0.05, 38), (0.2, 38), (0.04, 47)):
        monkeypatch.setattr(hashing, "seconds", lambda price, took=took: took)
        assert hashing.calibrate(file) == hashing.measured(file) == Cost(kept * MIB, 2)
        assert file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("text", ["", "memory_kib = 'veel'\npasses = 2", "passes = 2", "\x00", None])
def test_a_cost_that_cannot_be_read_is_the_least(tmp_path, monkeypatch, text):
    file = tmp_path / "argon2.toml"
    if text is not None:
        file.write_text(text)
    monkeypatch.setattr(hashing, "_cost", Cost(64 * MIB, 8))
    assert hashing.measured(file) is None
    hashing.use(file)
    assert hashing._cost == LEAST


def test_a_file_that_asks_less_than_the_least_gets_the_least(tmp_path):
    file = tmp_path / "argon2.toml"
    file.write_text("memory_kib = 8\npasses = 1\n")
    assert hashing.measured(file) == LEAST


def test_whoever_signs_in_gets_a_new_hash_when_the_cost_rose_and_only_then(db, owner, now, monkeypatch):
    old = owner.password_hash
    sign_in(db, owner.email, now)
    assert owner.password_hash == old
    monkeypatch.setattr(hashing, "_cost", Cost(20 * MIB, 2))
    with pytest.raises(actions.WrongCredentials):
        sign_in(db, owner.email, now, "helemaal iets anders")
    assert owner.password_hash == old
    sign_in(db, owner.email, now)
    db.commit()
    assert extract_parameters(owner.password_hash).memory_cost == 20 * MIB
    monkeypatch.setattr(hashing, "_cost", LEAST)
    higher = owner.password_hash
    sign_in(db, owner.email, now)
    assert owner.password_hash == higher


@pytest.fixture
def during(monkeypatch):
    """Lets a test do something at the moment that a password is being hashed."""
    deeds = []
    turn = hashing._turn

    @contextmanager
    def watched():
        with turn():
            deeds.append(database.session().in_transaction())
            for deed in during.deeds:
                deed()
            yield

    during.deeds, during.seen = [], deeds
    monkeypatch.setattr(hashing, "_turn", watched)
    return during


def test_no_transaction_waits_for_a_hash(client, city, db, now, owner, during):
    _, token = actions.add_account(db, city.actor, email="nieuw@test.example", naam="Nieuw", now=now)
    db.commit()
    chosen = {"wachtwoord": PASSWORD, "wachtwoord_opnieuw": PASSWORD}
    assert client.post(f"/uitnodiging/{token}", chosen).status == 302
    client.get("/inloggen/instellen")
    client.post("/inloggen/opnieuw")
    client.get("/inloggen")
    assert client.post("/inloggen", {"email": owner.email, "wachtwoord": PASSWORD}).status == 302
    assert during.seen == [False, False]


def test_what_is_about_to_be_written_is_not_let_go(db, owner):
    with pytest.raises(RuntimeError), only_reading(db):
        owner.active = False
    assert not reading.get()


def test_an_account_that_is_shut_while_its_password_is_checked_stays_out(db, owner, now, during):
    during.deeds += [lambda: setattr(db.get(Account, owner.id), "active", False), db.commit]
    with pytest.raises(actions.WrongCredentials):
        sign_in(db, owner.email, now)


def test_a_password_that_changed_while_the_old_one_was_checked_is_not_put_back(db, owner, now, during):
    other = "$argon2id$ander"
    during.deeds += [lambda: setattr(db.get(Account, owner.id), "password_hash", other), db.commit]
    with pytest.raises(actions.WrongCredentials):
        sign_in(db, owner.email, now)


def test_many_guesses_at_the_same_moment_get_no_more_answers_than_one_by_one(db, owner, now, during):
    def others():
        db.execute(update(LoginFailure).values(count=rules.slowing.FREE_FAILURES))
        db.commit()

    with pytest.raises(actions.WrongCredentials):
        sign_in(db, owner.email, now, "helemaal iets anders")
    db.commit()
    during.deeds.append(others)
    with pytest.raises(actions.TooManyAttempts):
        sign_in(db, owner.email, now)


def test_when_too_many_come_at_once_the_page_says_so_and_keeps_the_address(client, owner, monkeypatch):
    monkeypatch.setattr(hashing, "PATIENCE", 0.01)
    typed = {"email": owner.email, "wachtwoord": PASSWORD, "verder": "/accounts"}
    sent = {"bewaard.doel": "/accounts/nieuw", "bewaard.veld.naam": "Lang Getypt"}
    for _ in range(hashing.AT_ONCE):
        hashing._slots.acquire()
    try:
        page = client.post("/inloggen", typed | sent)
    finally:
        for _ in range(hashing.AT_ONCE):
            hashing._slots.release()
    assert page.status == 503
    assert page.headers["Retry-After"] == "5"
    assert "even te druk" in page.words
    assert PASSWORD not in page.text
    assert page.tree.find(".//input[@name='email']").attrib["value"] == owner.email
    assert page.tree.find(".//input[@name='verder']").attrib["value"] == "/accounts"
    assert page.tree.find(".//input[@name='bewaard.veld.naam']").attrib["value"] == "Lang Getypt"
    assert client.post("/inloggen", typed).status == 302


def test_an_invitation_that_meets_the_crowd_is_not_spent(client, city, db, now, monkeypatch):
    _, token = actions.add_account(db, city.actor, email="nieuw@test.example", naam="Nieuw", now=now)
    db.commit()
    chosen = {"wachtwoord": PASSWORD, "wachtwoord_opnieuw": PASSWORD}
    monkeypatch.setattr(hashing, "_places", threading.BoundedSemaphore(1))
    with hashing._places:
        page = client.post(f"/uitnodiging/{token}", chosen)
    assert (page.status, page.headers["Retry-After"]) == (503, "5")
    assert client.post(f"/uitnodiging/{token}", chosen).status == 302


def test_two_are_checked_at_once_one_waits_and_the_rest_hears_at_once_that_it_is_busy(monkeypatch):
    gate, lock = threading.Event(), threading.Lock()
    counts = {"now": 0, "most": 0, "busy": 0, "done": 0}

    def come():
        try:
            with hashing._turn():
                with lock:
                    counts["now"] += 1
                    counts["most"] = max(counts["most"], counts["now"])
                gate.wait(5)
                with lock:
                    counts["now"] -= 1
                    counts["done"] += 1
        except hashing.TooBusy:
            with lock:
                counts["busy"] += 1

    crowd = [threading.Thread(target=come) for _ in range(20)]
    for one in crowd:
        one.start()
    ends = time.monotonic() + 5
    while counts["busy"] < 17 and time.monotonic() < ends:
        time.sleep(0.005)
    gate.set()
    for one in crowd:
        one.join()
    assert counts == {"now": 0, "most": 2, "busy": 17, "done": 3}


@pytest.fixture
def work(monkeypatch):
    """Counts what Argon2 is asked to do."""
    done = []
    for name in ("hash", "verify"):
        real = getattr(PasswordHasher, name)

        def counted(self, *given, name=name, real=real):
            done.append((name, self.memory_cost, self.time_cost))
            return real(self, *given)

        monkeypatch.setattr(PasswordHasher, name, counted)
    return done


def test_a_known_an_unknown_and_a_shut_account_cost_the_same_work_and_answer_the_same(
    client, city, db, owner, work
):
    shut, fresh = city.account(Rol.COORDINATOR), city.account(Rol.COORDINATOR)
    actions.set_password(db, shut, PASSWORD)
    shut.active = False
    db.commit()
    client.post("/inloggen", {"email": "eerste@test.example", "wachtwoord": "x"})
    done, said = [], set()
    for email, password in (
        (owner.email, "fout"),
        ("niemand@test.example", "fout"),
        (shut.email, PASSWORD),
        (fresh.email, "fout"),
    ):
        work.clear()
        page = client.post("/inloggen", {"email": email, "wachtwoord": password})
        done.append(list(work))
        said.add((page.status, page.words.replace(email, "")))
    assert done == [[("verify", LEAST.memory_kib, LEAST.passes)]] * 4
    assert len(said) == 1


def test_the_time_of_an_answer_does_not_tell_whether_the_account_is_known(db, owner, now):
    def takes(email):
        begun = time.thread_time()
        with pytest.raises(actions.WrongCredentials):
            sign_in(db, email, now, "fout")
        took = time.thread_time() - begun
        db.rollback()
        return took

    takes("eerste@test.example")
    pairs = [(takes(owner.email), takes("niemand@test.example")) for _ in range(9)]
    known, unknown = (statistics.median(side) for side in zip(*pairs, strict=True))
    assert 0.7 < known / unknown < 1.4


def test_no_key_is_opened_and_no_name_read_before_a_password_was_right(db, owner):
    assert queries.password_hash(db, owner.email) == owner.password_hash
    assert queries.password_hash(db, "niemand@test.example") is None
    owner.active = False
    db.flush()
    assert queries.password_hash(db, owner.email) is None


def test_in_a_storm_of_strangers_one_place_is_left_for_who_signed_in_before(monkeypatch):
    hash_of, going, inside = hashing.hashed(PASSWORD), threading.Event(), threading.Semaphore(0)

    def slowly(kept, password):
        inside.release()
        return going.wait(10)

    monkeypatch.setattr(hashing, "_verified", slowly)
    strangers = [
        threading.Thread(target=hashing.check, args=(hash_of, "fout"), kwargs={"known": False})
        for _ in range(hashing.AT_ONCE + hashing.WAITING - 1)
    ]
    for one in strangers:
        one.start()
        assert inside.acquire(timeout=5)
    begun = time.monotonic()
    with pytest.raises(hashing.TooBusy):
        hashing.check(hash_of, PASSWORD, known=False)
    assert time.monotonic() - begun < hashing.PATIENCE / 2, "it never waited"
    threading.Timer(0.3, going.set).start()
    assert hashing.check(hash_of, PASSWORD, known=True)[0], "it waits for its turn and gets it"
    for one in strangers:
        one.join()
