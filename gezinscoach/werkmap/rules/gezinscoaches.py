"""The sheet of coaches."""

import re
from datetime import date
from decimal import Decimal

from gezinscoach.kernel import dates
from gezinscoach.kernel.names import fold, organisation_key
from gezinscoach.kernel.said import said

from .draft import NO, YES, Draft
from .gather import Gathering, World
from .grid import Table
from .shapes import BekendeCoach, GezinscoachRij, SheetReading

STATUUT = {
    "professioneel": ("prof", "professional", "beroeps", "beroepskracht", "betaald"),
    "vrijwilliger": ("vrijw", "vrijwillig", "vrijwilligster", "vrijwilligers"),
}
MOST_FAMILIES = 40  # more families than this at once is a typing error


def read(table: Table, world: World) -> SheetReading[GezinscoachRij]:
    """The coaches, each by name, because the other sheets refer to names."""
    for coach in world.known.coaches:
        world.coaches.add(fold(coach.naam), coach.naam, coach)
    sheet: Gathering[GezinscoachRij] = Gathering(table, world)
    addresses: dict[str, int] = {}
    for draft in sheet.drafts():
        naam = draft.text("naam", required=True)
        key = (fold(naam),)
        earlier = sheet.claim(draft, key) if naam else None
        if sheet.repeats(draft, earlier, "naam"):
            continue
        if earlier:
            draft.refuse(
                "naam",
                said(
                    "Deze naam staat ook op rij %(rij)s, met andere gegevens. "
                    "Andere bladen verwijzen naar de naam: geef twee coaches elk een eigen naam.",
                    rij=earlier.row,
                ),
            )
        organisatie = _organisation(draft, world)
        email = draft.email("email", required=True)
        if email and addresses.setdefault(email.casefold(), draft.row) != draft.row:
            row = addresses[email.casefold()]
            draft.refuse("email", said("Dit e-mailadres staat ook op rij %(rij)s.", rij=row))
        statuut = _statuut(draft)
        vte = _vte(draft)
        most = draft.whole("max", 0, MOST_FAMILIES)
        trained, trained_on = _startvorming(draft)
        start = draft.date("gestart", required=True, future=said("De start ligt in de toekomst."))
        stop = draft.date("gestopt")
        if start and stop and stop < start:
            draft.refuse("gestopt", said("De einddatum ligt vóór de startdatum."))
        elif stop and stop > world.as_of:
            draft.doubt("gestopt", said("Deze einddatum ligt nog in de toekomst."))
        if draft.wrong or start is None or organisatie is None:
            sheet.refuse(draft, key)
            if earlier is None and naam:
                world.coaches.refused[key[0]] = (draft.sheet, draft.row)
            continue
        world.coaches.add(key[0], naam, BekendeCoach(naam, email, organisatie, start, stop))
        sheet.accept(
            GezinscoachRij(
                row=draft.row, key=key, raw=draft.raw, warnings=tuple(draft.doubts), naam=naam,
                organisatie=organisatie, email=email, statuut=statuut, vte=vte, max_gezinnen=most,
                talen=draft.parts("talen"), wijken=draft.parts("wijken"), startvorming=trained,
                startvorming_op=trained_on, gestart_op=start, gestopt_op=stop,
            )
        )  # fmt: skip
    return sheet.reading()


def _organisation(draft: Draft, world: World) -> str | None:
    text = draft.text("organisatie", required=True)
    if not text:
        return None
    found = world.organisaties.look_up(draft, "organisatie", organisation_key(text))
    if found and found != text:
        draft.doubt(
            "organisatie",
            said("Anders geschreven dan “%(naam)s”. Het is als dezelfde organisatie gelezen.", naam=found),
        )
    return found


def _statuut(draft: Draft) -> str:
    text = draft.text("statuut")
    for statuut, words in STATUUT.items():
        if fold(text) in {statuut, *words}:
            return statuut
    if text:
        draft.doubt("statuut", said("Dit statuut kennen we niet. Schrijf “professioneel” of “vrijwilliger”."))
    return ""


def _vte(draft: Draft) -> Decimal | None:
    """A share of full time in percent: 0.5, "50%", "50 %" and 50 are all 50."""
    text = draft.text("vte").casefold().removesuffix("vte").strip()
    if not text:
        return None
    match = re.fullmatch(r"(-?\d{1,4}(?:[.,]\d{1,6})?)\s*(%|procent)?", text)
    share = Decimal(match[1].replace(",", ".")) if match else Decimal(-1)
    if match and not match[2] and 0 <= share <= 1:
        share *= 100
    if not 0 <= share <= 100:
        draft.refuse("vte", said("Het percentage VTE moet tussen 0 %% en 100 %% liggen."))
        return None
    return share.quantize(Decimal("0.01"))


def _startvorming(draft: Draft) -> tuple[bool | None, date | None]:
    """Whether the starting course was followed and, when the cell says so, on which day."""
    text = draft.text("startvorming").casefold().strip(" !.")
    if not text:
        return None, None
    if text in YES | NO or text.startswith(("ja", "nee")):
        return draft.yes_no("startvorming"), None
    try:
        day = dates.read_date(draft.cell("startvorming"))
    except dates.ImpossibleDate:
        draft.refuse("startvorming", said("Deze datum bestaat niet."))
        return None, None
    except dates.UnreadableDate:
        draft.doubt(
            "startvorming", said("Hier hoort ja, nee of een datum. Het is als “niet gekend” gelezen.")
        )
        return None, None
    if day > draft.as_of:
        draft.doubt(
            "startvorming", said("Deze datum ligt in de toekomst. De startvorming telt nog niet als gevolgd.")
        )
        return False, None
    return True, day
