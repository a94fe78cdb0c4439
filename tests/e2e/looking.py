"""Looks at a page as it is drawn: rules of accessibility, and whether it fits its window."""

from dataclasses import dataclass

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

WIDTHS = (1280, 390)
SCHEMES = ("light", "dark")
NARROWEST = 360
# Preloading reads style sheets in a way that the page's own policy forbids (components/README.md).
RUN = """async () => {
  for (const one of document.getAnimations()) one.finish();
  return (await axe.run({preload: false, resultTypes: ["violations"]})).violations;
}"""
TOO_WIDE = """() => {
  const room = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= room) return [];
  return [...document.querySelectorAll("body *")]
    .filter((node) => node.getBoundingClientRect().right > room + 1)
    .slice(0, 3)
    .map((node) => `${node.tagName.toLowerCase()}.${node.className}`);
}"""

HALF_SHOWN = """async () => {
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  return [...document.querySelectorAll(".tabs a[aria-current]")].filter((tab) => {
    const [mine, strip] = [tab, tab.closest(".tabs")].map((one) => one.getBoundingClientRect());
    return mine.width && (mine.left < strip.left - 1 || mine.right > strip.right + 1);
  }).map((tab) => tab.textContent.trim());
}"""


@dataclass(frozen=True)
class Look:
    """One page in one window; ``faults`` in words."""

    address: str
    width: int
    scheme: str
    faults: list[str]

    def __str__(self) -> str:
        return f"{self.address} at {self.width} {self.scheme}: {'; '.join(self.faults)}"


def look(page: Page, address: str) -> list[Look]:
    """The page in every width and scheme; the narrowest for its room alone."""
    page.goto(address)
    return look_here(page, address)


def look_here(page: Page, name: str) -> list[Look]:
    """The same for what the page shows now, such as the answer to a form."""
    page.evaluate(AXE_SCRIPT)
    looks = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            looks.append(Look(name, width, scheme, [*_violations(page), *_no_room(page)]))
    page.set_viewport_size({"width": NARROWEST, "height": 740})
    looks.append(Look(name, NARROWEST, "dark", _no_room(page)))
    return looks


def _violations(page: Page) -> list[str]:
    return [
        f"{found['id']} ({found['impact']}): "
        + ", ".join(" ".join(map(str, node["target"])) for node in found["nodes"][:3])
        for found in page.evaluate(RUN)
    ]


def _no_room(page: Page) -> list[str]:
    wide = page.evaluate(TOO_WIDE)
    half = page.evaluate(HALF_SHOWN)
    return [
        *([f"wider than the window: {', '.join(wide)}"] if wide else []),
        *([f"the chosen tab is not whole: {', '.join(half)}"] if half else []),
    ]
