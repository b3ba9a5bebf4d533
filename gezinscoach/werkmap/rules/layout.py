"""The six sheets of a werkmap, declared: their names, their columns, and the other ways people head them."""

from dataclasses import dataclass
from functools import lru_cache

from gezinscoach.kernel.names import fold


@dataclass(frozen=True, slots=True)
class Column:
    """A column that is read; `phone` columns are never searched for register numbers."""

    key: str
    title: str
    aliases: tuple[str, ...] = ()
    phone: bool = False

    def heads(self, header: str) -> bool:
        """Whether a header in a file means this column; what stands between brackets may differ."""
        return not _names(self).isdisjoint({fold(header), fold(header.split("(")[0])})


@lru_cache
def _names(column: Column) -> frozenset[str]:
    return frozenset(fold(name) for name in (column.title, column.title.split("(")[0], *column.aliases))


@dataclass(frozen=True, slots=True)
class Layout:
    """A sheet; with `meetings`, every header that is a date is a column too, and at least one is needed."""

    name: str
    aliases: tuple[str, ...]
    columns: tuple[Column, ...]
    meetings: bool = False

    def names(self, sheet: str) -> bool:
        return fold(sheet) in {fold(name) for name in (self.name, *self.aliases)}


YEAR = "Jaar"  # the year of a sheet of meetings, kept in the raw cells of its rows
GRONDRECHTEN = (
    ("participatie", "Participatie"),
    ("maatschappelijke_dienstverlening", "Maatschappelijke dienstverlening"),
    ("inkomen", "Inkomen"),
    ("gezin", "Gezin"),
    ("onderwijs", "Onderwijs"),
    ("vrijetijdsbesteding", "Vrijetijdsbesteding"),
    ("werk", "Werk"),
    ("wonen", "Wonen"),
    ("gezondheid", "Gezondheid"),
)
GRONDRECHT_ALIASES = {
    "participatie": ("maatschappelijke participatie",),
    "maatschappelijke_dienstverlening": ("dienstverlening", "maatsch. dienstverlening", "mdv"),
    "inkomen": ("inkomen en schulden",),
    "vrijetijdsbesteding": ("vrije tijd", "vrijetijd"),
    "werk": ("werk en opleiding", "tewerkstelling"),
    "wonen": ("huisvesting",),
}

