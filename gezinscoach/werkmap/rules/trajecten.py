"""The sheet of running and ended dossiers."""

import re
from datetime import date

from gezinscoach.kernel.names import fold, likely_same
from gezinscoach.kernel.said import said

from . import kinderen
from .draft import Draft
from .families import perhaps, same_parent
from .gather import Gathering, World
from .grid import Table, text_of
from .shapes import BekendeCoach, BekendGezin, Kind, SheetReading, TrajectRij

_RECHTEN = ("rechten", "recht", "rechtenverkennen", "rechtenverkenning", "grondrechten", "rechtenonderzoeken")
_AFSTEMMEN = ("afstemmen", "afstemming", "afstemmenmetpartners", "overleg", "overleggen")
_INFORMATIE = (
    "informatie",
    "info",
    "infodelen",
    "informatiedelen",
    "delen",
    "gegevensdelen",
    "informatieuitwisselen",
)
SCOPES = {
    **dict.fromkeys(_RECHTEN, frozenset({"rechten"})),
    **dict.fromkeys(_AFSTEMMEN, frozenset({"afstemmen"})),
    **dict.fromkeys(_INFORMATIE, frozenset({"informatie"})),
    **dict.fromkeys(("alles", "alle", "volledig"), frozenset({"rechten", "afstemmen", "informatie"})),
}
_WARNING = re.compile(
    r"niet\s+(door)?(ge)?geven|niet\s+doorgegeven|niet\s+(mee)?(ge)?de(len|eld)|niet\s+vermeld(en)?"
    r"|\bex-?\s?(partner|man|vrouw|vriend)|\bgeheime?\b|\bopge(le|pas)t|let\s+op|pas\s+op|vertrouwelijk|gevaar"
    r"|\bveiligheid(s(redenen|plan|risico))?\b|schuiladres|vluchthuis|anoniem|(contact|straat|plaats)verbod|dreig"
    r"|discreet|afgeschermd|verborgen|stalk|\bagressi|\bgeweld|\bpolitie\b|\bnooit\b|!!|partner\s+mag"
    r"|\bniet\s+(langs|aan\s?bellen|bellen|bekend|doorzeggen|zeggen|weten|gebruiken|alleen)"
    r"|\bniet\s+aan\s+\w+\s+(door)?(geven|zeggen)|mag\s+([\w-]+\s+){0,3}niet|do\s+not|ne\s+pas|confiden",
    re.IGNORECASE,
)
_PLACE = re.compile(r"\b([1-9]\d{3})\s+(?!bus\b)[^\W\d][^\d,]*$")  # a postcode and its place, at the end
_SHOUT = re.compile(r"\b[A-Z]{3,}(?:\s+[A-Z\-]{2,})+\b")


