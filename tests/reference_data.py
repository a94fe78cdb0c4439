"""The data files, read once for the tests that look into them."""

from collections.abc import Mapping
from typing import Any

from reviews.integrations.data_files import DATA
from reviews.services.catalogue_files import load

ENTRIES = load(DATA)


def values(kind: str, code: str) -> Mapping[str, Any]:
    """What the files say of one entry."""
    return ENTRIES[kind][code].values


def codes_where(kind: str, /, **wanted: object) -> set[str]:
    """Codes of the entries whose values are exactly the wanted ones."""
    return {
        code
        for code, entry in ENTRIES[kind].items()
        if all(entry.values[name] == value for name, value in wanted.items())
    }
