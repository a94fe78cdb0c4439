"""The head of the lists: words in the box, completion, kept views, columns."""

import json

import pytest

from reviews.domain.enums import AuditKind, ListName, State
from reviews.models import AuditEvent, ColumnChoice, SavedView
from reviews.selectors.list_filters import MOST_OFFERED
from tests.builders import team, use_case, user
from tests.builders_deciding import office
from tests.builders_reviewing import assigned, in_review

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("roles", "catalogue")]
CASES = "/use-cases/"
VIEWS = "/lists/use_cases/views/"


@pytest.fixture
def people():
    return office()


@pytest.fixture
def lead(client, people):
    client.force_login(people.lead)
    return people.lead


def shown(page):
    return {row.title for row, _ in page.context["lines"]}


@pytest.fixture
def two(people):
    use_case(people.team, by=people.requester, title="In review", state=State.IN_REVIEW)
    use_case(people.team, by=people.requester, title="Declined", state=State.DECLINED)


# Words --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "typed", "address"),
    [
        (CASES, "state:in_review mine due<7d", "/use-cases/?state=in_review&mine=yes&due_in=7"),
        (CASES, "", "/use-cases/"),
        ("/reviews/", "awaited:team gate", "/reviews/?view=all&q=gate&awaited=team"),
        ("/conditions/", "overdue", "/conditions/?view=all&overdue=yes"),
        ("/sunset/", "running silent>30d", "/sunset/?running=yes&silent=30"),
    ],
)
def test_words_become_the_address_of_the_filter(client, lead, path, typed, address):
    given = {"words": typed} if path in (CASES, "/sunset/") else {"view": "all", "words": typed}

    answer = client.get(path, given)

    assert (answer.status_code, answer["Location"]) == (302, address)


def test_the_address_is_shown_as_words_and_the_form_says_the_same(client, lead, two):
    page = client.get(CASES, {"state": ["in_review"], "q": '"in review"'})

    assert shown(page) == {"In review"}
    assert page.context["head"].box.text == 'state:in_review "in review"'
    assert '<option value="in_review" selected>' in page.text
    assert [chip.value for chip in page.context["chips"]] == ['"in review"', "In review"]


def test_words_that_cannot_be_read_list_nothing_stay_and_say_what_is_near(client, lead, two):
    page = client.get(CASES, {"words": 'capabilty:emotion state:in_review "my words"'})

    assert page.status_code == 400
    assert shown(page) == set()
    assert page.context["head"].box.text == 'capabilty:emotion state:in_review "my words"'
    (problem,) = page.context["head"].box.problems
    assert problem.hint == "Did you mean “capability:emotion”?"
    assert client.get(problem.try_url)["Location"] == (
        "/use-cases/?q=%22my+words%22&capability=emotion&state=in_review"
    )
    assert '<option value="in_review" selected>' in page.text  # what was understood


def test_an_unknown_value_says_what_is_near(client, lead):
    (problem,) = client.get(CASES, {"words": "state:in_reviw"}).context["head"].box.problems

    assert problem.hint == "Did you mean “state:in_review”?"
    assert problem.try_words == "state:in_review"


def test_nothing_typed_can_break_out_of_the_page(client, lead):
    page = client.get(CASES, {"words": '"><script>alert(1)</script> x:y'})

    assert "<script>alert" not in page.text


@pytest.mark.parametrize("path", [CASES, "/reviews/?view=all", "/conditions/?view=all", "/sunset/"])
def test_every_list_has_the_box_with_its_words_and_no_script_is_needed(client, lead, path):
    page = client.get(path)

    assert 'name="words"' in page.text
    assert "<datalist" in page.text
    assert "Columns" in page.text


@pytest.mark.parametrize("path", [CASES, "/reviews/?view=all", "/conditions/?view=all", "/sunset/"])
def test_an_unknown_value_in_the_address_is_refused(client, lead, path):
    name = "status" if "sunset" in path else "state"
    address = f"{path}{'&' if '?' in path else '?'}{name}=nonsense"

    assert client.get(address).status_code == 400


# Completion ---------------------------------------------------------------------------------------


def completions(client, name, word):
    answer = client.get(f"/lists/{name}/completion/", {"word": word})
    return [one["word"] for one in json.loads(answer.content)["options"]]


def test_keys_and_values_are_completed(client, lead, two, people):
    assert completions(client, "use_cases", "sta") == ["state:"]
    assert completions(client, "use_cases", "state:decl") == ["state:declined"]
    assert completions(client, "sunset", "run") == ["running"]
    assert completions(client, "use_cases", "team:") == [f'team:"{people.team.name}"']


def test_values_are_only_those_that_the_reader_may_see(client, people, two):
    client.force_login(user("stranger"))

    assert completions(client, "use_cases", "team:") == []
    assert client.get("/lists/reviews/completion/").status_code == 404
    assert client.get("/lists/nonsense/completion/").status_code == 404


# Kept views ---------------------------------------------------------------------------------------


def keep(client, name="My view", words="state:in_review"):
    return client.post(VIEWS, {"name": name, "words": words})


def test_a_view_is_kept_and_stands_over_the_list(client, lead, two):
    assert keep(client)["Location"] == "/use-cases/?words=state%3Ain_review"

    page = client.get(CASES, {"state": "in_review"})

    (tab,) = page.context["head"].views
    assert (tab.view.name, tab.view.is_own, tab.current) == ("My view", True, True)
    assert AuditEvent.objects.filter(kind=AuditKind.VIEW_SAVED, actor=lead).count() == 1


