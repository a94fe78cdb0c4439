"""The page of the replayed year: its forecasts as a band and a table, and how often they held."""

from datetime import date, timedelta

import pytest

from reviews.domain.enums import RehearsalKind, Role
from reviews.models import Rehearsal, RehearsedForecast
from reviews.web.band_chart import band_chart
from reviews.web.charts import HEIGHT, WIDTH
from tests.builders import NOW, TODAY, user

PAGE = "/sunset/replay/"
FIRST, CAME = date(2023, 5, 1), date(2023, 8, 10)


def week(number, *, low=-20, high=20, seed=1001, walked=True, came=CAME):
    """Foretold ``number`` weeks after the first; ``low`` and ``high`` in days from the day."""
    return RehearsedForecast(
        seed=seed,
        is_walked=walked,
        on=FIRST + timedelta(weeks=number),
        running=90 - number,
        low=CAME + timedelta(days=low),
        middle=CAME,
        high=CAME + timedelta(days=high) if high is not None else None,
        came_on=came,
    )


def kept(weeks):
    run = Rehearsal.objects.create(
        kind=RehearsalKind.ANSWERED,
        first_on=date(2022, 6, 21),
        last_on=date(2023, 7, 31),
        made_at=NOW,
        made_on=TODAY,
        mails=3,
    )
    for one in weeks:
        one.rehearsal = run
    RehearsedForecast.objects.bulk_create(weeks)


@pytest.fixture
def as_lead(client, roles):
    client.force_login(user("lena", Role.LEAD))
    return client


def page(client):
    return " ".join(client.get(PAGE).content.decode().split())


# The picture --------------------------------------------------------------------------------------


def points(text):
    return [tuple(float(number) for number in pair.split(",")) for pair in text.split()]


def test_everything_lies_within_the_frame():
    chart = band_chart([week(number, low=-5 * number, high=900) for number in range(20)])

    found = points(chart.band) + points(chart.middle)
    assert len(points(chart.band)) == 40
    assert all(chart.left <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in found)
    assert len(chart.columns) <= 6
    assert len(chart.levels) == 5


def test_the_day_that_came_lies_between_the_ends_that_hold_it():
    chart = band_chart([week(0), week(1)])

    heights = [y for _, y in points(chart.band)]
    assert min(heights) < chart.came < max(heights)


def test_a_day_beyond_the_horizon_is_the_top():
    chart = band_chart([week(0), week(1, high=None)])

    assert min(y for _, y in points(chart.band)) == points(chart.band)[2][1]


def test_one_week_makes_no_band():
    assert band_chart([week(0)]) is None
    assert band_chart([]) is None


# The page -----------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_how_often_it_held_is_counted_over_all_years(as_lead):
    kept(
        [week(0), week(1, high=-5), week(2, high=None)]
        + [week(number, seed=1002, walked=False, low=5) for number in range(2)]
    )

    text = page(as_lead)

    assert "Of 5 weekly forecasts in 2 years" in text
    assert "held the day that came in 2 (40 %)" in text
    assert "more than five years away" in text
    assert "<polygon" in text
    assert text.count('data-label="Held">yes') == 2
    assert text.count('data-label="Held">no<') == 1


@pytest.mark.django_db
def test_a_register_on_record_has_no_day_yet(as_lead):
    kept([week(number, seed=None, came=None) for number in range(3)])

    text = page(as_lead)

    assert "Nothing was foretold in these years." in text
    assert text.count("not known yet") == 3


@pytest.mark.django_db
def test_before_the_first_run(as_lead):
    text = page(as_lead)

    assert "A year in which customers answer" in text
    assert text.count("Not made yet.") == 2
    assert '<input type="hidden" name="kind" value="answered">' in text


@pytest.mark.django_db
@pytest.mark.parametrize("weeks", [2, 60])
def test_the_number_of_queries_does_not_grow(as_lead, weeks, django_assert_max_num_queries):
    kept([week(number) for number in range(weeks)])
    as_lead.get(PAGE)

    with django_assert_max_num_queries(22):
        as_lead.get(PAGE)
