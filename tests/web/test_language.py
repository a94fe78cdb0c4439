"""Every text that the portal writes goes through translation: read in a language of wide letters.

Each text of ours is "translated" by making its letters wide (full-width forms). What is still
narrow on a page was typed by somebody or stands in the catalogue, or else nobody marked it.
"""

import re
import zoneinfo
from collections import Counter
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest
from django.apps import apps
from django.db import models, transaction
from django.test import Client
from django.urls import Resolver404, resolve
from django.utils import translation
from django.utils.translation import trans_real

from reviews.domain.intake.regions import REGIONS
from reviews.models import User
from reviews.services import catalogue as catalogue_service
from reviews.services import roles as roles_service
from reviews.services.demo import loading
from reviews.services.reminding import ladders

NOW = datetime(2026, 11, 23, 14, 30, tzinfo=UTC)
READERS = ("requester", "lead")
PER_ROUTE = 2
LEFT_OUT = {
    "evidence_file",
    "evidence_view",
    "export",
    "api_tokens",
    "use_case_answers_json",
    "calendar_feed",
    "attestation",
    "account_logout",
}
SPOKEN = ("title", "aria-label", "placeholder", "alt", "data-label", "data-confirm")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd%]|\{\w*\}|<[^>]*>|&\w+;")
NARROW = re.compile(r"[A-Za-z][A-Za-z’'\- ]*[A-Za-z]|[A-Za-z]")
OURS = re.compile(r"^(RAI|Portal|RAI Portal|csv|xlsx|ndjson|parquet|UTC|T|Z|[A-Z]{2,4}|\w)$")
"""Names and formats that read the same in every language."""


class Wide(trans_real.DjangoTranslation):
    """A language in which every text is there, in wide letters."""

    def gettext(self, message):
        return widen(message)

    def ngettext(self, singular, plural, number):
        return widen(singular if number == 1 else plural)

    def pgettext(self, context, message):
        return widen(message)


def widen(text):
    parts, end = [], 0
    for found in PLACEHOLDER.finditer(text):
        parts += [_wide(text[end : found.start()]), found.group()]
        end = found.end()
    return "".join([*parts, _wide(text[end:])])


def _wide(text):
    return "".join(
        chr(ord(one) + 0xFEE0) if one.isascii() and one.isalpha() else one for one in text
    )


class Words(HTMLParser):
    """What a page says, attributes included."""

    def __init__(self):
        super().__init__()
        self.said, self.silent = [], 0

    def handle_starttag(self, tag, attrs):
        if tag in {"script", "style", "code", "kbd", "textarea"}:
            self.silent += 1
        self.said += [value for name, value in attrs if name in SPOKEN and value]

    def handle_endtag(self, tag):
        if tag in {"script", "style", "code", "kbd", "textarea"}:
            self.silent -= 1

    def handle_data(self, data):
        if not self.silent:
            self.said.append(data)


@pytest.fixture(scope="module")
def told(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        roles_service.sync(at=NOW, on=NOW.date())
        catalogue_service.sync(at=NOW, on=NOW.date())
        ladders.sync(at=NOW, on=NOW.date())
        loading.load(password="correct horse battery", scenario_date=date(2023, 6, 1), at=NOW)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def wide(told, db, monkeypatch):
    typed = corpus()
    monkeypatch.setitem(trans_real._translations, "en", Wide("en"))
    yield typed
    translation.deactivate_all()  # a request leaves its language active in its thread


def corpus():
    """Everything that lies in the database as text."""
    found = set()
    for model in apps.get_app_config("reviews").get_models():
        names = [
            field.name
            for field in model._meta.concrete_fields
            if isinstance(field, models.CharField | models.TextField | models.JSONField)
        ]
        for row in model._base_manager.values_list(*names) if names else ():
            found |= {str(value).replace("\\n", " ") for value in row if value}
    found |= set(REGIONS.values()) | set(zoneinfo.available_timezones())
    return " ".join(" ".join(found).replace("_", " ").split()).lower()


def narrow(html, typed):
    parser = Words()
    parser.feed(html)
    lines = (line for said in parser.said for line in said.splitlines())
    runs = {run for line in lines for run in NARROW.findall(" ".join(line.split()))}
    return {run for run in runs if not OURS.match(run) and run.lower() not in typed}


def walk(client):
    waiting, known, read = ["/"], {"/"}, Counter()
    while waiting:
        address = waiting.pop(0)
        try:
            route = resolve(urlsplit(address).path).url_name or ""
        except Resolver404:
            continue
        if route in LEFT_OUT or read[route] >= PER_ROUTE:
            continue
        answer = client.get(address)
        if answer.status_code != 200 or "text/html" not in answer.headers["Content-Type"]:
            continue
        read[route] += 1
        html = answer.content.decode()
        yield route, html
        for target in re.findall(r'href="([^"#]*)', html):
            link = urlsplit(urljoin(address, target.replace("&amp;", "&")))
            if not link.netloc and link.path not in known and not link.query:
                known.add(link.path)
                waiting.append(link.path)


@pytest.mark.parametrize("reader", READERS)
def test_every_text_of_ours_is_translated(wide, reader):
    client = Client()
    client.force_login(User.objects.get(username=reader))
    found: dict[str, set[str]] = {}
    for route, html in walk(client):
        for run in narrow(html, wide):
            found.setdefault(run, set()).add(route)
    lines = [f"{run}: {' '.join(sorted(routes)[:3])}" for run, routes in sorted(found.items())]
    assert not lines, "\n".join(lines)
