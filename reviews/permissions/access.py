"""Who may see, ask for, grant and end Limited Access, exceptions and extensions."""

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext

from reviews.domain.enums import ApplicationState, GrantStanding, Origin, Party, RequestState
from reviews.domain.errors import StateConflict
from reviews.models import (
    AccessApplication,
    AccessGrant,
    Customer,
    Deployment,
    Extension,
    Membership,
    PolicyException,
    Team,
    UseCase,
    User,
)
from reviews.models.access import sees_all_access
from reviews.permissions import use_cases
from reviews.permissions.involvement import Involvement, Part, involvement_of, involvements_of
from reviews.permissions.rulings import YES, Ruling, no

# Seeing -------------------------------------------------------------------------------------------


def can_view_application(user: User, application: AccessApplication) -> Ruling:
    """The pair of ``AccessApplicationQuerySet.visible_to``."""
    if sees_all_access(user) or _is_member(user, application.team_id):
        return YES
    return no(gettext("You cannot see this application."))


def can_view_grant(user: User, grant: AccessGrant) -> Ruling:
    """The pair of ``AccessGrantQuerySet.visible_to``."""
    if can_view_application(user, grant.application):
        return YES
    return no(gettext("You cannot see this grant."))


def can_view_exception(user: User, exception: PolicyException, *, part: Part = None) -> Ruling:
    """The pair of ``PolicyExceptionQuerySet.visible_to``."""
    if sees_all_access(user) or use_cases.can_view(user, exception.use_case, part=part):
        return YES
    return no(gettext("You cannot see this exception."))


def can_view_customer(user: User, customer: Customer) -> Ruling:
    """The pair of ``CustomerQuerySet.visible_to``."""
    if sees_all_access(user) or customer.owner_id == user.pk:
        return YES
    seen = (
        _sees_a_case_of(user, customer)
        or any(can_view_application(user, row) for row in customer.applications.all())
        or any(can_view_grant(user, row) for row in customer.grants.select_related("application"))
    )
    return YES if seen else no(gettext("You cannot see this customer."))


def can_view_extension(user: User, extension: Extension) -> Ruling:
    """The pair of ``ExtensionQuerySet.visible_to``."""
    if can_view_customer(user, extension.deployment.customer):
        return YES
    return no(gettext("You cannot see this extension."))


# The register of customers ------------------------------------------------------------------------


def can_register(user: User) -> Ruling:
    """Register customers and deployments, and verify whether a customer is managed."""
    if any(
        user.has_perm(f"reviews.{codename}")
        for codename in ("own_sunset", "decide_usecase", "administer_portal")
    ):
        return YES
    return no(
        gettext("Only sunset owners, leads and administrators keep the register of customers.")
    )


# Applications and grants --------------------------------------------------------------------------


def can_file(user: User, team: Team) -> Ruling:
    if _is_member(user, team.pk):
        return YES
    return no(gettext("Only members of a team can file an application for it."))


def is_on_team(user: User, application: AccessApplication) -> bool:
    """On the team that filed it; a page reads it once and hands it to each ruling."""
    return _is_member(user, application.team_id)


def can_withdraw(
    user: User, application: AccessApplication, *, on_team: bool | None = None
) -> Ruling:
    if not (is_on_team(user, application) if on_team is None else on_team):
        return no(gettext("Only members of the team that filed it can withdraw an application."))
    return _is_filed(application, "withdrawn")


def can_decide_application(
    user: User, application: AccessApplication, *, on_team: bool | None = None
) -> Ruling:
    """Grant or deny, as a lead who is not on the applicant's team."""
    if why := _why_no_lead(user, application, on_team):
        return no(gettext("You cannot decide on this application: %(why)s") % {"why": why})
    return _is_filed(application, "decided")


def can_reverify(user: User, grant: AccessGrant, *, on_team: bool | None = None) -> Ruling:
    """Also after it lapsed: the facts are confirmed late, and it runs on."""
    if why := _why_no_lead(user, grant.application, on_team):
        return no(gettext("You cannot re-verify this grant: %(why)s") % {"why": why})
    return _is_held(grant)


