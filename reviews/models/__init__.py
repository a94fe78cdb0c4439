"""Floor 2: tables, constraints, querysets. No verbs."""

from reviews.models.access import (
    AccessApplication,
    AccessGrant,
    GrantVerification,
    PolicyException,
)
from reviews.models.api import ApiToken, KeptResponse
from reviews.models.audit import AuditEvent, AuditHead
from reviews.models.catalogue import (
    Capability,
    CapabilityPolicy,
    Milestone,
    Operation,
    Service,
)
from reviews.models.clock import DemoClock
from reviews.models.contact import CustomerContact, DeploymentAnswer, RegisterChange
from reviews.models.conversation import Comment, Thread
from reviews.models.customer import Customer, Deployment, Extension
from reviews.models.deadline import Deadline, Ladder, LadderStep
from reviews.models.decision import (
    Appeal,
    Condition,
    Countersignature,
    Decision,
    DecisionRound,
    Referral,
    ReferralMember,
    ReviewReturn,
    StaleDecision,
)
from reviews.models.desk import BulkAction, ColumnChoice, SavedView, Visit
from reviews.models.evaluation import Evaluation
from reviews.models.feed import CalendarFeed
from reviews.models.gate_rules import GateRule, Probe, UseRule
from reviews.models.importing import ImportedRow, ImportRun
from reviews.models.precedent import CaseText
from reviews.models.rehearsal import Rehearsal, RehearsedForecast, RehearsedLine
from reviews.models.reminder import Mail, Reminder
from reviews.models.review import ChecklistItem, Question, Review, ReviewAssignment, Verdict
from reviews.models.reviewer import Absence, ConflictOfInterest, Expertise
from reviews.models.standard import (
    Clause,
    CrosswalkEntry,
    Framework,
    Goal,
    ListedValue,
    Requirement,
    RequirementNeed,
    Standard,
)
from reviews.models.sweep import Breaker, Forecast, SweepHold, SweepRun
from reviews.models.tally import Tally
from reviews.models.use_case import (
    CoAuthor,
    DraftPage,
    Evidence,
    IntendedUse,
    Outsider,
    ReferenceCounter,
    Submission,
    SubmissionPerson,
    UseCase,
)
from reviews.models.user import Membership, Team, User

__all__ = [
    "Absence",
    "AccessApplication",
    "AccessGrant",
    "ApiToken",
    "Appeal",
    "AuditEvent",
    "AuditHead",
    "Breaker",
    "BulkAction",
    "CalendarFeed",
    "Capability",
    "CapabilityPolicy",
    "CaseText",
    "ChecklistItem",
    "Clause",
    "CoAuthor",
    "ColumnChoice",
    "Comment",
    "Condition",
    "ConflictOfInterest",
    "Countersignature",
    "CrosswalkEntry",
    "Customer",
    "CustomerContact",
    "Deadline",
    "Decision",
    "DecisionRound",
    "DemoClock",
    "Deployment",
    "DeploymentAnswer",
    "DraftPage",
    "Evaluation",
    "Evidence",
    "Expertise",
    "Extension",
    "Forecast",
    "Framework",
    "GateRule",
    "Goal",
    "GrantVerification",
    "ImportRun",
    "ImportedRow",
    "IntendedUse",
    "KeptResponse",
    "Ladder",
    "LadderStep",
    "ListedValue",
    "Mail",
    "Membership",
    "Milestone",
    "Operation",
    "Outsider",
    "PolicyException",
    "Probe",
    "Question",
    "ReferenceCounter",
    "Referral",
    "ReferralMember",
    "RegisterChange",
    "Rehearsal",
    "RehearsedForecast",
    "RehearsedLine",
    "Reminder",
    "Requirement",
    "RequirementNeed",
    "Review",
    "ReviewAssignment",
    "ReviewReturn",
    "SavedView",
    "Service",
    "StaleDecision",
    "Standard",
    "Submission",
    "SubmissionPerson",
    "SweepHold",
    "SweepRun",
    "Tally",
    "Team",
    "Thread",
    "UseCase",
    "UseRule",
    "User",
    "Verdict",
    "Visit",
]
