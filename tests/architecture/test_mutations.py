"""Each single right flipped, and each role in each door: the matrix must see it. Part of the nightly run.

A flip is asked only with the cells that can notice it, in this process; the first wrong answer kills it.
"""

from __future__ import annotations

from collections import defaultdict

import pytest

from gezinscoach.dossier import rights
from gezinscoach.dossier.rights import Recht, Relatie, Staat
from gezinscoach.kernel.access import Door, Rol, mark_of
from tests.architecture import matrix
from tests.architecture.matrix import ROLES

EQUIVALENT = {
    "de deur laat alleen het aanmeldpunt een gezinscoach aanduiden": {
        "coördinator F0 A aanmelding",
        "coördinator F0 A afgesloten",
        "coördinator F0 A lopend",
    },
    "geen pagina schrijft in het proces van een lopend dossier": {
        "vaste gezinscoach F0 W lopend",
        "vervanger F0 W lopend",
    },
    "geen pagina toont of bewaart deze velden al": {
        "aanmeldpunt F4 W aanmelding",
        "aanmeldpunt F7 W aanmelding",
        "vaste gezinscoach F4 R lopend",
        "vaste gezinscoach F4 W lopend",
        "vaste gezinscoach F5 R lopend",
        "vaste gezinscoach F5 W lopend",
        "vaste gezinscoach F7 R lopend",
        "vaste gezinscoach F7 W lopend",
        "vervanger F4 R lopend",
        "vervanger F7 R lopend",
        "vervanger F7 W lopend",
    },
    "het inlezen vergelijkt met deze namen, en toont er geen": {
        "importeur F1 K aanmelding",
        "importeur F1 K afgesloten",
    },
    "namen en contact staan op één blad, dat om beide rechten vraagt": {
        "vervanger F1 W lopend",
    },
}
"""Flips that change nothing that anybody can see, each with why: one more or one less is a fault."""
SECOND_LOCK = {
    "/aanmelding/<aanmelding>",
    "/aanmelding/<aanmelding>/gegevens",
    "/aanmelding/<aanmelding>/gezinscoach",
    "/aanmelding/<aanmelding>/gezinscoach/<gezinscoach>",
    "/aanmelding/<aanmelding>/niet-zien",
    "/aanmelding/<aanmelding>/schuiladres",
    "/aanmelding/<aanmelding>/stap/<stap>",
    "/accounts/<account>",
    "/accounts/<account>/afsluiten",
    "/accounts/<account>/rol",
    "/accounts/<account>/rol/<toekenning>/einde",
    "/accounts/<account>/tweede-stap",
    "/accounts/<account>/uitnodiging",
    "/bevestigingen/<approval>",
    "/bevestigingen/<approval>/intrekken",
    "/consult/<consult>",
    "/dossier/<gezin>",
    "/dossier/<gezin>/afronden",
    "/dossier/<gezin>/consult",
    "/dossier/<gezin>/consult/<consult>/einde",
    "/dossier/<gezin>/gegevens",
    "/dossier/<gezin>/grondrechten",
    "/dossier/<gezin>/grondrechten/<kwartaal>",
    "/dossier/<gezin>/mandaat",
    "/dossier/<gezin>/mandaat/bereik/<bereik>/intrekken",
    "/dossier/<gezin>/mandaat/intrekken",
    "/dossier/<gezin>/mandaat/nieuw",
    "/dossier/<gezin>/mandaat/partner/<partner>/intrekken",
    "/dossier/<gezin>/niet-zien",
    "/dossier/<gezin>/niet-zien/<uitsluiting>/einde",
    "/dossier/<gezin>/notities",
    "/dossier/<gezin>/notities/zoeken",
    "/dossier/<gezin>/plan",
    "/dossier/<gezin>/plan/doel",
    "/dossier/<gezin>/plan/doel/<doel>/actie",
    "/dossier/<gezin>/plan/doel/<doel>/actie/<actie>/gedaan",
    "/dossier/<gezin>/plan/doel/<doel>/actie/<actie>/terug",
    "/dossier/<gezin>/plan/doel/<doel>/stap",
    "/dossier/<gezin>/schuiladres",
    "/dossier/<gezin>/schuiladres/lezen",
    "/dossier/<gezin>/schuiladres/opheffen",
    "/dossier/<gezin>/wie-keek",
    "/dossier/<gezin>/wie-keek/gezien",
    "/gezin/<gezin>/coach",
    "/gezin/<gezin>/coach/einde",
    "/gezin/<gezin>/coach/start",
    "/gezin/<gezin>/coach/vervanger",
    "/gezin/<gezin>/coach/vervanger/<periode>/einde",
    "/gezinscoach/<gezinscoach>",
    "/nazicht/<nazicht>",
    "/netwerk/<bijeenkomst>",
    "/netwerk/<bijeenkomst>/schrappen",
    "/noodtoegang/<nood>/klaar",
    "/noodtoegang/<verzoek>/bevestigen",
    "/noodtoegang/<verzoek>/weigeren",
    "/noodtoegang/dossier/<gezin>",
    "/organisaties/<organisatie>",
    "/signalen/<signaal>/<zet>",
    "/voorstel/<voorstel>/aanvaarden",
    "/voorstel/<voorstel>/weigeren",
    "/werkmap/inlezing/<inlezing>",
    "/werkmap/inlezing/<inlezing>/overnemen?blad=<blad>",
    "/werkmap/postvak/<rij>",
    "/werkmap/postvak/<rij>/overnemen",
    "/werkmap/postvak/<rij>/terug",
    "/werkmap/postvak/<rij>/terzijde",
    "/werkmap/voorbeeld/<upload>",
    "/werkmap/voorbeeld/<upload>/weg",
}
"""Addresses of one thing: when the door lets too many in, the condition on rows refuses them as well."""
BY_ROLE_THERE = {
    ("/noodtoegang/dossier/<gezin>", Rol.AANMELDPUNT), ("/noodtoegang/dossier/<gezin>", Rol.COORDINATOR),
    ("/noodtoegang/<nood>/klaar", Rol.AANMELDPUNT), ("/noodtoegang/<nood>/klaar", Rol.COORDINATOR),
}  # fmt: skip
"""Doors for roles of which nobody here has an emergency: tests/privacy/test_noodtoegang.py asks by role."""
LIKE = {
    Relatie.COACH: "vaste gezinscoach",
    Relatie.VERVANGER: "vervanger",
    Relatie.VOORGESTELD: "voorgestelde gezinscoach",
    Relatie.GERAADPLEEGD: "geraadpleegde deskundige",
    Relatie.NOOD: "noodtoegang",
} | {relatie: matrix.COLUMN[rol] for rol, relatie in rights.BY_ROLE.items()}


