"""The waiting list: referrals of families, and only what the family allowed to be kept."""

import re
from collections.abc import Sequence

from gezinscoach.kernel import dates
from gezinscoach.kernel.names import fold, likely_same
from gezinscoach.kernel.said import said

from .draft import YES, Draft
from .families import perhaps, same_parent, years_agree
from .gather import Gathering, World
from .grid import Table
from .shapes import BekendGezin, Key, Problem, SheetReading, WachtlijstRij

WITHOUT_PERMISSION = ("datum", "aangemeld_door", "tel")
NO_PERMISSION = said(
    "Zonder toestemming van het gezin nemen we deze aanmelding niet op. "
    "We bewaren alleen de aanmelder, de datum en het telefoonnummer. "
    "Bel de aanmelder terug. Zegt het gezin ja? Vul dan “ja” in, met de gegevens. "
    "Zegt het gezin nee? Leg deze rij dan terzijde."
)
_GIVEN = re.compile(
    r"((het |de |beide )?(gezin|ouders?|moeder|vader|mama|papa|toestemming)( is| zijn| heeft| werd)? )?"
    r"(ja|yes|oui|oké|akkoord|gegeven|gekregen|getekend|in orde|mondelinge?|schriftelijke?)\b"
)
_NO_OBJECTION = re.compile(r"\b(geen|zonder) (bezwaar|probleem)\b")
_WITHHELD = re.compile(
    r"\?|\b(nee|neen|niet|nog|geen|later|\w*weiger\w*|\w*vragen|gevraagd|onbekend|\w*wacht\w*|ingetrokken|trekt|trok"
    r"|volgt|herroep\w*|herroept|stopgezet|stopt|gestopt|vervallen|verlopen|voorbehoud|principe|voorlopig|tot|tenzij"
    r"|wordt|zal|moet|misschien|wellicht|waarschijnlijk|twijfel\w*|maar|behalve|enkel|alleen|zonder|uitgezonderd"
    r"|aanvraag|behandeling|bevestig\w*)\b"
)

_PLAIN_NO = re.compile(
    "(nee|neen|niet|nog|geen|later|onbekend|ja|te|vragen|gevraagd|toestemming|gegeven|geweigerd|gezin|wacht|op)*"
)


def read(table: Table, world: World) -> SheetReading[WachtlijstRij]:
    """The referrals; the same family twice is a doubt, never a refusal."""
    sheet: Gathering[WachtlijstRij] = Gathering(table, world)
    listed = {_key(draft) for draft in sheet.drafts()}
    families = [gezin for gezin in world.gezinnen.found.values() if gezin.key not in listed]
    families += [g for g in world.known.gezinnen if not g.dossiernr and g.key not in listed]
    for draft in sheet.drafts():
        if not _permitted(draft):
            draft.wrong = [_without_permission(draft)]
            sheet.refuse(draft, _referral(draft), keep=WITHOUT_PERMISSION)
            continue
        key = _key(draft)
        earlier = sheet.claim(draft, key)
        if sheet.repeats(draft, earlier, "gezin"):
            continue
        while earlier:  # the same referral with other details is a second one
            key = (*key[:4], str(int(key[4]) + 1))
            earlier = sheet.claim(draft, key)
        rij = _line(draft, world, key)
        if rij is None:
            sheet.refuse(draft, key)
            continue
        sheet.accept(_with_doubts(rij, draft, sheet.accepted, families))
    return sheet.reading()


def _permitted(draft: Draft) -> bool:
    text = _NO_OBJECTION.sub("", " ".join(draft.lines("toestemming").casefold().split())).strip(" !.,")
    return (text in YES or bool(_GIVEN.match(text))) and not _WITHHELD.search(text)


def _without_permission(draft: Draft) -> Problem:
    """The refusal; words that may be about the family are not repeated in it."""
    text = draft.lines("toestemming")
    return Problem(
        draft.row,
        draft.headers["toestemming"],
        text if _PLAIN_NO.fullmatch(fold(text)) else "(…)",
        NO_PERMISSION,
    )


def _line(draft: Draft, world: World, key: Key) -> WachtlijstRij | None:
    datum = draft.date("datum", required=True, future=said("De datum van aanmelding ligt in de toekomst."))
    door = draft.text("aangemeld_door", required=True)
    gezin = draft.text("gezin", required=True)
    year = _birth_year(draft, world)
    aantal = draft.whole("aantal", 0, 20)
    postcode, gemeente = _place(draft, world)
    tel, tolk, dringend = draft.phone("tel"), draft.yes_no("tolk"), draft.yes_no("dringend")
    if draft.wrong or datum is None:
        return None
    return WachtlijstRij(
        row=draft.row, key=key, raw=draft.raw, warnings=(), datum=datum, aangemeld_door=door,
        organisatie_aanmelder=draft.text("organisatie"), tel_aanmelder=tel, gezin=gezin,
        ouder=draft.text("ouder"), geboortejaar_oudste=year, aantal_kinderen=aantal, taal=draft.text("taal"),
        tolk=tolk, postcode=postcode, gemeente=gemeente, vragen=draft.parts("vragen", r"\s*[,;\n+&]\s*"),
        dringend=dringend, voorkeur_coach=draft.text("voorkeur"), opmerking=draft.lines("opmerking"),
        referral=_referral(draft),
    )  # fmt: skip


