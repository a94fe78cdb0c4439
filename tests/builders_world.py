"""A small portal with something on every page, and more of everything on demand.

``begin`` makes the people and one row of each kind; each ``grow`` adds one more row to every list
and to every part of every page, so that a page that asks per row asks more.
"""

import itertools
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from reviews.domain.enums import (
    AnswerKind,
    AnswerSource,
    AuditKind,
    Channel,
    CoAuthorRight,
    HoldReason,
    MailKind,
    MailState,
    Party,
    RehearsalKind,
    ReviewKind,
    Role,
    State,
)
from reviews.models import (
    CalendarFeed,
    Capability,
    Comment,
    Condition,
    DeploymentAnswer,
    Evaluation,
    GrantVerification,
    Outsider,
    Question,
    Referral,
    ReferralMember,
    Rehearsal,
    RehearsedLine,
    Requirement,
    Review,
    ReviewReturn,
    SavedView,
    SweepHold,
    Thread,
    UseCase,
    User,
    Verdict,
)
from reviews.services import audit, drafting, extensions
from reviews.services.deciding import record_decision
from reviews.services.referring import refer
from reviews.services.sunset import feeds, links
from tests import builders, builders_access, builders_intake, builders_mail, builders_reviewing
from tests.builders import NOW, TODAY, user
from tests.builders_deciding import (
    Office,
    awaiting_decision,
    co_author,
    condition_draft,
    decisions,
    office,
    recused,
    scenario,
    sign_off,
)
from tests.builders_reminding import followed, owned

WHEN = {"at": NOW, "on": TODAY}


@dataclass
class World:
    """Everybody, and one object of each kind by a short name: what the pages are about."""

    people: Office
    panel: User
    sunset_owner: User
    auditor: User
    administrator: User
    things: dict[str, Any] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        try:
            return self.things[name]
        except KeyError:
            raise AttributeError(name) from None


def begin() -> World:
    """Needs the groups, the catalogue and the ladders."""
    people = office()
    world = World(
        people=people,
        panel=user("panel", Role.PANEL),
        sunset_owner=user("sol", Role.SUNSET_OWNER),
        auditor=user("auditor", Role.AUDITOR),
        administrator=user("ada", Role.ADMIN),
    )
    world.things |= {
        "draft": builders_intake.draft(people.team, by=people.requester),
        "refused": builders_intake.draft(people.team, by=people.requester, title="Refused"),
        "withdrawn": builders_intake.draft(people.team, by=people.requester, title="Withdrawn"),
        "review": builders_reviewing.in_review(people, builders_reviewing.full(), title="Reviewed"),
        "again": _again(people),
        "blind": _blind(people),
        "deciding": awaiting_decision(people, sensitive=True),
        "signing": awaiting_decision(people, sensitive=True),
        "referred": awaiting_decision(people, sensitive=True),
        "approved": awaiting_decision(people, state=State.AWAITING_DECISION),
        "exempt": builders_access.decided_case(people),
        "customer": owned("Harbour Bank", is_managed=True, sector="commercial"),
    }
    for name in ("deciding", "signing", "referred"):
        UseCase.objects.filter(pk=world.things[name].pk).update(escalations=["ESC-TRACK"])
    UseCase.objects.filter(pk=world.refused.pk).update(state=State.REFUSED)
    UseCase.objects.filter(pk=world.withdrawn.pk).update(state=State.WITHDRAWN)
    for case in (world.refused, world.withdrawn):
        builders_reviewing.submission(case, builders_reviewing.LOW_RISK)
    world.things["again_item"] = builders_reviewing.item(world.again, "A3.1")
    world.things["seat"] = builders_reviewing.assigned(world.review, people.reviewer, people)
    record_decision(world.signing, scenarios=decisions(world.signing), by=people.lead, **WHEN)
    world.things["referral"] = refer(
        world.referred, question="Is it safe?", members=[world.panel], by=people.lead, **WHEN
    )
    promise = condition_draft(people.requester, people.reviewer2)
    outcome = decisions(world.approved, "approved_with_conditions", (promise,))
    record_decision(world.approved, scenarios=outcome, by=people.lead, **WHEN)
    world.things["condition"] = Condition.objects.get()
    world.things["rehearsals"] = [
        Rehearsal.objects.create(
            kind=kind,
            first_on=TODAY,
            last_on=TODAY + timedelta(days=60),
            made_at=NOW,
            made_on=TODAY,
            mails=0,
        )
        for kind in RehearsalKind
    ]
    world.things["numbers"] = itertools.count(1)
    world.things["hold"] = SweepHold.objects.create(
        reason=HoldReason.EXCESS, found_at=NOW, business_at=NOW, business_on=TODAY
    )
    grow(world)
    return world


