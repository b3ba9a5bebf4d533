"""Words and page objects of the network."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask_babel import format_date, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from gezinscoach.accounts.present import STATUUT
from gezinscoach.dossier.rules import Domein
from gezinscoach.netwerk import rules
from gezinscoach.netwerk.queries import BijeenkomstRegel, CoachLijn, SignaalRegel
from gezinscoach.netwerk.rules import Aanwezig, Signaalstand

STANDEN = {
    Aanwezig.AANWEZIG: _l("aanwezig"),
    Aanwezig.VERONTSCHULDIGD: _l("verontschuldigd"),
    Aanwezig.AFWEZIG: _l("afwezig"),
}
TONES = {Aanwezig.AANWEZIG: "ok", Aanwezig.VERONTSCHULDIGD: "info", Aanwezig.AFWEZIG: "neutral"}
SIGNAAL = {
    Signaalstand.NIEUW: _l("nieuw"),
    Signaalstand.GEBUNDELD: _l("gebundeld"),
    Signaalstand.OVERGEMAAKT: _l("overgemaakt aan het beleid"),
    Signaalstand.BEANTWOORD: _l("beantwoord"),
}
SIGNAAL_TONES = {
    Signaalstand.NIEUW: "wait",
    Signaalstand.GEBUNDELD: "info",
    Signaalstand.OVERGEMAAKT: "info",
    Signaalstand.BEANTWOORD: "ok",
}
STEPS = {
    "bundle": _l("Bundelen"),
    "send": _l("Overgemaakt"),
    "answer": _l("Beantwoord"),
}


@dataclass(frozen=True, slots=True)
class Rij:
    """A meeting in the list: what is known of it in words, and what was noted about the reader."""

    id: UUID
    dag: str
    thema: str
    stand: str
    tone: str
    held: bool
    eigen: str
    eigen_tone: str


def rij(regel: BijeenkomstRegel, today: date, eigen: Aanwezig | None) -> Rij:
    """A meeting ready to show; `eigen` is what was noted about the reader."""
    held, noted = regel.datum <= today, sum(regel.standen.values())
    there = regel.standen.get(Aanwezig.AANWEZIG, 0)
    if not held:
        stand, tone = _("komt nog"), "neutral"
    elif not noted:
        stand, tone = _("aanwezigheid nog te noteren"), "wait"
    elif regel.open:
        left = ngettext(
            "van %(num)d gezinscoach nog te noteren", "van %(num)d gezinscoaches nog te noteren", regel.open
        )
        stand, tone = _("%(there)d aanwezig, %(left)s", there=there, left=left), "wait"
    else:
        stand, tone = _("%(there)d van %(noted)d aanwezig", there=there, noted=noted), "ok"
    return Rij(
        regel.id,
        format_date(regel.datum, "EEEE d MMMM y"),
        regel.thema,
        stand,
        tone,
        held,
        str(STANDEN[eigen]) if eigen else (_("nog niet genoteerd") if held else _("komt nog")),
        TONES[eigen] if eigen else "neutral",
    )


@dataclass(frozen=True, slots=True)
class SignaalRij:
    """A signal ready to show, with the steps that can follow: name, words, whether it is the last one."""

    id: UUID
    domein: str
    tekst: str
    stand: str
    tone: str
    dag: str
    van: str
    steps: tuple[tuple[str, str, bool], ...]


def signaal_rij(
    regel: SignaalRegel, domeinen: dict[str, str], namen: dict[UUID, str], keeps: bool
) -> SignaalRij:
    """A signal ready to show; `keeps` says whether the reader may take it further."""
    return SignaalRij(
        regel.id,
        domeinen.get(regel.domein, regel.domein),
        regel.tekst,
        str(SIGNAAL[regel.stand]),
        SIGNAAL_TONES[regel.stand],
        format_date(regel.made_at),
        namen.get(regel.made_by, "") if regel.made_by else "",
        tuple(
            (step, str(STEPS[step]), last_step(regel.stand, step)) for step in rules.steps_from(regel.stand)
        )
        if keeps
        else (),
    )


def last_step(stand: Signaalstand, step: str) -> bool:
    """Whether nothing can follow on this step; NoSuchStep."""
    return not rules.steps_from(rules.after(stand, step))


@dataclass(frozen=True, slots=True)
class CoachRij:
    """A gezinscoach ready to show."""

    id: UUID
    naam: str
    organisatie: str
    statuut: str
    gezinnen: str
    talen: str
    wijken: str
    stand: str
    tone: str


def coach_rij(lijn: CoachLijn, today: date) -> CoachRij:
    """A gezinscoach ready to show, families without anybody as an alarm."""
    gone = lijn.gestopt_op is not None and lijn.gestopt_op < today
    if gone and lijn.gezinnen:
        stand, tone = (
            ngettext("%(num)d gezin zonder coach", "%(num)d gezinnen zonder coach", lijn.gezinnen),
            "alarm",
        )
    elif lijn.gestopt_op is not None:
        day = format_date(lijn.gestopt_op)
        stand, tone = (
            (_("gestopt op %(dag)s", dag=day), "neutral")
            if gone
            else (_("stopt op %(dag)s", dag=day), "wait")
        )
    elif lijn.gezinnen > lijn.max_gezinnen:
        stand, tone = _("boven het maximum"), "wait"
    else:
        stand, tone = _("actief"), "ok"
    return CoachRij(
        lijn.id,
        lijn.naam,
        lijn.organisatie,
        str(STATUUT[lijn.statuut]),
        _("%(nu)d van %(most)d", nu=lijn.gezinnen, most=lijn.max_gezinnen),
        ", ".join(lijn.talen) or "–",
        ", ".join(lijn.wijken) or "–",
        stand,
        tone,
    )


def new_coach_needed(gezinnen: int, gestopt_op: date | None, today: date) -> str:
    """What leaving means for the families that hang on a gezinscoach; empty when it means nothing."""
    if not gezinnen or gestopt_op is None:
        return ""
    if gestopt_op < today:
        return ngettext(
            "%(num)d gezin heeft nu geen gezinscoach. Het aanmeldpunt en de coördinator zien een alarm "
            "tot er een nieuwe is.",
            "%(num)d gezinnen hebben nu geen gezinscoach. Het aanmeldpunt en de coördinator zien een alarm "
            "tot er nieuwe zijn.",
            gezinnen,
        )
    return ngettext(
        "Na %(dag)s heeft %(num)d gezin een nieuwe gezinscoach nodig. Het aanmeldpunt en de coördinator "
        "zien dan een alarm.",
        "Na %(dag)s hebben %(num)d gezinnen een nieuwe gezinscoach nodig. Het aanmeldpunt en de coördinator "
        "zien dan een alarm.",
        gezinnen,
        dag=format_date(gestopt_op, "d MMMM y"),
    )


def leaves_now(naam: str, gezinnen: int) -> str:
    """What a last day that has come means for the families of a gezinscoach, asked before it is kept."""
    return ngettext(
        "%(naam)s begeleidt nog %(num)d gezin. Dat heeft na deze dag geen gezinscoach, en %(naam)s opent het "
        "dossier niet meer. Klopt het? Kies dan nog eens Bewaren.",
        "%(naam)s begeleidt nog %(num)d gezinnen. Die hebben na deze dag geen gezinscoach, en %(naam)s opent "
        "hun dossiers niet meer. Klopt het? Kies dan nog eens Bewaren.",
        gezinnen,
        naam=naam,
    )


def domeinen(codelist: Sequence[Domein]) -> dict[str, str]:
    """The name of each levensdomein by its code, an area with the grondrecht that it stands under."""
    rights = {entry.code: entry.naam for entry in codelist if entry.ouder_code is None}
    return {
        entry.code: f"{rights[entry.ouder_code]}: {entry.naam}" if entry.ouder_code in rights else entry.naam
        for entry in codelist
    }


def wordings() -> dict[type[Exception], Callable[[], str]]:
    """The sentence for every refusal of this slice."""
    return {
        rules.NotHeldYet: lambda: _(
            "Deze bijeenkomst moet nog komen. Noteer de aanwezigheid op de dag zelf of later."
        ),
        rules.DayTaken: lambda: _("Op deze dag staat al een bijeenkomst. Kies een andere dag."),
        rules.PresenceNoted: lambda: _(
            "Bij deze bijeenkomst is al aanwezigheid genoteerd. Ze kan niet meer geschrapt worden."
        ),
        rules.NoSuchStep: lambda: _("Dit signaal staat al verder. Kijk even na hoe het nu staat."),
    }