def can_transfer(user: User, grant: AccessGrant, *, on_team: bool | None = None) -> Ruling:
    if why := _why_no_lead(user, grant.application, on_team):
        return no(gettext("You cannot transfer this grant: %(why)s") % {"why": why})
    return _is_held(grant)


def can_revoke(user: User, grant: AccessGrant, *, on_team: bool | None = None) -> Ruling:
    if why := _why_no_lead(user, grant.application, on_team):
        return no(gettext("You cannot revoke this grant: %(why)s") % {"why": why})
    return _is_held(grant)


# Extensions ---------------------------------------------------------------------------------------


def can_ask_extension(user: User, deployment: Deployment) -> Ruling:
    """Sunset owners, leads, and the teams that work for the customer."""
    if can_register(user) or _works_for(user, deployment.customer):
        return YES
    return no(
        gettext("Only sunset owners, leads and the customer's teams can ask for an extension.")
    )


def can_decide_extension(user: User, extension: Extension) -> Ruling:
    """A lead who did not ask for it and is on none of the customer's teams."""
    start = "You cannot decide on this extension:"
    if not user.has_perm("reviews.decide_usecase"):
        return no(gettext("%(start)s only a lead can.") % {"start": start})
    if extension.asked_by_id == user.pk:
        return no(gettext("%(start)s you asked for it. Another lead can.") % {"start": start})
    if _works_for(user, extension.deployment.customer):
        return no(
            gettext("%(start)s you are on a team of this customer. Another lead can.")
            % {"start": start}
        )
    return _request_is(extension, RequestState.ASKED)


# Exceptions ---------------------------------------------------------------------------------------


def can_ask_exception(user: User, use_case: UseCase, *, part: Part = None) -> Ruling:
    if involvement_of(user, use_case, part).is_requester:
        return YES
    return no(
        gettext("Only the team and co-authors with the right to edit can ask for an exception.")
    )


def can_grant_exception(user: User, exception: PolicyException, *, part: Part = None) -> Ruling:
    """As the lead of its use case: no requester, no reviewer, no countersigner of it."""
    part = involvement_of(user, exception.use_case, part)
    parties = use_cases.parties_of(user, exception.use_case, part=part)
    if exception.asked_by_id == user.pk or Party.LEAD not in parties:
        return no(
            gettext("You cannot grant this exception: %(why_not)s")
            % {"why_not": _why_not(user, exception, part)}
        )
    return _request_is(exception, RequestState.ASKED)


def can_countersign_exception(
    user: User, exception: PolicyException, *, part: Part = None
) -> Ruling:
    """A second lead: neither who granted it nor who decided on its use case."""
    start = "You cannot countersign this exception:"
    part = involvement_of(user, exception.use_case, part)
    if exception.granted_by_id == user.pk:
        return no(gettext("%(start)s you granted it. Another lead can.") % {"start": start})
    if not _is_free_lead(user, exception, part):
        return no(
            gettext("%(start)s %(why_not)s")
            % {"start": start, "why_not": _why_not(user, exception, part)}
        )
    if part.has_decided:
        return no(
            gettext("%(start)s you decided on its use case. Another lead can.") % {"start": start}
        )
    return _request_is(exception, RequestState.AWAITING_COUNTERSIGNATURE)


def can_refuse_exception(user: User, exception: PolicyException, *, part: Part = None) -> Ruling:
    """Any free lead, before it is in force: a countersigner who does not agree refuses it."""
    part = involvement_of(user, exception.use_case, part)
    if not _is_free_lead(user, exception, part):
        return no(
            gettext("You cannot refuse this exception: %(why_not)s")
            % {"why_not": _why_not(user, exception, part)}
        )
    return _request_is(exception, RequestState.ASKED, RequestState.AWAITING_COUNTERSIGNATURE)


