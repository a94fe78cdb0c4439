"""Which items a review judges, in which order, and which of them are due now. Pure.

Sources: Standard v2, goals and requirements as data (domain facts 1A to 1C); design, section 2.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

from reviews.domain.enums import LifecycleStage, RequirementStage, VerdictValue

ALWAYS = "always"
BY_ANSWER = "answer"
BY_FAMILY = "family"
"""Message ids of ``ItemDraft.why``; the last two are followed by ``:`` and their key."""


@dataclass(frozen=True, slots=True)
class Demand:
    """What a lifecycle stage asks for: everything up to ``upto``; ``reason`` is shown to people."""

    upto: RequirementStage
    reason: str


DEMANDS: Mapping[LifecycleStage, Demand] = MappingProxyType(
    {
        LifecycleStage.PLANNING: Demand(
            RequirementStage.INTAKE,
            "While it is being planned, the assessment itself must stand; there is no design yet.",
        ),
        LifecycleStage.DESIGN: Demand(
            RequirementStage.DESIGN,
            "A design lays down criteria, plans and safeguards, so these must be there.",
        ),
        LifecycleStage.DEVELOPMENT: Demand(
            RequirementStage.BUILD,
            "Data are collected and tested and the planned safeguards built during development.",
        ),
        LifecycleStage.TESTING: Demand(
            RequirementStage.PRERELEASE,
            "Testing is where the evaluations are run; their results must be there.",
        ),
        LifecycleStage.DEPLOYMENT: Demand(
            RequirementStage.RELEASE,
            "Whoever deploys owes its users documents, trained staff and a way back.",
        ),
        LifecycleStage.MAINTENANCE: Demand(
            RequirementStage.OPERATE,
            "A running system is watched, evaluated again and kept documented.",
        ),
        LifecycleStage.RETIREMENT: Demand(
            RequirementStage.OPERATE,
            "Until the last user is gone, the duties of operation hold.",
        ),
    }
)
UNKNOWN_STAGE = Demand(
    RequirementStage.OPERATE, "The lifecycle stage is not said, so nothing can wait."
)

_ORDER = {stage: number for number, stage in enumerate(RequirementStage)}
_SETTLED = frozenset({VerdictValue.MET, VerdictValue.NOT_APPLICABLE})


class Ground(Protocol):
    """Whether a goal applies by one answer, the requester's reason if not, and the answer."""

    @property
    def applies(self) -> bool: ...
    @property
    def reason(self) -> str: ...
    @property
    def field(self) -> str: ...


@dataclass(frozen=True, slots=True)
class GoalFacts:
    """A goal; ``applies_when`` holds keys of answers, any of which is enough; none: always."""

    code: str
    position: int
    comes_first: bool
    applies_when: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RequirementFacts:
    """A numbered duty, or the one item of a goal without numbers."""

    key: int
    code: str
    goal: GoalFacts
    stage: RequirementStage
    position: int


@dataclass(frozen=True, slots=True)
class ProbeFacts:
    """A critics' question. ``asks_reviewer`` is false for those that intake alone asks.

    ``informs``: codes of the goals and requirements that it belongs to.
    """

    key: int
    code: str
    asks_reviewer: bool
    families: tuple[str, ...]
    informs: tuple[str, ...]
    position: int


@dataclass(frozen=True, slots=True)
class ItemDraft:
    """One item to be frozen into a round; exactly one of ``requirement`` and ``probe`` is set."""

    code: str
    requirement: int | None
    probe: int | None
    is_required_now: bool
    why: str


@dataclass(frozen=True, slots=True)
class Rest:
    """A goal that does not apply, with the requester's reason and the answers that say so."""

    goal: str
    reason: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unmet:
    """A needed item that is not settled; an empty ``value``: not judged yet."""

    code: str
    value: str


def demand_of(stage: str) -> Demand:
    """What the declared lifecycle stage asks for; of an unknown one, everything."""
    return DEMANDS[LifecycleStage(stage)] if stage in LifecycleStage.values else UNKNOWN_STAGE


