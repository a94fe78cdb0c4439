"""The boards' two charts as SVG: bars by week, and lines of parts that add up to a whole."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 760
_LEFT, _RIGHT = 44, 12
_BARS_TOP, _BARS_BOTTOM, _BARS_HEIGHT = 14, 206, 240
_NAMES, _LINE, _TALL_LINE, _THICK = 262, 30, 48, 18
_LETTERS = 24
"""Of a name beside a line: so many fit in the larger type of a narrow window. Two rows at most."""
_LABELS = 9
"""Words below the bars, at most."""


@dataclass(frozen=True, slots=True)
class Mark:
    """``second``: what did not fit into the row of the label."""

    at: float
    label: str
    second: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    label: str
    kind: int = 0


@dataclass(frozen=True, slots=True)
class Chart:
    """``title`` says what is drawn; ``names`` stand left of lines, ``columns`` below bars."""

    title: str
    width: int
    height: int
    left: int
    right: int
    bottom: int
    bars: Sequence[Bar]
    columns: Sequence[Mark] = ()
    levels: Sequence[Mark] = ()
    names: Sequence[Mark] = ()
    totals: Sequence[Bar] = ()
    key: Sequence[str] = ()


def weeks_chart(title: str, weeks: Sequence[tuple[str, str, int]]) -> Chart | None:
    """``weeks``: words below the bar (may be cut), words of the bar, height."""
    most = max((count for *_, count in weeks), default=0)
    if not most:
        return None
    top = _round_up(most)
    slot = (WIDTH - _LEFT - _RIGHT) / len(weeks)
    every = -(-len(weeks) // _LABELS)

    def y(count: float) -> float:
        return round(_BARS_BOTTOM - count / top * (_BARS_BOTTOM - _BARS_TOP), 1)

    return Chart(
        title=title,
        width=WIDTH,
        height=_BARS_HEIGHT,
        left=_LEFT,
        right=WIDTH - _RIGHT,
        bottom=_BARS_BOTTOM,
        bars=[
            Bar(
                round(_LEFT + slot * place + slot * 0.1, 1),
                y(count),
                round(slot * 0.8, 1),
                round(_BARS_BOTTOM - y(count), 1),
                said,
            )
            for place, (_, said, count) in enumerate(weeks)
            if count
        ],
        columns=[
            Mark(round(_LEFT + slot * (place + 0.5), 1), label)
            for place, (label, _, _) in enumerate(weeks)
            if place % every == 0
        ],
        levels=[Mark(y(level), f"{level:,}") for level in range(0, top + 1, max(top // 4, 1))],
    )


def parts_chart(
    title: str, key: Sequence[str], lines: Sequence[tuple[str, Sequence[int]]]
) -> Chart | None:
    """One line a row; its parts stand in the order of ``key``. The longest fills the width."""
    most = max((sum(parts) for _, parts in lines), default=0)
    if not most:
        return None
    room = WIDTH - _NAMES - 2 * _RIGHT - 36
    split = [_split(name) for name, _ in lines]
    line = _TALL_LINE if any(second for _, second in split) else _LINE
    bars, names, totals = [], [], []
    for place, (name, parts) in enumerate(lines):
        x, top = float(_NAMES), 8 + place * line + (line - _LINE) // 2
        for kind, count in enumerate(parts):
            if count:
                width = max(count / most * room, 1.5)
                said = f"{name}, {key[kind]}: {count:,}"
                bars.append(Bar(round(x, 1), top, round(width, 1), _THICK, said, kind))
                x += width
        names.append(Mark(top + _THICK / 2, *split[place]))
        totals.append(Bar(round(x + 6, 1), top + _THICK / 2, 0, 0, f"{sum(parts):,}"))
    return Chart(
        title=title,
        width=WIDTH,
        height=8 + len(lines) * line,
        left=_NAMES,
        right=WIDTH - _RIGHT,
        bottom=len(lines) * line,
        bars=bars,
        names=names,
        totals=totals,
        key=key,
    )


def _split(name: str) -> tuple[str, str]:
    """The name in one row or in two; a longer one ends in dots, and stands whole in the table."""
    if len(name) <= _LETTERS:
        return name, ""
    first, *rest = textwrap.wrap(name, _LETTERS)
    second = " ".join(rest)
    return first, second if len(second) <= _LETTERS else f"{second[: _LETTERS - 1]}…"


def _round_up(most: int) -> int:
    """A number that 4 steps divide well."""
    for step in (1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2500, 5000, 10000, 25000):
        if most <= 4 * step:
            return 4 * step
    return most
