"""Every page, export and API answer, opened by everybody: what is secret stands on none of them.

Each secret text of a small office holds a word of its own. Every GET route is opened with every
address that can be made of what there is, also by those who may not. ``MAY`` says who may read a
secret; nobody else meets it anywhere.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from django.db import connection, transaction
from django.http import QueryDict
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.exceptions import NoReverseMatch

from reviews.domain.enums import CoAuthorRight, Role
from reviews.domain.errors import DomainError
from reviews.domain.exporting import Format
from reviews.models import DemoClock, Mail, SavedView, User
from reviews.selectors.exporting import plans
from reviews.selectors.exporting.resources import Reader
from reviews.services import assigning, conversations, questions, referring, reviewers, reviewing
from reviews.services import catalogue as catalogue_service
from reviews.services import roles as roles_service
from reviews.services.conversations import Place
from reviews.services.reminding import ladders as ladders_service
from tests.builders import NOW, TODAY, team, user
from tests.builders_api import Machine
from tests.builders_deciding import Office, awaiting_decision, co_author, office
from tests.builders_intake import draft
from tests.builders_reviewing import WHEN, assigned, evidence, full, in_review, item, signed
from tests.web.test_query_counts import POST_ONLY

pytestmark = pytest.mark.django_db

OFFICE = {"lead", "auditor"}
INSIDE = {"blind", "other", "third", *OFFICE}
MAY: dict[str, set[str]] = {
    "verdict-note": {"other"},
    "verdict-gap": {"other"},
    "other-advice": {"other"},
    "other-thread": {"other", *OFFICE},
    "other-draft": {"other"},
    "lead-to-other": {"other", *OFFICE},
    "lead-aside": OFFICE,
    "lead-draft": {"lead"},
    "open-question": {"other", "requester", "coauthor", *OFFICE},
    "reviewer-name": INSIDE | {"panel"},
    "recused-reason": INSIDE,
    "conflict-reason": {"other", *OFFICE},
    "panel-advice": {"panel", *INSIDE},
    "draft-answer": {"requester", "auditor"},
    "kept-view": {"requester"},
}
"""Who may read what. ``blind`` and ``other`` review the case, ``third`` could be asked to."""
PEOPLE = ("requester", "blind", "stranger")
"""Who crawls: a minute of a busy machine each."""


def canary(name: str) -> str:
    return f"kanari-{name}-7q"


@dataclass
class Scene:
    """Everybody by a short name, and the values that addresses are made of."""

    people: dict[str, User]
    places: dict[str, list[str]]


@pytest.fixture(scope="module")
def scene(django_db_setup: None, django_db_blocker: Any) -> Iterator[Scene]:
    with django_db_blocker.unblock(), transaction.atomic():
        roles_service.sync(at=NOW, on=TODAY)
        catalogue_service.sync(at=NOW, on=TODAY)
        ladders_service.sync(at=NOW, on=TODAY)
        DemoClock.objects.create(offset=NOW - datetime.now(UTC))
        yield _scene()
        transaction.set_rollback(True)


def _scene() -> Scene:
    crew, far = office(), office("far_")
    people = {
        "requester": crew.requester,
        "coauthor": user("coauthor"),
        "stranger": far.requester,
        "blind": crew.reviewer,
        "other": crew.reviewer2,
        "third": user("third", Role.REVIEWER),
        "lead": crew.lead,
        "panel": user("panel", Role.PANEL),
        "owner": user("sunset", Role.SUNSET_OWNER),
        "auditor": user("auditor", Role.AUDITOR),
    }
    User.objects.filter(pk=crew.reviewer2.pk).update(full_name=canary("reviewer-name"))
    crew.reviewer2.refresh_from_db()
    review = in_review(crew, full(), sensitive=True)
    case = review.use_case
    co_author(case, people["coauthor"], CoAuthorRight.COMMENT)
    gone = assigned(review, user("gone", Role.REVIEWER), crew)
    assigning.recuse(gone, reason=canary("recused-reason"), by=gone.reviewer, **WHEN)
    seats = [assigned(review, one, crew) for one in (crew.reviewer, crew.reviewer2)]
    threads = _said(crew, review)
    begun = in_review(crew, sensitive=True)
    for one in (crew.reviewer, crew.reviewer2):
        assigned(begun, one, crew)
    asked = questions.ask(review, text=canary("open-question"), by=crew.reviewer2, **WHEN)
    answered = questions.ask(review, text="Who trained it?", by=crew.reviewer, **WHEN)
    questions.answer(answered, text="We did.", by=crew.requester, **WHEN)
    other_case = awaiting_decision(far, sensitive=True)
    referral = referring.refer(
        other_case,
        question="Is it safe?",
        members=[people["panel"]],
        by=far.lead,
        **WHEN,
    )
    referring.advise(
        referral.members.get(),
        advice=canary("panel-advice"),
        attended=True,
        by=people["panel"],
        **WHEN,
    )
    conflict = reviewers.declare_conflict(
        crew.reviewer2,
        team=team("Rivals"),
        reason=canary("conflict-reason"),
        by=crew.reviewer2,
        **WHEN,
    )
    away = reviewers.set_absence(
        crew.reviewer2,
        first_on=TODAY + timedelta(days=3),
        last_on=TODAY + timedelta(days=4),
        by=crew.reviewer2,
        **WHEN,
    )
    writing = draft(crew.team, by=crew.requester, title="Still written")
    page = writing.draft_pages.get(page="system")
    page.answers = {**page.answers, "description": canary("draft-answer")}
    page.save()
    view = SavedView.objects.create(
        owner=crew.requester,
        list_name="use_cases",
        name=canary("kept-view"),
        words="",
        saved_at=NOW,
    )
    first = item(review, "A3.1")
    rows = {
        "review": [review, other_case.reviews.get(), begun],
        "item": [first],
        "thread": threads,
        "evidence": [evidence(case)],
        "assignment": [gone, *seats],
        "question": [asked, answered],
        "referral": [referral],
        "person": [crew.reviewer2, crew.reviewer],
        "team": [crew.team],
        "absence": [away],
        "conflict": [conflict],
        "view": [view],
        "mail": list(Mail.objects.all()),
    }
    places = {name: [str(row.uid) for row in found] for name, found in rows.items()}
    places["reference"] = [row.reference for row in (case, other_case, writing, begun.use_case)]
    return Scene(people, places)


def _said(crew: Office, review: Any) -> list[Any]:
    """The other reviewer has signed, and everybody has talked."""
    first = item(review, "A3.1")
    reviewing.save_verdict(
        first,
        value="not_met",
        note=canary("verdict-note"),
        gap_plan=canary("verdict-gap"),
        version=0,
        by=crew.reviewer2,
        **WHEN,
    )
    signed(review, crew.reviewer2, "approve_with_conditions", canary("other-advice"))
    other = crew.reviewer2
    said = [
        (Place(review, first), canary("other-thread"), other),
        (Place(review), f"@{other.username} {canary('lead-to-other')}", crew.lead),
        (Place(review, item(review, "A4.1")), canary("lead-aside"), crew.lead2),
        (Place(review), f"@{crew.reviewer.username} Come to me.", crew.lead3),
    ]
    posted = [
        conversations.post(place, text=text, version=0, by=by, **WHEN) for place, text, by in said
    ]
    drafts = [
        conversations.keep_draft(Place(review), text=text, version=0, by=by, at=NOW)
        for text, by in [(canary("other-draft"), other), (canary("lead-draft"), crew.lead)]
    ]
    return [comment.thread for comment in [*posted, *drafts]]


# Addresses ----------------------------------------------------------------------------------------

WHOSE = [
    (r"^reviews/people/", "person"),
    (r"^reviews/", "review"),
    (r"^threads/", "thread"),
    (r"^evidence/", "evidence"),
    (r"^referrals/", "referral"),
    (r"^teams/", "team"),
    (r"^(inbox|outbox)/", "mail"),
    (r"^lists/done/", "nothing"),
    (r"^(access|sunset|conditions|evaluations|calendar)/", "nothing"),
    (r"^lists/", "view"),
    (r"questions/<uuid:uid>", "question"),
]
"""What the ``uid`` of an address names; of what is no part of the scene there is nothing to open.
Every other address is opened with all there is.
"""
NAMES = {
    "lists/": ["use_cases", "reviews", "conditions", "sunset"],
    "reviews/board/rows/": ["states", "ageing", "load", "workload", "open", "waiting"],
}
LISTS = {"use_cases", "reviews", "conditions"}
QUERIES = ["?view=all", "?mine=yes", "?view=all&mine=yes", "?awaited=reviewers"]
"""Sides of lists; one that knows none of them refuses."""
_WITHOUT = {"answer", "answer_recorded", "answer_step", "unsubscribe", "calendar_feed", "export"}


def values(route: str, name: str, scene: Scene) -> list[str]:
    if name in ("uid", "item") and name not in scene.places:
        kind = next((kind for pattern, kind in WHOSE if re.search(pattern, route)), "")
        if kind:
            return scene.places.get(kind, [])
        return sorted({key for keys in scene.places.values() for key in keys if len(key) == 36})
    if name in scene.places:
        return scene.places[name]
    if name == "page":
        return ["system"]
    if name == "number":
        return ["1"]
    if name == "resource":
        return list(plans.RESOURCES)
    if name == "action":
        return ["assign", "remind"]
    return next((found for start, found in NAMES.items() if route.startswith(start)), [])


def addresses(scene: Scene) -> Iterator[str]:
    for part in get_resolver().url_patterns:
        if not (isinstance(part, URLResolver) and part.namespace == "reviews"):
            continue
        for one in part.url_patterns:
            if isinstance(one, URLPattern) and one.name not in {*_WITHOUT, *POST_ONLY}:
                yield from _made(one, scene)


def _made(one: URLPattern, scene: Scene) -> Iterator[str]:
    route = str(one.pattern)
    names = list(one.pattern.converters)
    for given in product(*(values(route, name, scene) for name in names)):
        try:
            address = reverse(f"reviews:{one.name}", kwargs=dict(zip(names, given, strict=True)))
        except NoReverseMatch:
            continue
        yield address
        if not names:
            yield from (address + query for query in QUERIES if one.name in LISTS)


def api_addresses(scene: Scene) -> Iterator[str]:
    """Every GET address of the API, as its router knows them."""
    for pattern in _flat(get_resolver("reviews.api.urls").url_patterns):
        route = str(pattern.pattern).strip("^").replace(r"\.(?P<format>[a-z0-9]+)/?$", "")
        names = re.findall(r"\(\?P<(\w+)>", route)
        if "format" in names or not names:
            yield re.sub(r"[\^$]", "", route)
            continue
        kinds = [
            scene.places["reference"] if name == "reference" else _api_values(name, scene)
            for name in names
        ]
        for given in product(*kinds):
            address = route
            for name, value in zip(names, given, strict=True):
                address = re.sub(rf"\(\?P<{name}>(?:[^()]|\([^()]*\))*\)", value, address)
            yield re.sub(r"[\^$]", "", address)


def _api_values(name: str, scene: Scene) -> list[str]:
    if name in scene.places:
        return scene.places[name]
    known = {"page": ["system"], "slug": ["emotion"]}
    return known.get(name) or [keys[0] for keys in scene.places.values() if len(keys[0]) == 36]


def _flat(patterns: Any) -> Iterator[URLPattern]:
    for one in patterns:
        if isinstance(one, URLResolver):
            yield from _flat(one.url_patterns)
        else:
            yield one


# Opening ------------------------------------------------------------------------------------------


def told(response: Any) -> str:
    """Everything that leaves: body, headers, where it sends to."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    heads = " ".join(f"{name}: {value}" for name, value in response.items())
    return f"{heads}\n{body.decode('utf-8', 'replace')}"


