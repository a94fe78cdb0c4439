"""What changed since a person last looked: events of the record, and answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from reviews.domain import intake
from reviews.domain.changes import Piece, pieces
from reviews.domain.intake import Answers
from reviews.domain.visits import sits_down_anew
from reviews.models import (
    AuditEvent,
    CoAuthor,
    Membership,
    Review,
    ReviewAssignment,
    Submission,
    UseCase,
    User,
    Visit,
)
from reviews.selectors.answers import answer_anchor
from reviews.selectors.timeline import BLIND, MOST, OFFICE_ONLY, QUIET, Reader, visible
from reviews.selectors.use_cases import answers_with_people


@dataclass(frozen=True, slots=True)
class Before:
    """What a person had seen of a case when the present sitting began."""

    at: datetime
    seq: int
    submission: int | None


def seen_before(user: User, use_case: UseCase, *, at: datetime) -> Before | None:
    """What counts as seen for a look at ``at``, without noting the look; ``None``: a first look.

    The pair of ``services.visits.saw``. One query.
    """
    visit = Visit.objects.filter(user=user, use_case=use_case).first()
    if visit is None:
        return None
    if sits_down_anew(seen_at=visit.seen_at, at=at):
        return Before(visit.seen_at, visit.seen_seq, visit.submission_id)
    return Before(visit.sitting_at, visit.sitting_seq, visit.sitting_submission_id)


def events_since(
    use_case: UseCase, reader: Reader, seq: int, *, shown: Sequence[AuditEvent]
) -> list[AuditEvent]:
    """What others did after event ``seq`` and this reader may see, the newest first.

    ``shown``: the newest events that the page holds anyway. One query where they do not reach
    back far enough, else none.
    """
    if len(shown) < MOST or shown[-1].seq <= seq:
        return [one for one in shown if one.seq > seq and one.actor_id != reader.user.pk]
    rows = visible(use_case, reader).filter(seq__gt=seq).exclude(actor=reader.user)
    return list(rows.select_related("actor").order_by("-seq"))


def with_news(queryset: QuerySet[UseCase], user: User) -> QuerySet[UseCase]:
    """Each case with ``has_news``: others did something since this person last looked that the
    person may see. A case at which they never looked has no news: everything in it is new.

    Part of the list's own query.
    """
    return queryset.annotate(has_news=_news(user, "pk"))


def with_news_of(rounds: QuerySet[Review], user: User) -> QuerySet[Review]:
    """The same of the rounds' cases."""
    return rounds.annotate(has_news=_news(user, "use_case"))


def _news(user: User, case_field: str) -> Exists:
    case = OuterRef(OuterRef(case_field))
    on_side = Exists(
        Membership.objects.filter(user=user, team=OuterRef("use_case__team"))
    ) | Exists(CoAuthor.objects.filter(user=user, use_case=OuterRef("use_case")))
    is_blind = _is_blind(user)
    events = (
        AuditEvent.objects.filter(use_case_id=case, seq__gt=OuterRef("seen_seq"))
        .exclude(actor=user)
        .exclude(kind__in=QUIET)
    )
    visits = Visit.objects.filter(user=user, use_case=OuterRef(case_field))
    news = visits.filter(
        Exists(events.exclude(kind__in=OFFICE_ONLY | BLIND))
        | (~Q(on_side) & Exists(events.filter(kind__in=OFFICE_ONLY - BLIND)))
        | (~Q(on_side) & ~Q(is_blind) & Exists(events.filter(kind__in=BLIND)))
    )
    return Exists(news)


@dataclass(frozen=True, slots=True)
class AnswerChange:
    """One answer that reads otherwise. An empty side had no answer there.

    ``anchor`` is that of ``selectors.answers``: the place of the answer on the desk.
    """

    page: str
    page_title: str
    field: str
    label: str
    old: str
    new: str
    pieces: tuple[Piece, ...]
    is_material: bool
    anchor: str


def _is_blind(user: User) -> Q:
    """Of a visit: what the reviewers of the case are at is kept from this person, because they
    review it or could be asked to. The pair of ``web.views.use_cases.may_be_blind``.
    """
    rounds = Review.objects.filter(
        use_case=OuterRef("use_case"), closed_at__isnull=True, is_sensitive=True
    )
    active = Q(assignments__recused_at__isnull=True, assignments__isnull=False)
    unsigned = active & Q(assignments__signed_off_at__isnull=True)
    rounds = rounds.annotate(
        seated=Count("assignments", filter=active), at_work=Count("assignments", filter=unsigned)
    )
    if user.has_perm("reviews.review_usecase"):
        return Q(Exists(rounds.filter(Q(at_work__gt=0) | Q(seated__lt=2))))
    mine = ReviewAssignment.objects.filter(
        review=OuterRef("pk"), reviewer=user, recused_at__isnull=True
    )
    return Q(Exists(rounds.filter(Exists(mine), at_work__gt=0)))


def answers_changed(old: Answers, new: Answers) -> list[AnswerChange]:
    """In the order of the form, word by word. No query."""
    return [
        AnswerChange(
            one.page,
            one.page_title,
            one.field,
            one.label,
            one.old,
            one.new,
            pieces(one.old, one.new),
            one.is_material,
            answer_anchor(one.page, one.field),
        )
        for one in intake.compare(old, new)
    ]


def answers_changed_since(
    use_case: UseCase, submission: Submission | None, *, until: Submission | None = None
) -> list[AnswerChange]:
    """Answers that differ between ``submission`` (the one last seen) and ``until``, else the
    newest. Empty without a submission seen, or where it is the newest.

    At most three queries: the newest, and the texts of people of either side.
    """
    if submission is None:
        return []
    newest = until or use_case.submissions.prefetch_related("people").order_by("number").last()
    if newest is None or newest.number <= submission.number:
        return []
    return answers_changed(answers_with_people(submission), answers_with_people(newest))


def by_anchor(changes: list[AnswerChange]) -> Mapping[str, AnswerChange]:
    """To look up beside each answer."""
    return {one.anchor: one for one in changes}