def can_revoke_exception(user: User, exception: PolicyException, *, part: Part = None) -> Ruling:
    part = involvement_of(user, exception.use_case, part)
    if not _is_free_lead(user, exception, part):
        return no(
            gettext("You cannot revoke this exception: %(why_not)s")
            % {"why_not": _why_not(user, exception, part)}
        )
    return _request_is(exception, RequestState.GRANTED)


# Who stands where ---------------------------------------------------------------------------------


def _sees_a_case_of(user: User, customer: Customer) -> bool:
    """Of those on record, filed or imported: a draft may name any customer its author chose."""
    on_record = Q(origin=Origin.IMPORTED) | Q(submissions__isnull=False)
    cases = list(customer.use_cases.filter(on_record).distinct())
    parts = involvements_of(user, [case.pk for case in cases])
    return any(use_cases.can_view(user, case, part=parts[case.pk]) for case in cases)


def _is_member(user: User, team_id: int) -> bool:
    return Membership.objects.filter(user=user, team_id=team_id).exists()


def _works_for(user: User, customer: Customer) -> bool:
    """Member of a team that has a use case or an application for this customer. One query."""
    cases = UseCase.objects.filter(customer=customer, team=OuterRef("team"))
    applications = AccessApplication.objects.filter(customer=customer, team=OuterRef("team"))
    working = Q(Exists(cases.order_by())) | Q(Exists(applications.order_by()))
    return Membership.objects.filter(working, user=user).exists()


def _why_no_lead(user: User, application: AccessApplication, on_team: bool | None) -> str:
    """Why this person is no free lead for the application; empty if they are one."""
    if not user.has_perm("reviews.decide_usecase"):
        return gettext("only a lead can.")
    mine = is_on_team(user, application) if on_team is None else on_team
    if application.filed_by_id == user.pk or mine:
        return gettext("you are on the team that filed it. Another lead can.")
    return ""


def _is_free_lead(user: User, exception: PolicyException, part: Involvement) -> bool:
    """A lead who is and was neither on the requester's side nor a reviewer of the use case."""
    return (
        user.has_perm("reviews.decide_usecase")
        and exception.asked_by_id != user.pk
        and not part.on_requesters_side
        and not part.has_filed
        and not part.was_assigned
    )


def _why_not(user: User, exception: PolicyException, part: Involvement) -> str:
    if not user.has_perm("reviews.decide_usecase"):
        return gettext("only a lead can.")
    if part.on_requesters_side:
        return gettext("you are on the team of its use case or a co-author. Another lead can.")
    if exception.asked_by_id == user.pk:
        return gettext("you asked for it. Another lead can.")
    if part.is_reviewer:
        return gettext("you are a reviewer of its use case. Another lead can.")
    if part.has_filed:
        return gettext("you filed its use case. Another lead can.")
    if part.was_assigned:
        return gettext("you stepped back as a reviewer of its use case. Another lead can.")
    return gettext("you countersigned on its use case. Another lead can.")


# How the row stands: always asked last ------------------------------------------------------------


def _is_filed(application: AccessApplication, words: str) -> Ruling:
    if application.state == ApplicationState.FILED:
        return YES
    label = application.current_state.label
    return no(
        gettext("This application is “%(label)s”, so it cannot be %(words)s any more.")
        % {"label": label, "words": words},
        StateConflict,
    )


def _is_held(grant: AccessGrant) -> Ruling:
    if grant.revoked_at is None and grant.transferred_at is None:
        return YES
    ended = GrantStanding.REVOKED if grant.revoked_at else GrantStanding.TRANSFERRED
    return no(
        gettext("This grant is “%(ended_label)s” already.") % {"ended_label": ended.label},
        StateConflict,
    )


def _request_is(row: PolicyException | Extension, *states: RequestState) -> Ruling:
    if row.current_state in states:
        return YES
    return no(
        gettext("This request is “%(current_state_label)s”.")
        % {"current_state_label": row.current_state.label},
        StateConflict,
    )
