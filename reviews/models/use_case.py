"""Use cases: the request, its working answers, its scenarios, and the frozen submissions."""

from typing import Self

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper
from django.urls import reverse

from reviews.domain.enums import CoAuthorRight, LifecycleStage, Origin, Party, State
from reviews.models.base import PublicModel, among, one_of
from reviews.models.user import Membership, User


def on_side_of(user: User) -> Q:
    """Use cases on whose requester's side this person stands: of their teams, or as co-author."""
    teams = Membership.objects.filter(user=user).values("team")
    return among("team", teams) | among("pk", CoAuthor.objects.filter(user=user).values("use_case"))


class UseCaseQuerySet(models.QuerySet["UseCase"]):
    def visible_to(self, user: User) -> Self:
        """Rows this person may know exist. Every read for a person starts here.

        The pair of ``permissions.use_cases.can_view``; a property test holds them equal.
        """
        if user.has_perm("reviews.read_every_usecase"):
            return self
        mine = on_side_of(user)
        filed = ~Q(state=State.DRAFT) | Q(origin=Origin.IMPORTED)
        if user.has_perm("reviews.review_usecase"):
            mine |= filed
        else:
            mine |= among("pk", Outsider.objects.filter(user=user).values("use_case")) & filed
        if user.has_perm("reviews.advise_usecase"):
            asked = UseCase.objects.filter(referrals__members__user=user)
            mine |= among("pk", asked.values("pk"))
        return self.filter(mine)

    def with_people(self) -> Self:
        return self.select_related("team", "customer", "created_by")


class UseCase(PublicModel):
    """What a product team asks for: capabilities, for a purpose, in one or more scenarios."""

    reference = models.CharField(max_length=20, unique=True)
    title = models.CharField(max_length=500)
    team = models.ForeignKey("reviews.Team", on_delete=models.PROTECT, related_name="use_cases")
    customer = models.ForeignKey(
        "reviews.Customer",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="use_cases",
    )
    capabilities: "models.ManyToManyField" = models.ManyToManyField(
        "reviews.Capability", related_name="use_cases", blank=True
    )
    state = models.CharField(max_length=30, choices=State, default=State.DRAFT)
    state_since = models.DateTimeField()
    origin = models.CharField(max_length=10, choices=Origin, default=Origin.FILED)
    lifecycle_stage = models.CharField(max_length=30, choices=LifecycleStage, blank=True)
    is_sensitive = models.BooleanField(
        default=False, help_text="The last submission set an escalation to sensitive-use review."
    )
    escalations = models.JSONField(default=list, help_text="Codes set by the last gate answer.")
    gate_answer = models.CharField(
        max_length=20, blank=True, help_text="Strictest answer of the last time the gate was asked."
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField(help_text="Last change of the answers or the state.")
    submitted_on = models.DateField(null=True, blank=True, help_text="Business day.")
    decided_on = models.DateField(null=True, blank=True, help_text="Business day.")
    rereview_on = models.DateField(null=True, blank=True, help_text="Business day.")

    objects = UseCaseQuerySet.as_manager()

    class Meta:
        ordering = ["-updated_at", "-pk"]
        permissions = [
            ("read_every_usecase", "May read every use case, drafts included"),
            ("review_usecase", "May be assigned as a reviewer"),
            ("assign_reviewer", "May assign reviewers"),
            ("decide_usecase", "May decide, countersign and grant"),
            ("advise_usecase", "May be asked for advice on a referral"),
            ("own_sunset", "May keep the register of customers under a sunset"),
            ("administer_portal", "May administer the portal"),
        ]
        constraints = [
            models.CheckConstraint(condition=one_of("state", State), name="use_case_state_known"),
            models.CheckConstraint(
                condition=one_of("origin", Origin), name="use_case_origin_known"
            ),
            models.CheckConstraint(
                condition=Q(lifecycle_stage="") | one_of("lifecycle_stage", LifecycleStage),
                name="use_case_lifecycle_stage_known",
            ),
        ]
        indexes = [
            models.Index(fields=["-updated_at", "-id"], name="use_case_by_update"),
            models.Index(fields=["state", "-updated_at", "-id"], name="use_case_by_state"),
            models.Index(fields=["team", "-updated_at", "-id"], name="use_case_by_team"),
            models.Index(fields=["rereview_on"], name="use_case_by_rereview"),
            GinIndex(OpClass(Upper("title"), name="gin_trgm_ops"), name="use_case_title_trigrams"),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("reviews:use_case", args=[self.reference])

    @property
    def current_state(self) -> State:
        return State(self.state)


class CoAuthor(models.Model):
    """A person outside the team who may see, comment on or edit one use case."""

    use_case = models.ForeignKey(UseCase, on_delete=models.CASCADE, related_name="co_authors")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="co_authorships"
    )
    right = models.CharField(max_length=10, choices=CoAuthorRight)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["added_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["use_case", "user"],
                name="one_right_per_co_author",
                violation_error_message="This person is a co-author already.",
            ),
            models.CheckConstraint(
                condition=one_of("right", CoAuthorRight), name="co_author_right_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} may {self.right} {self.use_case_id}"


class Outsider(models.Model):
    """A person whom the office brought in for one case, where nobody of its own is free.

    ``party`` is the capacity in which they act on this case: reviewer, lead or second lead.
    """

    use_case = models.ForeignKey(UseCase, on_delete=models.PROTECT, related_name="outsiders")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="outsider_in"
    )
    party = models.CharField(max_length=20, choices=Party)
    reason = models.TextField()
    named_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    named_at = models.DateTimeField()

    class Meta:
        ordering = ["named_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["use_case", "user"],
                name="one_capacity_per_outsider_and_case",
                violation_error_message="This person has been named for the case already.",
            ),
            models.CheckConstraint(
                condition=models.Q(party__in=[Party.REVIEWER, Party.LEAD, Party.SECOND_LEAD]),
                name="outsider_party_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} as {self.party} of {self.use_case_id}"


class DraftPage(models.Model):
    """The working answers of one page of the form, saved while people type.

    ``page`` is a page key of ``reviews.domain.intake`` (``scenario:<uid>`` for each scenario);
    ``version`` counts the saves, so that two tabs notice each other.
    """

    use_case = models.ForeignKey(UseCase, on_delete=models.CASCADE, related_name="draft_pages")
    page = models.CharField(max_length=60)
    answers = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    saved_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["use_case", "page"], name="one_draft_per_page"),
        ]

    def __str__(self) -> str:
        return f"{self.use_case_id}: {self.page}"