def _again(people: Office) -> Review:
    """A second round after a resubmission: verdicts of the first were carried over."""
    first = builders_reviewing.in_review(people, title="Filed again")
    builders_reviewing.assigned(first, people.reviewer, people)
    builders_reviewing.judge_all(first, people.reviewer)
    changed = {"system": {"purpose": "Something else."}}
    answers = builders_reviewing.merged(builders_reviewing.LOW_RISK, changed)
    return builders_reviewing.next_round(first.use_case, answers, ReviewKind.DELTA)


def _blind(people: Office) -> Review:
    """Two who have both signed off; ``grow`` makes them differ."""
    found = builders_reviewing.in_review(people, sensitive=True, title="Judged twice")
    for reviewer in (people.reviewer, people.reviewer2):
        builders_reviewing.assigned(found, reviewer, people)
    for reviewer in (people.reviewer, people.reviewer2):
        builders_reviewing.signed(found, reviewer)
    return found


def grow(world: World) -> None:
    """One more row of everything, on every page and in every list."""
    number = next(world.numbers)
    _office(world, number)
    for name in ("draft", "refused", "withdrawn"):
        _writing(world, world.things[name], number)
    _reviewing(world, number)
    _later_rounds(world, number)
    for name in ("deciding", "signing", "referred", "approved", "exempt"):
        _history(world, world.things[name], number)
    _approved(world, number)
    _access(world, number)
    _sunset(world, number)
    _cases(world, number)


def _office(world: World, number: int) -> None:
    """More people of every role, in teams of their own."""
    for role in Role:
        person = user(f"another_{role.value}_{number}", role)
        builders.team(f"Team of {person}", person)
    helper = user(f"helper{number}")
    world.people.team.members.add(helper, through_defaults={"since": NOW})
    world.things["helper"] = helper
    _, token = feeds.create(world.people.requester, **WHEN)
    world.things["feed"] = CalendarFeed.objects.latest("pk")
    world.things["feed_token"] = token


def _writing(world: World, case: UseCase, number: int) -> None:
    evidence = builders_reviewing.evidence(case, f"proof{number}.pdf")
    writer = co_author(case, user(f"w{case.pk}-{number}"), CoAuthorRight.EDIT)
    if case == world.draft:
        page = drafting.add_scenario(case, by=world.people.requester, **WHEN).page
        world.things |= {"scenario_page": page, "draft_evidence": evidence, "writer": writer}
    _story(world, case)


def _story(world: World, case: UseCase) -> None:
    audit.record(
        AuditKind.USE_CASE_REOPENED,
        subject=case,
        by=user(),
        use_case=case,
        came_from="draft",
        **WHEN,
    )


def _reviewing(world: World, number: int) -> None:
    """The desk: files, questions in every state, verdicts, another reviewer who stepped back."""
    review, people = world.review, world.people
    case = review.use_case
    builders_reviewing.evidence(case, f"proof{number}.pdf")
    co_author(case, user(f"reader{number}"), CoAuthorRight.COMMENT)
    items = list(review.items.all())
    for offset in range(3):
        world.things["item"] = items[0]
        asked = {"review": review, "asked_by": people.reviewer, "asked_at": NOW}
        item = items[(number * 3 + offset) % len(items)]
        world.things["question"] = Question.objects.create(
            **asked, item=item, text=f"What of {number}?"
        )
        Question.objects.create(
            **asked, item=item, text="When?", answer="Soon.", answered_by=user(), answered_at=NOW
        )
        Question.objects.create(
            **asked, text="Who?", withdrawn_by=user(), withdrawn_at=NOW, withdrawn_reason="Known."
        )
        verdict = Verdict.objects.create(
            item=items[(number * 3 + offset) % len(items)],
            assignment=world.seat,
            value="partly_met",
            note="Nearly.",
            saved_at=NOW,
        )
        verdict.evidence.set(case.evidence.all())
    for item in (None, items[0]):
        world.things["thread"] = Thread.objects.create(
            review=review, item=item, opened_by=people.reviewer, opened_at=NOW
        )
        Comment.objects.create(
            thread=world.thread, by=people.lead, text="Look.", saved_at=NOW, posted_at=NOW
        )
    world.things["kept"] = SavedView.objects.create(
        owner=people.requester, list_name="use_cases", name=f"V{number}", words="", saved_at=NOW
    )
    recused(review, user(f"away{number}", Role.REVIEWER))
    _named(world, case, number)
    _story(world, case)


