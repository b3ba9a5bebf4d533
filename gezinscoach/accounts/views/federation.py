"""Addresses of signing in through an issuer, and of tying the own account to who one is there."""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from gezinscoach.accounts import actions, present, queries, rules
from gezinscoach.accounts.rules import federation as refusals
from gezinscoach.accounts.rules.factors import Factor
from gezinscoach.accounts.tables.federation import Issuer
from gezinscoach.accounts.views import common
from gezinscoach.accounts.views.common import pages
from gezinscoach.accounts.views.signing import AGAIN, sign_in_page
from gezinscoach.kernel import oidc, web
from gezinscoach.kernel.access import OPEN, SIGNED_IN, Actor, door
from gezinscoach.kernel.database import only_reading

REFUSED = (oidc.Refused, rules.Refusal)


@pages.get("/inloggen/met/<uuid:issuer_id>")
@door(OPEN)
def sign_in_at(issuer_id: UUID) -> ResponseReturnValue:
    """Go and log in at an issuer, then come back: to a page, or to an invitation that is accepted so."""
    verder = web.local_address(request.args.get("verder")) or ""
    return _leave(issuer_id, {"verder": verder, "uitnodiging": request.args.get("uitnodiging", "")[:100]})


@pages.post("/inloggen/verder")
@door(OPEN)
def go_on() -> ResponseReturnValue:
    """Go on with a form that was being sent when the session ended, after logging in in another tab."""
    kept = common.kept_form()
    if web.signed_in() is None:
        return sign_in_page(kept), HTTPStatus.UNAUTHORIZED
    return common.onward(kept, None)


@pages.get("/mijn-account/uitgevers")
@door(SIGNED_IN)
def connections() -> ResponseReturnValue:
    """Through which issuers one can sign in, and which of them are tied to the own account."""
    db, actor = web.session(), web.actor()
    account = web.found(queries.own_account(db, actor.account_id))
    tied = set(queries.connected(db, account.id))
    rows = [(one, naam, one in tied) for one, naam in queries.issuer_names(db, actor.werking_id)]
    return render_template("accounts/connections.html", rows=rows, only_way=account.password_hash is None)


@pages.get("/mijn-account/uitgevers/<uuid:issuer_id>/verbind")
@door(SIGNED_IN, fresh=True)
def connect(issuer_id: UUID) -> ResponseReturnValue:
    """Go and log in at an issuer to tie it to the own account; only from a page of our own."""
    if not web.from_own_page():
        return redirect(url_for("accounts.connections"))
    return _leave(issuer_id, {"account": str(web.actor().account_id)})


@pages.get("/bevestigen/met/<uuid:issuer_id>")
@door(SIGNED_IN)
def confirm_at(issuer_id: UUID) -> ResponseReturnValue:
    """Go and prove anew at an issuer who one is, before a delicate deed; only from a page of our own."""
    verder = web.local_address(request.args.get("verder")) or ""
    offered = dict(queries.confirming(web.session(), web.found(web.actor().account_id)))
    web.found(offered.get(issuer_id))
    if not web.from_own_page():
        return redirect(url_for("accounts.confirm", verder=verder or None))
    carried = {"bevestigt": str(web.actor().account_id), "vanaf": str(int(web.now().timestamp()))}
    return _leave(issuer_id, {"verder": verder, **carried}, anew=True)


@pages.post("/mijn-account/uitgevers/<uuid:issuer_id>/los")
@door(SIGNED_IN, fresh=True)
def disconnect(issuer_id: UUID) -> ResponseReturnValue:
    """Untie the own account from an issuer."""
    db, actor = web.session(), web.actor()
    account = web.found(queries.own_account(db, actor.account_id))
    web.found(actions.disconnect(db, actor, account, issuer_id, now=web.now()) or None)
    flash(_("De verbinding is weg."), "success")
    return redirect(url_for("accounts.connections"))


