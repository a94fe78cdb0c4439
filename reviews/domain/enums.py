"""Names, labels and tones in one place. The only module of this floor that sees Django."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    """What a person may do in the portal; a person may hold several."""

    REQUESTER = "requester", _("Product team member")
    REVIEWER = "reviewer", _("Reviewer")
    LEAD = "lead", _("Lead")
    PANEL = "panel", _("Panel member")
    SUNSET_OWNER = "sunset_owner", _("Sunset owner")
    AUDITOR = "auditor", _("Auditor")
    ADMIN = "admin", _("Administrator")


class Tone(TextChoices):
    """Colour token of a badge. Colour is never alone: the label is text."""

    NEUTRAL = "neutral", _("Neutral")
    INFO = "info", _("Information")
    WAITING = "accent", _("Waiting")
    GOOD = "success", _("Good")
    CAUTION = "warning", _("Caution")
    BAD = "danger", _("Bad")


class State(TextChoices):
    """Where a use case stands. ``services.transitions`` is the only writer."""

    DRAFT = "draft", _("Draft")
    REFUSED = "refused", _("Refused at the gate")
    IN_REVIEW = "in_review", _("In review")
    NEEDS_INFORMATION = "needs_information", _("Needs information")
    AWAITING_DECISION = "awaiting_decision", _("Awaiting decision")
    REFERRED = "referred", _("Referred to the panel")
    AWAITING_COUNTERSIGNATURE = "awaiting_countersignature", _("Awaiting countersignature")
    APPROVED = "approved", _("Approved")
    PARTLY_APPROVED = "partly_approved", _("Partly approved")
    DECLINED = "declined", _("Declined")
    UNDER_APPEAL = "under_appeal", _("Under appeal")
    WITHDRAWN = "withdrawn", _("Withdrawn")

    @property
    def tone(self) -> Tone:
        """Badge colour token; every member answers."""
        return _STATE_TONES[self]

    @property
    def is_editable(self) -> bool:
        """Whether the requester may change the working answers.

        A decided case stays decided while its answers change; resubmitting opens a delta review.
        """
        return self in {State.DRAFT, State.REFUSED, State.NEEDS_INFORMATION} or self.is_decided

    @property
    def is_decided(self) -> bool:
        return self in {State.APPROVED, State.PARTLY_APPROVED, State.DECLINED}

    @property
    def is_open(self) -> bool:
        """Whether somebody at the office still has to act."""
        return self in {
            State.IN_REVIEW,
            State.NEEDS_INFORMATION,
            State.AWAITING_DECISION,
            State.REFERRED,
            State.AWAITING_COUNTERSIGNATURE,
            State.UNDER_APPEAL,
        }


_STATE_TONES = {
    State.DRAFT: Tone.NEUTRAL,
    State.REFUSED: Tone.BAD,
    State.IN_REVIEW: Tone.INFO,
    State.NEEDS_INFORMATION: Tone.CAUTION,
    State.AWAITING_DECISION: Tone.WAITING,
    State.REFERRED: Tone.WAITING,
    State.AWAITING_COUNTERSIGNATURE: Tone.WAITING,
    State.APPROVED: Tone.GOOD,
    State.PARTLY_APPROVED: Tone.CAUTION,
    State.DECLINED: Tone.BAD,
    State.UNDER_APPEAL: Tone.WAITING,
    State.WITHDRAWN: Tone.NEUTRAL,
}


class Action(TextChoices):
    """What moves a use case from one state to another."""

    SUBMIT = "submit", _("submit")
    REFUSE_AT_GATE = "refuse_at_gate", _("refuse at the gate")
    ASK = "ask", _("ask for information about")
    ANSWER = "answer", _("answer the questions about")
    WITHDRAW_QUESTION = "withdraw_question", _("withdraw a question about")
    RESUBMIT = "resubmit", _("resubmit")
    COMPLETE_REVIEW = "complete_review", _("complete the review of")
    RETURN_TO_REVIEW = "return_to_review", _("return to review")
    REFER = "refer", _("refer to the panel")
    CLOSE_REFERRAL = "close_referral", _("close the referral of")
    PROPOSE_DECISION = "propose_decision", _("send for countersignature")
    REFUSE_COUNTERSIGNATURE = "refuse_countersignature", _("refuse to countersign")
    APPROVE = "approve", _("approve")
    APPROVE_PARTLY = "approve_partly", _("partly approve")
    DECLINE = "decline", _("decline")
    WITHDRAW = "withdraw", _("withdraw")
    REOPEN = "reopen", _("reopen")
    APPEAL = "appeal", _("appeal against the decision on")
    OPEN_REREVIEW = "open_rereview", _("open the re-review of")


class Party(TextChoices):
    """In which capacity somebody acts on one use case (not the same as a role)."""

    REQUESTER = "requester", _("Requester (owner or co-author with edit right)")
    REVIEWER = "reviewer", _("Assigned reviewer")
    LEAD = "lead", _("Lead who is no requester and no reviewer of the case")
    SECOND_LEAD = "second_lead", _("Lead other than the one who decided")
    PANEL = "panel", _("Panel member who was asked")
    SYSTEM = "system", _("The portal itself")


class Origin(TextChoices):
    FILED = "filed", _("Filed in the portal")
    IMPORTED = "imported", _("Imported from an inventory")


class LifecycleStage(TextChoices):
    """Stages of the Impact Assessment template, section 1.2, in order."""

    PLANNING = "planning_analysis", _("Planning and analysis")
    DESIGN = "design", _("Design")
    DEVELOPMENT = "development", _("Development")
    TESTING = "testing", _("Testing")
    DEPLOYMENT = "implementation_deployment", _("Implementation and deployment")
    MAINTENANCE = "maintenance", _("Maintenance")
    RETIREMENT = "retirement", _("Retired")


class RequirementStage(TextChoices):
    """When a requirement falls due; the order is the order of the members."""

    INTAKE = "intake", _("Intake")
    DESIGN = "design", _("Design")
    BUILD = "build", _("Build")
    PRERELEASE = "prerelease", _("Before release")
    RELEASE = "release", _("Release")
    OPERATE = "operate", _("Operation")


class CoAuthorRight(TextChoices):
    VIEW = "view", _("View")
    COMMENT = "comment", _("View and comment")
    EDIT = "edit", _("View, comment and edit")


class ReviewKind(TextChoices):
    INITIAL = "initial", _("First review")
    DELTA = "delta", _("Delta review")
    REREVIEW = "rereview", _("Re-review")
    APPEAL = "appeal", _("Appeal")


class VerdictValue(TextChoices):
    MET = "met", _("Met")
    PARTLY = "partly_met", _("Partly met")
    NOT_MET = "not_met", _("Not met")
    NOT_APPLICABLE = "not_applicable", _("Does not apply")

    @property
    def tone(self) -> Tone:
        return {
            VerdictValue.MET: Tone.GOOD,
            VerdictValue.PARTLY: Tone.CAUTION,
            VerdictValue.NOT_MET: Tone.BAD,
            VerdictValue.NOT_APPLICABLE: Tone.NEUTRAL,
        }[self]


class Recommendation(TextChoices):
    """A reviewer's advice to the lead; not the decision."""

    APPROVE = "approve", _("Approve")
    APPROVE_WITH_CONDITIONS = "approve_with_conditions", _("Approve with conditions")
    PILOT = "pilot_only", _("Pilot only")
    DECLINE = "decline", _("Decline")


