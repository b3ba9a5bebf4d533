"""The registry of sealed fields: a number for each, bound into every cell, never changed and never reused.

Numbers, not names, so that a table or column can be renamed without losing what was written. REGISTER says
of each how much harm it can do, which field group it belongs to, why and on which ground it is kept, and by
which table's term (privacy.rules.BEWARING). Grounds are proposals until the functionaris confirms them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum


class Klasse(StrEnum):
    """The harm that a leak does."""

    C1 = "gering"
    C2 = "medewerkers: hinder of misleiding"
    C3 = "gezinnen: schaamte, druk, uitsluiting"
    C4 = "gezinnen: gevaar, of gerecht en gezondheid"


class Groep(StrEnum):
    """What a decision opens together: the field groups of a dossier as the trace names them, its figures,
    and S for those who work here."""

    PROCES = "F0"
    NAMEN = "F1"
    CONTACT = "F2"
    VERBLIJF = "F2s"
    NOTITIES = "F3"
    GERECHT_EN_GEZONDHEID = "F4"
    VERTROUWEN = "F5"
    PLAN = "F6"
    BESTANDEN = "F7"
    KENMERKEN = "F8"
    """What it takes to find a gezinscoach who fits: language, interpreter, place, number of children."""
    CIJFERS = "F9"
    MEDEWERKERS = "S"


class Grond(StrEnum):
    """Why it may be kept (art. 6 GDPR; for health and judicial remarks with art. 9 and 10)."""

    TAAK = "taak van algemeen belang (art. 6.1.e)"
    MANDAAT = "toestemming van het gezin: het mandaat (art. 6.1.a)"
    PLICHT = "wettelijke plicht: verantwoording van de toelage (art. 6.1.c)"
    OVEREENKOMST = "overeenkomst met wie hier werkt (art. 6.1.b)"


class Field(IntEnum):
    """What a sealed cell holds. Hundreds follow the ladder, from accounts upward."""

    ACCOUNT_NAAM = 101
    ACCOUNT_EMAIL = 102
    ORGANISATIE_IBAN = 111
    ORGANISATIE_BONDGENOOT = 112
    ORGANISATIE_BONDGENOOT_EMAIL = 113
    COACH_NAAM = 121
    COACH_EMAIL = 122
    COACH_TALEN = 123
    COACH_WIJKEN = 124
    PASSKEY_NAAM = 131
    APPROVAL_REDEN = 151

    GEZIN_CODE = 200
    GEZIN_NAAM = 201
    GEZIN_ADRES = 202
    GEZIN_TELEFOON = 203
    GEZIN_TAAL = 204
    GEZIN_TOLK = 205
    GEZIN_WAARSCHUWING = 206
    GEZIN_GEMEENTE = 207
    GEZIN_REDEN_EINDE = 208
    GEZINSLID_NAAM = 211
    GEZINSLID_GEBOREN = 212
    COACHPERIODE_REDEN = 221
    CONSULT_VRAAG = 231
    UITSLUITING_REDEN = 241
    UITSLUITING_EINDE = 242
    SCHUILADRES_ADRES = 251
    SCHUILADRES_CONTACT = 252
    SCHUILADRES_GEWOON = 253
    NOODTOEGANG_REDEN = 254

    MANDAAT_GEVER = 301
    MANDAAT_TOELICHTING = 302
    MANDAAT_PARTNER = 311
    MANDAAT_PARTNER_WAT = 312

    DOEL_TITEL = 401
    DOEL_TOELICHTING = 402
    ACTIE_TEKST = 411
    METING_KRACHTEN = 501
    METING_MET_WIE = 502
    NOTITIE_TEKST = 601
    NOTITIE_MET_WIE = 602
    BIJEENKOMST_THEMA = 701
    SIGNAAL_TEKST = 711

    AANMELDING_AANMELDER = 801
    AANMELDING_ORGANISATIE = 802
    AANMELDING_TELEFOON = 803
    AANMELDING_VRAGEN = 804
    AANMELDING_VOORKEUR = 805
    AANMELDING_OPMERKING = 806
    AANMELDING_OUDSTE = 807
    AANMELDING_KINDEREN = 808
    AANMELDING_STAP_REDEN = 811
    VOORSTEL_REDENEN = 821
    VOORSTEL_ANTWOORD = 822

    IMPORT_BESTAND = 901
    IMPORTRIJ_INHOUD = 911
    IMPORTRIJ_PROBLEEM = 912
    HERKOMST_INHOUD = 921
    UPLOAD_INHOUD = 931
    UPLOAD_BESTAND = 932
    NAZICHT_OPMERKING = 971

    EENMALIG_ANTWOORD = 981

    @property
    def group(self) -> str:
        """The name of its field group; a field that is not in the register belongs to none."""
        entry = REGISTER.get(self)
        return entry.groep.value if entry else ""


@dataclass(frozen=True, slots=True)
class Entry:
    """What the register of processing says of a field; kept as long as the rows of `tabel`."""

    klasse: Klasse
    groep: Groep
    doel: str
    grond: Grond
    tabel: str


def _entries(tabel: str, doel: str, grond: Grond, **fields: tuple[Klasse, Groep]) -> dict[Field, Entry]:
    return {Field[name]: Entry(klasse, groep, doel, grond, tabel) for name, (klasse, groep) in fields.items()}


_STAFF = Klasse.C2, Groep.MEDEWERKERS
_COURSE = Klasse.C3, Groep.PROCES
_NAMES = Klasse.C3, Groep.NAMEN
_MATCH = Klasse.C3, Groep.KENMERKEN
_WHEREABOUTS = Klasse.C4, Groep.CONTACT
_HIDDEN = Klasse.C4, Groep.VERBLIJF
_WHY = Klasse.C4, Groep.PROCES
_STORY = Klasse.C4, Groep.NOTITIES
_SHARED = Klasse.C3, Groep.PLAN
_FILE = Klasse.C4, Groep.BESTANDEN

REGISTER: dict[Field, Entry] = {
    **_entries(
        "account", "inloggen en weten wie iets deed", Grond.OVEREENKOMST,
        ACCOUNT_NAAM=_STAFF, ACCOUNT_EMAIL=_STAFF,
    ),
    **_entries("approval", "een tweede persoon laten beslissen", Grond.OVEREENKOMST, APPROVAL_REDEN=_STAFF),
    **_entries(
        "passkey", "inloggen en weten wie iets deed", Grond.OVEREENKOMST, PASSKEY_NAAM=_STAFF,
    ),
    **_entries(
        "organisatie", "samenwerken en uitbetalen", Grond.OVEREENKOMST,
        ORGANISATIE_IBAN=_STAFF, ORGANISATIE_BONDGENOOT=_STAFF, ORGANISATIE_BONDGENOOT_EMAIL=_STAFF,
    ),
    **_entries(
        "gezinscoach", "een gezin aan een coach koppelen", Grond.OVEREENKOMST,
        COACH_NAAM=_STAFF, COACH_EMAIL=_STAFF, COACH_TALEN=_STAFF, COACH_WIJKEN=_STAFF,
    ),
    **_entries(
        "gezin", "het gezin begeleiden", Grond.TAAK,
        GEZIN_CODE=_COURSE, GEZIN_NAAM=_NAMES, GEZIN_ADRES=_WHEREABOUTS, GEZIN_TELEFOON=_WHEREABOUTS,
        GEZIN_TAAL=_MATCH, GEZIN_TOLK=_MATCH, GEZIN_WAARSCHUWING=_WHEREABOUTS,
        GEZIN_GEMEENTE=(Klasse.C4, Groep.KENMERKEN), GEZIN_REDEN_EINDE=_STORY,
    ),
    **_entries(
        "gezinslid", "weten wie tot het gezin hoort", Grond.TAAK,
        GEZINSLID_NAAM=_NAMES, GEZINSLID_GEBOREN=_NAMES,
    ),
    **_entries("coachperiode", "één vaste vertrouwenspersoon", Grond.TAAK, COACHPERIODE_REDEN=_STORY),
    **_entries(
        "schuiladres", "een gezin dat gevaar loopt onvindbaar houden", Grond.TAAK,
        SCHUILADRES_ADRES=_HIDDEN, SCHUILADRES_CONTACT=_HIDDEN, SCHUILADRES_GEWOON=_HIDDEN,
    ),
    **_entries("noodtoegang", "uitleggen waarom iemand in nood keek", Grond.TAAK, NOODTOEGANG_REDEN=_WHY),
    **_entries(
        "uitsluiting", "wie het gezin kan schaden of te dicht staat erbuiten houden", Grond.TAAK,
        UITSLUITING_REDEN=_STORY, UITSLUITING_EINDE=_STORY,
    ),
    **_entries("consult", "raad vragen aan een deskundige", Grond.MANDAAT, CONSULT_VRAAG=_STORY),
    **_entries(
        "mandaat", "doen wat het gezin toeliet, en niet meer", Grond.MANDAAT,
        MANDAAT_GEVER=_SHARED, MANDAAT_TOELICHTING=_SHARED,
    ),
    **_entries(
        "mandaatpartner", "delen met wie het gezin koos", Grond.MANDAAT,
        MANDAAT_PARTNER=_SHARED, MANDAAT_PARTNER_WAT=_SHARED,
    ),
    **_entries("doel", "het plan van het gezin", Grond.MANDAAT, DOEL_TITEL=_SHARED, DOEL_TOELICHTING=_SHARED),
    **_entries("actie", "het plan van het gezin", Grond.MANDAAT, ACTIE_TEKST=_SHARED),
    **_entries(
        "meting", "zien of grondrechten vooruitgaan", Grond.TAAK,
        METING_KRACHTEN=_SHARED, METING_MET_WIE=_SHARED,
    ),
    **_entries(
        "notitie", "de draad van de begeleiding vasthouden", Grond.TAAK,
        NOTITIE_TEKST=_STORY, NOTITIE_MET_WIE=_STORY,
    ),
    **_entries("bijeenkomst", "samen leren", Grond.TAAK, BIJEENKOMST_THEMA=_STAFF),
    **_entries("signaal", "drempels melden aan de stad", Grond.TAAK, SIGNAAL_TEKST=_STORY),
    **_entries(
        "aanmelding", "een gezin op de juiste plaats krijgen", Grond.TAAK,
        AANMELDING_AANMELDER=_NAMES, AANMELDING_ORGANISATIE=_NAMES, AANMELDING_TELEFOON=_WHEREABOUTS,
        AANMELDING_VRAGEN=_STORY, AANMELDING_VOORKEUR=_STORY, AANMELDING_OPMERKING=_STORY,
        AANMELDING_OUDSTE=_NAMES, AANMELDING_KINDEREN=_MATCH,
    ),
    **_entries("aanmeldstap", "uitleggen hoe het liep", Grond.TAAK, AANMELDING_STAP_REDEN=_STORY),
    **_entries(
        "voorstel", "een coach vinden die past", Grond.TAAK, VOORSTEL_REDENEN=_STORY, VOORSTEL_ANTWOORD=_STORY
    ),
    **_entries("inlezing", "de werkmap van de stad overnemen", Grond.PLICHT, IMPORT_BESTAND=_FILE),
    **_entries(
        "postvakrij", "de werkmap van de stad overnemen", Grond.PLICHT,
        IMPORTRIJ_INHOUD=_FILE, IMPORTRIJ_PROBLEEM=_FILE,
    ),
    **_entries("herkomst", "weten waar een gegeven vandaan komt", Grond.PLICHT, HERKOMST_INHOUD=_FILE),
    **_entries(
        "upload", "de werkmap van de stad overnemen", Grond.PLICHT, UPLOAD_INHOUD=_FILE, UPLOAD_BESTAND=_FILE
    ),
    **_entries("nazicht", "nagaan of wie keek een reden had", Grond.PLICHT, NAZICHT_OPMERKING=_STAFF),
    **_entries(
        "sent_form", "wat twee keer verstuurd werd één keer doen", Grond.TAAK, EENMALIG_ANTWOORD=_STORY
    ),
}  # fmt: skip
