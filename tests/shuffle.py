"""A pytest plugin (`-p tests.shuffle`) that runs the tests in an order drawn from GEZINSCOACH_SHUFFLE."""

import os
import random

import pytest


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Shuffle the files, and the tests in each; seeded, so that every xdist worker finds the same order."""
    seed = os.environ.get("GEZINSCOACH_SHUFFLE", "")
    chance = random.Random(seed)
    files: dict[object, list[pytest.Item]] = {}
    for item in items:
        files.setdefault(item.path, []).append(item)
    order = list(files.values())
    chance.shuffle(order)
    for tests in order:
        chance.shuffle(tests)
    items[:] = [item for tests in order for item in tests]
