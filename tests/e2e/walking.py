"""Finds the pages of the portal as people do: by following links from the start page."""

import re
from collections import Counter
from urllib.parse import urljoin, urlsplit

from django.urls import Resolver404, get_resolver, resolve
from playwright.sync_api import Page

LINK = re.compile(r'(?:href|action)="([^"#]*)')
FILES = {
    "evidence_file",
    "evidence_view",
    "review_people",
    "use_case_answers_json",
    "calendar_feed",
    "attestation",
    "export",
    "export_rows",
    "bulk_export",
    "list_completion",
}
"""Routes that hand out a file, or a part of a page; ``test_lists`` has some of each."""
POSTED = {
    "use_case_add_scenario",
    "use_case_answer",
    "evidence_remove",
    "team_remove_member",
    "digest",
    "calendar_feed_new",
    "calendar_feed_revoke",
    "deployment_import_confirm",
    "demo_clock",
    "inbox_read_all",
    "review_skip",
    "thread",
    "thread_resolve",
    "thread_reopen",
    "bulk",
    "bulk_done",
    "bulk_undo",
    "list_columns",
    "list_view_remove",
    "list_view_restore",
    "absence_end",
    "conflict_end",
    "use_case_seen",
}
"""What only a button sends or shows; ``test_pages``, ``test_desk`` and others press it."""
MADE = {"api_token_revoke", "list_view", "review_carried_over"}
"""What a link leads to once a person has made it, which nobody in the demo has.

``test_own_pages`` makes a token, ``test_lists`` a view, ``test_review_day`` a second round.
"""
MAILED = {"answer", "answer_recorded", "answer_step", "unsubscribe"}
"""What only a link in a mail leads to; ``test_answering`` follows them."""
MOVED = {"mail", "mail_html", "mail_step", "hold", "inbox_mail"}
"""What is there once mails leave; ``test_next_reminder`` has them leave and looks."""
PER_ROUTE = 4
"""Addresses of one route that are read for their links …"""
HUBS = {"use_case": 60, "use_case_edit": 20, "use_case_co_authors": 20, "decision": 20}
"""… and of those from which rare pages hang: cases in every state are among them."""


def routes() -> set[str]:
    """The name of every page of the product."""
    names = get_resolver("reviews.web.urls").reverse_dict
    return {name for name in names if isinstance(name, str)} - FILES


def walk(page: Page) -> dict[str, str]:
    """The first address of every route that this person reaches, with what reads differently."""
    waiting, known, read = ["/"], {"/"}, Counter()
    found: dict[str, str] = {}
    while waiting:
        address = waiting.pop(0)
        route = route_of(address)
        if not route or read[route] >= HUBS.get(route, PER_ROUTE):
            continue
        answer = page.request.get(address)
        if answer.status != 200 or "text/html" not in answer.headers["content-type"]:
            continue
        read[route] += 1
        text = answer.text()
        found.setdefault(f"{route} {_kind(text)}", address)
        for target in LINK.findall(text):
            link = urlsplit(urljoin(address, target.replace("&amp;", "&")))
            if not link.netloc and link.path not in known and not link.query:
                known.add(link.path)
                waiting.append(link.path)
    return found


def route_of(address: str) -> str:
    """The name of the route, or nothing for what is no page of the product."""
    try:
        match = resolve(address)
    except Resolver404:
        return ""
    is_page = match.app_names == ["reviews"] and match.url_name not in FILES
    return match.url_name or "" if is_page else ""


def _kind(text: str) -> str:
    """What makes two pages of one route look different: whether something can be typed there."""
    return "with a form" if "<textarea" in text or 'type="radio"' in text else ""
