"""Who may see the boards, and what is known of reviewers: absence, expertise, conflicts."""

from django.utils.translation import gettext

from reviews.models import User
from reviews.permissions.rulings import YES, Ruling, no

OFFICE = ("review_usecase", "assign_reviewer", "decide_usecase")


def belongs_to_office(user: User) -> bool:
    return any(user.has_perm(f"reviews.{code}") for code in OFFICE)


def can_see_board(user: User) -> Ruling:
    """The lead's board counts every filed case, so it is for those who may see each of them."""
    if user.has_perm("reviews.read_every_usecase") or user.has_perm("reviews.review_usecase"):
        return YES
    return no(gettext("The board is for reviewers, leads and auditors. Your team has its own."))


def can_see_people(user: User) -> Ruling:
    if belongs_to_office(user) or user.has_perm("reviews.read_every_usecase"):
        return YES
    return no(gettext("Who reviews what is for the office. Ask a lead."))


def can_keep(user: User, person: User) -> Ruling:
    """Set what is known of ``person``: the person themselves, or a lead for anybody."""
    if not belongs_to_office(person):
        return no(gettext("%(person)s does not review or decide.") % {"person": person})
    if user.pk == person.pk or user.has_perm("reviews.assign_reviewer"):
        return YES
    return no(gettext("Only %(person)s or a lead can change this.") % {"person": person})


def can_read_reasons(user: User, person: User) -> bool:
    """Why somebody is in conflict is for the person, leads and auditors."""
    return user.pk == person.pk or user.has_perm("reviews.read_every_usecase")