def pages(scene: Scene, person: User) -> Iterator[tuple[str, str]]:
    client = Client(raise_request_exception=True)
    client.force_login(person)
    for address in addresses(scene):
        with transaction.atomic():
            try:
                response = client.get(address)
            except FileNotFoundError:  # the file of the evidence is not there
                continue
            assert response.status_code < 500, address
            yield address, told(response)
            transaction.set_rollback(True)


def machine_answers(scene: Scene, person: User) -> Iterator[tuple[str, str]]:
    machine = Machine(person)
    for address in api_addresses(scene):
        with transaction.atomic():
            response = machine.get(address)
            assert response.status_code < 500, address
            yield f"/api/v1/{address}", told(response)
            transaction.set_rollback(True)


def tables(person: User) -> Iterator[tuple[str, str]]:
    """The rows that an export would write."""
    for name, resource in plans.RESOURCES.items():
        for form in (Format.CSV, Format.NDJSON):
            if form not in resource.formats:
                continue
            try:
                reader = Reader(person, NOW, TODAY)
                plan = plans.plan(resource, form, given=QueryDict(), reader=reader)
            except DomainError:
                continue
            with connection.cursor() as cursor:
                cursor.execute(plan.sql)
                yield f"/exports/{name}.{form}", str(cursor.fetchall())


