"""Who may assign, judge, ask and sign off in a review, and who may read what was judged."""

from collections.abc import Collection

from django.utils.translation import gettext, gettext_noop

from reviews.domain.enums import Action, Party, ReviewKind, State
from reviews.domain.errors import StateConflict, TransitionNotAllowed
from reviews.models import Outsider, Question, Review, ReviewAssignment, User
from reviews.permissions.involvement import Part, involvement_of
from reviews.permissions.rulings import YES, Ruling, no
from reviews.permissions.use_cases import can_answer_questions, can_view, parties_of

UNDER_REVIEW = frozenset({State.IN_REVIEW, State.NEEDS_INFORMATION})
BEFORE_DECISION = UNDER_REVIEW | {State.AWAITING_DECISION, State.REFERRED}
"""States in which a reviewer's verdicts may still change."""
_CHANGED_SIDES = gettext_noop(
    "You are on the team of this use case or a co-author, so step back from its review."
)

_IN_CONFLICT = gettext_noop(
    "A conflict of interest with this team or customer is on record for you, so step back from its"
    " review."
)


def assignment_of(user: User, review: Review) -> ReviewAssignment | None:
    """The part this person plays in the round, unless recused from it. One query."""
    return ReviewAssignment.objects.filter(
        review=review, reviewer=user, recused_at__isnull=True
    ).first()


def can_open_workbench(user: User) -> Ruling:
    codes = ("review_usecase", "assign_reviewer", "advise_usecase", "read_every_usecase")
    if any(user.has_perm(f"reviews.{code}") for code in codes):
        return YES
    if Outsider.objects.filter(user=user).exists():
        return YES
    return no(gettext("The reviews are for reviewers, leads, panel members and auditors."))


def can_assign(user: User, review: Review, *, part: Part = None) -> Ruling:
    """A lead who is neither on the requester's side nor a reviewer of the case."""
    if not user.has_perm("reviews.assign_reviewer"):
        return no(gettext("Only a lead can assign reviewers."))
    part = involvement_of(user, review.use_case, part)
    if part.on_requesters_side:
        return no(
            gettext("You are on the team of this use case or a co-author. Another lead can assign.")
        )
    if part.is_reviewer:
        return no(
            gettext("You are a reviewer of this use case. A lead who is not can assign the others.")
        )
    return _under_review(review, "assign reviewers to")


def can_be_assigned(reviewer: User, review: Review, *, part: Part = None) -> Ruling:
    """The people rules, seen from the person who would review (``part``: that person's)."""
    part = involvement_of(reviewer, review.use_case, part)
    may_review = reviewer.has_perm("reviews.review_usecase") or part.named_as is Party.REVIEWER
    if not reviewer.is_active or not may_review:
        return no(
            gettext("%(reviewer)s is not a reviewer. Choose somebody who is.")
            % {"reviewer": reviewer}
        )
    if part.on_requesters_side:
        return no(
            gettext("%(reviewer)s is on the team of this use case or a co-author.")
            % {"reviewer": reviewer}
        )
    if part.has_filed:
        return no(
            gettext("%(reviewer)s filed this use case, so cannot review it.")
            % {"reviewer": reviewer}
        )
    if part.has_conflict:
        return no(
            gettext("%(reviewer)s declared a conflict of interest with the team or the customer.")
            % {"reviewer": reviewer}
        )
    if part.has_decided or part.has_countersigned:
        return no(
            gettext(
                "%(reviewer)s has decided on this use case or countersigned, so cannot review it."
            )
            % {"reviewer": reviewer}
        )
    if review.pk in part.reviews | part.recused_from:
        words = "is already assigned to" if review.pk in part.reviews else "was recused from"
        return no(
            gettext("%(reviewer)s %(words)s this review.") % {"reviewer": reviewer, "words": words},
            StateConflict,
        )
    return YES


def can_recuse(user: User, assignment: ReviewAssignment, *, part: Part = None) -> Ruling:
    """The reviewer steps back, or a lead who may assign takes the person off."""
    if assignment.reviewer_id != user.pk:
        ruling = can_assign(user, assignment.review, part=part)
        if not ruling:
            return ruling
    if assignment.recused_at is not None:
        return no(
            gettext("%(reviewer)s was recused from this review already.")
            % {"reviewer": assignment.reviewer},
            StateConflict,
        )
    if assignment.signed_off_at is not None:
        return no(
            gettext("%(reviewer)s has signed off. A lead can send the review back first.")
            % {"reviewer": assignment.reviewer},
            StateConflict,
        )
    return _under_review(assignment.review, "step back from the review of")


def can_skip(user: User, assignment: ReviewAssignment) -> Ruling:
    """One's own unfinished review."""
    if assignment.reviewer_id != user.pk:
        return no(gettext("Only the reviewer can put a review last in the own queue."))
    if assignment.recused_at is not None or assignment.signed_off_at is not None:
        return no(gettext("You have nothing left to do in this review."), StateConflict)
    return _under_review(assignment.review, "skip the review of")


def can_judge(user: User, review: Review, *, part: Part = None) -> Ruling:
    """Give verdicts: an assigned reviewer, until the case is decided."""
    part = involvement_of(user, review.use_case, part)
    if review.pk not in part.reviews:
        return no(
            gettext("Only a reviewer who is assigned to this review can give verdicts in it.")
        )
    if part.on_requesters_side:
        return no(gettext(_CHANGED_SIDES))
    if part.has_conflict:
        return no(gettext(_IN_CONFLICT))
    if review.closed_at is not None:
        return no(
            gettext("This review is closed; its verdicts can be read, not changed."), StateConflict
        )
    state = State(review.use_case.state)
    if state not in BEFORE_DECISION:
        return no(
            gettext("You cannot change verdicts while the use case is “%(state_label)s”.")
            % {"state_label": state.label},
            TransitionNotAllowed,
        )
    return YES