class Outcome(TextChoices):
    """A lead's decision on one intended use."""

    APPROVED = "approved", _("Approved")
    WITH_CONDITIONS = "approved_with_conditions", _("Approved with conditions")
    PILOT = "pilot_only", _("Pilot only")
    DECLINED = "declined", _("Declined")

    @property
    def tone(self) -> Tone:
        return {
            Outcome.APPROVED: Tone.GOOD,
            Outcome.WITH_CONDITIONS: Tone.CAUTION,
            Outcome.PILOT: Tone.CAUTION,
            Outcome.DECLINED: Tone.BAD,
        }[self]

    @property
    def is_favourable(self) -> bool:
        return self is not Outcome.DECLINED

    @property
    def needs_conditions(self) -> bool:
        return self in {Outcome.WITH_CONDITIONS, Outcome.PILOT}


class ConditionState(TextChoices):
    OPEN = "open", _("Open")
    PROOF_GIVEN = "proof_given", _("Proof given, waiting for the verifier")
    MET = "met", _("Met")
    RELEASED = "released", _("No longer required")

    @property
    def tone(self) -> Tone:
        return {
            ConditionState.OPEN: Tone.CAUTION,
            ConditionState.PROOF_GIVEN: Tone.WAITING,
            ConditionState.MET: Tone.GOOD,
            ConditionState.RELEASED: Tone.NEUTRAL,
        }[self]


