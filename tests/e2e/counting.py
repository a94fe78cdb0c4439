"""Every number that the pages show about what waits, held against the rows that it counts."""

import re
from html import unescape

from playwright.sync_api import Page

BADGE = re.compile(r'<a href="/"[^>]*>Home(?: <span class="count-badge">(\d+))?')
HEAD = re.compile(r'<h2 id="waiting">[^<]*</h2>(?:<span class="count">(\d+))?')
TAB = re.compile(r'href="/reviews/\?view=(\w+)"[^>]*>[^<]*<span class="count">(\d+)')
TILE = re.compile(r'<a class="stat [^"]*" href="([^"]+)">\s*<span class="stat__figure">([\d,]+)')
ROW = re.compile(r"<tr[^>]*>(?:(?!</tr>).)*<a class=\"cell__main\"", re.DOTALL)
SECTION = re.compile(r'aria-labelledby="waiting">.*?</section>', re.DOTALL)
NEXT = re.compile(r'href="([^"]+)" rel="next"|rel="next" href="([^"]+)"')
TOO_MANY = 300
"""Rows; a longer list is left alone, and the numbers of a review day are far below."""


def faults(page: Page, *, board: bool) -> list[str]:
    """Numbers of this person's pages that differ from their rows, in words.

    ``board``: with the tiles of the start page and of the board, and the list behind each.
    """
    home, waiting = _text(page, "/"), _text(page, "/reviews/")
    tabs = {name: int(count) for name, count in TAB.findall(waiting)}
    section = SECTION.search(home)
    rows = len(ROW.findall(section[0])) if section else 0
    found = [
        _same("badge and list of the start page", _number(BADGE, home), rows),
        _same("heading and list of the start page", _number(HEAD, home), rows),
        _same("badge of the workbench and of the start page", _number(BADGE, waiting), rows),
        _same("tab and list “waiting”", tabs["waiting"], len(ROW.findall(waiting))),
        _same("tab “waiting” and badge", tabs["waiting"], rows),
        _same("tab and list “all”", tabs["all"], _rows(page, "/reviews/?view=all")),
    ]
    if "assign" in tabs:
        listed = len(ROW.findall(_text(page, "/reviews/?view=assign")))
        found.append(_same("tab and list “assign”", tabs["assign"], listed))
    tiles = {*TILE.findall(home), *TILE.findall(_text(page, "/reviews/board/"))} if board else ()
    for url, figure in sorted(tiles):
        count = int(figure.replace(",", ""))
        if count <= TOO_MANY:
            found.append(_same(f"tile of {url}", count, _rows(page, unescape(url))))
    return [words for words in found if words]


def _same(what: str, said: int, there: int) -> str:
    return "" if said == there else f"{what}: {said} is said, {there} are there"


def _rows(page: Page, address: str) -> int:
    count = 0
    while address:
        text = _text(page, address)
        count += len(ROW.findall(text))
        following = NEXT.search(text)
        address = unescape(following[1] or following[2]) if following else ""
    return count


def _number(pattern: re.Pattern[str], text: str) -> int:
    found = pattern.search(text)
    assert found, pattern.pattern
    return int(found[1] or 0)


def _text(page: Page, address: str) -> str:
    answer = page.request.get(address)
    assert answer.ok, (address, answer.status)
    return answer.text()
