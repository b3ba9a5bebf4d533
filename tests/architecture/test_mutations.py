"""Each single right flipped, and each role in each door: the matrix must see it. Part of the nightly run.

A flip is asked only with the cells that can notice it, in this process; the first wrong answer kills it.
"""

from __future__ import annotations

from collections import defaultdict

import pytest

from gezinscoach.dossier import rights
from gezinscoach.dossier.rights import Deed, Recht, Relatie, Staat
from gezinscoach.kernel.access import Door, Rol, mark_of
from gezinscoach.kernel.fields import Groep
from tests.architecture import matrix
from tests.architecture.matrix import ROLES

NO_PAGE = {Groep.GERECHT_EN_GEZONDHEID, Groep.VERTROUWEN, Groep.BESTANDEN}
EQUIVALENT = {
    "geen pagina toont of bewaart deze velden al": lambda one: one.groep in NO_PAGE,
    "geen pagina schrijft in het proces van een lopend dossier": lambda one: (
        one.groep is Groep.PROCES and one.deed is Deed.WRITE and one.staat is Staat.LOPEND
    ),
    "het inlezen vergelijkt met deze namen, en toont er geen": lambda one: one.relatie is Relatie.IMPORTEUR,
    "namen, contact en kenmerken staan op één blad, dat om al die rechten vraagt": lambda one: (
        one.relatie is Relatie.VERVANGER
        and one.groep in (Groep.NAMEN, Groep.CONTACT, Groep.KENMERKEN)
        and one.deed is Deed.WRITE
    ),
    "de deur laat alleen het aanmeldpunt een gezinscoach aanduiden": lambda one: (
        one.relatie is Relatie.COORDINATOR and one.deed is Deed.APPOINT
    ),
}
"""Flips that change nothing that anybody can see, each with why."""
SECOND_LOCK = (
    "/dossier/<", "/consult/<", "/gezin/<", "/aanmelding/<", "/voorstel/<", "/werkmap/", "/accounts/<",
    "/organisaties/<", "/gezinscoach/<", "/netwerk/<", "/signalen/<",
    "/noodtoegang/<", "/noodtoegang/dossier/<", "/nazicht/<", "/bevestigingen/<",
)  # fmt: skip
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


def told(capsys, what, killed, survivors, equivalent):
    with capsys.disabled():
        print(f"\n{what}: {killed} van {killed + len(survivors)} gedood; gelijkwaardig: {dict(equivalent)}")
        for one in survivors:
            print(f"   overleeft: {one}")
    assert not survivors


def test_every_single_right_that_is_flipped_is_noticed(asker, cells, doors, monkeypatch, capsys):
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
    killed, survivors, equivalent = 0, [], defaultdict(int)
    for flip in sorted(whole | set(asked)):
        monkeypatch.setattr(rights, "RIGHTS", whole ^ {flip})
        near = sorted(asked[flip], key=lambda cell: cell.somebody.column != LIKE[flip.relatie])
        if killer(asker, near):
            killed += 1
        elif why := next((why for why, same in EQUIVALENT.items() if same(flip)), ""):
            equivalent[why] += 1
        else:
            survivors.append(("weg: " if flip in whole else "erbij: ") + " ".join(flip))
    told(capsys, "rechten", killed, survivors, equivalent)


def test_every_role_that_is_flipped_in_a_door_is_noticed(asker, cells, doors, monkeypatch, capsys):
    by_view = defaultdict(list)
    for cell in cells:
        by_view[view_of(doors, cell.row)].append(cell)
    killed, survivors, equivalent = 0, [], defaultdict(int)
    for view, concerned in by_view.items():
        mark = mark_of(view)
        for rol in Rol if mark.roles is not None else ():
            with monkeypatch.context() as patch:
                patch.setattr(view, "door", Door(roles=mark.roles ^ {rol}, fresh=mark.fresh))
                own = [cell for cell in concerned if ROLES[cell.somebody.column] is rol]
                own.sort(key=lambda cell: cell.expected in matrix.DENIED)
                if killer(asker, own if rol not in mark.roles else own[:3]):
                    killed += 1
                elif rol not in mark.roles and concerned[0].row.adres.startswith(SECOND_LOCK):
                    equivalent["de voorwaarde op rijen weigert ook"] += 1
                elif (concerned[0].row.adres, rol) in BY_ROLE_THERE:
                    equivalent["een andere test vraagt het rol per rol"] += 1
                else:
                    survivors.append(f"{concerned[0].row.adres}: {rol}")
    told(capsys, "deuren", killed, survivors, equivalent)
