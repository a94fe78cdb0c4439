"""Who may bring in somebody from outside for one case, and who may be brought in."""

from django.utils.translation import gettext

from reviews.domain.enums import Party, State
from reviews.domain.errors import StateConflict
from reviews.models import UseCase, User
from reviews.permissions.involvement import Part, involvement_of
from reviews.permissions.rulings import YES, Ruling, no
from reviews.permissions.staffing import free_people


def can_name_outsider(user: User, use_case: UseCase, *, part: Part = None) -> Ruling:
    """A lead or an administrator who has no part in the case, where somebody is lacking."""
    ruling = may_name_outsiders(user, use_case, part=part)
    if not ruling:
        return ruling
    state = use_case.current_state
    before = state in {State.DRAFT, State.REFUSED}
    if not (state.is_open or before):
        return no(
            gettext("Nobody is needed for a use case that is “%(state_label)s”.")
            % {"state_label": state.label},
            StateConflict,
        )
    # Before it is filed nobody knows yet whether it is sensitive: then for the larger need.
    if free_people(use_case, sensitive=use_case.is_sensitive or before).enough:
        return no(
            gettext(
                "The office has enough free people for this use case; nobody from outside is"
                " needed."
            ),
            StateConflict,
        )
    return YES


def may_name_outsiders(user: User, use_case: UseCase, *, part: Part = None) -> Ruling:
    """Whether it is this person's to say who is brought in. ``can_name_outsider`` asks first."""
    if not (user.has_perm("reviews.decide_usecase") or user.has_perm("reviews.administer_portal")):
        return no(gettext("Only a lead or an administrator can bring in somebody for a use case."))
    part = involvement_of(user, use_case, part)
    if part.on_requesters_side or part.has_filed:
        return no(
            gettext(
                "You stand on the team's side of this use case, so you cannot choose who judges it."
            )
        )
    if part.is_reviewer:
        return no(
            gettext("You review this use case, so you cannot choose who judges it beside you.")
        )
    return YES


def can_be_named(person: User, use_case: UseCase, party: Party, *, by: User) -> Ruling:
    """The people rules, seen from the person who would be brought in."""
    if person.pk == by.pk:
        return no(gettext("You cannot name yourself."), StateConflict)
    if not person.is_active:
        return no(
            gettext("%(person)s no longer has an account.") % {"person": person}, StateConflict
        )
    part = involvement_of(person, use_case)
    if part.on_requesters_side or part.has_filed:
        return no(
            gettext("%(person)s is on the team of this use case, a co-author, or filed it.")
            % {"person": person}
        )
    if part.named_as is not None:
        return no(
            gettext("%(person)s has been named for this use case already.") % {"person": person},
            StateConflict,
        )
    codename = "review_usecase" if party is Party.REVIEWER else "decide_usecase"
    if person.has_perm(f"reviews.{codename}"):
        return no(
            gettext("%(person)s has this role already; what bars them here are the people rules.")
            % {"person": person}
        )
    if part.was_assigned or part.has_decided or part.has_countersigned:
        return no(
            gettext("%(person)s has or had another part in this use case.") % {"person": person}
        )
    if party is Party.SECOND_LEAD and involvement_of(by, use_case).has_decided:
        return no(
            gettext(
                "You decided on this use case, so you cannot choose who countersigns it. Another"
                " lead or an administrator can."
            )
        )
    return YES
