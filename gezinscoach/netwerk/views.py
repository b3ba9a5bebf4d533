"""Addresses of the lerend netwerk and of signals."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date, ngettext
from flask_babel import gettext as _
from wtforms.fields import SelectChoice

from gezinscoach.accounts import actions as accounts_actions
from gezinscoach.accounts import queries as accounts
from gezinscoach.accounts import rules as accounts_rules
from gezinscoach.accounts.present import wordings as accounts_wordings
from gezinscoach.dossier import queries as dossier
from gezinscoach.kernel import audit, web
from gezinscoach.kernel.access import Door, Rol, door
from gezinscoach.netwerk import actions, forms, policy, present, queries, rules

pages = Blueprint("netwerk", __name__)


@pages.get("/netwerk")
@door(Rol.COORDINATOR, Rol.GEZINSCOACH)
def bijeenkomsten() -> ResponseReturnValue:
    """The meetings of a year: for the coördinator who was there, for a coach the own presence."""
    db, actor, today = web.session(), web.actor(), web.today()
    year = min(max(request.args.get("jaar", today.year, type=int), 2000), 2100)
    own = queries.own_standen(db, actor) if actor.coach_id else {}
    return render_template(
        "netwerk/bijeenkomsten.html",
        year=year,
        years=sorted({*queries.years(db, actor), today.year}, reverse=True),
        rows=[present.rij(regel, today, own.get(regel.id)) for regel in queries.of_year(db, actor, year)],
        keeps=Rol.COORDINATOR in actor.roles,
        coach=actor.coach_id is not None,
    )


@pages.route("/netwerk/nieuw", methods=["GET", "POST"])
@door(Rol.COORDINATOR)
def convene() -> ResponseReturnValue:
    """Plan a meeting, or note one that was held."""
    form = forms.Convene()
    if form.validate_on_submit() and form.datum.data:
        try:
            row = actions.convene(
                web.session(), web.actor(), datum=form.datum.data, thema=form.thema.data, now=web.now()
            )
        except rules.DayTaken as refusal:
            form.datum.errors = [present.wordings()[type(refusal)]()]
        else:
            flash(_("De bijeenkomst staat op de lijst."), "success")
            return redirect(url_for("netwerk.bijeenkomsten", jaar=row.datum.year))
    return render_template("netwerk/convene.html", form=form), web.form_status()


@pages.route("/netwerk/<uuid:bijeenkomst_id>", methods=["GET", "POST"])
@door(Rol.COORDINATOR)
def presence(bijeenkomst_id: UUID) -> ResponseReturnValue:
    """Who was there: every coach who was active on that day, in one form."""
    db, actor, today = web.session(), web.actor(), web.today()
    row = web.held(web.found(queries.bijeenkomst(db, policy.kept(actor), bijeenkomst_id)))
    noted = queries.standen(db, row.id)
    asked = [
        coach
        for coach in accounts.coaches(db, actor)
        if coach.id in noted
        or (coach.gestart_op <= row.datum and (coach.gestopt_op is None or coach.gestopt_op >= row.datum))
    ]
    form = forms.presence(asked, noted)
    if form.validate_on_submit():
        changed = actions.mark(db, actor, row, form.standen(), now=web.now(), today=today)
        said = ngettext("Bewaard: %(num)d wijziging.", "Bewaard: %(num)d wijzigingen.", changed)
        flash(said if changed else _("Er was niets veranderd."), "success")
        return redirect(url_for("netwerk.bijeenkomsten", jaar=row.datum.year))
    return render_template(
        "netwerk/presence.html",
        form=form,
        datum=row.datum,
        thema=row.thema or "",
        held=row.datum <= today,
        cancel_url="" if noted else url_for("netwerk.cancel", bijeenkomst_id=row.id),
        organisaties={str(coach.id): coach.organisatie for coach in asked},
    ), web.form_status()


@pages.route("/netwerk/<uuid:bijeenkomst_id>/schrappen", methods=["GET", "POST"])
@door(Rol.COORDINATOR)
def cancel(bijeenkomst_id: UUID) -> ResponseReturnValue:
    """Take a meeting that does not happen off the list, after asking."""
    db, actor = web.session(), web.actor()
    row = web.held(web.found(queries.bijeenkomst(db, policy.kept(actor), bijeenkomst_id)))
    if request.method == "GET":
        return render_template(
            "_frame/confirm.html",
            title=_("Bijeenkomst van %(dag)s schrappen", dag=format_date(row.datum, "d MMMM y")),
            said=[
                _("De bijeenkomst verdwijnt van de lijst, ook voor de gezinscoaches."),
                _("Dit kan je niet terugdraaien. Je kan wel een nieuwe bijeenkomst op die dag zetten."),
            ],
            label=_("Bijeenkomst schrappen"),
            cancel=url_for("netwerk.presence", bijeenkomst_id=row.id),
            cancel_label=_("Niet schrappen"),
        )
    actions.cancel(db, actor, row, now=web.now())
    flash(_("De bijeenkomst is geschrapt."), "success")
    return redirect(url_for("netwerk.bijeenkomsten", jaar=row.datum.year))


@pages.get("/signalen")
@door(Rol.COORDINATOR, Rol.GEZINSCOACH)
def signalen() -> ResponseReturnValue:
    """The signals: all for the coördinator, the own ones for a coach."""
    db, actor = web.session(), web.actor()
    asked = request.args.get("stand", "")
    stand = rules.Signaalstand(asked) if asked in set(rules.Signaalstand) else None
    listed = queries.signalen(db, policy.signalen(actor), stand)
    namen = accounts.names(db, actor.werking_id, {regel.made_by for regel in listed if regel.made_by})
    domeinen = present.domeinen(list(dossier.codelist(db, web.today())))
    keeps = Rol.COORDINATOR in actor.roles
    audit.look(db, actor, "signaal.list", now=web.now(), groups=("F3",))
    return render_template(
        "netwerk/signalen.html",
        rows=[present.signaal_rij(regel, domeinen, namen, keeps) for regel in listed],
        keeps=keeps,
        kinds=[(_("Alle"), url_for("netwerk.signalen"), stand is None)]
        + [
            (str(words).capitalize(), url_for("netwerk.signalen", stand=one.value), one is stand)
            for one, words in present.SIGNAAL.items()
        ],
    )


@pages.route("/signalen/nieuw", methods=["GET", "POST"])
@door(Rol.COORDINATOR, Rol.GEZINSCOACH)
def signal() -> ResponseReturnValue:
    """Give a signal to the network."""
    db = web.session()
    form = forms.Signal()
    domeinen = present.domeinen(list(dossier.codelist(db, web.today())))
    form.domein.choices = [SelectChoice("", _("Kies een levensdomein"))] + [
        SelectChoice(code, naam) for code, naam in domeinen.items()
    ]
    if form.validate_on_submit():
        actions.signal(db, web.actor(), domein=form.domein.data, tekst=form.tekst.data, now=web.now())
        flash(_("Dank je. Het signaal is bij de coördinator."), "success")
        return redirect(url_for("netwerk.signalen"))
    return render_template("netwerk/signal.html", form=form), web.form_status()


@pages.route("/signalen/<uuid:signaal_id>/<step>", methods=["GET", "POST"])
@door(Rol.COORDINATOR)
def take_step(signaal_id: UUID, step: str) -> ResponseReturnValue:
    """Bring a signal one step further; only the last step has a page, that asks first."""
    db, actor = web.session(), web.actor()
    row = web.held(web.found(queries.signaal(db, policy.bundled(actor), signaal_id)))
    if request.method == "GET":
        if not present.last_step(row.stand, step):
            return redirect(url_for("netwerk.signalen"))
        words = present.SIGNAAL[rules.after(row.stand, step)]
        domeinen = present.domeinen(list(dossier.codelist(db, web.today())))
        return render_template(
            "_frame/confirm.html",
            title=_("Signaal over %(domein)s", domein=domeinen.get(row.domein, row.domein)),
            said=[
                _("Het signaal staat daarna op “%(stand)s”, ook voor wie het gaf.", stand=words),
                _("Daarna kan het signaal niet meer verder of terug."),
            ],
            label=present.STEPS[step],
            cancel=url_for("netwerk.signalen"),
            cancel_label=_("Nog niet"),
        )
    actions.take_step(db, actor, row, step, now=web.now())
    flash(_("Het signaal is nu: %(stand)s.", stand=present.SIGNAAL[row.stand]), "success")
    return redirect(url_for("netwerk.signalen"))


@pages.get("/gezinscoaches")
@door(Rol.COORDINATOR, Rol.BEHEERDER)
def gezinscoaches() -> ResponseReturnValue:
    """The gezinscoaches: how many families each has, of how many, and who leaves."""
    db, actor = web.session(), web.actor()
    rows = queries.gezinscoaches(db, policy.gezinscoaches(actor))
    audit.look(db, actor, "gezinscoach.list", now=web.now())
    return render_template(
        "netwerk/gezinscoaches.html",
        rows=[present.coach_rij(row, web.today()) for row in rows],
        administers=Rol.BEHEERDER in actor.roles,
    )


@pages.route("/gezinscoach/<uuid:gezinscoach_id>", methods=["GET", "POST"])
@door(Rol.COORDINATOR, Rol.BEHEERDER)
def gezinscoach(gezinscoach_id: UUID) -> ResponseReturnValue:
    """Correct the organisation, places, languages and days of a gezinscoach."""
    db, actor, condition = web.session(), web.actor(), policy.gezinscoaches(web.actor())
    row = web.held(web.found(queries.gezinscoach(db, condition, gezinscoach_id)))
    form = forms.Gezinscoach(obj=row)
    form.organisatie_id.choices = _houses()
    gezinnen = queries.families(db, condition, row.id)
    if form.sure(row.naam or "", gezinnen, row.gestopt_op, web.today()) and form.gestart_op.data:
        if _moves_unproved(form, row.organisatie_id):
            return web.confirm_first()
        try:
            changed = accounts_actions.change_gezinscoach(
                db, actor, row, form.gegevens(form.gestart_op.data), now=web.now()
            )
        except accounts_rules.StopBeforeStart as refusal:
            form.gestopt_op.errors = [accounts_wordings()[type(refusal)]()]
        else:
            flash(_("De gegevens zijn bewaard.") if changed else _("Er was niets veranderd."), "success")
            if needed := present.new_coach_needed(gezinnen, row.gestopt_op, web.today()):
                flash(needed, "warning")
            return redirect(url_for("netwerk.gezinscoaches"))
    needed = present.new_coach_needed(gezinnen, row.gestopt_op, web.today())
    audit.look(db, actor, "gezinscoach.read", now=web.now(), thing_id=row.id)
    return render_template(
        "netwerk/gezinscoach.html",
        form=form,
        naam=row.naam or "",
        gezinnen=gezinnen,
        gone=row.gestopt_op is not None and row.gestopt_op < web.today(),
        needed=needed,
    ), web.form_status()


def _houses() -> list[SelectChoice]:
    return [SelectChoice(str(one.id), one.naam) for one in accounts.organisaties(web.session(), web.actor())]


def _moves_unproved(form: forms.Gezinscoach, organisatie_id: UUID) -> bool:
    """Whether a form brings a gezinscoach to another organisation, and who sent it gave no fresh proof."""
    moves = form.organisatie_id.data != str(organisatie_id)
    return moves and Door(fresh=True).asks_proof(web.actor(), web.now())
