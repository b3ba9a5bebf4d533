"""The rulebook of the code: short files and views, no hidden handlers, templates that only place."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CODE = sorted((ROOT / "gezinscoach").rglob("*.py"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SLICES = sorted(path.parent for path in (ROOT / "gezinscoach").glob("*/__init__.py"))


def short(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", CODE, ids=short)
def test_a_file_is_short_and_says_what_it_is(path):
    text = path.read_text()
    assert len(text.splitlines()) <= 300
    assert ast.get_docstring(ast.parse(text)), "a docstring on top"


@pytest.mark.parametrize("folder", SLICES, ids=short)
def test_a_slice_says_what_it_is_for_its_words_and_its_promises(folder):
    words = ast.get_docstring(ast.parse((folder / "__init__.py").read_text())) or ""
    assert "Promises:" in words
    assert folder.name == "kernel" or "Words:" in words or folder.name == "demo"


@pytest.mark.parametrize("path", CODE, ids=short)
def test_every_public_name_has_a_docstring_and_nothing_catches_everything(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ExceptHandler):
            caught = ast.unparse(node.type) if node.type else ""
            reraises = any(isinstance(inner, ast.Raise) and inner.exc is None for inner in ast.walk(node))
            assert caught not in ("", "Exception", "BaseException") or reraises, f"line {node.lineno}"
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            assert ast.get_docstring(node), f"{node.name}, line {node.lineno}"


@pytest.mark.parametrize(
    "path", [path for path in CODE if "views" in (path.stem, path.parent.name)], ids=short
)
def test_a_view_is_short_and_speaks_no_sql(path):
    tree = ast.parse(path.read_text())
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            assert (node.end_lineno or 0) - node.lineno < 32, node.name
        if isinstance(node, ast.ImportFrom):
            assert not (node.module or "").startswith("sqlalchemy"), "ask a query"


def _function_calls(node: ast.AST) -> set[str]:
    return {ast.unparse(call.func) for call in ast.walk(node) if isinstance(call, ast.Call)}


WITHOUT_TRACE = {
    "seed_codelist": "writes the codelist of an empty installation; nobody acts",
    "set_password": "part of accept_invitation, which is traced",
    "add_lid": "part of open_gezin and of changing a family, which are traced",
    "seen": "the clock of a session",
}
WRITES = ("db.add", "db.add_all", "db.delete", "db.merge")


def _deeds():
    """The public functions of every `actions`, and with them all functions they may call beside them."""
    for door in sorted((ROOT / "gezinscoach").glob("*/actions*")):
        files = sorted(door.glob("*.py")) if door.is_dir() else [door]
        trees = {path: ast.parse(path.read_text()) for path in files}
        functions = {
            node.name: node
            for tree in trees.values()
            for node in tree.body
            if isinstance(node, ast.FunctionDef)
        }
        front = trees[door / "__init__.py" if door.is_dir() else door]
        exported = {
            alias.asname or alias.name
            for node in front.body
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }
        own = {node.name for node in front.body if isinstance(node, ast.FunctionDef)}
        for name in sorted((own | exported) & set(functions)):
            if not name.startswith("_"):
                yield pytest.param(name, functions[name], functions, id=f"{short(door)}:{name}")


@pytest.mark.parametrize(("name", "node", "functions"), list(_deeds()))
def test_an_action_that_writes_leaves_a_trace(name, node, functions):
    def calls(node, seen):
        found = _function_calls(node)
        for called in {call.split(".")[-1] for call in found} & set(functions) - seen:
            seen.add(called)
            found |= calls(functions[called], seen)
        return found

    made = calls(node, {name})
    reached = [functions[call.split(".")[-1]] for call in made if call.split(".")[-1] in functions]
    sets = [
        target
        for one in (node, *reached)
        for inner in ast.walk(one)
        if isinstance(inner, ast.Assign)
        for target in (inner.targets[0].elts if isinstance(inner.targets[0], ast.Tuple) else inner.targets)
        if isinstance(target, ast.Attribute)
    ]
    writes = bool(made & set(WRITES)) or bool(sets)
    traced = any(call.endswith("audit.record") for call in made) or any(
        re.match(r"\w+\.\w+$", call)
        and call.split(".")[0] in ("dossier", "mandaat", "accounts", "plan", "netwerk")
        for call in made
    )
    assert not writes or traced or name in WITHOUT_TRACE
    assert "db.commit" not in made, "the edge commits"


OWN_SCRIPT = (
    """<script nonce="{{ csp_nonce() }}" """
    """src="{{ url_for('static', filename='passkey.js', v=frame.version) }}" defer></script>"""
)
"""The one script: a file of our own, under the nonce of the page."""


@pytest.mark.parametrize("path", TEMPLATES, ids=short)
def test_a_template_is_short_and_carries_no_script_and_no_style(path):
    text = path.read_text().replace(OWN_SCRIPT, "")
    assert len(text.splitlines()) <= (40 if path.parent.name == "_ui" else 130)
    assert not re.search(
        r"<script|<style|\sstyle=|\son[a-z]+=|javascript:|\|\s*safe\b|autoescape false", text
    )


@pytest.mark.parametrize("path", TEMPLATES, ids=short)
def test_every_word_on_a_page_can_be_translated(path):
    text = re.sub(r"{#.*?#}|{{.*?}}|{%.*?%}", " ", path.read_text(), flags=re.S)
    words = re.sub(r"<[^>]*>", " ", text, flags=re.S)
    left = [
        word
        for word in re.findall(r"[^\W\d_]{3,}", words)
        if word not in ("gezinscoach", "gezins", "coach", "nbsp")
    ]
    assert left == []


def test_every_template_is_used():
    sources = "".join(path.read_text() for path in [*CODE, *TEMPLATES])
    unused = [short(path) for path in TEMPLATES if str(path.relative_to(ROOT / "templates")) not in sources]
    assert unused == []
