"""Checked reading of nested data from a file of ours: every error names file and key."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from reviews.domain.errors import BadDataFile


@dataclass(slots=True)
class Section:
    """One table of a data file. Ask for each key, then call ``finish`` to refuse unknown ones."""

    data: Mapping[str, object]
    source: str
    path: str = ""
    _asked: set[str] = field(default_factory=set)

    def fail(self, key: str, reason: str) -> BadDataFile:
        name = ".".join(part for part in (self.path, key) if part)
        return BadDataFile(f"{self.source}, {name}: {reason}")

    def get(self, key: str) -> object | None:
        self._asked.add(key)
        return self.data.get(key)

    def text(self, key: str, default: str | None = None) -> str:
        value = self.get(key)
        if value is None and default is not None:
            return default
        if not isinstance(value, str) or (not value and default is None):
            raise self.fail(key, "a text is needed here." if value is None else "write a text.")
        return value

    def one_of(self, key: str, allowed: Iterable[str], default: str | None = None) -> str:
        value = self.text(key, default)
        known = sorted(allowed)
        if value not in known:
            raise self.fail(key, f"“{value}” is not known; write one of {', '.join(known)}.")
        return value

    def flag(self, key: str, *, default: bool) -> bool:
        value = self.get(key)
        if value is None:
            return default
        if not isinstance(value, bool):
            raise self.fail(key, "write true or false.")
        return value

    def number(self, key: str, default: int) -> int:
        value = self.get(key)
        if value is None:
            return default
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise self.fail(key, "write a whole number from 1 on.")
        return value

    def day(self, key: str, default: date) -> date:
        value = self.get(key)
        if value is None:
            return default
        if type(value) is not date:
            raise self.fail(key, "write a day such as 2024-12-31, without quotation marks.")
        return value

    def texts(self, key: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """A list of texts; a single text counts as a list of one."""
        value = self.get(key)
        if value is None and default is not None:
            return default
        if isinstance(value, str):
            value = [value]
        if not isinstance(value, list) or not value:
            raise self.fail(key, "a list of texts is needed here.")
        if not all(isinstance(item, str) and item for item in value):
            raise self.fail(key, "every item of the list is a text.")
        return tuple(value)

    def table(self, key: str) -> "Section":
        """A table inside; a missing one is empty."""
        value = self.get(key)
        if value is None:
            value = {}
        if not isinstance(value, Mapping):
            raise self.fail(key, f"write a table: [{self._inner(key)}].")
        return Section(value, self.source, self._inner(key))

    def tables(self, key: str) -> list["Section"]:
        """The tables of a list such as ``[[answers]]``; a missing one is empty."""
        value = self.get(key)
        if value is None:
            value = []
        if not isinstance(value, list) or not all(isinstance(item, Mapping) for item in value):
            raise self.fail(key, f"write a list of tables: [[{self._inner(key)}]].")
        return [
            Section(item, self.source, f"{self._inner(key)}[{number}]")
            for number, item in enumerate(value, start=1)
        ]

    def finish(self) -> None:
        unknown = sorted(set(self.data) - self._asked)
        if unknown:
            known = ", ".join(sorted(self._asked))
            raise self.fail(unknown[0], f"this key is not known here. Known keys: {known}.")

    def _inner(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key
