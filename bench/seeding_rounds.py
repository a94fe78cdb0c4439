"""Rounds of review by COPY: reviewers, items, verdicts, and decisions where there is one."""

import random
from collections.abc import Sequence
from datetime import timedelta

from django.db import connection

from bench.copying import copy_rows, first_key, uid
from bench.seeding_facts import AT_WORK, DECIDED, NOW
from reviews.domain.enums import Outcome, Recommendation, ReviewKind, State
from reviews.models import Requirement, Standard


def seed_rounds(
    dice: random.Random,
    cases: Sequence[tuple[int, State, int, int]],
    submissions: dict[int, int],
    people: dict[str, list[int]],
    reviewed: int,
) -> None:
    """Rounds, reviewers, items and verdicts of the newest cases; decisions where there is one."""
    chosen = [case for case in cases[-reviewed:] if case[1] is not State.DRAFT]
    standard = Standard.objects.current().get().pk
    wanted = list(Requirement.objects.current().values_list("pk", flat=True))[:45]
    review = first_key("reviews_review")
    seat = first_key("reviews_reviewassignment")
    made = first_key("reviews_decisionround")
    reviews: list[tuple] = []
    seats: list[tuple] = []
    items: list[tuple] = []
    verdicts: list[tuple] = []
    rounds: list[tuple] = []
    decisions: list[tuple] = []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT use_case_id, id FROM reviews_intendeduse WHERE use_case_id = ANY (%s)",
            [[case[0] for case in chosen]],
        )
        scenario_of = dict(cursor.fetchall())
    for n, (case, state, _, age) in enumerate(chosen):
        at, closed = NOW - timedelta(days=age), state in DECIDED
        done = state not in AT_WORK
        reviews.append(
            (
                review + n,
                uid(dice),
                case,
                1,
                ReviewKind.INITIAL.value,
                submissions[case],
                standard,
                False,
                at,
                at.date(),
                at if closed else None,
            )
        )
        seats.append(
            (
                seat + n,
                uid(dice),
                review + n,
                dice.choice(people["reviewer"]),
                people["lead"][0],
                at,
                "",
                at if done else None,
                Recommendation.APPROVE.value if done else None,
                "All is well." if done else "",
            )
        )
        for position, requirement in enumerate(wanted, 1):
            items.append((review + n, position, requirement, True, "always"))
            if done or position < 20:
                verdicts.append((len(items) - 1, seat + n, dice.choice(_VALUES), at))
        if closed:
            rounds.append(
                (
                    made + len(rounds),
                    uid(dice),
                    case,
                    review + n,
                    submissions[case],
                    1,
                    False,
                    dice.choice(people["lead"]),
                    at,
                    at.date(),
                    "{}",
                )
            )
            outcome = Outcome.DECLINED if state is State.DECLINED else Outcome.APPROVED
            decisions.append((rounds[-1][0], scenario_of[case], outcome.value, "It helps."))
    _copy_rounds(dice, reviews, seats, items, verdicts, rounds, decisions)


_VALUES = ("met", "met", "met", "met", "partly_met", "not_met", "not_applicable")


def _copy_rounds(dice: random.Random, *tables: list[tuple]) -> None:
    reviews, seats, items, verdicts, rounds, decisions = tables
    copy_rows(
        "reviews_review",
        "id uid use_case_id number kind submission_id standard_id is_sensitive opened_at opened_on"
        " closed_at",
        reviews,
    )
    copy_rows(
        "reviews_reviewassignment",
        "id uid review_id reviewer_id assigned_by_id assigned_at recused_reason signed_off_at"
        " recommendation recommendation_reasons",
        seats,
    )
    first = first_key("reviews_checklistitem")
    copy_rows(
        "reviews_checklistitem",
        "id uid review_id position requirement_id is_required_now why",
        ((first + n, uid(dice), *row) for n, row in enumerate(items)),
    )
    start = first_key("reviews_verdict")
    copy_rows(
        "reviews_verdict",
        "id uid item_id assignment_id value note gap_plan version saved_at is_current"
        " changed_after_sign_off",
        (
            (start + n, uid(dice), first + item, by, value, "Seen.", "", 1, at, True, False)
            for n, (item, by, value, at) in enumerate(verdicts)
        ),
    )
    copy_rows(
        "reviews_decisionround",
        "id uid use_case_id review_id submission_id number needs_countersignature decided_by_id"
        " decided_at decided_on policy_versions",
        rounds,
    )
    begin = first_key("reviews_decision")
    copy_rows(
        "reviews_decision",
        "id uid decision_round_id intended_use_id outcome reasons",
        ((begin + n, uid(dice), *row) for n, row in enumerate(decisions)),
    )
