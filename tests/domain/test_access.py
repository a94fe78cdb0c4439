"""Days of grants, exceptions and extensions; the vetting form."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.domain import access, vetting
from reviews.domain.access import NotEligible
from reviews.domain.enums import GrantStanding, Outcome, RequestStanding, RequestState
from reviews.domain.errors import BadInput, Incomplete, StateConflict
from reviews.domain.vetting_fields import BY_ID, FIELDS, Group, Kind
from tests.builders import TODAY
from tests.builders_access import vetting as form

DAYS = st.dates(min_value=date(2020, 1, 1), max_value=date(2030, 12, 31))
MAIL = frozenset({"gmail.com", "yahoo.co.uk"})


def problems(**changed) -> dict[str, str]:
    return vetting.problems(
        vetting.clean(form(**changed)), operations=["verify"], personal_mail=MAIL, on=TODAY
    )


# Days ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "next_year"),
    [
        (date(2023, 6, 1), date(2024, 6, 1)),
        (date(2024, 2, 29), date(2025, 2, 28)),
        (date(2023, 2, 28), date(2024, 2, 28)),
    ],
)
def test_one_year_after_is_the_same_day(day, next_year):
    assert access.one_year_after(day) == next_year


@given(until=DAYS, on=DAYS)
def test_a_grant_holds_to_its_last_day_and_not_a_day_longer(until, on):
    standing = access.grant_standing(
        reverify_by=until, is_revoked=False, is_transferred=False, on=on
    )

    assert standing is (GrantStanding.RUNNING if on <= until else GrantStanding.LAPSED)


@pytest.mark.parametrize("on", [TODAY, TODAY + timedelta(days=900)])
def test_a_revoked_or_transferred_grant_never_runs(on):
    days = {"reverify_by": TODAY, "on": on}

    revoked = access.grant_standing(is_revoked=True, is_transferred=False, **days)
    transferred = access.grant_standing(is_revoked=False, is_transferred=True, **days)

    assert (revoked, transferred) == (GrantStanding.REVOKED, GrantStanding.TRANSFERRED)


@given(until=DAYS, on=DAYS, state=st.sampled_from(RequestState))
def test_only_a_granted_request_ends(until, on, state):
    standing = access.request_standing(state, until, on=on)

    ended = state is RequestState.GRANTED and on > until
    assert standing is (RequestStanding.ENDED if ended else RequestStanding(state.value))


@pytest.mark.parametrize("standing", RequestStanding)
def test_every_standing_has_a_label_and_a_tone(standing):
    assert standing.label and standing.tone


@pytest.mark.parametrize(
    ("regular", "extensions", "last"),
    [
        (date(2023, 6, 30), [], date(2023, 6, 30)),
        (date(2023, 6, 30), [date(2023, 9, 30)], date(2023, 9, 30)),
        (date(2023, 6, 30), [date(2023, 9, 30), date(2023, 8, 1)], date(2023, 9, 30)),
        (date(2023, 6, 30), [date(2023, 5, 1)], date(2023, 6, 30)),
        (None, [], None),
    ],
)
def test_last_permitted_on_is_the_policys_or_an_extension_beyond_it(regular, extensions, last):
    assert access.last_permitted_on(regular, extensions) == last


@pytest.mark.parametrize(
    ("since", "existing"),
    [
        (date(2021, 1, 1), True),
        (date(2022, 6, 21), True),
        (date(2022, 6, 22), False),
        (None, None),
    ],
)
def test_was_using_asks_for_the_cut_off_day(since, existing):
    assert access.was_using(since, cutoff=date(2022, 6, 21)) is existing


@pytest.mark.parametrize("check", [access.check_reverify_by, access.check_exception_until])
def test_days_ahead_lie_after_today_and_within_a_year(check):
    check(TODAY + timedelta(days=1), on=TODAY)
    check(date(2024, 6, 1), on=TODAY)

    for day in (TODAY, TODAY - timedelta(days=1), date(2024, 6, 2)):
        with pytest.raises(BadInput):
            check(day, on=TODAY)


def test_check_extension_until_reaches_beyond_the_current_day():
    access.check_extension_until(date(2023, 7, 1), current=date(2023, 6, 30), on=TODAY)

    with pytest.raises(BadInput, match="beyond the last permitted day, 30 June 2023"):
        access.check_extension_until(date(2023, 6, 30), current=date(2023, 6, 30), on=TODAY)
    with pytest.raises(BadInput, match="over already"):
        access.check_extension_until(
            date(2023, 7, 1), current=date(2023, 6, 30), on=date(2023, 7, 2)
        )


# Who and what -------------------------------------------------------------------------------------


def test_check_eligible_never_assumes():
    access.check_eligible("Isar", is_managed=True, required=True, meaning="")
    access.check_eligible("Isar", is_managed=None, required=False, meaning="")
    access.check_eligible("Isar", is_managed=False, required=False, meaning="")

    with pytest.raises(StateConflict, match="not known whether Isar is managed"):
        access.check_eligible("Isar", is_managed=None, required=True, meaning="")
    with pytest.raises(NotEligible, match=r"not managed.*Managed means that"):
        access.check_eligible(
            "Isar", is_managed=False, required=True, meaning="Managed means that much."
        )


def basis(**changed):
    given_ = {
        "is_sensitive": True,
        "was_countersigned": True,
        "outcome": Outcome.APPROVED,
        "is_stale": False,
        **changed,
    }
    access.check_accessibility_basis(**given_)


@pytest.mark.parametrize("outcome", [one for one in Outcome if one.is_favourable])
def test_check_accessibility_basis_takes_every_favourable_outcome(outcome):
    basis(outcome=outcome)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"is_sensitive": False}, "sensitive-use review"),
        ({"outcome": None}, "not decided yet"),
        ({"was_countersigned": False}, "not decided yet"),
        ({"outcome": Outcome.DECLINED}, "was declined"),
        ({"is_stale": True}, "changed since"),
    ],
)
def test_check_accessibility_basis_names_what_is_missing(changed, words):
    with pytest.raises(StateConflict, match=words):
        basis(**changed)


def test_check_reason_wants_words():
    assert access.check_reason(" Vetted. ", who_reads="the team reads it") == "Vetted."
    with pytest.raises(Incomplete, match="Give the reason; the team reads it"):
        access.check_reason(" \n", who_reads="the team reads it")


# The vetting form ---------------------------------------------------------------------------------


def test_every_field_is_named_once_and_stands_in_a_group_in_order():
    assert len(BY_ID) == len(FIELDS)
    groups = [field.group for field in FIELDS]
    assert groups == sorted(groups, key=list(Group).index)


@pytest.mark.parametrize("field", [field for field in FIELDS if field.only_if])
def test_a_follow_up_field_follows_a_yes_or_no(field):
    assert BY_ID[field.only_if].kind is Kind.YES_NO


def test_a_complete_form_has_no_problems():
    assert problems() == {}


@pytest.mark.parametrize("field", [field.id for field in FIELDS])
def test_every_field_is_asked_for(field):
    assert list(problems(**{field: None})) == [field]


def test_a_field_that_does_not_apply_is_neither_asked_nor_kept():
    answers = form(has_account_manager="no")

    assert "account_manager" not in vetting.clean(answers)
    assert problems(has_account_manager="no", account_manager=None) == {}


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"country": "EU"}, "none of the answers"),
        ({"end_user": "unknown"}, "none of the answers"),
        ({"public_space": "maybe"}, "none of the answers"),
        ({"operations": ["verify", "fly"]}, "does not belong"),
        ({"terms_accepted_on": "soon"}, "Write a day"),
        ({"terms_accepted_on": "2023-06-02"}, "in the future"),
        ({"organisation": "x" * 301}, "300 characters at most"),
        ({"human_review": "x" * 5001}, "5000 characters at most"),
        ({"subscription": ["a"]}, "cannot be read"),
    ],
)
def test_a_wrong_answer_is_named_in_words(changed, words):
    found = problems(**changed)

    assert list(found) == list(changed)
    assert words in found[next(iter(changed))]


@pytest.mark.parametrize(
    ("address", "is_refused"),
    [
        ("ada@gmail.com", True),
        ("ada@GMail.com", True),
        ("ada@mail.gmail.com", True),
        ("ada@yahoo.co.uk", True),
        ("ada@notgmail.com", False),
        ("ada@gmail.com.example", False),
        ("ada@co.uk", False),
        ("ada@harbour-bank.example", False),
    ],
)
def test_mail_problem_refuses_personal_providers_and_their_subdomains(address, is_refused):
    words = vetting.mail_problem(address, MAIL)

    assert ("personal mail address" in words) is is_refused


@pytest.mark.parametrize("address", ["ada", "ada@", "@bank.example", "a b@bank.example", "a@b"])
def test_mail_problem_refuses_what_is_no_address(address):
    assert "Write a mail address" in vetting.mail_problem(address, MAIL)


def test_as_rows_reads_every_answer_in_words():
    rows = dict(vetting.as_rows(vetting.clean(form()), {"verify": "Verify (1:1)"}))
    words = {label: value for part in rows.values() for label, value in part}

    assert list(rows) == [group.value for group in Group]
    assert words["Operations wanted"] == "Verify (1:1)"
    assert words["Country of the organisation"] == "United Kingdom"
    assert words["On which day?"] == "17 May 2023"
    assert words["Will police or armed forces use it, or is it used for them?"] == "None of these"
    assert words["Is it used in a space that is open to the public?"] == "No"
