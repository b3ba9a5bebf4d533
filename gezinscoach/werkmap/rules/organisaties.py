"""The sheet of organisations."""

from datetime import date

from stdnum.be import iban, vat

from gezinscoach.kernel.names import organisation_key
from gezinscoach.kernel.said import said

from .draft import YES, Draft
from .gather import Gathering, World
from .grid import Table
from .shapes import OrganisatieRij, SheetReading


def read(table: Table, world: World) -> SheetReading[OrganisatieRij]:
    """The organisations, each by its name without legal form."""
    for name in world.known.organisaties:
        world.organisaties.add(organisation_key(name), name, name)
    sheet: Gathering[OrganisatieRij] = Gathering(table, world)
    for draft in sheet.drafts():
        naam = draft.text("organisatie", required=True)
        key = (organisation_key(naam),)
        earlier = sheet.claim(draft, key) if naam else None
        if sheet.repeats(draft, earlier, "organisatie"):
            continue
        if earlier:
            draft.refuse(
                "organisatie",
                said("Deze organisatie staat al op rij %(rij)s, met andere gegevens.", rij=earlier.row),
            )
        nummer = _number(draft)
        rekening = _account(draft)
        email = draft.email("email")
        signed = _signed(draft)
        if draft.wrong:
            sheet.refuse(draft, key)
            if earlier is None and naam:
                world.organisaties.refused[key[0]] = (draft.sheet, draft.row)
            continue
        world.organisaties.add(key[0], naam, naam)
        sheet.accept(
            OrganisatieRij(
                row=draft.row, key=key, raw=draft.raw, warnings=tuple(draft.doubts), naam=naam,
                type=draft.text("type"), ondernemingsnummer=nummer, iban=rekening,
                bondgenoot=draft.text("bondgenoot"), email_bondgenoot=email, engagementsverklaring_op=signed,
            )
        )  # fmt: skip
    return sheet.reading()


def _number(draft: Draft) -> str:
    """An enterprise number in the usual notation; a wrong one is kept as typed, with a doubt."""
    text = draft.text("ondernemingsnummer")
    # a number cell has lost its leading zero
    full = text.zfill(10) if text.isdecimal() else text
    if not text or vat.is_valid(full):
        digits = vat.compact(full) if text else ""
        return f"{digits[:4]}.{digits[4:7]}.{digits[7:]}" if digits else ""
    draft.doubt(
        "ondernemingsnummer",
        said("Dit ondernemingsnummer klopt niet. Het is overgenomen zoals het er staat."),
    )
    return text


def _account(draft: Draft) -> str:
    """An IBAN in groups of four; a wrong one is kept as typed, with a doubt."""
    text = draft.text("iban")
    if not text or iban.is_valid(text):
        return " ".join(iban.compact(text)[i : i + 4] for i in range(0, 16, 4)) if text else ""
    draft.doubt(
        "iban", said("Dit rekeningnummer klopt niet. Het is overgenomen zoals het er staat: kijk het na.")
    )
    return text


def _signed(draft: Draft) -> date | None:
    if draft.text("engagement").casefold() in YES:
        draft.doubt("engagement", said("De datum van de engagementsverklaring ontbreekt."))
        return None
    return draft.date(
        "engagement", future=said("De engagementsverklaring kan niet in de toekomst getekend zijn.")
    )