class ApplicationState(TextChoices):
    """A Limited Access application, on its way to a grant."""

    FILED = "filed", _("Filed, waiting for vetting")
    GRANTED = "granted", _("Granted")
    DENIED = "denied", _("Denied")
    WITHDRAWN = "withdrawn", _("Withdrawn")

    @property
    def tone(self) -> Tone:
        return {
            ApplicationState.FILED: Tone.WAITING,
            ApplicationState.GRANTED: Tone.GOOD,
            ApplicationState.DENIED: Tone.BAD,
            ApplicationState.WITHDRAWN: Tone.NEUTRAL,
        }[self]


class ExceptionKind(TextChoices):
    ACCESSIBILITY = "accessibility", _("Accessibility scenario")
    OTHER = "other", _("Other, by named permission")


class RequestState(TextChoices):
    """An exception or an extension: asked, then answered by a lead."""

    ASKED = "asked", _("Asked")
    AWAITING_COUNTERSIGNATURE = "awaiting_countersignature", _("Awaiting countersignature")
    GRANTED = "granted", _("Granted")
    REFUSED = "refused", _("Refused")
    REVOKED = "revoked", _("Revoked")

    @property
    def tone(self) -> Tone:
        return {
            RequestState.ASKED: Tone.WAITING,
            RequestState.AWAITING_COUNTERSIGNATURE: Tone.WAITING,
            RequestState.GRANTED: Tone.GOOD,
            RequestState.REFUSED: Tone.BAD,
            RequestState.REVOKED: Tone.BAD,
        }[self]


class RequestStanding(TextChoices):
    """How an exception or an extension stands on a day; ``ENDED`` is derived, never stored."""

    ASKED = "asked", _("Asked")
    AWAITING_COUNTERSIGNATURE = "awaiting_countersignature", _("Awaiting countersignature")
    GRANTED = "granted", _("In force")
    ENDED = "ended", _("Ended")
    REFUSED = "refused", _("Refused")
    REVOKED = "revoked", _("Revoked")

    @property
    def tone(self) -> Tone:
        return Tone.NEUTRAL if self is RequestStanding.ENDED else RequestState(self.value).tone


class GrantStanding(TextChoices):
    """How a grant stands on a day; derived from its dates, never stored."""

    RUNNING = "running", _("In force")
    LAPSED = "lapsed", _("Lapsed: not re-verified in time")
    REVOKED = "revoked", _("Revoked")
    TRANSFERRED = "transferred", _("Transferred")

    @property
    def tone(self) -> Tone:
        return {
            GrantStanding.RUNNING: Tone.GOOD,
            GrantStanding.LAPSED: Tone.BAD,
            GrantStanding.REVOKED: Tone.BAD,
            GrantStanding.TRANSFERRED: Tone.NEUTRAL,
        }[self]


class DeploymentStatus(TextChoices):
    """Where a customer stands on the way out. Overdue is derived from the date, never stored."""

    DISCOVERED = "discovered", _("Discovered")
    NOTIFIED = "notified", _("Notified")
    ACKNOWLEDGED = "acknowledged", _("Acknowledged")
    PLAN_FILED = "plan_filed", _("Plan filed")
    MIGRATING = "migrating", _("Migrating")
    DISCONTINUED = "discontinued", _("Discontinued (attested)")
    NOT_THEIRS = "not_theirs", _("Not theirs")

    @property
    def is_running(self) -> bool:
        return self not in {DeploymentStatus.DISCONTINUED, DeploymentStatus.NOT_THEIRS}

    @property
    def tone(self) -> Tone:
        if not self.is_running:
            return Tone.GOOD if self is DeploymentStatus.DISCONTINUED else Tone.NEUTRAL
        return Tone.INFO if self in _ON_THE_WAY else Tone.CAUTION


