"""People in browsers of their own, and what their browsers complain about."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from tests.e2e.portal import PASSWORD, Portal

TELL_OF_POLICY = """document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`));"""


@dataclass
class Complaints:
    """Errors in any console: of scripts, of the content security policy, of missing files."""

    said: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)
    """Patterns of what a test provokes on purpose."""

    def listen(self, context: BrowserContext) -> None:
        context.add_init_script(TELL_OF_POLICY)
        context.on("console", self._hear)
        context.on("weberror", lambda error: self.said.append(f"script: {error.error}"))

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.said.append(f"{message.type}: {message.text} ({message.location.get('url')})")

    def take(self) -> list[str]:
        """What was said and not expected; forgets it."""
        heard = [
            words for words in self.said if not any(re.search(one, words) for one in self.expected)
        ]
        self.said.clear()
        self.expected.clear()
        return heard


@dataclass
class House:
    """A portal with the browsers that visit it. One context per person, kept over the run."""

    portal: Portal
    browser: Browser
    complaints: Complaints = field(default_factory=Complaints)
    _contexts: dict[str, BrowserContext] = field(default_factory=dict)
    _states: dict[str, object] = field(default_factory=dict)

    def page(self, name: str = "") -> Page:
        """A new page of this person, signed in once through the sign-in page; "" is anybody."""
        key = name
        if key not in self._contexts:
            self._contexts[key] = self._open()
            if name:
                page = self._contexts[key].new_page()
                sign_in(page, name)
                page.close()
        return self._contexts[key].new_page()

    @contextmanager
    def browser_of(self, name: str = "", **options: object) -> Iterator[BrowserContext]:
        """A browser of this person's own for one test: narrow, dark, without JavaScript …"""
        if name and name not in self._states:
            with self.browser_of() as first:
                page = first.new_page()
                sign_in(page, name)
                self._states[name] = first.storage_state()
        state = {"storage_state": self._states[name]} if name else {}
        context = self._open(**state, **options)
        try:
            yield context
        finally:
            context.close()

    def close(self) -> None:
        for context in self._contexts.values():
            context.close()

    def _open(self, **options: object) -> BrowserContext:
        chosen = {"viewport": {"width": 1280, "height": 900}, "locale": "en-GB", **options}
        context = self.browser.new_context(base_url=self.portal.url, **chosen)
        context.set_default_timeout(20_000)
        self.complaints.listen(context)
        return context


def sign_in(page: Page, name: str, *, to: str = "/") -> None:
    """Through the page that everybody uses; ``to`` is where it leads."""
    page.goto(f"/accounts/login/?next={to}")
    page.get_by_label("User name or e-mail").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/accounts/login" not in url)