def read(table: Table, world: World) -> SheetReading[TrajectRij]:
    """The dossiers, each by its number; a number belongs to the family that used it first."""
    known = {fold(gezin.dossiernr): gezin for gezin in world.known.gezinnen if gezin.dossiernr}
    for gezin in known.values():
        world.gezinnen.add(fold(gezin.dossiernr), gezin.dossiernr, gezin)
    listed = {fold(text_of(line.cells["dossiernr"])) for line in table.lines}
    elsewhere = [gezin for gezin in world.known.gezinnen if fold(gezin.dossiernr) not in listed]
    sheet: Gathering[TrajectRij] = Gathering(table, world)
    for draft in sheet.drafts():
        nummer = draft.number("dossiernr")
        naam = draft.text("gezinsnaam", required=True)
        ouders = tuple(name for name in (draft.text("ouder1"), draft.text("ouder2")) if name)
        key = (fold(nummer),)
        own = known.get(key[0])
        earlier = sheet.claim(draft, key) if fold(nummer) else None
        if sheet.repeats(draft, earlier, "dossiernr"):
            continue
        if not ouders:
            draft.refuse("ouder1", said("Vul minstens één ouder in."))
        if earlier:
            _clash(draft, earlier, naam, ouders)
        elif own and not _one_family(naam, ouders, own.gezinsnaam, own.ouders):
            other = said("Dit nummer is in de toepassing al van een ander gezin.")
            draft.refuse("dossiernr", other, own.ref)
        children = kinderen.read(draft, "kinderen")
        adres, warning = split_address(draft.lines("adres") if draft.text("adres") else "")
        if warning:
            draft.doubt(
                "adres", said("In het adres staat een waarschuwing. Ze is apart bij het gezin gezet.")
            )
        known_codes = world.settings.postcodes
        if known_codes and (place := _PLACE.search(adres)) and place[1] not in known_codes:
            draft.doubt("adres", said("Dit adres ligt buiten %(stad)s. Klopt dat?", stad=world.settings.city))
        start = draft.date(
            "start", required=True, future=said("De start van het traject ligt in de toekomst.")
        )
        einde = _end(draft, start)
        mandaat, scopes = _mandaat(draft, start, einde)
        coach = _coach(draft, world, start, einde)
        telefoon, tolk = draft.phone("telefoon"), draft.yes_no("tolk")
        if draft.wrong or start is None or coach is None:
            sheet.refuse(draft, key)
            if earlier is None and fold(nummer):
                world.gezinnen.refused[key[0]] = (draft.sheet, draft.row)
            continue
        years = tuple(child.geboortejaar for child in children if child.geboortejaar)
        _double(draft, sheet.accepted, elsewhere, naam, ouders, children)
        ref = own.ref if own else ""
        world.gezinnen.add(key[0], nummer, BekendGezin(naam, ouders, years, nummer, start, einde, key, ref))
        sheet.accept(
            TrajectRij(
                row=draft.row, key=key, raw=draft.raw, warnings=tuple(draft.doubts), dossiernr=nummer,
                gezinsnaam=naam, ouders=ouders, kinderen=children, adres=adres, adres_waarschuwing=warning,
                telefoon=telefoon, taal=draft.text("taal"), tolk=tolk, gezinscoach=coach.naam, start=start,
                mandaat_op=mandaat, mandaat_voor=scopes, einde=einde, reden_einde=draft.text("reden_einde"),
            )
        )  # fmt: skip
    return sheet.reading()


def split_address(text: str) -> tuple[str, str]:
    """An address apart from the warning that someone wrote into it: "Vaartkom 2 (NIET DOORGEVEN)"."""
    shouts = _SHOUT.search if re.search(r"[a-z]", text) else lambda _: None  # all in capitals is no shout
    bracketed = re.findall(r"\([^()]*\)|\[[^\[\]]*\]", text)
    found = [part[1:-1] for part in bracketed if _WARNING.search(part) or shouts(part)]
    adres = text
    for part in found:
        adres = adres.replace(f"({part})", " ").replace(f"[{part}]", " ")
    pieces = re.split(r"\s*(?:[;!|\n*:]|//|\s[-–]\s|(?<=[a-z])[,.](?=\s))\s*", adres)
    if rest := [piece for piece in pieces if _WARNING.search(piece)]:
        kept = [piece for piece in pieces if piece and piece not in rest]
        found.append(", ".join(rest))
        adres = ", ".join(kept)
    elif (shout := shouts(adres)) and adres[: shout.start()].strip():
        found.append(adres[shout.start() :])
        adres = adres[: shout.start()]
    if not found and _WARNING.search(text):
        found = [text]
    return " ".join(adres.split()).strip(" ,;-–!*"), "; ".join(part.strip(" *!") for part in found)


def _clash(draft: Draft, earlier: Draft, naam: str, ouders: tuple[str, ...]) -> None:
    others = tuple(name for name in (earlier.text("ouder1"), earlier.text("ouder2")) if name)
    if _one_family(naam, ouders, earlier.text("gezinsnaam"), others):
        reason = said("Dit dossier staat al op rij %(rij)s, met andere gegevens.", rij=earlier.row)
    else:
        reason = said("Dit nummer wordt al gebruikt door een ander gezin (rij %(rij)s).", rij=earlier.row)
    draft.refuse("dossiernr", reason)


def _one_family(naam: str, ouders: tuple[str, ...], other: str, others: tuple[str, ...]) -> bool:
    if likely_same(naam, other) and (not ouders or not others):
        return True
    return _shared_parent(naam, ouders, other, others)