class IntendedUse(PublicModel):
    """A scenario: who uses it, for which task, where. Decisions are made per scenario.

    Written when a submission is frozen; ``key`` is the scenario's page key in the answers, so
    that the same scenario stays the same row over several submissions.
    """

    use_case = models.ForeignKey(UseCase, on_delete=models.CASCADE, related_name="intended_uses")
    key = models.CharField(max_length=60)
    name = models.CharField(max_length=300)
    description = models.TextField(blank=True)
    position = models.PositiveIntegerField()
    dropped_at = models.DateTimeField(
        null=True, blank=True, help_text="Set when a later submission no longer holds it."
    )

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["use_case", "key"], name="one_row_per_scenario"),
        ]

    def __str__(self) -> str:
        return self.name


class Submission(PublicModel):
    """The answers as they were filed: immutable, hashed. Edits make the next one.

    ``answers`` maps page key to answers; fields that name people hold a salted hash there, their
    text lies in ``SubmissionPerson``. ``digest`` is SHA-256 over the canonical JSON of what
    ``services.submitting`` freezes. ``gate`` is the gate's result, policy versions included.
    """

    use_case = models.ForeignKey(UseCase, on_delete=models.PROTECT, related_name="submissions")
    number = models.PositiveIntegerField()
    answers = models.JSONField()
    evidence = models.JSONField(default=list, help_text="uid, name and SHA-256 of each file.")
    gate = models.JSONField()
    digest = models.CharField(max_length=64)
    statement_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Who made the statement of truth.",
    )
    submitted_at = models.DateTimeField()
    submitted_on = models.DateField()

    class Meta:
        ordering = ["use_case", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["use_case", "number"], name="one_submission_per_number"
            ),
        ]
        indexes = [
            GinIndex(fields=["gate"], name="submission_by_finding", opclasses=["jsonb_path_ops"]),
        ]

    def __str__(self) -> str:
        return f"submission {self.number} of {self.use_case_id}"

    def answers_with_people(self) -> dict[str, dict[str, object]]:
        """The frozen answers with the names of people put back where they are still kept.

        An erased name leaves its hash out: the answer reads as erased. No query where ``people``
        was prefetched.
        """
        names = {(row.page, row.field): row.text for row in self.people.all()}
        return {
            page: {field: names.get((page, field), value) for field, value in answers.items()}
            for page, answers in self.answers.items()
        }


class SubmissionPerson(models.Model):
    """The text of one answer that names a person, kept apart so that it can be erased."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="people")
    page = models.CharField(max_length=60)
    field = models.CharField(max_length=60)
    salt = models.CharField(max_length=32)
    text = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "page", "field"], name="one_text_per_personal_answer"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.submission_id}: {self.page}.{self.field}"


class Evidence(PublicModel):
    """A file that backs an answer or a verdict. Stored privately under a random name."""

    use_case = models.ForeignKey(UseCase, on_delete=models.PROTECT, related_name="evidence")
    name = models.CharField(max_length=255, help_text="File name as it was given.")
    title = models.CharField(max_length=300, blank=True)
    media_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField(help_text="Bytes.")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the bytes.")
    file = models.FileField(upload_to="evidence", max_length=100)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(
        null=True, blank=True, help_text="Taken off the case; kept while a submission names it."
    )

    class Meta:
        ordering = ["added_at", "pk"]
        verbose_name_plural = "evidence"

    def __str__(self) -> str:
        return self.title or self.name


class ReferenceCounter(models.Model):
    """Last number handed out in a year; its row lock makes references gapless within commits."""

    year = models.PositiveIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"