@pages.get("/inloggen/terug/<uuid:issuer_id>")
@door(OPEN)
def come_back(issuer_id: UUID) -> ResponseReturnValue:
    """The return from an issuer: open a session, or tie an account. What it brought works only once."""
    issuer = web.found(_issuer(issuer_id))
    subject = None
    try:
        answer = oidc.finish(_party(issuer), issuer.organisation_claim)
        subject = answer.subject
        web.acts()
        return _welcome(issuer, answer)
    except oidc.Unreachable as error:
        return _silent(error)
    except REFUSED as refusal:
        unproved = isinstance(refusal, oidc.Refused) and web.signed_in() is not None
        said = present.unproved_sentence if unproved else present.wordings()[type(refusal)]
        page = web.refuse(said(), HTTPStatus.FORBIDDEN)
        if type(refusal) is not oidc.Refused:  # who only calls this address fills no register
            web.acts()
            web.keep()
            actions.trace_refusal(web.session(), issuer, subject, now=web.now())
        return page


def _welcome(issuer: Issuer, answer: oidc.Answer) -> ResponseReturnValue:
    """What the answer of an issuer was asked for; a refusal of the rules."""
    db, now, carried = web.session(), web.now(), answer.carried
    who = (issuer, answer.subject, answer.claims)
    verder = web.local_address(carried.get("verder"))
    if carried.get("bevestigt"):
        asked_at = datetime.fromtimestamp(int(carried["vanaf"]), UTC)
        actions.confirm_at_issuer(db, _same(carried["bevestigt"]), *who, asked_at=asked_at, now=now)
        if not verder:
            flash(_("We weten nu dat jij het bent. Ga terug naar het tabblad waar je bezig was."), "success")
        return redirect(verder or url_for("desk.vandaag"))
    if carried.get("account"):
        someone = _same(carried["account"])
        account = web.found(queries.own_account(db, someone.account_id))
        actions.connect(db, account, *who, now=now, keep=someone.session)
        flash(
            _("Je account is verbonden met %(issuer)s.", issuer=issuer.naam)
            + " "
            + _("Je bent op je andere toestellen uitgelogd."),
            "success",
        )
        return redirect(url_for("accounts.connections"))
    if carried.get("uitnodiging"):
        account = actions.connect_invited(db, carried["uitnodiging"], *who, now=now)
    else:
        account = actions.account_of(db, *who, now=now)
    if refusals.opens_full_session(answer.claims, issuer.acr.split()):
        common.enter(account, Factor.DIENST)
    elif not common.begin(account):
        return redirect(url_for("accounts.second_step", verder=verder))
    return redirect(verder or url_for("desk.vandaag"))


def _same(account_id: str) -> Actor:
    """Whoever is signed in, when that is still who left for the issuer; OtherPerson."""
    someone = web.signed_in()
    if someone is None or str(someone.account_id) != account_id:
        raise refusals.OtherPerson
    return someone


def _leave(issuer_id: UUID, carried: dict[str, str], *, anew: bool = False) -> ResponseReturnValue:
    issuer = web.found(_issuer(issuer_id))
    back = url_for("accounts.come_back", issuer_id=issuer.id, _external=True)
    said = {name: one for name, one in carried.items() if one}
    try:
        return redirect(oidc.begin(_party(issuer), back, said, anew=anew))
    except oidc.Unreachable as error:
        return _silent(error)


def _issuer(issuer_id: UUID) -> Issuer | None:
    """The issuer; no connection is kept while it is asked something."""
    with only_reading(web.session()):
        return queries.issuer(web.session(), issuer_id)


def _party(issuer: Issuer) -> oidc.Party:
    return oidc.Party(issuer.id.hex, issuer.address, issuer.client_id, issuer.client_secret or "", issuer.acr)


def _silent(error: oidc.Unreachable) -> ResponseReturnValue:
    page = render_template("accounts/silent.html", sentence=present.wordings()[type(error)]())
    return page, HTTPStatus.SERVICE_UNAVAILABLE, AGAIN