_ON_THE_WAY = {
    DeploymentStatus.ACKNOWLEDGED,
    DeploymentStatus.PLAN_FILED,
    DeploymentStatus.MIGRATING,
}


class AnswerKind(TextChoices):
    """What a customer says about one deployment, by a signed link or through its owner."""

    ACKNOWLEDGED = "acknowledged", _("Received; we are working on it")
    STOPPED = "stopped", _("We have stopped")
    MORE_TIME = "more_time", _("We need more time")
    NOT_OURS = "not_ours", _("This is not ours")
    SOMEONE_ELSE = "someone_else", _("Somebody else answers for this")
    SNOOZED = "snoozed", _("Remind us in 14 days")


class AnswerSource(TextChoices):
    """Where an answer came from."""

    LINK = "link", _("Signed link in a mail")
    OFFICE = "office", _("Entered by the office")


class ChangedPart(TextChoices):
    """What a change in the register was about."""

    STATUS = "status", _("Status")
    DETAILS = "details", _("Details")
    OWNER = "owner", _("Owner")
    CONTACT = "contact", _("Contact")


class ContactStanding(TextChoices):
    """Whether a contact can be relied on; derived from dates, never stored."""

    CONFIRMED = "confirmed", _("Confirmed")
    NEVER_CONFIRMED = "never_confirmed", _("Never confirmed")
    BOUNCED = "bounced", _("Mail bounced")
    DEPARTED = "departed", _("Left the customer")

    @property
    def tone(self) -> Tone:
        return Tone.GOOD if self is ContactStanding.CONFIRMED else Tone.BAD


class Trouble(TextChoices):
    """Why a reminder of a deployment may reach nobody. Derived, never stored."""

    OWNERLESS = "ownerless", _("Nobody owns it")
    NO_CONTACT = "no_contact", _("No contact was ever named")
    DEPARTED = "departed", _("Every contact has left")
    BOUNCED = "bounced", _("Mail bounced")
    NEVER_CONFIRMED = "never_confirmed", _("No contact is confirmed")


class SubjectKind(TextChoices):
    """What a deadline belongs to. The same machine reminds of all of them."""

    DEPLOYMENT = "deployment", _("Deployment under a sunset")
    CONDITION = "condition", _("Condition of a decision")
    EXCEPTION = "exception", _("Exception that ends")
    GRANT = "grant", _("Grant to re-verify")
    REREVIEW = "rereview", _("Yearly re-review")
    EVALUATION = "evaluation", _("Repeated evaluation")


class Audience(TextChoices):
    """To whom a step speaks, nearest to the matter first."""

    CONTACT = "contact", _("Customer's contact")
    OWNER = "owner", _("Owner")
    MANAGER = "manager", _("Owner's manager")
    LEAD = "lead", _("Lead")


class StepAnchor(TextChoices):
    """The day from which a step counts its offset."""

    LAST_DAY = "last_day", _("Last permitted day")
    LAST_SAFE_FILING = "last_safe_filing", _("Last safe filing day")


class Channel(TextChoices):
    EMAIL = "email", _("E-mail")
    INBOX = "inbox", _("Inbox in the portal")


class ReminderState(TextChoices):
    """A row of the ledger: one step, one recipient, one channel, one version of a deadline."""

    PLANNED = "planned", _("Planned")
    SENT = "sent", _("Sent")
    SKIPPED = "skipped", _("Not needed any more")
    MISSED = "missed", _("Missed: a nearer step took its place")
    SUPERSEDED = "superseded", _("Superseded by a new deadline")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled by a person")

    @property
    def tone(self) -> Tone:
        return {
            ReminderState.PLANNED: Tone.WAITING,
            ReminderState.SENT: Tone.GOOD,
            ReminderState.FAILED: Tone.BAD,
            ReminderState.MISSED: Tone.CAUTION,
        }.get(self, Tone.NEUTRAL)