def _later_rounds(world: World, number: int) -> None:
    """The second round: files, talk, people; the blind one: another difference, talked over."""
    people, again = world.people, world.again
    evidence = builders_reviewing.evidence(again.use_case, f"proof{number}.pdf")
    for verdict in Verdict.objects.filter(item__review=again)[:number]:
        verdict.evidence.add(evidence)
    Question.objects.create(
        review=again, item=world.again_item, asked_by=people.reviewer, asked_at=NOW, text="Why?"
    )
    recused(again, user(f"away_again{number}", Role.REVIEWER))
    other = Verdict.objects.filter(assignment__reviewer=people.reviewer2, item__review=world.blind)
    verdict = other.filter(value="met").order_by("pk")[0]
    Verdict.objects.filter(pk=verdict.pk).update(value="partly_met", note="Not quite.")
    for review, item in ((again, world.again_item), (world.blind, verdict.item)):
        thread = Thread.objects.create(
            review=review, item=item, opened_by=people.reviewer, opened_at=NOW
        )
        Comment.objects.create(
            thread=thread, by=people.reviewer, text="Look.", saved_at=NOW, posted_at=NOW
        )


def _history(world: World, case: UseCase, number: int) -> None:
    """Earlier rounds with people, referrals, returns, outsiders, scenarios and files."""
    frozen = builders_reviewing.submission(case, builders_reviewing.LOW_RISK)
    scenario(case, f"Another {number}", 100 + number)
    last = case.reviews.order_by("number").last()
    Review.objects.filter(pk=last.pk).update(number=1000)
    ReviewReturn.objects.create(review=last, reason="Look again.", by=user(), at=NOW)
    earlier = Review.objects.create(
        use_case=case,
        number=number + 1,
        kind=ReviewKind.INITIAL,
        submission=frozen,
        standard=last.standard,
        is_sensitive=False,
        opened_at=NOW,
        opened_on=TODAY,
        closed_at=NOW,
    )
    sign_off(earlier, user("", Role.REVIEWER))
    past = Referral.objects.create(
        use_case=case,
        review=earlier,
        question="And this?",
        referred_by=user(),
        referred_at=NOW,
        closed_by=user(),
        closed_at=NOW,
        summary="Yes.",
    )
    ReferralMember.objects.create(referral=past, user=user("", Role.PANEL), given_at=NOW)
    open_referral = case.referrals.filter(closed_at__isnull=True).first()
    if open_referral:
        ReferralMember.objects.create(
            referral=open_referral, user=user("", Role.PANEL), advice="Yes.", given_at=NOW
        )
    builders_reviewing.evidence(case, f"proof{number}.pdf")
    co_author(case, user(f"c{case.pk}-{number}"), CoAuthorRight.VIEW)
    _named(world, case, number)
    _story(world, case)


def _named(world: World, case: UseCase, number: int) -> None:
    Outsider.objects.create(
        use_case=case,
        user=user(f"o{case.pk}-{number}"),
        party=Party.REVIEWER,
        reason="Nobody is free.",
        named_by=user(),
        named_at=NOW,
    )


def _approved(world: World, number: int) -> None:
    """Promises and evaluations of the approved case, and of another one."""
    people = world.people
    decision = world.condition.decision
    for owner, verifier in [(people.requester, user()), (user(), people.reviewer2)]:
        Condition.objects.create(
            decision=decision,
            text=f"Condition {number}",
            proof_wanted="The rota.",
            owner=owner,
            verifier=verifier,
            due_on=TODAY + timedelta(days=number),
        )
    requirement = Requirement.objects.current().order_by("pk")[number]
    world.things["evaluation"] = Evaluation.objects.create(
        use_case=world.approved,
        requirement=requirement,
        interval_days=365,
        due_on=TODAY + timedelta(days=number),
        opened_at=NOW,
    )


