"""Who may do what with a use case, and in which capacity they act.

Rulings on one case take ``part``, what a page has read of the person already; see ``involvement``.
"""

from django.utils.translation import gettext, gettext_lazy

from reviews.domain.enums import Action, Origin, Party, State
from reviews.domain.errors import TransitionNotAllowed
from reviews.domain.workflow import TRANSITIONS
from reviews.models import Evidence, UseCase, User
from reviews.permissions.involvement import Involvement, Part, involvement_of
from reviews.permissions.rulings import YES, Ruling, no


def stands_on_requesters_side(user: User, use_case: UseCase) -> bool:
    """Requester in the wide sense of the people rules: the team and every co-author."""
    return involvement_of(user, use_case).on_requesters_side


def is_reviewer(user: User, use_case: UseCase) -> bool:
    """Assigned to any round of this case and not recused from it."""
    return involvement_of(user, use_case).is_reviewer


def has_decided(user: User, use_case: UseCase) -> bool:
    """Was the deciding lead of any round of this case."""
    return involvement_of(user, use_case).has_decided


def has_countersigned(user: User, use_case: UseCase) -> bool:
    """Agreed or refused as the second lead of any round of this case."""
    return involvement_of(user, use_case).has_countersigned


def may_lead(user: User, part: Involvement) -> bool:
    """A lead, or who was brought in as the lead of this case. The people rules come on top."""
    return user.has_perm("reviews.decide_usecase") or part.named_as is Party.LEAD


def may_sign(user: User, part: Involvement) -> bool:
    """A lead, or who was brought in as the second lead of this case."""
    return user.has_perm("reviews.decide_usecase") or part.named_as is Party.SECOND_LEAD


def can_view(user: User, use_case: UseCase, *, part: Part = None) -> Ruling:
    """The pair of ``UseCaseQuerySet.visible_to``."""
    if user.has_perm("reviews.read_every_usecase"):
        return YES
    part = involvement_of(user, use_case, part)
    if part.on_requesters_side:
        return YES
    filed = use_case.state != State.DRAFT or use_case.origin == Origin.IMPORTED
    if filed and (user.has_perm("reviews.review_usecase") or part.named_as):
        return YES
    if user.has_perm("reviews.advise_usecase") and part.was_on_panel:
        return YES
    return no(gettext("You cannot see this use case."))


def can_edit(user: User, use_case: UseCase, *, part: Part = None) -> Ruling:
    """Change the working answers, scenarios and evidence."""
    if not involvement_of(user, use_case, part).is_requester:
        return no(
            gettext("Only the team and co-authors with the right to edit can change the answers.")
        )
    if not State(use_case.state).is_editable:
        return no(
            gettext(
                "This use case is “%(label)s”; its answers can be read and exported, not changed."
            )
            % {"label": State(use_case.state).label},
            TransitionNotAllowed,
        )
    return YES


def can_manage_co_authors(user: User, use_case: UseCase, *, part: Part = None) -> Ruling:
    if involvement_of(user, use_case, part).on_team:
        return YES
    return no(gettext("Only members of the team can add or remove co-authors."))


def can_answer_questions(user: User, use_case: UseCase, *, part: Part = None) -> Ruling:
    """Members, and co-authors with the right to comment or edit."""
    if involvement_of(user, use_case, part).may_answer:
        return YES
    return no(gettext("Only the team and its co-authors can answer questions."))


def can_download(user: User, evidence: Evidence) -> Ruling:
    return can_view(user, evidence.use_case)


def parties_of(user: User, use_case: UseCase, *, part: Part = None) -> frozenset[Party]:
    """Every capacity in which this person may act on this case.

    The people rules of the design: requester (co-authors included), reviewer, deciding lead and
    countersigner are different people on one case, and stay so over all its rounds. The lead of an
    appeal is neither of the two who decided; the earlier countersigner may countersign again.
    A declared conflict of interest with the team or the customer bars from leading and signing.
    """
    part = involvement_of(user, use_case, part)
    if part.on_requesters_side:
        return frozenset({Party.REQUESTER} if part.is_requester else ())
    if part.has_filed:
        return frozenset()
    if part.is_reviewer:
        return frozenset({Party.REVIEWER})
    # Who stepped back as a reviewer is too close to decide, too.
    parties = set() if part.was_assigned else _as_lead(user, part)
    if part.on_panel:
        parties.add(Party.PANEL)
    return frozenset(parties)


def _as_lead(user: User, part: Involvement) -> set[Party]:
    """In the eyes of the people rules, of one who is no requester and no reviewer of the case."""
    found: set[Party] = set()
    if part.has_conflict:
        return found
    if may_lead(user, part) and not part.appealed_against and not part.has_countersigned:
        found.add(Party.LEAD)
    if may_sign(user, part) and part.case_decided and not part.has_decided:
        found.add(Party.SECOND_LEAD)
    return found


def can_act(user: User, use_case: UseCase, action: Action, *, part: Part = None) -> Ruling:
    """Authority first, state last: a stranger learns nothing about the state."""
    wanted = frozenset().union(*(a.parties for (_, act), a in TRANSITIONS.items() if act == action))
    mine = parties_of(user, use_case, part=part)
    if not mine & wanted:
        return no(
            gettext("You cannot %(action_label)s this use case: %(who)s can.")
            % {"action_label": action.label, "who": _who(wanted)}
        )
    found = TRANSITIONS.get((State(use_case.state), action))
    if found is None or not mine & found.parties:
        return no(
            gettext("You cannot %(action_label)s a use case that is “%(label)s”.")
            % {"action_label": action.label, "label": State(use_case.state).label},
            TransitionNotAllowed,
        )
    return YES


def _who(parties: frozenset[Party]) -> str:
    people = [party for party in Party if party in parties and party is not Party.SYSTEM]
    return gettext(" or ").join(str(_WORDS[party]) for party in people)


_WORDS = {
    Party.REQUESTER: gettext_lazy("the team that filed it"),
    Party.REVIEWER: gettext_lazy("an assigned reviewer"),
    Party.LEAD: gettext_lazy("a lead who is neither requester nor reviewer of the case"),
    Party.SECOND_LEAD: gettext_lazy("a lead other than the one who decided"),
    Party.PANEL: gettext_lazy("a panel member who was asked"),
}
