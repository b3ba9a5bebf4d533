"""Data and end of a dossier for its coach, coachperiodes for the aanmeldpunt."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from gezinscoach.accounts import queries as accounts
from gezinscoach.dossier import actions, forms, policy, present, queries, rights, rules
from gezinscoach.dossier.rights import Deed
from gezinscoach.dossier.tables import Gezin
from gezinscoach.kernel import audit, web
from gezinscoach.kernel.access import Rol, door
from gezinscoach.kernel.fields import Groep
from gezinscoach.kernel.forms import clean
from gezinscoach.kernel.once import asks

from .common import pages

PER_PAGE = 50
LONGEST_CODE = 40


@pages.route("/dossier/<uuid:gezin_id>/gegevens", methods=["GET", "POST"])
@door(Rol.GEZINSCOACH)
def change(gezin_id: UUID) -> ResponseReturnValue:
    """Change the data of a family and its members: for its vaste gezinscoach only; a stand-in reads."""
    change = tuple((Deed.WRITE, groep) for groep in (Groep.NAMEN, Groep.CONTACT, Groep.KENMERKEN))
    dossier = present.enter(gezin_id, "F1", "F2", "F8", doing=change)
    web.held(dossier.row)
    form = forms.Gegevens(data=_data(dossier.row))
    if form.validate_on_submit():
        actions.change_gezin(web.session(), web.actor(), dossier.row, now=web.now(), **form.answer())
        flash(_("De gegevens zijn bewaard."), "success")
        return redirect(url_for("desk.overzicht", gezin_id=gezin_id))
    return render_template(
        "dossier/change.html", dossier=dossier, part="overzicht", form=form
    ), web.form_status()


@pages.route("/dossier/<uuid:gezin_id>/afronden", methods=["GET", "POST"])
@door(Rol.GEZINSCOACH)
def close(gezin_id: UUID) -> ResponseReturnValue:
    """End a dossier: for its vaste gezinscoach only."""
    dossier = present.enter(gezin_id, "F0", "F1", doing=((Deed.CLOSE, Groep.PROCES),))
    web.held(dossier.row)
    form = forms.Afronden(op=web.today())

    def act() -> None:
        answer = form.answer()
        rules.require_past(answer["op"], web.today())
        actions.close(web.session(), web.actor(), dossier.row, now=web.now(), **answer)

    if form.validate_on_submit() and _done(act, form.op):
        flash(_("Het dossier is afgerond."), "success")
        return redirect(url_for("desk.vandaag"))
    return render_template(
        "dossier/close.html", dossier=dossier, part="overzicht", form=form
    ), web.form_status()


@pages.get("/gezin")
@door(Rol.AANMELDPUNT, Rol.COORDINATOR)
def gezinnen() -> ResponseReturnValue:
    """Which coach every dossier has: codes, coaches and dates, nothing of what is in them."""
    return _listed()


@pages.post("/gezin/zoeken")
@door(Rol.AANMELDPUNT, Rol.COORDINATOR)
@asks
def search() -> ResponseReturnValue:
    """Go to the dossier with a code; sent by POST, so that no code ends up in an address."""
    code = clean(request.form.get("code", ""))[:LONGEST_CODE]
    row = queries.by_code(web.session(), policy.placed(web.actor()), code, groups=rights.CODES)
    if row is not None:
        return redirect(url_for("dossier.coach", gezin_id=row.id))
    return _listed(code)


def _listed(code: str = "") -> str:
    """The list; one look for the whole of it, and one per dossier that is opened from it."""
    db, actor, page = web.session(), web.actor(), web.page_number()
    rows = queries.placements(
        db, policy.placed(actor), web.today(), most=PER_PAGE + 1, skip=(page - 1) * PER_PAGE
    )
    audit.look(db, actor, "coachperiode.list", now=web.now(), groups=("F0",))
    return render_template(
        "dossier/gezinnen.html",
        rows=rows[:PER_PAGE],
        code=code,
        previous=url_for("dossier.gezinnen", blad=page - 1) if page > 1 else "",
        next=url_for("dossier.gezinnen", blad=page + 1) if len(rows) > PER_PAGE else "",
    )


@pages.get("/gezin/<uuid:gezin_id>/coach")
@door(Rol.AANMELDPUNT, Rol.COORDINATOR)
def coach(gezin_id: UUID) -> ResponseReturnValue:
    """Who is and was there for one family, and what can be done about it."""
    row, may_change = _placed(gezin_id)
    db, today = web.session(), web.today()
    periodes = queries.periodes(db, gezin_id)
    gone = queries.locked_out(db, [periode.gezinscoach_id for periode in periodes], today)
    return render_template(
        "dossier/coach.html",
        blad=present.coach_page(row, periodes, today, may_change=may_change, locked_out=gone),
    )


@pages.route("/gezin/<uuid:gezin_id>/coach/start", methods=["GET", "POST"])
@door(Rol.AANMELDPUNT)
def start_coach(gezin_id: UUID) -> ResponseReturnValue:
    """Give a family without a coach a new one."""
    row = _to_appoint(gezin_id)
    form = forms.Start(van=web.today())

    def act() -> None:
        answer = form.answer()
        rules.require_past(answer["van"], web.today())
        actions.start_coach(web.session(), web.actor(), row, now=web.now(), **answer)

    said = _("Het gezin heeft een nieuwe gezinscoach.")
    return _appoint(row, form, act, said, _("Gezinscoach koppelen"))


@pages.route("/gezin/<uuid:gezin_id>/coach/vervanger", methods=["GET", "POST"])
@door(Rol.AANMELDPUNT)
def add_stand_in(gezin_id: UUID) -> ResponseReturnValue:
    """Let another coach stand in for a while."""
    row = _to_appoint(gezin_id)
    form = forms.Vervanger(van=web.today())

    def act() -> None:
        actions.add_stand_in(web.session(), web.actor(), row, now=web.now(), **form.answer())

    return _appoint(row, form, act, _("De vervanger is aangeduid."), _("Vervanger aanduiden"))


@pages.route("/gezin/<uuid:gezin_id>/coach/einde", methods=["GET", "POST"])
@door(Rol.AANMELDPUNT)
def end_coach(gezin_id: UUID) -> ResponseReturnValue:
    """End the period of the vaste gezinscoach."""
    row = _to_appoint(gezin_id)
    form = forms.Einde(tot=web.today())

    def act() -> None:
        answer = form.answer()
        rules.require_past(answer["tot"], web.today())
        actions.end_coach(web.session(), web.actor(), row, now=web.now(), **answer)

    if form.validate_on_submit() and _done(act, form.tot):
        flash(_("De periode is beëindigd. Dit gezin heeft nu een nieuwe gezinscoach nodig."), "success")
        return redirect(url_for("dossier.coach", gezin_id=gezin_id))
    return render_template("dossier/end_coach.html", id=row.id, code=row.code, form=form), web.form_status()


@pages.post("/gezin/<uuid:gezin_id>/coach/vervanger/<uuid:periode_id>/einde")
@door(Rol.AANMELDPUNT)
def end_stand_in(gezin_id: UUID, periode_id: UUID) -> ResponseReturnValue:
    """Let a stand-in go before the end of the window."""
    row = _to_appoint(gezin_id)
    periode = web.found(queries.periode(web.session(), gezin_id, periode_id))
    actions.end_stand_in(web.session(), web.actor(), row, periode, today=web.today(), now=web.now())
    flash(_("De vervanging is beëindigd."), "success")
    return redirect(url_for("dossier.coach", gezin_id=gezin_id))


def _placed(gezin_id: UUID) -> tuple[Gezin, bool]:
    """A dossier of which the actor may know the coaches, and whether to change them; the look is noted."""
    db, actor = web.session(), web.actor()
    row = web.held(
        web.found(queries.gezin(db, policy.placed(actor, Deed.READ), gezin_id, groups=rights.CODES))
    )
    audit.look(db, actor, "coachperiode.read", now=web.now(), scope_id=row.id, groups=("F0",))
    appoints = queries.gezin(db, policy.placed(actor, Deed.APPOINT), gezin_id, groups=rights.CODES)
    return row, appoints is not None


def _to_appoint(gezin_id: UUID) -> Gezin:
    """A dossier of which the actor may change the coaches, else 403; 404 for who may not know of it."""
    row, may_change = _placed(gezin_id)
    web.permitted(may_change)
    return row


def _appoint(
    row: Gezin, form: forms.Start, act: Callable[[], None], said: str, title: str
) -> ResponseReturnValue:
    """Choose an organisation first, then one of its coaches: no menu of every coach of the city."""
    db, actor = web.session(), web.actor()
    organisaties = [(each.id, each.naam) for each in accounts.organisaties(db, actor)]
    chosen = request.args.get("organisatie", type=UUID)
    if actor.coach_id is not None and form.gezinscoach.data == str(actor.coach_id):
        raise rules.OwnCoach
    running = (each for each in queries.periodes(db, row.id) if each.tot is None)
    left_out = {actor.coach_id, *(each.gezinscoach_id for each in running)}
    kept_away = policy.coaches_kept_away(row.id, web.now())
    chosen_ids = frozenset({chosen} if chosen else ())
    loads = queries.loads(db, actor, chosen_ids, web.today(), without=kept_away)
    form.offer([(load.id, present.load(load)) for load in loads if load.id not in left_out])
    if form.validate_on_submit() and _done(act, form.van, form.tot if "tot" in form else form.van):
        flash(said, "success")
        return redirect(url_for("dossier.coach", gezin_id=row.id))
    return render_template(
        "dossier/appoint.html",
        id=row.id,
        code=row.code,
        form=form,
        title=title,
        organisaties=organisaties,
        organisatie=next((naam for each, naam in organisaties if each == chosen), ""),
    ), web.form_status()


def _done(act: Callable[[], None], field: Any, end: Any = None) -> bool:
    """Whether an act went through; what the rules refuse stands beside the date that is to blame."""
    try:
        act()
    except (rules.DayToCome, rules.EndBeforeStart, rules.Overlap, rules.StandInTooLong) as refusal:
        at_end = end is not None and isinstance(refusal, rules.EndBeforeStart | rules.StandInTooLong)
        (end if at_end else field).errors = [present.wordings()[type(refusal)]()]
        return False
    return True


def _data(row: Gezin) -> dict[str, Any]:
    contact = queries.contact(web.session(), row, near=True)
    leden = queries.leden(web.session(), row.id)
    rows: list[dict[str, str]] = [
        {"id": str(lid.id), "naam": lid.naam, "soort": lid.soort.value, "geboren": present.born(lid.geboren)}
        for lid in leden
    ]
    return {
        "naam": row.naam,
        "adres": contact.adres,
        "gemeente": contact.gemeente,
        "telefoon": contact.telefoon,
        "taal": row.taal,
        "tolk": {True: "ja", False: "nee", None: ""}[row.tolk],
        "waarschuwing": row.waarschuwing,
        "leden": [*rows, *({} for _row in range(forms.EMPTY_ROWS))],
    }
