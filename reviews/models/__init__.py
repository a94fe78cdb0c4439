"""Floor 2: tables, constraints, querysets. No verbs."""

from reviews.models.access import (
    AccessApplication,
    AccessGrant,
    GrantVerification,
    PolicyException,
)
from reviews.models.audit import AuditEvent, AuditHead
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
    StaleDecision,
)
from reviews.models.importing import ImportedRow, ImportRun
from reviews.models.review import ChecklistItem, Question, Review, ReviewAssignment, Verdict
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
