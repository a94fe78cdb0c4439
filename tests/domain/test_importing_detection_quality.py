"""Precision and recall of detection on rows that people read, as docs/detection.md states them.

How to measure the real file: docs/detection.md, "Measuring again".
"""

import tomllib
from collections import Counter
from pathlib import Path

import pytest

from reviews.domain.importing.keys import digest_of
from reviews.services.importing.profiles import load_profile
from reviews.services.importing.reading import read_inventory
from tests.inventories import EXCERPT, INVENTORIES

ROOT = Path(__file__).parents[2]
LABELS = tomllib.loads((ROOT / "tests/data/detection_labels.toml").read_text("utf-8"))


def measured(inventory):
    """``(capability, right, wrong, missed)`` over the rows of this inventory that people read."""
    labels = LABELS["excerpt" if inventory == EXCERPT else "real"]
    speaks = labels["speaks"] | {digest: [] for digest in labels["silent"]}
    right, wrong, missed, read = Counter(), Counter(), Counter(), set()
    for row in read_inventory(inventory.read_bytes(), load_profile("omb-2024")).rows:
        digest = digest_of(row.cells)[:16]
        if digest not in speaks or digest in read:
            continue
        read.add(digest)
        said, found = set(speaks[digest]), {hit.capability for hit in row.capabilities}
        right.update(said & found)
        wrong.update(found - said)
        missed.update(said - found)
    assert read == set(speaks), "the labels do not belong to this file"
    names = sorted({*right, *wrong, *missed})
    return [(name, right[name], wrong[name], missed[name]) for name in names]


def stated(name):
    """The same numbers as the table in the docs gives them."""
    lines = (ROOT / "docs/detection.md").read_text("utf-8").splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [(row[1], *map(int, row[2:5])) for row in rows if row[0] == name]


@pytest.mark.parametrize("inventory", INVENTORIES, ids=lambda path: path.stem)
def test_the_docs_state_the_quality_that_is_measured(inventory):
    name = "excerpt" if inventory == EXCERPT else "real"
    numbers = measured(inventory)
    for capability, right, wrong, missed in numbers:
        print(f"| {name} | {capability} | {right} | {wrong} | {missed} |")

    assert numbers == stated(name)


@pytest.mark.parametrize("inventory", INVENTORIES, ids=lambda path: path.stem)
def test_detection_is_rarely_wrong_and_misses_little(inventory):
    numbers = measured(inventory)
    for capability, right, wrong, _missed in numbers:
        assert right / (right + wrong) >= 0.9, f"precision of {capability}"
    assert sum(row[1] for row in numbers) / sum(row[1] + row[3] for row in numbers) >= 0.9
