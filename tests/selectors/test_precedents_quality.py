"""How many of the cases that a careful reader calls similar are among the first five.

``tests/data/similar_cases.toml`` is the frozen list, ``docs/precedents.md`` states the figures.
"""

import re
import tomllib
from pathlib import Path

import pytest
from django.db import connection

from reviews.domain.precedents import describe
from reviews.integrations.theme_data import themes
from reviews.models import DraftPage, ImportedRow, UseCase
from reviews.selectors.precedents import likest
from reviews.services.importing.profiles import load_profile
from reviews.services.importing.use_cases import import_use_cases
from tests import builders
from tests.inventories import EXCERPT, INVENTORIES

ROOT = Path(__file__).parents[2]
FROZEN = tomllib.loads((ROOT / "tests/data/similar_cases.toml").read_text("utf-8"))
FIRST = 5
MARGIN = {"real": 0.25, "excerpt": 0.1}
"""How far the search must be ahead of the title's trigrams."""

pytestmark = pytest.mark.django_db


def searched(case):
    pages = dict(DraftPage.objects.filter(use_case=case).values_list("page", "answers"))
    every = UseCase.objects.all()
    asked = describe(pages, themes())
    found = likest(asked, itself=case, pool=every, seen=every, limit=FIRST, least=0)
    return [one.key for one in found]


def by_title(case):
    """The baseline: trigrams of the titles."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT other.id FROM reviews_usecase one, reviews_usecase other"
            " WHERE one.id = %s AND other.id <> one.id"
            " ORDER BY similarity(upper(one.title), upper(other.title)) DESC, other.id LIMIT %s",
            [case, FIRST],
        )
        return [key for (key,) in cursor.fetchall()]


def recall(search, labels, cases):
    """Mean share of the labelled cases among the first five; of five where there are more."""
    digests = {key: digest for digest, keys in cases.items() for key in keys}
    shares = []
    for label in labels:
        (case, *_) = cases[label["case"]]
        right = sum(digests[key] in label["similar"] for key in search(case))
        shares.append(right / min(FIRST, len(label["similar"])))
    return round(sum(shares) / len(shares), 2)


def stated(name):
    """``(search, baseline)`` as the table in the docs gives them."""
    text = (ROOT / "docs/precedents.md").read_text("utf-8")
    row = re.search(rf"^\| {name} \| \d+ \| ([\d.]+) \| ([\d.]+) \|$", text, re.MULTILINE)
    return tuple(map(float, row.groups()))


@pytest.mark.parametrize("inventory", INVENTORIES, ids=lambda path: path.stem)
def test_the_search_finds_far_more_than_titles_do_and_the_docs_say_how_much(inventory, catalogue):
    import_use_cases(
        inventory.read_bytes(),
        file_name=inventory.name,
        profile=load_profile("omb-2024"),
        by=None,
        at=builders.NOW,
        on=builders.TODAY,
    )
    cases = {}
    for digest, key in ImportedRow.objects.order_by("pk").values_list("digest", "use_case"):
        cases.setdefault(digest[:16], []).append(key)

    for name in ("excerpt",) if inventory == EXCERPT else ("real", "tuning"):
        labels = FROZEN[name]
        measured = recall(searched, labels, cases), recall(by_title, labels, cases)
        print(f"| {name} | {len(labels)} | {measured[0]:.2f} | {measured[1]:.2f} |")
        assert measured == stated(name)
        assert measured[0] >= measured[1] + MARGIN.get(name, 0)
