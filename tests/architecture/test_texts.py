"""The rulebook of texts: what a person reads goes through gettext, and is gathered for a next language."""

from __future__ import annotations

import ast
import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po
from jinja2 import Environment, nodes

from gezinscoach.cli.dutch import WORDS

ROOT = Path(__file__).parents[2]
CODE = sorted((ROOT / "gezinscoach").rglob("*.py"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
MARKS = {"_", "_l", "said", "gettext", "ngettext"}
SAYS = {"click.echo", "click.ClickException", "click.UsageError", "click.BadParameter", "flash"}
SENTENCE = re.compile(r"[^\w…]*[A-Z…].*\s.*[.!?]", re.DOTALL)
WORD = re.compile(r"[^\W\d_]{3,}")
ALLOWED = {
    "gezinscoach/cli/dutch.py": "what click itself says, as the key of a translation",
    "gezinscoach/demo/": "what people of an invented city wrote",
    "gezinscoach/dossier/rules.py": "the questions of the codelist, which is data of a city",
    "gezinscoach/werkmap/actions/attributes.py": "headers of a workbook",
    "gezinscoach/werkmap/rules/layout.py": "headers of a workbook",
}


def short(path: Path) -> str:
    return str(path.relative_to(ROOT))


def untranslated(node: ast.AST, *, printed: bool = False) -> Iterator[str]:
    """The sentences below a node outside a mark and a docstring; of what is printed, every word."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return
    if isinstance(node, ast.Constant | ast.JoinedStr):
        parts = node.values if isinstance(node, ast.JoinedStr) else [node]
        text = "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in parts)
        if SENTENCE.fullmatch(text) or (printed and WORD.search(text)):
            yield f"{node.lineno}: {text}"
        for part in parts:
            if isinstance(part, ast.FormattedValue):
                yield from untranslated(part.value, printed=printed)
        return
    called = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
    if called.split(".")[-1] in MARKS:
        if node.args and isinstance(node.args[0], ast.JoinedStr | ast.BinOp):
            yield f"{node.lineno}: only a literal is gathered"
        return
    for child in ast.iter_child_nodes(node):
        # Click wants the help of an option as plain text, before there is an application.
        if not (isinstance(child, ast.keyword) and child.arg == "help"):
            loose = called in SAYS and child in node.args[:1]
            yield from untranslated(child, printed=loose or (printed and not called))


@pytest.mark.parametrize(
    "path", [path for path in CODE if not short(path).startswith(tuple(ALLOWED))], ids=short
)
def test_every_sentence_in_the_code_can_be_translated(path):
    assert list(untranslated(ast.parse(path.read_text()))) == []


@pytest.mark.parametrize("place", ALLOWED)
def test_what_is_allowed_is_still_needed(place):
    files = [path for path in CODE if short(path).startswith(place)]
    assert any(list(untranslated(ast.parse(path.read_text()))) for path in files)


@pytest.mark.parametrize(
    "planted",
    [
        'raise Refused("Deze rij is leeg.")',
        'flash(f"{naam} is er al.")',
        'click.echo(f"Rol gegeven: {rol}")',
        'say(_("Goed.") + "Dit gaat niet.")',
        '_(f"Te lang: {most}.")',
        'REASONS = {1: f"Te lang: maak er hoogstens {most} tekens van."}',
    ],
)
def test_a_planted_sentence_is_found(planted):
    assert list(untranslated(ast.parse(planted)))


@pytest.mark.parametrize(
    "fine",
    [
        '"""A docstring, in English."""',
        'raise Refused(said("Deze rij is leeg, %(naam)s.", naam="x"))',
        '@click.option("--x", help="Naam van de organisatie.")\ndef f(): pass',
        'click.echo("· " + _("de demostad laden"))',
        'click.echo(f"  {email:28} {rol}")',
    ],
)
def test_what_can_be_translated_or_is_not_said_is_left_alone(fine):
    assert list(untranslated(ast.parse(fine))) == []


def literals(node: nodes.Node) -> Iterator[str]:
    """The texts inside the expressions of a template, but for those in a mark."""
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name in MARKS:
        return
    if isinstance(node, nodes.Const) and isinstance(node.value, str):
        yield node.value
    for child in node.iter_child_nodes():
        yield from literals(child)


@pytest.mark.parametrize("path", TEMPLATES, ids=short)
def test_every_text_in_an_expression_or_an_attribute_of_a_template_can_be_translated(path):
    """Text between the tags is looked at in test_style."""
    source = path.read_text()
    found = [
        text for text in literals(Environment().parse(source)) if re.search(r"\w\s+\w|^[A-Z].*[.!?]$", text)
    ]
    bare = re.sub(r"{#.*?#}|{{.*?}}|{%.*?%}", "", source, flags=re.DOTALL)
    said = re.findall(
        r'\s(?:alt|title|placeholder|label|summary|aria-[a-z]*label|aria-description)="([^"]*)"', bare
    )
    assert found + [text for text in said if WORD.search(text)] == []


def test_the_template_of_translations_holds_what_the_sources_say():
    command = shlex.split((ROOT / "deploy" / "texts").read_text().splitlines()[-1])
    extra = [command[at + 1] for at, word in enumerate(command) if word == "-k"]
    mappings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["babel"]["mappings"]
    gathered = {
        texts
        for folder in command[-2:]
        for _, _, texts, *_ in extract_from_dir(
            ROOT / folder,
            [(one["pattern"], one["method"]) for one in mappings],
            keywords={**DEFAULT_KEYWORDS, **dict.fromkeys(extra)},
        )
    }
    with (ROOT / command[command.index("-o") + 1]).open("rb") as stream:
        held = {message.id for message in read_po(stream) if message.id}
    assert (gathered - held, held - gathered) == (set(), set()), "do: deploy/texts"


def test_click_still_says_what_is_translated_for_it():
    found = extract_from_dir(Path(click.__file__).parent)
    said = {text for _, _, texts, *_ in found for text in ([texts] if isinstance(texts, str) else texts)}
    assert set(WORDS) - said == set()