class MailKind(TextChoices):
    """Escalations and notices leave at once; of reminders a person gets one mail a day.

    A notice tells one person of one thing that somebody just did; it has no deadline.
    """

    REMINDER = "reminder", _("Reminder")
    ESCALATION = "escalation", _("Escalation")
    DIGEST = "digest", _("Digest")
    NOTICE = "notice", _("Notice")


class MailState(TextChoices):
    DUE = "due", _("Waiting to be sent")
    HELD = "held", _("Held until a person decides")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Refused by the mail server")
    DEAD = "dead", _("Given up after repeated failures")
    EMPTY = "empty", _("Not sent: nothing was left to say")
    CANCELLED = "cancelled", _("Cancelled by a person")

    @property
    def tone(self) -> Tone:
        return {
            MailState.DUE: Tone.WAITING,
            MailState.HELD: Tone.CAUTION,
            MailState.SENDING: Tone.INFO,
            MailState.SENT: Tone.GOOD,
            MailState.FAILED: Tone.BAD,
            MailState.DEAD: Tone.BAD,
            MailState.EMPTY: Tone.NEUTRAL,
            MailState.CANCELLED: Tone.NEUTRAL,
        }[self]


class DigestFrequency(TextChoices):
    OFF = "off", _("Off")
    DAILY = "daily", _("Every working day")
    WEEKLY = "weekly", _("Every Monday")


class HoldReason(TextChoices):
    """Why the reminders stopped to ask a person."""

    EXCESS = "excess", _("Far more mails than the day's forecast")
    CLOCK = "clock", _("The business clock jumped")
    OLD_DATABASE = "old_database", _("The database is older than the last checkpoint")


class RehearsalKind(TextChoices):
    """Mails foreseen from the register of today, or sent again on a copy of the past."""

    PLAN = "plan", _("What is still to come")
    REPLAY = "replay", _("What a silent year brings")
    ANSWERED = "answered", _("A year in which customers answer")


class ClockStep(TextChoices):
    """How far the demo's clock goes on."""

    DAY = "day", _("a day")
    WEEK = "week", _("a week")
    NEXT = "next", _("to the next reminder")


class SweepName(TextChoices):
    """A sweep that leaves a heartbeat."""

    FOLLOW = "follow", _("Follow the deadlines")
    PLAN = "plan", _("Plan the reminders")
    SEND = "send", _("Send the mails")
    DIGEST = "digest", _("Write the digests")


class Sector(TextChoices):
    COMMERCIAL = "commercial", _("Commercial")
    PUBLIC = "public", _("Public sector")
    UNKNOWN = "unknown", _("Not said")


class Scope(TextChoices):
    """What a token of the API may be used for; never more than its owner may do."""

    USE_CASES_READ = "use-cases:read", _("Read use cases")
    USE_CASES_WRITE = "use-cases:write", _("File use cases and answer questions")
    REVIEWS_WRITE = "reviews:write", _("Review and decide")
    REGISTER_READ = "register:read", _("Read the register and what customers hold")
    REGISTER_WRITE = "register:write", _("Change the register")
    EXPORT = "export", _("Export lists")
    AUDIT_READ = "audit:read", _("Read the audit log")
    ADMIN = "admin", _("Administer")


class ListName(TextChoices):
    """Lists whose views and columns a person can keep."""

    USE_CASES = "use_cases", _("Use cases")
    REVIEWS = "reviews", _("Reviews")
    CONDITIONS = "conditions", _("Conditions")
    SUNSET = "sunset", _("Sunset register")


