"""What a browser sends for the form on a page."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

Fields = dict[str, list[str]]


def forms(tree: Element) -> list[Element]:
    """The forms of a page that are sent by POST, the main part first."""
    found = [form for part in (tree.find(".//main"), tree) if part is not None for form in part.iter("form")]
    return [form for form in dict.fromkeys(found) if form.attrib.get("method", "get").lower() == "post"]


def filled(form: Element) -> Fields:
    """The names and values that a form sends as it stands."""
    sent: Fields = {}
    for name, value in _pairs(form):
        sent.setdefault(name, []).append(value)
    return sent


def _pairs(form: Element) -> Iterator[tuple[str, str]]:
    for node in form.iter():
        name, kind = node.attrib.get("name", ""), node.attrib.get("type", "text")
        if not name:
            continue
        if node.tag == "textarea":
            yield name, (node.text or "").removeprefix("\n")
        elif node.tag == "select":
            options = list(node.iter("option"))
            chosen = [one for one in options if "selected" in one.attrib] or options[:1]
            yield from ((name, one.attrib.get("value", one.text or "")) for one in chosen)
        elif node.tag == "input" and kind in ("radio", "checkbox"):
            yield from [(name, node.attrib.get("value", "on"))] if "checked" in node.attrib else []
        elif node.tag == "input" and kind not in ("submit", "button", "file"):
            yield name, node.attrib.get("value", "")


def texts(form: Element) -> list[str]:
    """The names of the fields in which somebody writes words of their own."""
    lines = [
        node.attrib["name"]
        for node in form.iter("input")
        if "name" in node.attrib and node.attrib.get("type", "text") in ("text", "email", "tel", "search")
    ]
    return [node.attrib["name"] for node in form.iter("textarea")] + lines
