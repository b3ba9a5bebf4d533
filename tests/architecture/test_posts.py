"""The rulebook of forms that are sent: every address says what it does with one."""

from __future__ import annotations

from gezinscoach.kernel import once
from gezinscoach.kernel.access import mark_of
from tests.architecture.posts import KINDS


def test_every_address_that_takes_a_form_says_what_it_does_with_it(installation):
    taking = {rule.endpoint for rule in installation.url_map.iter_rules() if "POST" in rule.methods}
    assert set(KINDS) == taking, "add it to posts.csv: open, asks, shows, adds, steps or edits"
    assert set(KINDS.values()) == {"open", "asks", "shows", "adds", "steps", "edits"}


def test_what_the_table_says_is_what_the_marks_say(installation):
    for endpoint, kind in KINDS.items():
        view = installation.view_functions[endpoint]
        assert (kind in ("asks", "shows")) is once.only_asks(view), endpoint
        assert (kind == "open") is mark_of(view).public, endpoint
