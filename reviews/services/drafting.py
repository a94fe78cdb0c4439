"""Begin a use case, and keep its working answers while people type."""

import secrets
from collections.abc import Collection, Mapping
from datetime import date, datetime
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from reviews.domain import intake
from reviews.domain.enums import AuditKind, State
from reviews.domain.errors import BadInput, StaleVersion
from reviews.domain.intake.prefilling import prefilled
from reviews.models import Capability, Customer, DraftPage, Team, UseCase, User
from reviews.models.intake_answers import known_values
from reviews.permissions.intake import can_create
from reviews.permissions.rulings import require
from reviews.permissions.use_cases import can_edit
from reviews.services import audit, references
from reviews.services.transitions import locked

MOST_SCENARIOS = 20


@transaction.atomic
def create_use_case(
    team: Team,
    *,
    title: str,
    by: User,
    at: datetime,
    on: date,
    capabilities: Collection[str] = (),
    customer: Customer | None = None,
    facts: Mapping[str, str] | None = None,
    uid: UUID | None = None,
) -> UseCase:
    """Begin a draft with a first, empty scenario.

    ``capabilities`` are slugs, ``facts`` what the gate page was told; both only prefill the form,
    and what the form cannot take is left out. The entry point has looked up ``customer`` among
    those whom ``by`` sees. ``uid`` names the attempt: the same attempt again, at the same moment
    too, gives the draft that it made. Raises ``NotPermitted`` or ``BadInput``.
    """
    require(can_create(by, team))
    if made := _made_before(uid, by):
        return made
    system = intake.clean_page(
        "system",
        {"title": title, "capabilities": list(capabilities)},
        known=known_values("system", by=by),
    )
    if "title" not in system:
        raise BadInput(gettext("Give the use case a name."))
    uses = known_values("scenario:", by=by).get(intake.Kind.LISTED_USE, ())
    known = prefilled(facts or {}, uses=uses)
    deployment: dict[str, object] = dict(known.get("deployment", {}))
    if customer is not None:
        deployment |= {"for_customer": "yes", "customer": str(customer.uid)}
    try:
        with transaction.atomic():  # who loses gives the reference back
            (reference,) = references.allot(1, on=on)
            use_case = UseCase.objects.create(
                uid=uid or uuid4(),
                reference=reference,
                title=str(system["title"]),
                team=team,
                customer=customer,
                created_by=by,
                created_at=at,
                updated_at=at,
                state_since=at,
            )
    except IntegrityError:
        if made := _made_before(uid, by):
            return made
        raise
    pages = {
        "system": system,
        _new_scenario_key(): known.get(intake.SCENARIO, {}),
        "deployment": deployment,
    }
    DraftPage.objects.bulk_create(
        DraftPage(use_case=use_case, page=page, answers=answers, saved_by=by, saved_at=at)
        for page, answers in pages.items()
        if answers or intake.is_scenario(page)
    )
    _set_capabilities(use_case, system)
    audit.record(
        AuditKind.USE_CASE_CREATED,
        subject=use_case,
        by=by,
        at=at,
        on=on,
        team=team.uid,
        capabilities=list(capabilities),
    )
    return use_case