def _with_doubts(
    rij: WachtlijstRij, draft: Draft, accepted: Sequence[WachtlijstRij], families: Sequence[BekendGezin]
) -> WachtlijstRij:
    """The line with its soft remarks, those about possible double families included."""
    years = [rij.geboortejaar_oudste] if rij.geboortejaar_oudste else []
    for other in accepted:
        theirs = [other.geboortejaar_oudste] if other.geboortejaar_oudste else []
        if _one_family(rij, other, years, theirs):
            second = said("Mogelijk hetzelfde gezin als rij %(rij)s: een tweede aanmelding?", rij=other.row)
            draft.doubt("gezin", second)
    for gezin in families:
        if years_agree(years, gezin.geboortejaren) and any(
            same_parent(rij.gezin, rij.ouder, gezin.gezinsnaam, ouder) for ouder in gezin.ouders
        ):
            draft.doubt("gezin", perhaps(gezin), gezin.ref)
    fields = {name: getattr(rij, name) for name in rij.__dataclass_fields__}
    return WachtlijstRij(**fields | {"warnings": tuple(draft.doubts)})


def _one_family(rij: WachtlijstRij, other: WachtlijstRij, years: list[int], theirs: list[int]) -> bool:
    if not years_agree(years, theirs):
        return False
    if same_parent(rij.gezin, rij.ouder, other.gezin, other.ouder):
        return True
    # the other parent, perhaps: then everything else has to agree
    same = (rij.geboortejaar_oudste, rij.aantal_kinderen, rij.postcode, fold(rij.gemeente))
    theirs_too = (other.geboortejaar_oudste, other.aantal_kinderen, other.postcode, fold(other.gemeente))
    return likely_same(rij.gezin, other.gezin) and bool(years) and bool(rij.gemeente) and same == theirs_too


def _birth_year(draft: Draft, world: World) -> int | None:
    """The year of birth of the oldest child, from a year or a whole date."""
    text = draft.text("geboortejaar").strip(" ?±~°")
    if not text:
        return None
    match = re.fullmatch(r"(?:ca\.?|geb\.?|circa)?\s*'?(\d{4}|\d{2})", text)
    try:
        year = dates.full_year(match[1]) if match else dates.read_date(draft.cell("geboortejaar")).year
    except dates.UnreadableDate:
        draft.refuse("geboortejaar", said("Dit is geen jaartal. Schrijf bijvoorbeeld 2019."))
        return None
    if year > world.as_of.year:
        draft.refuse("geboortejaar", said("Dit geboortejaar ligt in de toekomst."))
    elif world.as_of.year - year > 30:
        draft.refuse("geboortejaar", said("Dit geboortejaar kan niet kloppen voor een kind."))
    elif world.as_of.year - year > world.settings.age_limit:
        limit = world.settings.age_limit
        reason = said("Het oudste kind is ouder dan %(jaar)s jaar. Het team beslist.", jaar=limit)
        draft.doubt("geboortejaar", reason)
    return year


def _place(draft: Draft, world: World) -> tuple[str, str]:
    """Postcode and place; a doubt when it lies outside the city."""
    text = draft.text("gemeente")
    match = re.search(r"\b\d{4}\b", text)
    postcode = match[0] if match else ""
    gemeente = " ".join(text.replace(postcode, " ").split()).strip(" ,-") if postcode else text
    settings = world.settings
    inside = postcode in settings.postcodes if postcode else any(p in fold(gemeente) for p in settings.places)
    if text and not inside:
        reason = said("Dit adres ligt buiten %(stad)s. Het team beslist.", stad=settings.city)
        draft.doubt("gemeente", reason)
    return postcode, gemeente


def _key(draft: Draft) -> Key:
    return fold(draft.text("gezin")), fold(draft.text("ouder")), *_referral(draft)[:2], "1"


def _referral(draft: Draft) -> Key:
    """Day, referrer and telephone: says nothing about the family."""
    try:
        day = draft.day("datum")[0].isoformat()
    except dates.UnreadableDate:
        day = fold(draft.lines("datum"))
    return day, fold(draft.text("aangemeld_door")), re.sub(r"\D", "", draft.lines("tel"))[-9:]