class AuditKind(TextChoices):
    """What happened, as ``subject.past_tense``. Each has its sentence in ``web.presenters``."""

    CATALOGUE_SYNCED = "catalogue.synced", _("Catalogue brought up to date")
    ROLES_SYNCED = "roles.synced", _("Roles brought up to date")
    DEMO_LOADED = "demo.loaded", _("Demo loaded")
    CLOCK_ADVANCED = "clock.advanced", _("Demo clock advanced")
    TEAM_CREATED = "team.created", _("Team created")
    MEMBER_ADDED = "team.member_added", _("Team member added")
    MEMBER_REMOVED = "team.member_removed", _("Team member removed")

    USE_CASE_CREATED = "use_case.created", _("Use case begun")
    DRAFT_SAVED = "use_case.draft_saved", _("Draft saved")
    SCENARIO_REMOVED = "use_case.scenario_removed", _("Scenario removed")
    CO_AUTHOR_SET = "use_case.co_author_set", _("Co-author set")
    CO_AUTHOR_REMOVED = "use_case.co_author_removed", _("Co-author removed")
    EVIDENCE_ADDED = "evidence.added", _("Evidence added")
    EVIDENCE_REMOVED = "evidence.removed", _("Evidence removed")
    USE_CASE_SUBMITTED = "use_case.submitted", _("Use case submitted")
    USE_CASE_REFUSED = "use_case.refused_at_gate", _("Use case refused at the gate")
    USE_CASE_RESUBMITTED = "use_case.resubmitted", _("Use case resubmitted")
    USE_CASE_WITHDRAWN = "use_case.withdrawn", _("Use case withdrawn")
    USE_CASE_REOPENED = "use_case.reopened", _("Use case reopened")
    USE_CASES_IMPORTED = "use_cases.imported", _("Use cases imported")

    REVIEWER_ASSIGNED = "review.reviewer_assigned", _("Reviewer assigned")
    REVIEWER_RECUSED = "review.reviewer_recused", _("Reviewer recused")
    VERDICT_SAVED = "review.verdict_saved", _("Verdict saved")
    VERDICT_CHANGED = "review.verdict_changed", _("Verdict changed after sign-off")
    QUESTION_ASKED = "review.question_asked", _("Question asked")
    QUESTION_ANSWERED = "review.question_answered", _("Question answered")
    REVIEW_SIGNED_OFF = "review.signed_off", _("Review signed off")
    REVIEW_RETURNED = "review.returned", _("Returned to review")
    REREVIEW_OPENED = "review.rereview_opened", _("Re-review opened")

    DECISION_RECORDED = "decision.recorded", _("Decision recorded")
    DECISION_COUNTERSIGNED = "decision.countersigned", _("Decision countersigned")
    COUNTERSIGNATURE_REFUSED = "decision.countersignature_refused", _("Countersignature refused")
    CASE_REFERRED = "referral.opened", _("Referred to the panel")
    ADVICE_GIVEN = "referral.advice_given", _("Advice given")
    REFERRAL_CLOSED = "referral.closed", _("Referral closed")
    APPEAL_FILED = "appeal.filed", _("Appeal filed")
    CONDITION_PROOF_GIVEN = "condition.proof_given", _("Proof given for a condition")
    CONDITION_MET = "condition.met", _("Condition met")
    CONDITION_REOPENED = "condition.reopened", _("Condition reopened")

    CUSTOMER_REGISTERED = "customer.registered", _("Customer registered")
    CUSTOMER_VERIFIED = "customer.verified", _("Customer verified as managed or not")
    DEPLOYMENT_REGISTERED = "deployment.registered", _("Deployment registered")
    EXTENSION_ASKED = "extension.asked", _("Extension asked for")
    EXTENSION_GRANTED = "extension.granted", _("Extension granted")
    EXTENSION_REFUSED = "extension.refused", _("Extension refused")
    APPLICATION_FILED = "application.filed", _("Limited Access application filed")
    APPLICATION_DENIED = "application.denied", _("Limited Access application denied")
    APPLICATION_WITHDRAWN = "application.withdrawn", _("Limited Access application withdrawn")
    GRANT_ISSUED = "grant.issued", _("Access granted")
    GRANT_REVERIFIED = "grant.reverified", _("Access re-verified")
    GRANT_TRANSFERRED = "grant.transferred", _("Access transferred")
    GRANT_REVOKED = "grant.revoked", _("Access revoked")
    EXCEPTION_ASKED = "exception.asked", _("Exception asked for")
    EXCEPTION_PROPOSED = "exception.proposed", _("Exception sent for countersignature")
    EXCEPTION_GRANTED = "exception.granted", _("Exception granted")
    EXCEPTION_REFUSED = "exception.refused", _("Exception refused")
    EXCEPTION_REVOKED = "exception.revoked", _("Exception revoked")

    CUSTOMER_OWNER_SET = "customer.owner_set", _("Customer's owner set")
    CONTACT_ADDED = "contact.added", _("Contact added")
    CONTACT_CHANGED = "contact.changed", _("Contact changed")
    CONTACT_CONFIRMED = "contact.confirmed", _("Contact confirmed")
    CONTACT_BOUNCED = "contact.bounced", _("Mail to a contact bounced")
    CONTACT_DEPARTED = "contact.departed", _("Contact left the customer")
    DEPLOYMENT_MOVED = "deployment.moved", _("Deployment's status changed")
    DEPLOYMENT_CHANGED = "deployment.changed", _("Deployment changed")
    DEPLOYMENT_ANSWERED = "deployment.answered", _("Customer answered")
    DEPLOYMENTS_IMPORTED = "deployments.imported", _("Deployments imported")
    DEADLINE_SET = "deadline.set", _("Deadline set or moved")
    DEADLINES_FOLLOWED = "deadlines.followed", _("Deadlines followed")
    REMINDERS_ASKED = "reminders.asked", _("Reminders asked for by hand")
    REMINDERS_PLANNED = "reminders.planned", _("Reminders planned")
    DIGESTS_PLANNED = "digests.planned", _("Digests planned")
    MAIL_SENT = "mail.sent", _("Mail sent")
    MAIL_EMPTY = "mail.empty", _("Mail dropped: nothing left to say")
    MAIL_FAILED = "mail.failed", _("Mail refused")
    MAIL_DEAD = "mail.dead", _("Mail given up")
    MAIL_RETRIED = "mail.retried", _("Mail sent again by a person")
    MAIL_CANCELLED = "mail.cancelled", _("Mail cancelled")
    HOLD_OPENED = "hold.opened", _("Reminders stopped to ask")
    HOLD_RELEASED = "hold.released", _("Reminders released")
    HOLD_DISCARDED = "hold.discarded", _("Held reminders discarded")
    FEED_CREATED = "feed.created", _("Calendar feed created")
    FEED_REVOKED = "feed.revoked", _("Calendar feed revoked")
    DIGEST_SET = "digest.set", _("Digest chosen")
    EVALUATION_RECORDED = "evaluation.recorded", _("Evaluation recorded")
    QUESTION_WITHDRAWN = "review.question_withdrawn", _("Question withdrawn")
    LADDERS_SYNCED = "ladders.synced", _("Ladders brought up to date")
    OUTSIDER_NAMED = "use_case.outsider_named", _("Outsider named for a case")
    CHECKPOINT_WRITTEN = "audit.checkpoint_written", _("Checkpoint written")
    COMMENT_POSTED = "thread.comment_posted", _("Comment posted")
    THREAD_RESOLVED = "thread.resolved", _("Thread resolved")
    THREAD_REOPENED = "thread.reopened", _("Thread reopened")
    REVIEW_SKIPPED = "review.skipped", _("Review put last in the queue")
    ASSIGNMENT_UNDONE = "review.assignment_undone", _("Assignment undone")
    AWAITED_REMINDED = "review.awaited_reminded", _("Somebody reminded that it is their turn")
    REMINDER_UNDONE = "review.reminder_undone", _("Reminder taken back before it left")
    ABSENCE_SET = "reviewer.absence_set", _("Absence set")
    ABSENCE_ENDED = "reviewer.absence_ended", _("Absence taken back")
    EXPERTISE_SET = "reviewer.expertise_set", _("Expertise set")
    CONFLICT_DECLARED = "reviewer.conflict_declared", _("Conflict of interest declared")
    CONFLICT_ENDED = "reviewer.conflict_ended", _("Conflict of interest ended")
    VIEW_SAVED = "view.saved", _("View saved")
    VIEW_REMOVED = "view.removed", _("View removed")
    COLUMNS_CHOSEN = "view.columns_chosen", _("Columns chosen")
    BULK_DONE = "bulk.done", _("Done to many at once")
    BULK_UNDONE = "bulk.undone", _("Bulk action undone")
    EXPORT_MADE = "export.made", _("Export made")
    TOKEN_CREATED = "token.created", _("API token created")
    TOKEN_REVOKED = "token.revoked", _("API token revoked")
