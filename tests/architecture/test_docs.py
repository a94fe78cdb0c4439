"""The documentation speaks of the code as it is: paths, commands, settings, drawings, pictures."""

import os
import re
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command, get_commands, load_command_class

from rai_portal.launcher.verbs import VERBS

ROOT = Path(__file__).resolve().parents[2]
NOT_OURS = {".git", ".venv", "var", "node_modules", "screenshots", "vendor"}
SKIPPED = re.compile(r"\.(png|svg|xlsx|pyc|sqlite3)$|_cache$|^__pycache__$|^\.hypothesis$")

PAGE_NAMES = [
    "README.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "data/README.md",
    *sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").rglob("*.md")),
]
PAGES = {name: (ROOT / name).read_text(encoding="utf-8") for name in PAGE_NAMES}

CODE_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
CODE_SPAN = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)\s]+)\)")
PATH = re.compile(r"\.?[\w-]+(?:[/.][\w.*-]+)*/?")
ELSEWHERE = {"data/2024_consolidated_ai_inventory_raw_v2.csv"}
"""Paths in other people's repositories."""
FILE_NAME = re.compile(r"[\w-]+\.(?:py|html|css|js)")


def files_of(folder: Path = ROOT) -> Iterator[Path]:
    """Every file of the project; nothing that is made or installed."""
    for place, folders, names in os.walk(folder):
        folders[:] = [one for one in folders if one not in NOT_OURS and not SKIPPED.search(one)]
        yield from (Path(place, name) for name in names if not SKIPPED.search(name))


def code_lines(text: str) -> list[str]:
    """What a page shows as code: spans, and lines of blocks that are no drawing."""
    blocks = [body for kind, body in CODE_BLOCK.findall(text) if kind not in ("mermaid", "toml")]
    lines = [line.split(" # ")[0].strip() for body in blocks for line in body.splitlines()]
    return [*lines, *CODE_SPAN.findall(CODE_BLOCK.sub("", text))]


# Paths and pictures -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", PAGE_NAMES)
def test_every_path_in_backticks_exists(name):
    """A word whose beginning is a folder or file of the checkout is a path of ours."""
    top = {path.name for path in ROOT.iterdir()} - NOT_OURS
    known = {path.name for path in files_of()}
    missing = []
    for span in CODE_SPAN.findall(CODE_BLOCK.sub("", PAGES[name])):
        if FILE_NAME.fullmatch(span):
            missing += [] if span in known else [span]
        elif PATH.fullmatch(span) and span.split("/")[0] in top:
            missing += [] if list(ROOT.glob(span.rstrip("/"))) else [span]

    assert set(missing) - ELSEWHERE == set()


@pytest.mark.parametrize("name", PAGE_NAMES)
def test_every_link_between_pages_leads_somewhere(name):
    folder = (ROOT / name).parent
    targets = [target for _, _, target in LINK.findall(PAGES[name]) if "://" not in target]

    assert [one for one in targets if not (folder / one.partition("#")[0]).exists()] == []


def test_the_readme_shows_pictures_that_are_there_and_says_what_is_on_them():
    pictures = [(words, path) for mark, words, path in LINK.findall(PAGES["README.md"]) if mark]

    assert pictures
    for words, path in pictures:
        assert len(words) > 10
        assert (ROOT / path).read_bytes().startswith(b"\x89PNG\r\n")


# Commands ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PAGE_NAMES)
def test_every_verb_of_make_and_portal_exists(name):
    found = [
        verb
        for line in code_lines(PAGES[name])
        for call in re.findall(r"(?:^|\s)(?:make|\./portal)((?: [a-z0-9]+)+)", line)
        for verb in call.split()[: 1 if "./portal" in line else None]
    ]

    assert set(found) - VERBS.keys() == set()


def test_the_makefile_and_the_portal_have_the_same_verbs():
    phony = re.search(r"^\.PHONY: (.+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)

    assert phony
    assert phony[1].split() == list(VERBS)


@pytest.mark.parametrize("name", PAGE_NAMES)
def test_every_command_of_manage_exists_with_its_options(name):
    commands = get_commands()
    unknown = []
    for line in code_lines(PAGES[name]):
        call = re.search(r"manage\.py ([a-z_]+)(.*)", line)
        if call and call[1] not in commands:
            unknown.append(call[1])
        elif call:
            known = _options(call[1], commands[call[1]])
            unknown += [one for one in re.findall(r"--[a-z][a-z-]*", call[2]) if one not in known]

    assert unknown == []


def _options(name: str, app: object) -> set[str]:
    command = load_command_class(app, name) if isinstance(app, str) else app
    parser: ArgumentParser = command.create_parser("manage.py", name)
    return {option for action in parser._actions for option in action.option_strings}


# Settings ---------------------------------------------------------------------------------------


EXAMPLE = dict(
    re.findall(r"^#?([A-Z][A-Z_]+)=(.*)$", (ROOT / ".env.example").read_text(), re.MULTILINE)
)
TABLE = dict(
    re.findall(r"^\| `([A-Z][A-Z_]+)` \| (.*?) \|", PAGES["docs/operations.md"], re.MULTILINE)
)
INTERNAL = {"EMBEDDED"}
"""Set by the launcher for its children, never by people."""


def test_the_table_of_settings_is_the_example_file():
    assert list(TABLE) == list(EXAMPLE)


def test_a_default_that_the_example_file_gives_stands_in_the_table():
    lines = (ROOT / ".env.example").read_text().splitlines()
    given = [line.partition("=") for line in lines if re.match(r"[A-Z_]+=", line)]

    assert [name for name, _, value in given if f"`{value}`" not in TABLE[name]] == []


def test_every_setting_that_the_code_reads_is_explained():
    code = "\n".join((ROOT / "rai_portal" / name).read_text() for name in ("settings.py", "env.py"))
    read = set(re.findall(r"\benv\.\w+\(\s*\"([A-Z_]+)\"", code))

    assert read - INTERNAL - set(TABLE) == set()


# Drawings ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["show_workflow", "show_models"])
def test_the_drawings_are_those_of_the_code(command):
    call_command(command, check=True)


# What never stands in a file --------------------------------------------------------------------


FORBIDDEN = {
    "host of a package registry": r"pypi[.]org|pythonhosted[.]org|registry[.]npmjs|crates[.]io",
    "path of one machine": r"(?<![\w.>])/(?:work|root|home|tmp|Users)/",
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_file_names_a(what):
    named = [
        path.relative_to(ROOT).as_posix()
        for path in files_of()
        if re.search(FORBIDDEN[what], path.read_text(encoding="utf-8", errors="ignore"))
    ]

    assert named == []