@pytest.fixture(scope="module")
def doors(installation):
    """The view behind each method and address of the table."""
    return {
        (method, matrix.address(rule.rule)): installation.view_functions[rule.endpoint]
        for rule in installation.url_map.iter_rules()
        for method in rule.methods & {"GET", "POST"}
    }


def view_of(doors, row):
    return doors["POST" if row.methode == "POST" else "GET", row.adres.partition("?")[0]]


@pytest.fixture(scope="module")
def cells(asker):
    """One person per column, every row."""
    first = {}
    for somebody in asker.world.people:
        if somebody.column in ROLES:
            first.setdefault(somebody.column, somebody)
    chosen = [one for one in matrix.cells(asker.world, matrix.table()) if not one.note]
    return [one for one in chosen if one.somebody is first.get(one.somebody.column)]


def killer(asker, cells):
    """The first cell that notices, if any does."""
    return next((trouble for cell in cells if (trouble := asker.ask(cell)[1])), "")


def told(record_property, what, killed, survivors, equivalent):
    counted = {why: len(found) for why, found in equivalent.items()}
    record_property(what, f"{killed} van {killed + len(survivors)} gedood; gelijkwaardig: {counted}")
    assert not survivors, "\n".join(survivors)


def test_every_single_right_that_is_flipped_is_noticed(asker, cells, doors, monkeypatch, record_property):
    asked, honest, whole = defaultdict(list), rights.allowed, rights.RIGHTS
    questions: set[Recht] = set()

    def listening(relaties, deed, groep, staat=Staat.LOPEND):
        questions.update(Recht(relatie, groep, deed, staat) for relatie in relaties)
        return honest(relaties, deed, groep, staat)

    monkeypatch.setattr(rights, "allowed", listening)
    for cell in cells:
        if ROLES[cell.somebody.column] in (mark_of(view_of(doors, cell.row)).roles or set(Rol)):
            questions.clear()
            assert not asker.ask(cell)[1]
            for one in questions:
                asked[one].append(cell)
    monkeypatch.setattr(rights, "allowed", honest)
    killed, survivors, equivalent = 0, [], defaultdict(set)
    for flip in sorted(whole | set(asked)):
        monkeypatch.setattr(rights, "RIGHTS", whole ^ {flip})
        near = sorted(asked[flip], key=lambda cell: cell.somebody.column != LIKE[flip.relatie])
        if killer(asker, near):
            killed += 1
        elif why := next((why for why, same in EQUIVALENT.items() if " ".join(flip) in same), ""):
            equivalent[why].add(" ".join(flip))
        else:
            survivors.append(("weg: " if flip in whole else "erbij: ") + " ".join(flip))
    told(record_property, "rechten", killed, survivors, equivalent)
    assert equivalent == EQUIVALENT, "what is noticed now needs no excuse any more"


def test_every_role_that_is_flipped_in_a_door_is_noticed(asker, cells, doors, monkeypatch, record_property):
    by_view = defaultdict(list)
    for cell in cells:
        by_view[view_of(doors, cell.row)].append(cell)
    killed, survivors, equivalent = 0, [], defaultdict(set)
    for view, concerned in by_view.items():
        mark = mark_of(view)
        for rol in Rol if mark.roles is not None else ():
            with monkeypatch.context() as patch:
                patch.setattr(view, "door", Door(roles=mark.roles ^ {rol}, fresh=mark.fresh))
                own = [cell for cell in concerned if ROLES[cell.somebody.column] is rol]
                own.sort(key=lambda cell: cell.expected in matrix.DENIED)
                if killer(asker, own if rol not in mark.roles else own[:3]):
                    killed += 1
                elif rol not in mark.roles and concerned[0].row.adres in SECOND_LOCK:
                    equivalent["de voorwaarde op rijen weigert ook"].add((concerned[0].row.adres, rol))
                elif (concerned[0].row.adres, rol) in BY_ROLE_THERE:
                    equivalent["een andere test vraagt het rol per rol"].add((concerned[0].row.adres, rol))
                else:
                    survivors.append(f"{concerned[0].row.adres}: {rol}")
    told(record_property, "deuren", killed, survivors, equivalent)
    locked = equivalent["de voorwaarde op rijen weigert ook"]
    assert {adres for adres, _rol in locked} == SECOND_LOCK, "what is noticed now needs no excuse any more"