def _end(draft: Draft, start: date | None) -> date | None:
    einde = draft.date("einde")
    if start and einde and einde < start:
        draft.refuse("einde", said("Het einde van het traject ligt vóór de start."))
    elif einde and einde > draft.as_of:
        draft.doubt("einde", said("Dit einde ligt nog in de toekomst."))
    elif einde is None and draft.text("reden_einde") and not draft.has_problem("einde"):
        draft.doubt(
            "reden_einde", said("Er staat een reden van einde, maar geen einddatum. Het traject blijft open.")
        )
    return einde


def _mandaat(draft: Draft, start: date | None, einde: date | None) -> tuple[date | None, frozenset[str]]:
    future = said("Het mandaat kan niet in de toekomst getekend zijn.")
    day = draft.date("mandaat_op", future=future, exactly=True)
    scopes: frozenset[str] = frozenset()
    unknown = []
    for piece in draft.parts("mandaat_voor"):
        scopes |= SCOPES.get(fold(piece), frozenset())
        if fold(piece) not in SCOPES:
            unknown.append(piece)
    if any(
        re.search(r"\b(niet|geen|behalve|uitgezonderd|zonder|enkel|alleen)\b", piece) for piece in unknown
    ):
        scopes = frozenset()  # a limit that we can't read must not grant more than it meant
    if day is None:
        if not draft.has_problem("mandaat_op"):
            draft.doubt(
                "mandaat_op", said("Er is geen mandaat. Het dossier opent, maar er mag niets gedeeld worden.")
            )
        return None, frozenset()
    if unknown:
        reason = said("Niet gelezen en dus niet toegestaan: “%(woorden)s”.", woorden=", ".join(unknown))
        draft.doubt("mandaat_voor", reason)
    elif not scopes:
        draft.doubt("mandaat_voor", said("Er staat niet waarvoor het mandaat geldt. Er is niets toegestaan."))
    if start and day < start:
        draft.doubt("mandaat_op", said("Het mandaat is ouder dan de start van het traject."))
    if einde and (start is None or start <= einde) and day > einde:
        draft.doubt("mandaat_op", said("Het mandaat is van na het einde van het traject."))
    return day, scopes


def _coach(draft: Draft, world: World, start: date | None, einde: date | None) -> BekendeCoach | None:
    naam = draft.text("gezinscoach", required=True)
    if not naam:
        return None
    coach = world.coaches.look_up(draft, "gezinscoach", fold(naam))
    if coach and start and coach.gestopt_op:
        if coach.gestopt_op < start:
            draft.refuse("gezinscoach", said("Deze gezinscoach was al gestopt toen het traject startte."))
        elif coach.gestopt_op < (einde or world.as_of):
            draft.doubt(
                "gezinscoach", said("Deze gezinscoach is gestopt terwijl het traject liep. Wie nam over?")
            )
    if coach and start and coach.gestart_op and coach.gestart_op > start:
        draft.doubt(
            "gezinscoach",
            said("Het traject startte vroeger dan deze gezinscoach. Was er eerst een andere coach?"),
        )
    return coach


def _double(
    draft: Draft, accepted: list[TrajectRij], elsewhere: list[BekendGezin],
    naam: str, ouders: tuple[str, ...], children: tuple[Kind, ...],
) -> None:  # fmt: skip
    """A doubt when another family has the same parent and a child born the same day, or the same year."""
    births = {child.geboortedatum for child in children if child.geboortedatum}
    years = {child.geboortejaar for child in children if child.geboortejaar}
    for rij in accepted:
        if births & {child.geboortedatum for child in rij.kinderen} and _shared_parent(
            naam, ouders, rij.gezinsnaam, rij.ouders
        ):
            same = said(
                "Mogelijk hetzelfde gezin als %(dossier)s (rij %(rij)s).", dossier=rij.dossiernr, rij=rij.row
            )
            draft.doubt("gezinsnaam", same)
    for gezin in elsewhere:
        if years & set(gezin.geboortejaren) and _shared_parent(naam, ouders, gezin.gezinsnaam, gezin.ouders):
            draft.doubt("gezinsnaam", perhaps(gezin), gezin.ref)


def _shared_parent(naam: str, ouders: tuple[str, ...], other: str, others: tuple[str, ...]) -> bool:
    return any(same_parent(naam, one, other, two) for one in ouders for two in others)
