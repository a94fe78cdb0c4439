"""Facts about all templates, the style sheet, the icons and the vendored files."""

import hashlib
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template

from reviews.domain.enums import Tone
from reviews.domain.gate.answers import Answer

TEMPLATES = settings.BASE_DIR / "templates"
STATIC = settings.BASE_DIR / "static"
COMPONENTS = TEMPLATES / "components"
SPRITE = STATIC / "vendor" / "bootstrap-icons" / "sprite.svg"
STYLE = STATIC / "css" / "components.css"

FORBIDDEN = {
    "inline style": r"\sstyle\s*=|<style",
    "inline script": r"<script(?![^>]*\bsrc=)",
    "inline handler": r"\son[a-z]+\s*=|hx-on",
    "htmx that needs eval": r"\bjs:|hx-vars|hx-trigger=\"[^\"]*\[",
    "address in place of a script": r"javascript:",
    "unescaped text": r"\|\s*(safe|safeseq)\b|\{%\s*autoescape off",
    "query": r"\.(objects|filter|exclude|exists|select_related)\s*[%}|]|\w_set\.",
    "decision by state": r"\{%\s*(if|elif)[^%]*\b(state|status)\s*==",
    "foreign host": r"(src|href)=\"(https?:)?//",
}


def names_of(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(TEMPLATES)) for path in folder.rglob("*.html"))


ALL = names_of(TEMPLATES)
PARTS = names_of(COMPONENTS)


def source(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ALL)
def test_every_template_compiles(name):
    assert get_template(name).origin.name == str(TEMPLATES / name)


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_template_holds_what_the_policy_or_the_house_forbids(name, what):
    """A mail carries its own style sheet: a mail program loads none."""
    if (name, what) == ("reviews/mail/base.html", "inline style"):
        return
    assert re.findall(FORBIDDEN[what], source(name)) == []


@pytest.mark.parametrize("name", PARTS)
def test_every_component_begins_with_its_contract(name):
    first_line = source(name).splitlines()[0]

    assert re.fullmatch(r"\{# .+ #\}", first_line)


@pytest.mark.parametrize("name", PARTS)
def test_every_component_stands_in_the_guide_or_in_another_component(name):
    part = Path(name).stem
    users = [other for other in ALL if other != name and f'"{name}"' in source(other)]

    assert f"`{part}`" in (COMPONENTS / "README.md").read_text() or users


@pytest.mark.parametrize("name", ALL)
def test_every_component_is_included_with_only(name):
    includes = re.findall(r'\{%\s*include\s+"components/[^%]+%\}', source(name))

    assert [tag for tag in includes if not re.search(r"\bonly\s*%\}$", tag)] == []


@pytest.mark.parametrize("name", ALL)
def test_every_icon_named_is_in_the_sprite(name):
    icons = re.findall(r'components/icon\.html" with name="([a-z0-9-]+)" ', source(name))

    assert set(icons) <= set(re.findall(r'<symbol id="([^"]+)"', SPRITE.read_text()))


@pytest.mark.parametrize("name", ALL)
def test_every_tone_named_exists(name):
    tones = re.findall(r'\btone="([a-z]+)"|\btone--([a-z]+)', source(name))

    assert {tone for pair in tones for tone in pair if tone} <= set(Tone.values)


@pytest.mark.parametrize("tone", [tone for tone in Tone if tone != Tone.NEUTRAL])
def test_every_tone_has_its_colours(tone):
    assert f".tone--{tone.value} {{" in STYLE.read_text()


@pytest.mark.parametrize("tone", Tone)
def test_every_tone_has_its_icon(tone):
    assert f'<symbol id="tone-{tone.value}"' in SPRITE.read_text()


@pytest.mark.parametrize("answer", Answer)
def test_every_answer_of_the_gate_has_its_colours_and_its_icon(answer):
    assert re.search(rf"\.answer--{answer.value}\b", STYLE.read_text())
    assert f'<symbol id="answer-{answer.value}"' in SPRITE.read_text()


def test_vendored_files_are_as_they_came():
    vendor = STATIC / "vendor"
    listed = dict(
        reversed(line.split("  ", 1))
        for line in (vendor / "checksums.sha256").read_text().splitlines()
    )
    found = {
        str(path.relative_to(vendor)): hashlib.sha256(path.read_bytes()).hexdigest()
        for folder in vendor.iterdir()
        if folder.is_dir()
        for path in folder.rglob("*")
    }

    assert found == listed


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "409", "500", "503"])
def test_error_pages_need_no_database_and_no_request(name):
    page = get_template(f"{name}.html").render({})

    assert '<main id="main"' in page


# Colours: WCAG 2.2, 1.4.3 (text 4.5 to 1) and 1.4.11 (edges of controls 3 to 1) -------------------


def tokens(scheme: int) -> dict[str, str]:
    """Colour tokens of the light (0) or the dark (1) scheme."""
    css = (STATIC / "css" / "tokens.css").read_text()
    return {
        name: values.split(", ")[scheme]
        for name, values in re.findall(r"--([a-z-]+): light-dark\((#[^)]+)\);", css)
    }


def luminance(colour: str) -> float:
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


TONES = ["neutral", "info", "success", "warning", "danger"]
GROUNDS = ["paper", "surface", "sunken", "hover"]
TEXT_ON_GROUND = [
    *[(ink, ground) for ink in ("ink", "ink-soft", "ink-faint", "accent") for ground in GROUNDS],
    *[(f"{tone}-ink", f"{tone}-wash") for tone in TONES],
    *[(f"{tone}-ink", "surface") for tone in TONES],
    *[("ink", f"{tone}-wash") for tone in [*TONES, "accent"]],
    *[("accent", f"{tone}-wash") for tone in TONES],
    ("accent-strong", "accent-wash"),
    ("on-accent", "accent"),
    ("on-danger", "danger-fill"),
]
EDGE_ON_GROUND = [(edge, ground) for edge in ("line-strong", "focus") for ground in GROUNDS]


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT_ON_GROUND)
def test_text_is_readable_on_its_ground(scheme, text, ground):
    colours = tokens(scheme)

    assert contrast(colours[text], colours[ground]) >= 4.5


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("edge", "ground"), EDGE_ON_GROUND)
def test_edges_of_controls_and_focus_rings_are_visible(scheme, edge, ground):
    colours = tokens(scheme)

    assert contrast(colours[edge], colours[ground]) >= 3