ORGANISATIES = Layout(
    "Organisaties",
    ("Organisatie", "Partners", "Gezinscoach-organisaties", "Gezinscoachorganisaties"),
    (
        Column("organisatie", "Organisatie", ("Naam", "Naam organisatie")),
        Column("type", "Type", ("Soort",)),
        Column("ondernemingsnummer", "Ondernemingsnummer", ("Ondernemingsnr", "KBO", "KBO-nummer", "KBO nr")),
        Column("iban", "IBAN", ("Rekeningnummer", "Rekening", "IBAN-nummer")),
        Column("bondgenoot", "Bondgenoot", ("Naam bondgenoot",)),
        Column("email", "E-mail bondgenoot", ("Mail bondgenoot", "E-mailadres bondgenoot")),
        Column(
            "engagement",
            "Engagementsverklaring getekend",
            ("Engagementsverklaring", "Engagementsverklaring op", "Engagementsverklaring getekend op"),
        ),
    ),
)
GEZINSCOACHES = Layout(
    "Gezinscoaches",
    ("Gezinscoach", "Coaches", "Lijst gezinscoaches"),
    (
        Column("naam", "Naam", ("Gezinscoach", "Naam gezinscoach", "Coach")),
        Column("organisatie", "Organisatie", ("Naam organisatie",)),
        Column("email", "E-mail", ("Mail", "E-mailadres", "Mailadres")),
        Column("statuut", "Statuut", ("Status",)),
        Column("vte", "% VTE", ("VTE", "VTE %", "Percentage VTE", "Aandeel VTE")),
        Column("max", "Max. gezinnen", ("Max gezinnen", "Maximum gezinnen", "Max aantal gezinnen")),
        Column("talen", "Talen", ("Taal",)),
        Column("wijken", "Wijken", ("Wijk", "Deelgemeenten")),
        Column("startvorming", "Startvorming", ("Startvorming gevolgd",)),
        Column("gestart", "Gestart op", ("Start", "Startdatum", "Gestart", "In dienst")),
        Column("gestopt", "Gestopt op", ("Stop", "Stopdatum", "Gestopt", "Uit dienst", "Einde", "Einddatum")),
    ),
)
TRAJECTEN = Layout(
    "Lopende trajecten",
    ("Trajecten", "Dossiers", "Lopende dossiers", "Gezinnen", "Gezinnen in begeleiding"),
    (
        Column("dossiernr", "Dossiernr", ("Dossiernummer", "Dossier", "Nr", "Dossiercode")),
        Column("gezinsnaam", "Gezinsnaam", ("Gezin", "Naam gezin", "Familienaam")),
        Column("ouder1", "Ouder 1", ("Eerste ouder", "Ouder")),
        Column("ouder2", "Ouder 2", ("Tweede ouder",)),
        Column("kinderen", "Kinderen (naam, geboortedatum)", ("Kind(eren)",)),
        Column("adres", "Adres", ("Adres gezin",)),
        Column("telefoon", "Telefoon", ("Tel", "Telefoonnummer", "Gsm", "Tel. gezin"), phone=True),
        Column("taal", "Taal", ("Thuistaal", "Talen")),
        Column("tolk", "Tolk", ("Tolk nodig",)),
        Column("gezinscoach", "Gezinscoach", ("Coach", "Naam gezinscoach")),
        Column("start", "Start traject", ("Start", "Startdatum", "Startdatum traject", "Gestart op")),
        Column(
            "mandaat_op", "Mandaat op", ("Mandaat", "Datum mandaat", "Mandaatdatum", "Mandaat getekend op")
        ),
        Column("mandaat_voor", "Mandaat voor", ("Mandaat waarvoor",)),
        Column("einde", "Einde traject", ("Einde", "Einddatum", "Einddatum traject", "Gestopt op")),
        Column("reden_einde", "Reden einde", ("Reden", "Reden stopzetting", "Reden einde traject")),
    ),
)
WACHTLIJST = Layout(
    "Wachtlijst",
    ("Aanmeldingen", "Centrale aanmelding", "Wachtrij"),
    (
        Column("datum", "Datum aanmelding", ("Datum", "Aangemeld op", "Aanmelddatum")),
        Column("aangemeld_door", "Aangemeld door", ("Aanmelder", "Verwijzer", "Naam aanmelder")),
        Column("organisatie", "Organisatie aanmelder", ("Organisatie verwijzer", "Organisatie")),
        Column(
            "tel", "Tel. aanmelder", ("Telefoon aanmelder", "Tel. verwijzer", "Telefoon", "Tel"), phone=True
        ),
        Column("gezin", "Gezin", ("Gezinsnaam", "Naam gezin", "Familienaam")),
        Column("ouder", "Ouder", ("Naam ouder", "Voornaam ouder", "Ouder 1")),
        Column("geboortejaar", "Geboortejaar oudste kind", ("Geboortejaar oudste", "Oudste kind")),
        Column("aantal", "Aantal kinderen", ("Kinderen", "# kinderen")),
        Column("taal", "Taal", ("Thuistaal",)),
        Column("tolk", "Tolk nodig?", ("Tolk",)),
        Column("gemeente", "Gemeente", ("Woonplaats", "Postcode en gemeente", "Postcode gemeente")),
        Column("vragen", "Vragen / domeinen", ("Vragen", "Domeinen", "Hulpvragen", "Hulpvraag")),
        Column("dringend", "Dringend?", ("Dringend", "Urgent")),
        Column("toestemming", "Toestemming gezin", ("Toestemming", "Toestemming gezin?", "Akkoord gezin")),
        Column("voorkeur", "Voorkeur coach", ("Voorkeur", "Voorkeur gezinscoach")),
        Column("opmerking", "Opmerking", ("Opmerkingen", "Nota")),
    ),
)
MEZURI = Layout(
    "Mezuri",
    ("Metingen", "Kwartaalmeting", "Kwartaalmetingen", "Grondrechten", "Meting"),
    (
        Column("dossiernr", "Dossiernr", ("Dossiernummer", "Dossier", "Dossiercode")),
        Column("kwartaal", "Kwartaal", ("Kw", "Periode")),
        Column("datum", "Datum", ("Datum meting", "Gemeten op")),
        *(Column(key, title, GRONDRECHT_ALIASES.get(key, ())) for key, title in GRONDRECHTEN),
        Column("prioriteiten", "Prioriteiten", ("Prioriteit", "Top 3")),
        Column(
            "opmerking",
            "Krachten / opmerking",
            (
                "Krachten",
                "Opmerking",
                "Opmerkingen",
                "Krachten / opmerkingen",
                "Krachten en opmerking",
                "Krachten en opmerkingen",
            ),
        ),
    ),
)
LEREND_NETWERK = Layout(
    "Lerend netwerk",
    ("Aanwezigheden", "Aanwezigheden lerend netwerk", "Netwerk"),
    (Column("gezinscoach", "Gezinscoach", ("Naam", "Coach", "Naam gezinscoach")),),
    meetings=True,
)
SHEETS = (ORGANISATIES, GEZINSCOACHES, TRAJECTEN, WACHTLIJST, MEZURI, LEREND_NETWERK)
