"""The themes that come with the portal (``reviews/data/precedents``)."""

from functools import cache
from pathlib import Path

from reviews.domain.precedents import ThemeRules, read_themes
from reviews.integrations import data_files


@cache
def themes() -> ThemeRules:
    """Read once. Raises ``BadDataFile``."""
    name = Path("precedents", "english.toml")
    return read_themes(data_files.read(data_files.DATA / name, name=name), source=name.as_posix())