def can_sign_off(user: User, review: Review, *, part: Part = None) -> Ruling:
    """An assigned reviewer, once, while nobody waits for an answer of the team."""
    part = involvement_of(user, review.use_case, part)
    if review.pk not in part.reviews:
        return no(gettext("Only a reviewer who is assigned to this review can sign it off."))
    if part.on_requesters_side:
        return no(gettext(_CHANGED_SIDES))
    if part.has_conflict:
        return no(gettext(_IN_CONFLICT))
    if review.pk in part.signed_off:
        return no(gettext("You have signed this review off already."), StateConflict)
    if review.closed_at is not None:
        return no(
            gettext("This review is closed; there is nothing left to sign off."), StateConflict
        )
    state = State(review.use_case.state)
    if state is State.NEEDS_INFORMATION:
        return no(
            gettext(
                "The team has not answered every question yet, and the answers may change a"
                " verdict. Sign off once they are in."
            ),
            TransitionNotAllowed,
        )
    if state is not State.IN_REVIEW:
        return no(
            gettext("You cannot sign off the review of a use case that is “%(state_label)s”.")
            % {"state_label": state.label},
            TransitionNotAllowed,
        )
    return YES


def can_ask(user: User, review: Review, *, part: Part = None) -> Ruling:
    """Ask the team: an assigned reviewer of this round, or a lead free of other parts."""
    part = involvement_of(user, review.use_case, part)
    leads = Party.LEAD in parties_of(user, review.use_case, part=part)
    if review.pk not in part.reviews and not leads:
        return no(gettext("Only an assigned reviewer or a lead can ask the team questions."))
    return _under_review(review, str(Action.ASK.label))


def can_answer(user: User, question: Question, *, part: Part = None) -> Ruling:
    """The requester's side but for those who may only view."""
    ruling = can_answer_questions(user, question.review.use_case, part=part)
    if not ruling:
        return ruling
    return _is_open(question)


def can_withdraw_question(user: User, question: Question, *, part: Part = None) -> Ruling:
    """Who asked it and is still on the case, or a lead who is free of other parts."""
    review = question.review
    part = involvement_of(user, review.use_case, part)
    if Party.LEAD in parties_of(user, review.use_case, part=part):
        return _is_open(question)
    if question.asked_by_id != user.pk or review.pk not in part.reviews:
        return no(gettext("Only the reviewer who asked, or a lead, can withdraw a question."))
    return _is_open(question)


def _is_open(question: Question) -> Ruling:
    if question.answered_at is not None:
        return no(gettext("This question was answered already."), StateConflict)
    if question.withdrawn_at is not None:
        return no(gettext("This question was withdrawn; nobody has to answer it."), StateConflict)
    if question.review.closed_at is not None:
        return no(
            gettext("This question is no longer open: the review it belongs to has ended."),
            StateConflict,
        )
    return YES


def can_open_desk(user: User, review: Review, *, part: Part = None) -> Ruling:
    """Read a review: the office at any time, the requester's side once it has led to a decision.

    Whose verdicts show is another question, see ``sees_verdicts_of``.
    """
    part = involvement_of(user, review.use_case, part)
    seen = can_view(user, review.use_case, part=part)
    if not seen:
        return seen
    if part.on_requesters_side and not has_led_to_a_decision(review):
        return no(
            gettext(
                "The reviewers are still at work, and their notes are their own until a lead has"
                " decided. The questions they ask you stand on the page of the use case."
            )
        )
    return YES


def sees_all_verdicts(
    user: User,
    review: Review,
    signed: Collection[ReviewAssignment],
    *,
    part: Part = None,
    returned: bool | None = None,
) -> bool:
    """Whether verdicts, notes and recommendations of others show to this person.

    Nobody's do before everybody whom the round needs has signed off: a reviewer is blind to the
    other, and what is unfinished is nobody's business. A review that a lead sent back was open
    once and stays so. The requester's side waits for the decision. ``signed``: who has signed off.
    """
    if involvement_of(user, review.use_case, part).on_requesters_side:
        return has_led_to_a_decision(review)
    return shows_to_the_office(review, signed, returned=returned)


def shows_to_the_office(
    review: Review, signed: Collection[ReviewAssignment], *, returned: bool | None = None
) -> bool:
    """Whether the work of the reviewers is open to the office; as ``sees_all_verdicts`` says.

    ``returned``: whether a lead ever sent the round back, where the caller has read it.
    """
    if len(signed) >= review.reviewers_needed:
        return True
    if review.returns.exists() if returned is None else returned:
        return True
    return has_led_to_a_decision(review)


def has_led_to_a_decision(review: Review) -> bool:
    """Closed by a decision that took effect, not by a withdrawal or a newer submission."""
    if review.closed_at is None:
        return False
    return any(
        not decided.needs_countersignature
        or (hasattr(decided, "countersignature") and decided.countersignature.agreed)
        for decided in review.decision_rounds.select_related("countersignature")
    )


def takes_reviewers(review: Review) -> bool:
    """An appeal is judged by a lead alone; every other open round is worked by reviewers."""
    return (
        review.closed_at is None
        and review.kind != ReviewKind.APPEAL
        and State(review.use_case.state) in UNDER_REVIEW
    )


def _under_review(review: Review, words: str) -> Ruling:
    if review.closed_at is not None:
        return no(
            gettext("This review is closed. Open the use case for the current one."), StateConflict
        )
    if not takes_reviewers(review):
        state = State(review.use_case.state)
        return no(
            gettext("You cannot %(words)s a use case that is “%(state_label)s”.")
            % {"words": words, "state_label": state.label},
            TransitionNotAllowed,
        )
    return YES
