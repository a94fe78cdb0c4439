"""A real portal, a real browser, and people in it. `make e2e` runs these."""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from rai_portal.launcher.verbs import BROWSERS
from tests.e2e.portal import Ground, lay_ground, running
from tests.e2e.visitors import House
from tests.inventories import INVENTORIES

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

expect.set_options(timeout=20_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "/e2e/" in item.path.as_posix():
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    assert path, "no Chromium on PATH: install it, or set CHROMIUM to its path"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def ground() -> Ground:
    return lay_ground()


@pytest.fixture(scope="session", params=INVENTORIES, ids=lambda path: path.stem)
def inventory(request: pytest.FixtureRequest, ground: Ground, browser: Browser) -> Iterator[House]:
    """People and an imported inventory: our excerpt, and the real file where it is named."""
    with running(ground, request.param.stem[:20]) as portal:
        portal.facts = {**portal.stage("people"), **portal.stage("inventory", str(request.param))}
        house = House(portal, browser)
        yield house
        house.close()


@pytest.fixture(scope="session")
def demo(ground: Ground, browser: Browser) -> Iterator[House]:
    """The demo, as ``make run`` loads it."""
    with running(ground, "demo") as portal:
        portal.python("manage.py", "load_demo", "--json")
        house = House(portal, browser)
        yield house
        house.close()


@pytest.fixture(autouse=True)
def quiet_consoles(request: pytest.FixtureRequest) -> Iterator[None]:
    """After each test no browser may have complained: no script error, no breach of the policy."""
    yield
    for name in ("inventory", "demo"):
        if name in request.fixturenames:
            assert request.getfixturevalue(name).complaints.take() == []
