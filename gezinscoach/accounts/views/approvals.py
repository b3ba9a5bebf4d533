"""Addresses of the second person: what waits, and the decision about it."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from gezinscoach.accounts import actions, forms, policy, present, queries, rules
from gezinscoach.accounts.views.common import pages
from gezinscoach.kernel import web
from gezinscoach.kernel.access import Rol, door


@pages.get("/bevestigingen")
@door(*rules.CONFIRMERS)
def approvals() -> ResponseReturnValue:
    """What waits for a second person, and what came to nothing."""
    actor, now = web.actor(), web.now()
    rows = queries.approvals(web.session(), policy.approvals(actor), now)
    return render_template(
        "accounts/approvals.html", rows=[present.wachtregel(row, actor.account_id, now) for row in rows]
    )


@pages.route("/bevestigingen/<uuid:approval_id>", methods=["GET", "POST"])
@door(*rules.CONFIRMERS, fresh=True)
def approval(approval_id: UUID) -> ResponseReturnValue:
    """Confirm or refuse what somebody else asked."""
    row = _waiting(approval_id)
    regel = present.wachtregel(row, web.actor().account_id, web.now())
    if regel.state != "open":
        raise rules.OwnApproval
    form = forms.Decide()
    if form.validate_on_submit():
        return _decide(row, regel, present.Besluit(form.besluit.data), form.reden.data)
    return render_template("accounts/approval.html", form=form, row=regel), web.form_status()


@pages.post("/bevestigingen/<uuid:approval_id>/intrekken")
@door(Rol.BEHEERDER)
def withdraw_approval(approval_id: UUID) -> ResponseReturnValue:
    """Take back what one asked oneself."""
    row = _waiting(approval_id)
    if row.approval.asked_by != web.actor().account_id:
        raise rules.OwnApproval
    actions.refuse_approval(web.session(), web.actor(), row.approval, None, now=web.now())
    flash(_("Je vraag is ingetrokken."), "success")
    return redirect(url_for("accounts.accounts"))


def _decide(
    row: queries.ApprovalRow, regel: present.Wachtregel, besluit: present.Besluit, reden: str | None
) -> ResponseReturnValue:
    db, actor, now = web.session(), web.actor(), web.now()
    if besluit is present.Besluit.WEIGEREN:
        actions.refuse_approval(db, actor, row.approval, reden, now=now)
        flash(_("Geweigerd: %(what)s voor %(naam)s.", what=regel.what, naam=regel.naam), "success")
        return redirect(url_for("accounts.approvals"))
    account = web.found(queries.account(db, policy.approvals(actor), row.approval.account_id))
    token = actions.confirm_approval(db, actor, row.approval, account, now=now)
    if token:
        link = url_for("accounts.invitation", token=token, _external=True)
        return render_template("accounts/second_factor.html", row=regel, link=link), HTTPStatus.CREATED
    flash(_("Bevestigd: %(what)s voor %(naam)s.", what=regel.what, naam=regel.naam), "success")
    return redirect(url_for("accounts.approvals"))


def _waiting(approval_id: UUID) -> queries.ApprovalRow:
    actor = web.actor()
    return web.found(queries.approval(web.session(), policy.approvals(actor), approval_id, web.now()))
