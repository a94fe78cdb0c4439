"""How many queries each page costs: a list 6 at most, every other page 12, whatever it shows.

Every GET route is visited twice over: in a portal with one row of everything, and after two more of
everything were added. What the session and the person cost is counted, too. A new route needs a
line in ``VISITS``, or in ``POST_ONLY``.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from reviews.models import DemoClock
from reviews.services import catalogue as catalogue_service
from reviews.services import roles as roles_service
from reviews.services.reminding import ladders as ladders_service
from tests import builders_world
from tests.builders import NOW, TODAY
from tests.builders_world import World

pytestmark = pytest.mark.django_db

LIST, PAGE = 6, 12


@dataclass(frozen=True)
class Visit:
    """Who opens the page, what its address names (attributes of the world), how much it may cost.

    Several of one route show different sides of it.
    """

    route: str
    who: str
    args: tuple[str, ...] = ()
    most: int = PAGE
    query: str = ""

    def __str__(self) -> str:
        return "-".join([self.route, self.who, *self.args]).replace(".", "_")


def at(world: World, path: str) -> Any:
    """``review.use_case.reference`` of the world; what is in quotes stands for itself."""
    if path.startswith("'"):
        return path.strip("'")
    found: Any = world
    for name in path.split("."):
        found = getattr(found, name)
    return found


REQUESTER, REVIEWER = "people.requester", "people.reviewer"
LEAD, LEAD2 = "people.lead", "people.lead2"
OWNER, ADMIN, PANEL, AUDITOR = "sunset_owner", "administrator", "panel", "auditor"
NOBODY = ""
CASE = "review.use_case.reference"

VISITS = [
    *(Visit("home", who) for who in [REQUESTER, REVIEWER, LEAD, LEAD2, PANEL, OWNER, AUDITOR]),
    Visit("may_i", REQUESTER),
    # Writing a use case
    Visit("use_case_new", REQUESTER),
    Visit("use_case_edit", REQUESTER, ("draft.reference",)),
    *(
        Visit("use_case_page", REQUESTER, ("draft.reference", f"'{page}'"))
        for page in ("system", "people", "deployment", "triggers")
    ),
    Visit("use_case_page", REQUESTER, ("draft.reference", "scenario_page")),
    Visit("use_case_remove_scenario", REQUESTER, ("draft.reference", "scenario_page")),
    Visit("use_case_check", REQUESTER, ("draft.reference",)),
    Visit("use_case_submit", REQUESTER, ("draft.reference",)),
    Visit("use_case_refused", REQUESTER, ("refused.reference",)),
    Visit("use_case_withdraw", REQUESTER, ("draft.reference",)),
    Visit("use_case_reopen", REQUESTER, ("withdrawn.reference",)),
    Visit("use_case_answers", REQUESTER, ("draft.reference",)),
    Visit("use_case_answers", AUDITOR, ("draft.reference",)),
    Visit("use_case_answers_json", REQUESTER, ("draft.reference",)),
    Visit("use_case_evidence", REQUESTER, ("draft.reference",)),
    Visit("evidence_remove", REQUESTER, ("draft_evidence.uid",)),
    Visit("use_case_co_authors", REQUESTER, ("draft.reference",)),
    Visit("use_case_remove_co_author", REQUESTER, ("draft.reference", "writer.uid")),
    # Reading one
    *(Visit("use_cases", who, most=LIST) for who in [REQUESTER, REVIEWER, LEAD, PANEL, AUDITOR]),
    *(Visit("use_case", REQUESTER, (f"{name}.reference",)) for name in ("draft", "approved")),
    *(Visit("use_case", who, (CASE,)) for who in (REQUESTER, REVIEWER, LEAD, AUDITOR)),
    *(
        Visit("use_case", LEAD2, (f"{name}.reference",))
        for name in ("deciding", "signing", "referred", "approved", "exempt")
    ),
    Visit("use_case_submission", REQUESTER, ("approved.reference", "'1'")),
    Visit("use_case_compare", REQUESTER, ("approved.reference",)),
    Visit("use_case_precedents", REQUESTER, ("approved.reference",)),
    Visit("use_case_precedents", REVIEWER, ("approved.reference",)),
    Visit("use_case_outsiders", LEAD, (CASE,)),
    # Reviewing
    *(Visit("reviews", who) for who in (REVIEWER, LEAD, PANEL, AUDITOR)),
    *(Visit("review", who, ("review.uid",)) for who in (REVIEWER, LEAD, AUDITOR)),
    Visit("review", REVIEWER, ("again.uid",)),
    Visit("review_item", REVIEWER, ("review.uid", "item.uid")),
    Visit("review_item", REVIEWER, ("again.uid", "again_item.uid")),
    *(
        Visit(name, REVIEWER, (f"{review}.uid",))
        for name in ("review_carried_over", "review_sign_off")
        for review in ("review", "again")
    ),
    *(Visit("review_reconcile", who, ("blind.uid",)) for who in (REVIEWER, LEAD)),
    Visit("review_assign", LEAD, ("review.uid",)),
    Visit("review_recuse", REVIEWER, ("review.uid", "seat.uid")),
    Visit("review_ask", REVIEWER, ("review.uid",)),
    Visit("review_withdraw_question", REVIEWER, ("review.uid", "question.uid")),
    *(Visit("use_case_questions", who, (CASE,)) for who in (REQUESTER, REVIEWER, LEAD)),
    Visit("use_case_answer", REQUESTER, (CASE, "question.uid")),
    Visit("review_talk", REVIEWER, ("review.uid",)),
    Visit("review_item_talk", REVIEWER, ("review.uid", "item.uid")),
    Visit("review_people", REVIEWER, ("review.uid",)),
    Visit("thread", REVIEWER, ("thread.uid",)),
    # Deciding
    *(
        Visit("decision", LEAD, (f"{name}.reference",))
        for name in ("deciding", "signing", "referred", "approved")
    ),
    Visit("decision", REQUESTER, ("approved.reference",)),
    Visit("decision", REVIEWER, ("approved.reference",)),
    Visit("countersign", LEAD2, ("signing.reference",)),
    Visit("return_to_review", LEAD, ("deciding.reference",)),
    Visit("rereview", LEAD, ("approved.reference",)),
    Visit("refer", LEAD, ("deciding.reference",)),
    Visit("use_case_appeal", REQUESTER, ("approved.reference",)),
    *(Visit("referral", who, ("referral.uid",)) for who in (LEAD, PANEL, AUDITOR)),
    Visit("evaluations", REQUESTER, ("approved.reference",)),
    Visit("evaluation", REQUESTER, ("evaluation.uid",)),
    *(Visit("conditions", who, most=LIST) for who in (REQUESTER, "people.reviewer2", LEAD)),
    *(Visit("condition", who, ("condition.uid",)) for who in (REQUESTER, LEAD)),
    # Access
    *(
        Visit(f"access{part}", who, most=LIST)
        for part in ("", "_grants", "_exceptions", "_extensions", "_customers")
        for who in (REQUESTER, LEAD)
    ),
    Visit("access_apply", REQUESTER),
    Visit("access_apply_details", REQUESTER, query="capability=verify&sector=commercial"),
    Visit("access_exception_choose", REQUESTER),
    Visit("access_exception_ask", REQUESTER, ("scenario.uid",)),
    Visit("access_extension_ask", OWNER, ("deployment.uid",)),
    Visit("customer_new", OWNER),
    *(Visit("customer", who, ("customer.uid",)) for who in (OWNER, LEAD, REQUESTER)),
    Visit("deployment_new", OWNER, ("customer.uid",)),
    Visit("customer_step", OWNER, ("customer.uid", "'verify'")),
    *(Visit("access_application", who, ("application.uid",)) for who in (REQUESTER, LEAD)),
    Visit("access_application_step", LEAD, ("application.uid", "'grant'")),
    *(Visit("access_grant", who, ("grant.uid",)) for who in (REQUESTER, LEAD)),
    Visit("access_grant_step", LEAD, ("grant.uid", "'reverify'")),
    *(Visit("access_exception", who, ("exception.uid",)) for who in (REQUESTER, LEAD)),
    Visit("access_exception_step", LEAD, ("exception.uid", "'grant'")),
    *(Visit("access_extension", who, ("extension.uid",)) for who in (REQUESTER, OWNER, LEAD)),
    Visit("access_extension_step", LEAD, ("extension.uid", "'grant'")),
    # Sunset
    Visit("sunset", OWNER, most=LIST),
    Visit("sunset", AUDITOR, most=LIST),
    *(
        Visit(name, OWNER, query="status=discovered")
        for name in ("sunset_bulk", "sunset_bulk_owner", "sunset_bulk_status")
    ),
    Visit("deployment_import", OWNER),
    Visit("deployment", OWNER, ("deployment.uid",)),
    Visit("deployment_step", OWNER, ("deployment.uid", "'status'")),
    Visit("contact", OWNER, ("contact.uid",)),
    Visit("contact_step", OWNER, ("contact.uid", "'change'")),
    Visit("sunset_customer_step", OWNER, ("customer.uid", "'owner'")),
    Visit("sunset_board", OWNER),
    Visit("api_tokens", OWNER),
    Visit("sunset_missing", OWNER),
    # Boards
    *(Visit("lead_board", who) for who in (REVIEWER, LEAD)),
    *(
        Visit("board_rows", LEAD, (f"'{kind}'",), most=LIST)
        for kind in ("filings", "decisions", "refusals", "verdicts", "conditions")
    ),
    *(Visit("team_board", who, ("people.team.uid",)) for who in (REQUESTER, LEAD)),
    *(Visit("reviewer_people", who, most=LIST) for who in (REVIEWER, LEAD)),
    *(Visit("reviewer_person", who, ("people.reviewer.uid",)) for who in (REVIEWER, LEAD)),
    Visit("sunset_plan", ADMIN),
    Visit("sunset_replay", ADMIN),
    # Mails
    Visit("outbox", OWNER, most=LIST),
    Visit("hold", OWNER, ("hold.uid",)),
    Visit("mail", OWNER, ("mail.uid",)),
    Visit("mail_html", OWNER, ("mail.uid",)),
    Visit("mail_step", OWNER, ("failed.uid", "'retry'")),
    Visit("inbox", REQUESTER, most=LIST),
    Visit("inbox_mail", REQUESTER, ("message.uid",)),
    # Kept views and words
    Visit("list_completion", REQUESTER, ("'use_cases'",), query="q=state"),
    Visit("list_views", REQUESTER, ("'use_cases'",)),
    Visit("list_view", REQUESTER, ("'use_cases'", "kept.uid")),
    # Teams, signed links, calendars
    *(Visit("teams", who, most=LIST) for who in (REQUESTER, LEAD, AUDITOR)),
    *(Visit("team", who, ("people.team.uid",)) for who in (REQUESTER, LEAD)),
    Visit("answer", NOBODY, ("link",)),
    Visit("answer_step", NOBODY, ("link", "'stopped'")),
    Visit("answer_recorded", NOBODY, ("answered",)),
    Visit("calendar_feeds", REQUESTER, most=LIST),
    Visit("calendar_feed", NOBODY, ("feed_token",)),
    Visit("calendar_feed_revoke", REQUESTER, ("feed.uid",)),
]

POST_ONLY = {
    "api_token_revoke",
    "use_case_add_scenario",
    "demo_clock",
    "inbox_read_all",
    "team_remove_member",
    "digest",
    "calendar_feed_new",
    "use_case_seen",
    "review_skip",
    "thread_resolve",
    "thread_reopen",
    "list_columns",
    "list_view_restore",
    "list_view_remove",
    "bulk_undo",
    "absence_end",
    "conflict_end",
}

ELSEWHERE = {
    "evidence_view": "answers with a file that has to be there: tests/web/test_evidence_view.py",
    "bulk": "needs ticked rows: tests/web/test_bulk.py",
    "bulk_export": "answers with a file: tests/web/test_bulk.py",
    "bulk_done": "tells one row: tests/web/test_bulk.py",
    "export": "a file, made in a process of its own: tests/web/test_exports.py",
    "export_rows": "tells one number: tests/web/test_exports.py",
    "evidence_file": "answers with a file that has to be there: tests/web/test_intake_pages.py",
    "attestation": "answers with a file that has to be there: tests/web/test_sunset.py",
    "deployment_import_confirm": "runs the import of a file: tests/services/test_importing.py",
    "unsubscribe": "one person, one link: tests/web/test_digests.py",
}


def routes() -> Iterator[str]:
    """Every name below ``reviews``."""
    for part in get_resolver().url_patterns:
        if isinstance(part, URLResolver) and part.namespace == "reviews":
            yield from (one.name for one in part.url_patterns if isinstance(one, URLPattern))


@pytest.fixture(scope="module")
def measured(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[Visit, list[Any]]]:
    """Per visit the statements with one row of everything, and with three."""
    with (
        django_db_blocker.unblock(),
        override_settings(DEMO=True),
        transaction.atomic(),
    ):
        roles_service.sync(at=NOW, on=TODAY)
        catalogue_service.sync(at=NOW, on=TODAY)
        ladders_service.sync(at=NOW, on=TODAY)
        DemoClock.objects.create(offset=NOW - datetime.now(UTC))
        world = builders_world.begin()
        found: dict[Visit, list[Any]] = {visit: [] for visit in VISITS}
        for round_ in range(2):
            if round_:
                builders_world.grow(world)
                builders_world.grow(world)
            for visit in VISITS:
                found[visit].append(statements(visit, world))
        transaction.set_rollback(True)
    yield found


def statements(visit: Visit, world: World) -> list[str] | str:
    """What the second of two visits asks the database; the first fills what a process keeps."""
    client = Client()
    if visit.who:
        client.force_login(at(world, visit.who))
    address = reverse(f"reviews:{visit.route}", args=[at(world, path) for path in visit.args])
    address += f"?{visit.query}" if visit.query else ""
    with transaction.atomic():
        first = client.get(address)
        if first.status_code != 200:
            return f"{address}: {first.status_code}"
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        transaction.set_rollback(True)
    frame = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT")
    return [one["sql"] for one in captured if not one["sql"].startswith(frame)]


@pytest.mark.parametrize("visit", VISITS, ids=str)
def test_the_cost_of_a_page(measured: dict[Visit, list[Any]], visit: Visit) -> None:
    one, three = measured[visit]

    assert isinstance(one, list), one
    assert isinstance(three, list), three
    listed = "\n\n".join(three)
    assert len(three) <= visit.most, f"{len(three)} queries:\n\n{listed}"
    assert len(one) == len(three), f"{len(one)} with one row, {len(three)} with three:\n\n{listed}"


def test_every_route_is_visited() -> None:
    known = {visit.route for visit in VISITS} | POST_ONLY | set(ELSEWHERE)

    assert sorted(set(routes()) - known) == []
    assert sorted(known - set(routes())) == []