@pytest.mark.parametrize("name", ["", "  ", "my VIEW"])
def test_a_name_that_is_empty_or_taken_is_refused_and_nothing_is_lost(client, lead, name):
    keep(client)

    page = keep(client, name=name, words="mine")

    assert page.status_code == 409
    assert 'value="mine"' in page.text
    assert SavedView.objects.count() == 1


def test_a_view_is_shared_with_a_team_whose_members_see_it_and_cannot_change_it(client, people):
    author, colleague = user("author"), user("colleague")
    crew = team("Crew", author, colleague)
    client.force_login(author)
    keep(client)
    view = SavedView.objects.get()
    page = client.post(f"{VIEWS}{view.uid}/", {"name": "Ours", "team": str(crew.uid)})
    assert page.status_code == 302

    client.force_login(colleague)
    (tab,) = client.get(CASES).context["head"].views

    assert (tab.view.name, tab.view.shared_by) == ("Ours", "Author")
    assert "shared by Author" in client.get(CASES).text
    assert client.get(f"{VIEWS}{view.uid}/").status_code == 403
    assert client.post(f"{VIEWS}{view.uid}/remove/").status_code == 403
    client.force_login(people.lead)
    assert client.get(f"{VIEWS}{view.uid}/").status_code == 404
    assert client.get(CASES).context["head"].views == ()


def test_a_view_is_shared_only_with_a_team_of_ones_own(client, lead, people):
    keep(client)
    view = SavedView.objects.get()

    page = client.post(f"{VIEWS}{view.uid}/", {"name": "x", "team": str(people.team.uid)})

    assert page.status_code == 200
    assert page.context["form"].errors["team"]
    view.refresh_from_db()
    assert view.team is None


def test_a_deleted_view_comes_back_by_undo(client, lead):
    keep(client)
    view = SavedView.objects.get()
    client.post(f"{VIEWS}{view.uid}/remove/")
    assert not SavedView.objects.exists()
    assert "Undo" in client.get(VIEWS).text

    client.post(f"{VIEWS}restore/")

    back = SavedView.objects.get()
    assert (back.name, back.words) == ("My view", "state:in_review")
    assert "Undo" not in client.get(VIEWS).text


# Columns ------------------------------------------------------------------------------------------


def headings(page):
    return [column.name for column in page.context["head"].shown]


def test_columns_are_remembered_in_their_order_until_they_are_reset(client, lead, two):
    usual = headings(client.get(CASES))
    given = {"show": ["state", "customer"], "place_state": "2", "place_customer": "1"}
    answer = client.post("/lists/use_cases/columns/", {**given, "next": f"{CASES}?mine=yes"})
    assert answer["Location"] == f"{CASES}?mine=yes"

    page = client.get(CASES)
    assert headings(page) == ["customer", "state"]
    assert "Capabilities</th>" not in page.text

    client.post("/lists/use_cases/columns/", {"reset": "yes"})
    assert headings(client.get(CASES)) == usual
    assert not ColumnChoice.objects.exists()
    assert AuditEvent.objects.filter(kind=AuditKind.COLUMNS_CHOSEN).count() == 2


def test_unknown_columns_and_foreign_addresses_are_passed_over(client, lead):
    given = {"show": ["nonsense", "state"], "next": "//elsewhere.example/"}

    answer = client.post("/lists/use_cases/columns/", given)

    assert answer["Location"] == CASES
    assert ColumnChoice.objects.get().columns == ["state"]


def test_columns_kept_by_an_older_version_are_passed_over(client, lead):
    ColumnChoice.objects.create(user=lead, list_name=ListName.USE_CASES, columns=["gone"])

    assert headings(client.get(CASES))[0] == "capabilities"


# What it costs ------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3])
def test_the_head_costs_one_query_whatever_is_kept(
    client, lead, people, count, django_assert_num_queries
):
    for number in range(count):
        assigned(in_review(people), people.reviewer, people)
        keep(client, name=f"View {number}")
    ColumnChoice.objects.create(user=lead, list_name=ListName.USE_CASES, columns=["state"])

    client.get(CASES)
    with django_assert_num_queries(5):  # session, person, head, rows, capabilities
        client.get(CASES)
    with django_assert_num_queries(4):  # session, person, head, rows
        client.get("/conditions/?view=all")


# Many rows to choose from -------------------------------------------------------------------------


@pytest.fixture
def crowd(people):
    """More teams than a filter offers, each with one case; the last by name is returned."""
    for number in range(MOST_OFFERED + 5):
        last = team(f"Crew {number:03}")
        use_case(last, by=people.requester)
    return last


def test_a_filter_offers_a_hundred_and_what_is_chosen(client, lead, crowd):
    page = client.get(CASES).content.decode()
    assert str(crowd.uid) not in page
    assert page.count("The first 100 of more. Type any other in the search box") == 2

    chosen = client.get(CASES, {"team": str(crowd.uid)}).content.decode()
    assert chosen.count(f'<option value="{crowd.uid}" selected>') == 1
    assert "1 found" in chosen
    assert f"team:&quot;{crowd.name}&quot;" in chosen


def test_words_and_completion_reach_what_is_not_offered(client, lead, crowd):
    asked = client.get(CASES, {"words": f'-team:"{crowd.name.lower()}"'})
    assert asked["Location"] == f"{CASES}?team_not={crowd.uid}"
    assert completions(client, "use_cases", "team:crew_104") == [f'team:"{crowd.name}"']

    unknown = client.get(CASES, {"words": 'team:"Crew ("'})
    assert unknown.status_code == 400
    assert client.get(CASES, {"team": "no-key"}).status_code == 400
