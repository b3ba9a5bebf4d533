"""Addresses of the aanmeldpunt, and the wachtlijst as the coördinator sees it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from gezinscoach.aanmelding import actions, forms, policy, present, queries, rules
from gezinscoach.aanmelding.present import matching, warnings
from gezinscoach.aanmelding.rules import Toestand, Toestemming
from gezinscoach.accounts import queries as accounts
from gezinscoach.dossier import queries as dossier
from gezinscoach.dossier.present import called
from gezinscoach.dossier.rules import OwnCoach
from gezinscoach.dossier.tables import Gezin
from gezinscoach.kernel import audit, web
from gezinscoach.kernel.access import Rol, door

from .common import blad_for, names, pages

BEST = 10


@pages.get("/wachtlijst")
@door(Rol.AANMELDPUNT, Rol.COORDINATOR)
def wachtlijst() -> ResponseReturnValue:
    """Who waits, and for what: one look for the whole list, and one per family that is opened from it."""
    db, actor, now = web.session(), web.actor(), web.now()
    chosen = request.args.get("toestand", "")
    states = (Toestand(chosen),) if chosen in set(Toestand) else rules.WAITING
    page = web.page_number()
    rows = queries.wachtlijst(db, actor, states, skip=queries.PAGE * (page - 1))
    audit.look(db, actor, "wachtlijst.read", now=now, groups=("F0", "F1", "F3", "F8"))
    return render_template(
        "aanmelding/wachtlijst.html",
        rows=rows[: queries.PAGE],
        more=len(rows) > queries.PAGE,
        page=page,
        chosen=chosen if chosen in set(Toestand) else "",
        desk=Rol.AANMELDPUNT in actor.roles,
        names=names(),
        today=web.today(),
        words=present,
        days_waiting=rules.days_waiting,
        called=called,
    )


@pages.route("/aanmelding/nieuw", methods=["GET", "POST"])
@door(Rol.AANMELDPUNT)
def register() -> ResponseReturnValue:
    """Register a question, during the call."""
    form = forms.Aanmelden(datum=web.today())
    codelist = dossier.codelist(web.session(), web.today())
    form.vragen.choices = present.domein_choices(codelist)
    if form.validate_on_submit():
        row = actions.register(
            web.session(),
            web.actor(),
            now=web.now(),
            **form.melding(),
            toestemming=Toestemming(form.toestemming.data),
            **(form.gegevens() if form.agreed else {}),
        )
        if form.agreed:
            flash(_("De aanmelding is bewaard. Het gezin staat op de wachtlijst."), "success")
        else:
            flash(
                _(
                    "Alleen de naam van de aanmelder, de datum en het telefoonnummer zijn bewaard. "
                    "Over het gezin is niets bewaard, want het is nog niet gevraagd."
                ),
                "warning",
            )
        return _saved(form, row.id)
    return _form(form, codelist, _("Nieuwe aanmelding"), _("Aanmelding bewaren")), web.form_status()


@pages.get("/aanmelding/<uuid:aanmelding_id>")
@door(Rol.AANMELDPUNT)
def aanmelding(aanmelding_id: UUID) -> ResponseReturnValue:
    """One aanmelding: its facts, what happened, and what can be done."""
    db, actor, now = web.session(), web.actor(), web.now()
    compare = "nakijken" in request.args
    if compare:
        web.acts()  # how often somebody asks is counted: what is noted of it stands before the next may ask
    blad = queries.blad(db, policy.content(actor), aanmelding_id)
    if blad is None:
        handed_over = web.found(queries.regel(db, actor, aanmelding_id))
        return render_template("aanmelding/gekoppeld.html", regel=handed_over, words=present)
    audit.look(db, actor, "aanmelding.read", now=now, scope_id=blad.gezin.id, groups=("F1", "F2", "F3", "F8"))
    steps = rules.desk_steps(blad.aanmelding.toestand, blad.aanmelding.toestemming)
    return render_template(
        "aanmelding/aanmelding.html",
        blad=blad,
        row=blad.aanmelding,
        gezin=blad.gezin,
        names=names(),
        steps=steps,
        deeds=[present.DEEDS[step] for step in steps if step in present.DEEDS],
        history=present.step_rows(queries.steps(db, blad.aanmelding)),
        proposals=queries.proposals(db, blad.aanmelding),
        warnings=warnings.of(db, actor, blad, compare=compare, now=now),
        compared=compare,
        waiting=blad.aanmelding.toestand in rules.WAITING,
        days=rules.days_waiting(blad.aanmelding.datum, web.today()),
        words=present,
    )


@pages.route("/aanmelding/<uuid:aanmelding_id>/gegevens", methods=["GET", "POST"])
@door(Rol.AANMELDPUNT)
def facts(aanmelding_id: UUID) -> ResponseReturnValue:
    """Complete an aanmelding once the family agrees, or correct it later."""
    db, actor, now = web.session(), web.actor(), web.now()
    blad = blad_for(aanmelding_id, *policy.WRITE)
    if request.method == "POST":
        web.held(blad.aanmelding, blad.gezin)
        blad = blad_for(aanmelding_id, *policy.WRITE)  # the parents too as they are now
    if blad.aanmelding.toestand not in rules.WAITING:
        raise rules.NoSuchStep
    agreed = blad.aanmelding.toestemming is Toestemming.JA
    if not agreed and "aanmelder" in request.args:
        return _aanmelder(blad)
    form = (forms.Verbeteren if agreed else forms.Toestemmen)(data=forms.known(blad))
    codelist = dossier.codelist(db, web.today())
    form.vragen.choices = present.domein_choices(codelist, blad.aanmelding.vragen or ())
    if form.validate_on_submit():
        write = actions.correct if agreed else actions.agree
        write(db, actor, blad, now=now, **form.gegevens())
        if isinstance(form, forms.Verbeteren):
            actions.correct_aanmelder(db, actor, blad, now=now, **form.melding())
        flash(_("De gegevens zijn bewaard."), "success")
        return _saved(form, aanmelding_id)
    audit.look(db, actor, "aanmelding.read", now=now, scope_id=blad.gezin.id, groups=("F1", "F2", "F3", "F8"))
    heading = _("Gegevens verbeteren") if agreed else _("Het gezin is akkoord")
    cancel = url_for("aanmelding.aanmelding", aanmelding_id=aanmelding_id)
    return _form(form, codelist, heading, _("Bewaren"), cancel, blad.gezin), web.form_status()


def _aanmelder(blad: queries.Blad) -> ResponseReturnValue:
    form = forms.Terugbellen(data=forms.known(blad))
    back = url_for("aanmelding.aanmelding", aanmelding_id=blad.aanmelding.id)
    if form.validate_on_submit():
        actions.correct_aanmelder(web.session(), web.actor(), blad, now=web.now(), **form.melding())
        flash(_("De gegevens zijn bewaard."), "success")
        return redirect(back)
    audit.look(
        web.session(),
        web.actor(),
        "aanmelding.read",
        now=web.now(),
        scope_id=blad.gezin.id,
        groups=("F1", "F2", "F8"),
    )
    return render_template(
        "aanmelding/aanmelder.html", form=form, back=back, code=blad.gezin.code
    ), web.form_status()


@pages.route("/aanmelding/<uuid:aanmelding_id>/stap/<slug>", methods=["GET", "POST"])
@door(Rol.AANMELDPUNT)
def take_step(aanmelding_id: UUID, slug: str) -> ResponseReturnValue:
    """Take a step that asks for a reason."""
    blad = blad_for(aanmelding_id, *policy.STEP)
    deed = web.found(next((one for one in present.DEEDS.values() if one.slug == slug), None))
    if deed.step not in rules.desk_steps(blad.aanmelding.toestand, blad.aanmelding.toestemming):
        raise rules.NoSuchStep(deed.step)
    form = forms.Waarom()
    back = url_for("aanmelding.aanmelding", aanmelding_id=aanmelding_id)
    if form.validate_on_submit():
        actions.take_step(web.session(), web.actor(), blad, deed.step, reden=form.reden.data, now=web.now())
        flash(str(deed.done), "success")
        return redirect(back)
    return render_template(
        "aanmelding/waarom.html", form=form, deed=deed, back=back, code=blad.gezin.code
    ), web.form_status()


@pages.get("/aanmelding/<uuid:aanmelding_id>/gezinscoach")
@door(Rol.AANMELDPUNT)
def choose(aanmelding_id: UUID) -> ResponseReturnValue:
    """Which gezinscoaches can be proposed, and why."""
    db, actor = web.session(), web.actor()
    blad = blad_for(aanmelding_id, *policy.APPOINT)
    if "propose" not in rules.desk_steps(blad.aanmelding.toestand, blad.aanmelding.toestemming):
        raise rules.NoSuchStep("propose")
    audit.look(db, actor, "aanmelding.match", now=web.now(), scope_id=blad.gezin.id, groups=("F1", "F8"))
    found = queries.matches(db, actor, blad, today=web.today())
    most = len(found.voorstellen) + len(found.uitgesloten) if "alle" in request.args else BEST
    return render_template(
        "aanmelding/keuze.html",
        blad=blad,
        row=blad.aanmelding,
        gezin=blad.gezin,
        keuze=matching.keuze(found, most),
        names=names(),
        words=present,
    )


@pages.post("/aanmelding/<uuid:aanmelding_id>/gezinscoach/<uuid:gezinscoach_id>")
@door(Rol.AANMELDPUNT)
def propose(aanmelding_id: UUID, gezinscoach_id: UUID) -> ResponseReturnValue:
    """Propose one gezinscoach."""
    db, actor = web.session(), web.actor()
    blad = blad_for(aanmelding_id, *policy.APPOINT)
    coach = web.found(accounts.coach(db, actor, gezinscoach_id))
    if coach.id == actor.coach_id:
        raise OwnCoach
    actions.propose(db, actor, blad, coach.id, today=web.today(), now=web.now())
    flash(_("Het gezin is voorgesteld aan %(naam)s.", naam=coach.naam), "success")
    return redirect(url_for("aanmelding.aanmelding", aanmelding_id=aanmelding_id))


def _form(
    form: forms.Gezin,
    codelist: Any,
    heading: str,
    label: str,
    cancel: str = "",
    gezin: Gezin | None = None,
) -> str:
    return render_template(
        "aanmelding/formulier.html",
        form=form,
        groups=present.domein_groups(codelist, form.vragen),
        heading=heading,
        code=gezin.code if gezin else None,
        shielded=gezin is not None and gezin.afgeschermd,
        label=label,
        cancel=cancel or url_for("aanmelding.wachtlijst"),
        talen=present.TALEN,
    )


def _saved(form: forms.Gezin, aanmelding_id: UUID) -> ResponseReturnValue:
    if form.removed():
        flash(
            _("Er stond een rijksregisternummer in de tekst. Dat bewaren we nooit: we haalden het eruit."),
            "warning",
        )
    return redirect(url_for("aanmelding.aanmelding", aanmelding_id=aanmelding_id, nakijken=1))
