"""A second person: what one asks opens nothing until somebody else, known otherwise, confirms it."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from freezegun import freeze_time
from sqlalchemy import select

from gezinscoach.accounts import actions, queries, rules
from gezinscoach.accounts.tables import Account, Approval, RoleGrant
from gezinscoach.kernel.access import Actor, Rol
from gezinscoach.kernel.audit import AuditEvent
from tests.browser import session_of
from tests.counting import statements

PASSWORD = "vier groene fietsen zingen"


@pytest.fixture
def beheerder(city):
    return city.account(Rol.BEHEERDER, "Bea Heer")


@pytest.fixture
def second(city):
    return city.account(Rol.FUNCTIONARIS, "Fons Tweede")


@pytest.fixture
def newcomer(city):
    """Somebody without a role who chose a password."""
    return entered(city, city.account(None, "Nora Nieuw"))


def entered(city, account):
    account.password_hash = "een hash"
    city.db.commit()
    return account


def acting(city, account, rol=Rol.BEHEERDER):
    return city.actor_of(account.id, rol)


def asked(city, giver, account, rol=Rol.COORDINATOR, now=None):
    row = actions.ask_role(city.db, acting(city, giver), account, rol, now=now or city.now)
    city.db.commit()
    return row


def confirm(city, who, row, account, rol=Rol.FUNCTIONARIS, now=None):
    token = actions.confirm_approval(city.db, acting(city, who, rol), row, account, now=now or city.now)
    city.db.commit()
    return token


def roles(city, account, now=None):
    held = select(RoleGrant.rol).where(RoleGrant.account_id == account.id)
    return set(city.db.scalars(held))


def test_a_role_that_is_asked_opens_nothing_and_one_that_is_confirmed_does(
    client, city, beheerder, second, newcomer
):
    row = asked(city, beheerder, newcomer)
    client.sign_in(newcomer.id)
    assert client.get("/gezin").status == 404
    confirm(city, second, row, newcomer)
    client.sign_in(newcomer.id)
    assert client.get("/gezin").status == 200
    made = city.db.scalars(select(RoleGrant).where(RoleGrant.account_id == newcomer.id)).one()
    assert (made.given_by, row.decided_by, row.grant_id) == (beheerder.id, second.id, made.id)


def test_nobody_gives_a_role_alone_whatever_page_would_ask_it(city, beheerder, newcomer, now):
    with pytest.raises(rules.SecondPersonNeeded):
        actions.give_role(city.db, acting(city, beheerder), newcomer, Rol.COORDINATOR, now=now)
    with pytest.raises(rules.SecondPersonNeeded):
        actions.vouch(city.db, acting(city, beheerder), newcomer, now=now)


def test_neither_who_asked_nor_whom_it_is_for_confirms(city, beheerder, newcomer):
    row = asked(city, beheerder, newcomer)
    for who in (beheerder, newcomer):
        with pytest.raises(rules.OwnApproval):
            confirm(city, who, row, newcomer)
    with pytest.raises(rules.OwnApproval):
        actions.confirm_approval(city.db, city.actor, row, newcomer, now=city.now)
    with pytest.raises(rules.OwnApproval):
        actions.refuse_approval(city.db, acting(city, newcomer), row, "nee", now=city.now)


def hold(city, account, rol, given_by):
    """A role as a page of the first release gave it: nobody confirmed it."""
    city.db.add(
        RoleGrant(
            id=uuid4(),
            account_id=account.id,
            rol=rol,
            since=city.now - timedelta(days=9),
            given_by=given_by and given_by.id,
        )
    )
    city.db.commit()


def test_an_invented_second_person_confirms_nothing_however_long_the_chain(city, beheerder, second, newcomer):
    first, last = (entered(city, city.account(None, naam)) for naam in ("Eerste", "Laatste"))
    hold(city, first, Rol.BEHEERDER, beheerder)
    hold(city, last, Rol.COORDINATOR, first)
    row = asked(city, beheerder, newcomer)
    for who in (first, last):
        with pytest.raises(rules.NotApart):
            confirm(city, who, row, newcomer)
    confirm(city, second, row, newcomer)


def test_in_a_ring_of_invented_people_behind_one_another_nobody_is_known(city, beheerder, newcomer):
    one, two = (entered(city, city.account(None, naam)) for naam in ("Een", "Twee"))
    hold(city, one, Rol.BEHEERDER, two)
    hold(city, two, Rol.BEHEERDER, one)
    with pytest.raises(rules.NotApart):
        confirm(city, one, asked(city, beheerder, newcomer), newcomer)


def test_the_mistake_of_one_real_person_lets_an_invented_one_confirm_and_stands_in_the_trace(
    city, beheerder, second, newcomer
):
    invented = entered(city, city.account(None, "Verzonnen"))
    mistake = asked(city, beheerder, invented, Rol.FUNCTIONARIS)
    confirm(city, second, mistake, invented)
    confirm(city, invented, asked(city, beheerder, newcomer), newcomer)
    events = city.db.execute(
        select(AuditEvent.action, AuditEvent.account_id, AuditEvent.thing_id).where(
            AuditEvent.action.like("role.%"), AuditEvent.account_id.is_not(None)
        )
    ).all()
    assert set(events) == {
        ("role.request.functionaris", beheerder.id, invented.id),
        ("role.confirm.functionaris", second.id, invented.id),
        ("role.request.coordinator", beheerder.id, newcomer.id),
        ("role.confirm.coordinator", invented.id, newcomer.id),
    }


def test_somebody_of_the_first_release_is_vouched_for_on_the_server(city, beheerder, newcomer, now):
    old = entered(city, city.account(None, "Oud Gediende"))
    hold(city, old, Rol.COORDINATOR, beheerder)
    row = asked(city, beheerder, newcomer)
    with pytest.raises(rules.NotApart):
        confirm(city, old, row, newcomer)
    assert actions.vouch(city.db, city.actor, old, now=now) == [Rol.COORDINATOR]
    city.db.commit()
    confirm(city, old, row, newcomer)


def test_the_server_confirms_what_waits_as_well(city, beheerder, newcomer, now):
    asked(city, beheerder, newcomer)
    assert actions.vouch(city.db, city.actor, newcomer, now=now) == [Rol.COORDINATOR]
    city.db.commit()
    backings = queries.backings(city.db, city.actor.werking_id)
    assert [one.server for one in backings if one.account_id == newcomer.id] == [True]


def test_who_chose_no_password_yet_can_not_be_confirmed(city, beheerder, second):
    """Whoever made the link could have used it: the second person must be able to ask the person."""
    fresh = city.account(None, "Net Gemaakt")
    row = asked(city, beheerder, fresh)
    with pytest.raises(rules.NotEntered):
        confirm(city, second, row, fresh)


def test_a_question_lasts_fourteen_days(city, beheerder, second, newcomer, now):
    row = asked(city, beheerder, newcomer)
    last = now + rules.APPROVAL
    seen = [
        queries.count_approvals(city.db, Account.werking_id == city.actor.werking_id, moment)
        for moment in (last - timedelta(seconds=1), last)
    ]
    assert seen == [1, 0]
    with pytest.raises(rules.ApprovalSpent):
        confirm(city, second, row, newcomer, now=last)
    city.db.rollback()
    confirm(city, second, row, newcomer, now=last - timedelta(seconds=1))


def test_only_one_of_two_decides_and_a_refusal_is_final(city, beheerder, second, newcomer, now):
    row = asked(city, beheerder, newcomer)
    actions.refuse_approval(city.db, acting(city, second), row, "Ik ken deze persoon niet.", now=now)
    city.db.commit()
    with pytest.raises(rules.ApprovalSpent):
        confirm(city, city.account(Rol.COORDINATOR), row, newcomer)
    assert roles(city, newcomer) == set()
    assert b"ken deze persoon" not in row.reden_cell


@pytest.mark.parametrize("how", ["shut", "ended"])
def test_what_a_beheerder_asked_lapses_when_that_is_no_beheerder_any_more(
    city, beheerder, second, newcomer, now, how
):
    row = asked(city, beheerder, newcomer)
    if how == "shut":
        actions.deactivate(city.db, city.actor, beheerder, now=now)
    else:
        grant = city.db.scalars(select(RoleGrant).where(RoleGrant.account_id == beheerder.id)).one()
        actions.end_role(city.db, city.actor, grant, now=now)
    city.db.commit()
    with pytest.raises(rules.ApprovalSpent):
        confirm(city, second, row, newcomer, now=now + timedelta(seconds=1))


def test_roles_that_must_stay_apart_are_weighed_again_when_they_are_confirmed(
    city, beheerder, second, newcomer
):
    rows = [asked(city, beheerder, newcomer, rol) for rol in (Rol.BEHEERDER, Rol.COORDINATOR)]
    confirm(city, second, rows[0], newcomer)
    with pytest.raises(rules.RolesApart):
        confirm(city, second, rows[1], newcomer)


def test_the_same_is_not_asked_twice(city, beheerder, newcomer):
    asked(city, beheerder, newcomer)
    with pytest.raises(rules.RoleAsked):
        asked(city, beheerder, newcomer)
    asked(city, beheerder, newcomer, now=city.now + rules.APPROVAL)


def three_sessions(city, account):
    return [session_of(account.id) for _ in range(3)]


@pytest.mark.parametrize("deed", ["confirm", "end", "shut", "address"])
def test_the_old_cookies_of_three_live_sessions_open_nothing_after_a_change_of_role(
    client, city, beheerder, second, now, deed
):
    coach = city.coach()
    somebody = entered(city, coach.account)
    tokens = three_sessions(city, somebody)
    for token in tokens:
        client.cookie(token)
        assert client.get("/").status == 200
    if deed == "confirm":
        confirm(city, second, asked(city, beheerder, somebody), somebody)
    elif deed == "end":
        grant = city.db.scalars(select(RoleGrant).where(RoleGrant.account_id == somebody.id)).one()
        actions.end_role(city.db, city.actor, grant, now=now)
    elif deed == "shut":
        actions.deactivate(city.db, city.actor, somebody, now=now)
    else:
        actions.change_email(city.db, city.actor, coach.row, "anders@test.example", now=now)
    city.db.commit()
    for token in tokens:
        client.cookie(token)
        assert client.get("/").location == "/inloggen?verder=/"


def test_what_a_beheerder_asks_on_a_page_stands_as_waiting_and_can_be_taken_back(client, city, beheerder):
    client.sign_in(beheerder.id)
    client.get("/accounts/nieuw")
    typed = {"naam": "Nora Nieuw", "email": "nora@test.example", "rol": "coordinator", "organisatie": ""}
    assert client.post("/accounts/nieuw", typed).status == 201
    listed = client.get("/accounts")
    assert "wacht op iemand anders" in listed.words
    [withdraw] = [path for path in listed.actions() if path.endswith("/intrekken")]
    assert client.get(withdraw.removesuffix("/intrekken")).status == 409
    again = client.get("/accounts/nieuw")
    account = queries.account_by_email(city.db, "nora@test.example")
    again = client.post(f"/accounts/{account.id}/rol", {"rol": "coordinator", "organisatie": ""})
    assert again.status == 422
    assert "wacht op bevestiging" in again.words
    assert "ingetrokken" in client.follow(client.post(withdraw)).words
    assert client.post(withdraw).status == 404


@pytest.mark.parametrize("rol", [Rol.BEHEERDER, Rol.COORDINATOR, Rol.FUNCTIONARIS])
def test_the_second_person_sees_on_vandaag_what_waits_and_decides(client, city, beheerder, newcomer, rol):
    row = asked(city, beheerder, newcomer, Rol.AANMELDPUNT)
    other = city.account(rol, "Tweede Persoon")
    client.sign_in(other.id)
    first = client.get("/")
    assert "1 vraag wacht op een tweede persoon" in first.words
    assert "/bevestigingen" in first.links()
    path = f"/bevestigingen/{row.id}"
    assert path in client.get("/bevestigingen").links()
    page = client.get(path)
    for words in ("Nora Nieuw", newcomer.email, "Bea Heer", "aanmeldpunt"):
        assert words in page.words
    assert client.post(path, {"besluit": "weigeren", "reden": ""}).status == 422
    assert client.post(path, {}).status == 422
    done = client.follow(client.post(path, {"besluit": "bevestigen"}))
    assert "Bevestigd: aanmeldpunt voor Nora Nieuw." in done.words
    assert client.get(path).status == 404
    assert roles(city, newcomer) == {Rol.AANMELDPUNT}


def test_who_asked_reads_why_it_was_refused(client, city, beheerder, second, newcomer):
    row = asked(city, beheerder, newcomer)
    client.sign_in(second.id)
    client.get(f"/bevestigingen/{row.id}")
    sent = {"besluit": "weigeren", "reden": "Nora werkt hier niet."}
    assert client.post(f"/bevestigingen/{row.id}", sent).status == 302
    client.sign_in(beheerder.id)
    assert "Fons Tweede: Nora werkt hier niet." in client.get("/accounts").words


def test_a_question_that_waited_too_long_says_so(client, city, beheerder, newcomer, now):
    asked(city, beheerder, newcomer)
    with freeze_time(now + timedelta(days=15)):
        client.sign_in(beheerder.id)
        assert "te lang gewacht" in client.get("/accounts").words


def test_who_is_known_only_through_the_one_who_asks_is_told_what_to_do(client, city, beheerder, newcomer):
    old = entered(city, city.account(None, "Oud Gediende"))
    hold(city, old, Rol.COORDINATOR, beheerder)
    row = asked(city, beheerder, newcomer)
    client.sign_in(old.id)
    client.get(f"/bevestigingen/{row.id}")
    page = client.post(f"/bevestigingen/{row.id}", {"besluit": "bevestigen"})
    assert page.status == 409
    assert "gezinscoach account confirm" in page.words
    assert roles(city, newcomer) == set()


def test_the_second_person_of_another_werking_sees_and_decides_nothing(
    client, city, beheerder, newcomer, now
):
    row = asked(city, beheerder, newcomer)
    elsewhere = actions.add_werking(city.db, naam="Elders", gemeente="Elders", postcodes=(), now=now)
    stranger, _ = actions.add_account(city.db, elsewhere, email="x@elders.example", naam="X", now=now)
    actions.give_role(city.db, elsewhere, stranger, Rol.COORDINATOR, now=now)
    city.db.commit()
    client.sign_in(stranger.id)
    assert "wacht op een tweede persoon" not in client.get("/").words
    assert "Nora" not in client.get("/bevestigingen").told
    assert client.get(f"/bevestigingen/{row.id}").status == 404
    assert client.post(f"/bevestigingen/{row.id}", {"besluit": "bevestigen"}).status == 404


def test_doors_that_give_ask_for_a_fresh_proof(app):
    for name in ("add_account", "give_role", "invite_again", "reset_factor", "approval"):
        assert app.view_functions[f"accounts.{name}"].door.fresh, name


def test_the_list_asks_as_many_questions_for_two_as_for_twelve(client, city, beheerder, second):
    def counted():
        with statements() as sent:
            assert client.get("/bevestigingen").status == 200
        return len(sent)

    client.sign_in(second.id)
    made = [asked(city, beheerder, city.account(None, f"Nieuw {n}")) for n in range(2)]
    few = counted()
    made += [asked(city, beheerder, city.account(None, f"Meer {n}")) for n in range(10)]
    assert counted() == few
    assert len(made) == 12


def test_a_beheerder_who_only_waits_to_be_confirmed_does_not_count_as_one(city, db, newcomer, now):
    boss = city.account(Rol.BEHEERDER)
    asked(city, boss, newcomer, Rol.BEHEERDER)
    db.get(Account, boss.id).active = False
    assert not queries.has_beheerder(db, now)
    assert queries.count_confirmers(db, city.actor.werking_id, now) == 0


def test_the_card_counts_only_what_others_asked(client, city, beheerder, newcomer):
    asked(city, beheerder, newcomer)
    client.sign_in(beheerder.id)
    assert "wacht op een tweede persoon" not in client.get("/").words


def test_a_waiting_gezinscoach_becomes_one_only_when_confirmed(city, beheerder, second, newcomer, now):
    house = city.organisatie().id
    row = actions.ask_role(
        city.db, acting(city, beheerder), newcomer, Rol.GEZINSCOACH, organisatie_id=house, now=now
    )
    assert queries.active_coach(city.db, newcomer.id, city.today) is None
    confirm(city, second, row, newcomer)
    assert queries.active_coach(city.db, newcomer.id, city.today) is not None
    assert isinstance(acting(city, second), Actor)
    assert city.db.scalars(select(Approval.granted)).all() == [True]