class Met:
    """By person and secret: where it was met. ``@`` stands for addresses of mail."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._found: dict[str, dict[str, set[str]]] = {}

    def __getitem__(self, name: str) -> dict[str, set[str]]:
        """Each person crawls once, when first asked about."""
        if name not in self._found:
            self._found[name] = self._crawl(self._scene.people[name])
        return self._found[name]

    def _crawl(self, person: User) -> dict[str, set[str]]:
        mine: dict[str, set[str]] = {}
        scene = self._scene
        for source in (pages(scene, person), machine_answers(scene, person), tables(person)):
            for address, text in source:
                for secret in MAY:
                    if canary(secret) in text:
                        mine.setdefault(secret, set()).add(address)
                if re.search(rf"\b(?!{person.username}@)\w+@example\.test", text):
                    mine.setdefault("@", set()).add(address)
        return mine


@pytest.fixture(scope="module")
def met(scene: Scene) -> Met:
    return Met(scene)


@pytest.mark.parametrize("secret", MAY)
@pytest.mark.parametrize("person", PEOPLE)
def test_a_secret_is_met_by_those_who_may_read_it_alone(met: Met, person: str, secret: str) -> None:
    where = met[person].get(secret, set())

    if person not in MAY[secret]:
        assert where == set()


@pytest.mark.parametrize("secret", ["open-question", "draft-answer", "kept-view"])
def test_what_the_team_may_read_is_met(met: Met, secret: str) -> None:
    """Else the crawl has not come to where secrets stand."""
    assert met["requester"].get(secret)


@pytest.mark.parametrize("person", PEOPLE)
def test_nobody_meets_the_address_of_a_colleague(met: Met, person: str) -> None:
    assert met[person].get("@", set()) == set()


def test_the_crawl_opens_hundreds_of_addresses(scene: Scene) -> None:
    assert len(set(addresses(scene))) > 100
    assert len(set(api_addresses(scene))) > 15