@transaction.atomic
def save_page(
    use_case: UseCase,
    page: str,
    *,
    answers: Mapping[str, object],
    version: int,
    by: User,
    at: datetime,
    on: date,
) -> DraftPage:
    """Keep the answers of one page; what is not required yet may be missing.

    ``version`` is the one the person saw, 0 for a page that nobody saved yet. The same answers
    again make no new version. Raises ``StaleVersion`` with both texts when somebody saved in
    between, ``BadInput`` for answers in the wrong shape, ``NotPermitted`` or
    ``TransitionNotAllowed``; then nothing was written.
    """
    use_case = locked(use_case)
    require(can_edit(by, use_case))
    stored = DraftPage.objects.filter(use_case=use_case, page=page).first()
    if stored is None and intake.is_scenario(page):
        raise BadInput(
            gettext("This scenario was removed. Your text is on this page; copy what you need.")
        )
    before = stored.answers if stored else {}
    fresh = intake.clean_page(page, answers, known=known_values(page, before, by=by))
    if stored is not None and stored.answers == fresh:
        return stored
    if stored is not None and stored.version != version:
        raise StaleVersion(
            gettext("This page was saved somewhere else since you opened it. Both texts are kept."),
            theirs=stored.answers,
            yours=fresh,
            version=stored.version,
        )
    changed = sorted(field for field in {*before, *fresh} if before.get(field) != fresh.get(field))
    stored = stored or DraftPage(use_case=use_case, page=page, version=0)
    stored.answers, stored.version = fresh, stored.version + 1
    stored.saved_by, stored.saved_at = by, at
    stored.save()
    use_case.updated_at = at
    use_case.save(update_fields=["updated_at"])
    if State(use_case.state) in {State.DRAFT, State.REFUSED}:  # else it shows what was filed
        show_on_case(use_case, page, fresh)
    audit.record(
        AuditKind.DRAFT_SAVED,
        subject=use_case,
        by=by,
        at=at,
        on=on,
        page=page,
        fields=changed,
        version=stored.version,
    )
    return stored


@transaction.atomic
def add_scenario(use_case: UseCase, *, by: User, at: datetime, on: date) -> DraftPage:
    """One more scenario, empty. Raises ``BadInput`` when there are as many as may be."""
    use_case = locked(use_case)
    require(can_edit(by, use_case))
    count = DraftPage.objects.filter(use_case=use_case, page__startswith="scenario:").count()
    if count >= MOST_SCENARIOS:
        raise BadInput(
            gettext(
                "A use case holds %(most_scenarios)s scenarios at most. Begin another use case."
            )
            % {"most_scenarios": MOST_SCENARIOS}
        )
    page = DraftPage.objects.create(
        use_case=use_case, page=_new_scenario_key(), answers={}, saved_by=by, saved_at=at
    )
    audit.record(
        AuditKind.DRAFT_SAVED, subject=use_case, by=by, at=at, on=on, page=page.page, added=True
    )
    return page


@transaction.atomic
def remove_scenario(use_case: UseCase, page: str, *, by: User, at: datetime, on: date) -> None:
    """Drop a scenario from the working answers; submissions keep theirs.

    Raises ``BadInput`` for the last one, or for one that is gone already.
    """
    use_case = locked(use_case)
    require(can_edit(by, use_case))
    pages = DraftPage.objects.filter(use_case=use_case, page__startswith="scenario:")
    if not pages.filter(page=page).exists():
        raise BadInput(gettext("This scenario was removed already."))
    if pages.count() == 1:
        raise BadInput(gettext("A use case needs one scenario at least. Change this one instead."))
    pages.filter(page=page).delete()
    audit.record(AuditKind.SCENARIO_REMOVED, subject=use_case, by=by, at=at, on=on, page=page)


def show_on_case(use_case: UseCase, page: str, answers: Mapping[str, object]) -> None:
    """Copy what lists and filters need from the answers onto the use case."""
    if page == "system":
        use_case.title = str(answers.get("title") or use_case.title)
        use_case.lifecycle_stage = str(answers.get("lifecycle_stage") or "")
        use_case.save(update_fields=["title", "lifecycle_stage"])
        _set_capabilities(use_case, answers)
    if page == "deployment":
        uid = str(answers.get("customer") or "")
        chosen = answers.get("for_customer") == "yes" and uid not in ("", "other")
        use_case.customer = Customer.objects.filter(uid=uid).first() if chosen else None
        use_case.save(update_fields=["customer"])


def _made_before(uid: UUID | None, by: User) -> UseCase | None:
    return UseCase.objects.filter(uid=uid, created_by=by).first() if uid else None


def _set_capabilities(use_case: UseCase, system: Mapping[str, object]) -> None:
    slugs = intake.capability_slugs({"system": system})
    use_case.capabilities.set(Capability.objects.filter(slug__in=slugs))


def _new_scenario_key() -> str:
    return f"{intake.SCENARIO}:{secrets.token_hex(6)}"