def is_due(stage: str, demand: Demand) -> bool:
    """Whether an item of requirement stage ``stage`` is required now."""
    return _ORDER[RequirementStage(stage)] <= _ORDER[demand.upto]


def build(
    requirements: Iterable[RequirementFacts],
    probes: Iterable[ProbeFacts],
    applicability: Mapping[str, Ground],
    families: Collection[str],
    stage: str,
) -> list[ItemDraft]:
    """Exactly the items that apply: goals that come first, the others in order, then probes.

    ``families`` are the capability families asked for, ``stage`` the declared lifecycle stage. A
    probe falls due with the earliest requirement that it informs.
    """
    demand = demand_of(stage)
    known = sorted(requirements, key=_reading_order)
    items = []
    for one in known:
        why = _why_goal(one.goal, applicability)
        if why:
            due = is_due(one.stage, demand)
            items.append(ItemDraft(one.code, one.key, None, due, why))
    for probe in sorted(probes, key=lambda probe: (probe.position, probe.code)):
        family = next((name for name in probe.families if name in families), None)
        if probe.asks_reviewer and family is not None:
            due = is_due(_stage_of(probe, known), demand)
            items.append(ItemDraft(probe.code, None, probe.key, due, f"{BY_FAMILY}:{family}"))
    return items


def rests(goals: Iterable[GoalFacts], applicability: Mapping[str, Ground]) -> list[Rest]:
    """The goals that do not apply, in the Standard's order."""
    found = []
    for goal in sorted(goals, key=lambda goal: goal.position):
        if _why_goal(goal, applicability):
            continue
        grounds = [applicability[key] for key in goal.applies_when]
        reason = next((ground.reason for ground in grounds if ground.reason), "")
        found.append(Rest(goal.code, reason, tuple(ground.field for ground in grounds)))
    return found


def unmet_needs(
    needs: Mapping[str, Sequence[str]],
    goals: Mapping[str, str],
    verdicts: Mapping[str, str],
) -> dict[str, tuple[Unmet, ...]]:
    """For each item the needed ones that are not settled. Advice: it blocks nothing.

    ``needs``: item to the items or goals that it builds on; ``goals``: item on the checklist to
    its goal; ``verdicts``: item to its verdict. What is not on the checklist is not needed.
    """
    found = {}
    for code, needed in needs.items():
        wanted = [
            other
            for need in needed
            for other, goal in goals.items()
            if need in (other, goal) and other != code
        ]
        open_ = tuple(
            Unmet(other, verdicts.get(other, ""))
            for other in wanted
            if verdicts.get(other, "") not in _SETTLED
        )
        if code in goals and open_:
            found[code] = open_
    return found


def goal_of(code: str) -> str:
    """The goal of a requirement's code: ``A3`` of ``A3.1``; a goal's code is its own."""
    return code.split(".", 1)[0]


def _reading_order(one: RequirementFacts) -> tuple[bool, int, int, str]:
    return (not one.goal.comes_first, one.goal.position, one.position, one.code)


def _why_goal(goal: GoalFacts, applicability: Mapping[str, Ground]) -> str:
    """Message id of why the goal applies, empty where it does not.

    An answer that is not there counts as one that makes the goal apply: nothing is assumed away.
    """
    if not goal.applies_when:
        return ALWAYS
    for key in goal.applies_when:
        ground = applicability.get(key)
        if ground is None or ground.applies:
            return f"{BY_ANSWER}:{key}"
    return ""


def _stage_of(probe: ProbeFacts, requirements: Iterable[RequirementFacts]) -> RequirementStage:
    stages = [
        one.stage
        for one in requirements
        if one.code in probe.informs or one.goal.code in probe.informs
    ]
    return min(stages, key=lambda stage: _ORDER[stage], default=RequirementStage.INTAKE)
