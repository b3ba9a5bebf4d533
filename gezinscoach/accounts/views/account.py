"""The address of one account, for whoever administers accounts."""

from __future__ import annotations

from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue

from gezinscoach.accounts import policy, present, queries
from gezinscoach.accounts.views import common
from gezinscoach.accounts.views.common import pages
from gezinscoach.kernel import web
from gezinscoach.kernel.access import Rol, door


@pages.get("/accounts/<uuid:account_id>")
@door(Rol.BEHEERDER)
def account(account_id: UUID) -> ResponseReturnValue:
    """One account with its roles, and what can be done with it."""
    return render_template("accounts/account.html", row=regel(account_id))


def regel(account_id: UUID) -> present.AccountRegel:
    """An account of the werking, ready to show; else "not found"."""
    db, actor = web.session(), web.actor()
    row = web.found(queries.account_row(db, policy.rows(actor), account_id, web.now()))
    common.note_forged(row.account, *(grant for grant, _organisatie in row.grants))
    return present.account(row, actor.account_id, queries.with_second_factor(db, [account_id]))
