"""Floor 2: tables, constraints, querysets. No verbs."""

from reviews.models.access import (
    AccessApplication,
    AccessGrant,
    GrantVerification,
    PolicyException,
)
from reviews.models.audit import AuditEvent, AuditHead
from reviews.models.catalogue import (
    Capability,
    CapabilityPolicy,
    Milestone,
    Operation,
    Service,
)
from reviews.models.clock import DemoClock
from reviews.models.customer import Customer, Deployment, Extension
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
from reviews.models.gate_rules import GateRule, Probe, UseRule
from reviews.models.importing import ImportedRow, ImportRun
from reviews.models.review import ChecklistItem, Question, Review, ReviewAssignment, Verdict
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
from reviews.models.use_case import (
    CoAuthor,
    DraftPage,
    Evidence,
    IntendedUse,
    ReferenceCounter,
    Submission,
    SubmissionPerson,
    UseCase,
)
from reviews.models.user import Membership, Team, User

__all__ = [
    "AccessApplication",
    "AccessGrant",
    "Appeal",
    "AuditEvent",
    "AuditHead",
    "Capability",
    "CapabilityPolicy",
    "ChecklistItem",
    "Clause",
    "CoAuthor",
    "Condition",
    "Countersignature",
    "CrosswalkEntry",
    "Customer",
    "Decision",
    "DecisionRound",
    "DemoClock",
    "Deployment",
    "DraftPage",
    "Evidence",
    "Extension",
    "Framework",
    "GateRule",
    "Goal",
    "GrantVerification",
    "ImportRun",
    "ImportedRow",
    "IntendedUse",
    "ListedValue",
    "Membership",
    "Milestone",
    "Operation",
    "PolicyException",
    "Probe",
    "Question",
    "ReferenceCounter",
    "Referral",
    "ReferralMember",
    "Requirement",
    "RequirementNeed",
    "Review",
    "ReviewAssignment",
    "ReviewReturn",
    "Service",
    "StaleDecision",
    "Standard",
    "Submission",
    "SubmissionPerson",
    "Team",
    "UseCase",
    "UseRule",
    "User",
    "Verdict",
]
