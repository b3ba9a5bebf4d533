"""What may happen once at sign-in happens once, also when several ask for it at the same moment."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from gezinscoach.accounts import actions, rules
from gezinscoach.accounts.tables import Account, CodeApp, Invitation, LoginSession, RoleGrant
from gezinscoach.kernel.access import Rol
from gezinscoach.kernel.audit import AuditEvent
from tests.accounts.proving import CODES, give_app
from tests.browser import Browser

CHOSEN = "een rustige dinsdagochtend"
STEP = "/inloggen/tweede-stap"
MANY = 6


def statuses(answers):
    return sorted(answer.status for answer in answers)


def events(town, action):
    found = select(func.count()).select_from(AuditEvent).where(AuditEvent.action == action)
    return town.db.scalar(found)


def half(town, account):
    """Somebody with a browser whose password was right, before the page of the second step."""
    browser = Browser(town.app)
    browser.cookie(actions.open_session(town.db, account, factor=None, now=town.now))
    town.db.commit()
    assert browser.get(STEP).status == 200
    return browser


def whole(town, account):
    town.db.rollback()
    mine = select(func.count()).select_from(LoginSession).where(LoginSession.account_id == account.id)
    return town.db.scalar(mine.where(LoginSession.factor.is_not(None)))


def test_of_six_who_decide_on_one_deed_one_does(town):
    city, db = town.city, town.db
    newcomer, asker = city.account(None, "Nora Nieuw"), city.account(Rol.BEHEERDER)
    newcomer.password_hash = "een hash"
    actor = city.actor_of(asker.id, Rol.BEHEERDER)
    row = actions.ask_role(db, actor, newcomer, Rol.COORDINATOR, now=town.now)
    db.commit()
    browsers = [town.browser(city.account(Rol.FUNCTIONARIS).id) for _ in range(MANY)]
    path = f"/bevestigingen/{row.id}"
    for browser in browsers:
        assert browser.get(path).status == 200
    decided = ["bevestigen", "bevestigen", "weigeren"] * 2
    answers = town.at_once(
        [
            lambda one=one, wat=wat: one.post(path, {"besluit": wat, "reden": "daarom"})
            for one, wat in zip(browsers, decided, strict=True)
        ]
    )
    first, *others = statuses(answers)
    assert first == 302
    assert set(others) <= {404, 409}, "it is not there to decide on any more, or was decided meanwhile"
    held = db.scalars(select(RoleGrant).where(RoleGrant.account_id == newcomer.id)).all()
    yes, no = events(town, "role.confirm.coordinator"), events(town, "role.refuse.coordinator")
    assert (yes + no, len(held)) == (1, yes)


def test_a_recovery_code_lets_in_one_of_six(town):
    account = town.city.account(Rol.COORDINATOR)
    give_app(town.db, account, town.now)
    code = CODES[account.id][0]
    browsers = [half(town, account) for _ in range(MANY)]
    answers = town.at_once([lambda one=one: one.post(STEP, {"code": code}) for one in browsers])
    assert statuses(answers) == [302] + [422] * (MANY - 1)
    assert whole(town, account) == 1
    assert events(town, "factor.use.herstelcode") == 1


def test_a_code_of_an_app_lets_in_one_of_four(town):
    account = town.city.account(Rol.COORDINATOR)
    app = give_app(town.db, account, town.now - timedelta(hours=1))
    browsers = [half(town, account) for _ in range(4)]
    code = app.now()
    answers = town.at_once([lambda one=one: one.post(STEP, {"code": code}) for one in browsers])
    assert statuses(answers) == [302] + [422] * 3
    assert whole(town, account) == 1


@pytest.mark.parametrize("resets", [False, True])
def test_an_invitation_is_accepted_by_one_of_three(town, resets):
    city, db = town.city, town.db
    account = city.account(Rol.COORDINATOR)
    if resets:
        give_app(db, account, town.now)
    token = actions.invite(db, city.actor, account, now=town.now, resets_factor=resets)
    db.commit()
    path = f"/uitnodiging/{token}"
    browsers = [Browser(town.app) for _ in range(3)]
    for browser in browsers:
        assert browser.get(path).status == 200
    typed = {"wachtwoord": CHOSEN, "wachtwoord_opnieuw": CHOSEN}
    answers = town.at_once([lambda one=one: one.post(path, typed) for one in browsers])
    first, *others = statuses(answers)
    assert first == 302
    assert set(others) <= {409, 503}, "spent, or too busy to find that out"
    assert events(town, "account.accept") == 1
    assert events(town, "account.drop_factor") == resets
    assert (db.scalar(select(func.count()).select_from(CodeApp)) == 0) or not resets


def test_of_six_new_links_for_one_person_one_is_left(town):
    city, db = town.city, town.db
    account = city.account(None, "Nora Nieuw")
    bea = city.account(Rol.BEHEERDER)
    browsers = [town.browser(bea.id) for _ in range(MANY)]
    path = f"/accounts/{account.id}/uitnodiging"
    answers = town.at_once([lambda one=one: one.post(path) for one in browsers])
    assert statuses(answers) == [201] * MANY
    left = select(func.count()).select_from(Invitation).where(Invitation.account_id == account.id)
    assert db.scalar(left) == 1
    works = [
        page
        for page in answers
        if Browser(town.app).get("/uitnodiging/" + page.text.partition("/uitnodiging/")[2][:43]).status == 200
    ]
    assert len(works) == 1


def test_of_six_who_ask_the_same_role_one_asks(town):
    city = town.city
    account, bea = city.account(None, "Nora Nieuw"), city.account(Rol.BEHEERDER)
    path = f"/accounts/{account.id}/rol"
    browsers = [town.browser(bea.id) for _ in range(MANY)]
    for browser in browsers:
        browser.get(path)
    asked = {"rol": "coordinator", "organisatie": "", "tot": ""}
    answers = town.at_once([lambda one=one: one.post(path, asked) for one in browsers])
    assert statuses(answers) == [302] + [422] * (MANY - 1)
    assert events(town, "role.request.coordinator") == 1


def test_failures_at_once_are_all_counted(town):
    account = town.city.account(Rol.COORDINATOR)
    give_app(town.db, account, town.now)
    browsers = [half(town, account) for _ in range(rules.slowing.FREE_FAILURES)]
    answers = town.at_once([lambda one=one: one.post(STEP, {"code": "000000"}) for one in browsers])
    assert statuses(answers) == [422] * rules.slowing.FREE_FAILURES
    assert browsers[0].post(STEP, {"code": "000000"}).status == 429
    assert town.db.get(Account, account.id) is not None