def _access(world: World, number: int) -> None:
    """More for the customer, and more customers, applications, grants, requests."""
    people, of = world.people, world.customer
    lead = people.lead3
    if number == 1:
        world.things["application"] = builders_access.filed(
            people.team, people.requester, for_customer=of
        )
    other = builders_access.managed()
    builders_access.filed(people.team, people.requester, for_customer=other)
    granted = builders_access.granted(people.team, people.requester, lead=lead)
    GrantVerification.objects.create(
        grant=world.things.setdefault("grant", granted),
        by=user(),
        at=NOW,
        on=TODAY,
        next_by=date(2024, 4, 30),
    )
    case = builders_access.decided_case(people)
    world.things["exception"] = builders_access.asked_exception(people, case)
    world.things["scenario"] = world.exempt.intended_uses.first()


def _sunset(world: World, number: int) -> None:
    """Deployments, contacts, answers, extensions, mails of every kind."""
    of, people = world.customer, world.people
    kit = builders_mail.contact(of, f"Kit{number} Example")
    row = builders_access.deployment(of, use=f"Camera {number}")
    line = followed(row, on=TODAY)
    world.things["contact"], world.things["row"] = kit, row
    world.things["link"] = links.token_for(row, line, kit)
    about = world.things.setdefault("deployment", row)
    plain = builders_access.deployment(of, use=f"Door {number}")
    world.things["answered"] = links.token_for(plain, followed(plain, on=TODAY), kit)
    DeploymentAnswer.objects.create(
        deployment=plain,
        kind=AnswerKind.STOPPED,
        source=AnswerSource.LINK,
        contact=kit,
        said_by="Kit",
        said_at=NOW,
        stopped_on=TODAY,
    )
    builders_mail.contact(of, f"Own{number} Example", deployment=about)
    world.things["attestation"] = DeploymentAnswer.objects.create(
        deployment=about,
        kind=AnswerKind.STOPPED,
        source=AnswerSource.LINK,
        contact=kit,
        said_by="Kit",
        said_at=NOW,
        stopped_on=TODAY,
        file="attestations/x.pdf",
        file_name="x.pdf",
    )
    world.things["extension"] = extensions.ask(
        row, until=date(2023, 9, 30), reason="Slow.", by=world.sunset_owner, **WHEN
    )
    builders_mail.mail(kit, state=MailState.DUE, local_day=TODAY + timedelta(days=2))
    builders_mail.mail(kit, state=MailState.HELD, hold=world.hold)
    world.things["mail"] = world.things.get("mail") or builders_mail.sent(
        kit, local_day=TODAY - timedelta(days=1)
    )
    builders_mail.line(world.mail, line)
    world.things["failed"] = builders_mail.mail(
        kit, state=MailState.DEAD, local_day=TODAY - timedelta(days=2)
    )
    world.things["message"] = builders_mail.sent(
        people.requester, channel=Channel.INBOX, local_day=TODAY - timedelta(days=number)
    )
    builders_mail.line(world.message, line)
    for run in world.rehearsals:
        RehearsedLine.objects.create(
            rehearsal=run,
            mail_number=number,
            due_at=NOW,
            local_day=TODAY,
            time_zone="UTC",
            nominal_on=TODAY,
            moved_on=TODAY,
            step="T-30",
            kind=MailKind.REMINDER,
            channel=Channel.EMAIL,
            recipient="Kit",
            lines=1,
        )


def _cases(world: World, number: int) -> None:
    """More cases in every state for the lists, of another team, with their own capabilities."""
    people = world.people
    other = builders.team(f"Elsewhere {number}", people.requester)
    for state in State:
        case = builders.use_case(other, by=people.requester, state=state, submitted_on=TODAY)
        case.capabilities.set(Capability.objects.order_by("pk")[: number + 1])
    waiting = builders_reviewing.in_review(people, title=f"Waiting {number}")
    builders_reviewing.assigned(waiting, people.reviewer, people)
    builders_reviewing.in_review(people, title=f"Unassigned {number}")
    awaiting_decision(people)
    mine = awaiting_decision(people, sensitive=True)
    record_decision(mine, scenarios=decisions(mine), by=people.lead2, **WHEN)
    asked = awaiting_decision(people)
    refer(asked, question="Is it safe?", members=[world.panel], by=people.lead, **WHEN)
