"""Use cases: found, filed, answered, submitted, withdrawn; their scenarios and submissions."""

from typing import Any

from django.db.models import Max, OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from reviews.api.base import UUID, Resource, operation, writes
from reviews.api.resources.deciding import Deciding
from reviews.api.shapes import CustomerLink, Input, Nothing, Seen, Shape, TeamLink
from reviews.domain.enums import Scope
from reviews.models import (
    AuditEvent,
    Customer,
    DraftPage,
    IntendedUse,
    Question,
    Submission,
    Team,
    UseCase,
)
from reviews.permissions.intake import can_read_draft
from reviews.permissions.rulings import require
from reviews.selectors import questions as asked
from reviews.selectors.timeline import OFFICE_ONLY
from reviews.selectors.use_case_filters import UseCaseFilter
from reviews.services import drafting, questions, submitting, withdrawing
from reviews.services.transitions import locked

PAGE = r"(?P<page>[a-z_]+(?::[0-9a-f-]+)?)"
"""The key of a page of the form; a scenario's page names the scenario."""


class ScenarioShape(Shape):
    class Meta:
        model = IntendedUse
        fields = ("uid", "key", "name", "description", "position")


class UseCaseShape(Shape):
    """``version`` grows with everything that happens to the case; it is the ``ETag``."""

    team = TeamLink()
    customer = CustomerLink(allow_null=True)
    capabilities = serializers.SlugRelatedField("slug", many=True, read_only=True)
    version = serializers.IntegerField()
    scenarios = ScenarioShape(many=True, source="current_scenarios")

    class Meta:
        model = UseCase
        fields = (
            "reference",
            "title",
            "team",
            "customer",
            "capabilities",
            "state",
            "state_since",
            "origin",
            "lifecycle_stage",
            "is_sensitive",
            "escalations",
            "gate_answer",
            "created_at",
            "updated_at",
            "submitted_on",
            "decided_on",
            "rereview_on",
            "version",
            "scenarios",
        )
        expandable = ("scenarios",)
        read_only_fields = fields


class NewUseCase(Input):
    team = serializers.SlugRelatedField("uid", queryset=Team.objects.all())
    title = serializers.CharField(max_length=500)
    capabilities = serializers.ListField(child=serializers.SlugField(), default=list)
    customer = Seen("uid", queryset=Customer.objects.all(), allow_null=True, default=None)


class Truth(Input):
    """The statement of truth: what is filed is true as far as the filer knows."""

    truth = serializers.BooleanField()


class PageInput(Input):
    answers = serializers.DictField()


class PageShape(Shape):
    class Meta:
        model = DraftPage
        fields = ("page", "answers", "version", "saved_at")


class SubmissionShape(Shape):
    class Meta:
        model = Submission
        fields = ("uid", "number", "answers", "evidence", "gate", "digest", "submitted_at")


class QuestionShape(Shape):
    class Meta:
        model = Question
        fields = ("uid", "text", "asked_at", "answer", "answered_at", "withdrawn_at")


class AnswerInput(Input):
    text = serializers.CharField()


def with_version(rows: QuerySet[UseCase]) -> QuerySet[UseCase]:
    """``version``: the number of the last event that everybody who sees the case may know of."""
    events = AuditEvent.objects.filter(use_case_id=OuterRef("pk")).exclude(kind__in=OFFICE_ONLY)
    last = events.order_by().values("use_case_id").annotate(last=Max("seq")).values("last")
    return rows.annotate(version=Coalesce(Subquery(last), 0))


class UseCases(Deciding, Resource):
    """What product teams ask for."""

    serializer_class = UseCaseShape
    filterset = UseCaseFilter
    write_scopes = dict.fromkeys(("decide", "countersign", "return_to_review"), Scope.REVIEWS_WRITE)
    lookup_field = "reference"
    lookup_value_regex = r"RAI-[0-9]{4}-[0-9]{6,9}"
    order = "-updated_at"

    def get_queryset(self) -> QuerySet[UseCase]:
        rows = with_version(UseCase.objects.visible_to(self.request.user).with_people())
        rows = rows.prefetch_related("capabilities")
        if "scenarios" not in self.chosen.expand:
            return rows
        current = IntendedUse.objects.filter(dropped_at__isnull=True)
        return rows.prefetch_related(
            Prefetch("intended_uses", current, to_attr="current_scenarios")
        )

    @operation(NewUseCase, status=201)
    @writes
    def create(self, request: Request) -> Response:
        """Begin a use case for one of one's teams; its answers come page by page."""
        case = drafting.create_use_case(**self.given(NewUseCase), **self.actor)
        case = self._again(case)
        address = request.build_absolute_uri(f"{request.path}{case.reference}/")
        return self.answer(case, status=201, Location=address)

    @action(detail=True, methods=["post"])
    @operation(Truth, versioned=True)
    @writes
    def submit(self, request: Request, reference: str) -> Response:
        """File the working answers; the gate may refuse, and says so in ``state``."""
        case = self._locked()
        submitting.submit(case, **self.given(Truth), **self.actor)
        return self.answer(self._again(case))

    @action(detail=True, methods=["post"])
    @operation(Nothing, versioned=True)
    @writes
    def withdraw(self, request: Request, reference: str) -> Response:
        """Take it back. Everything stays readable."""
        case = self._locked()
        self.given(Nothing)
        withdrawing.withdraw(case, **self.actor)
        return self.answer(self._again(case))

    @action(detail=True, methods=["post"])
    @operation(Nothing, versioned=True)
    @writes
    def reopen(self, request: Request, reference: str) -> Response:
        """A withdrawn case becomes a draft again."""
        case = self._locked()
        self.given(Nothing)
        withdrawing.reopen(case, **self.actor)
        return self.answer(self._again(case))

    @action(detail=True, methods=["get"])
    @operation(gives=PageShape, listed=True)
    def answers(self, request: Request, reference: str) -> Response:
        """The working answers, page by page, each with its version."""
        rows = self._pages(self.get_object()).order_by("pk")
        return Response({"results": PageShape(rows, many=True).data})

    @action(detail=True, methods=["get"], url_path=rf"answers/{PAGE}")
    @operation(gives=PageShape)
    def page(self, request: Request, reference: str, page: str) -> Response:
        """One page of the working answers."""
        row = get_object_or_404(self._pages(self.get_object()), page=page)
        return Response(PageShape(row).data, headers={"ETag": f'"{row.version}"'})

    @page.mapping.put
    @operation(PageInput, PageShape, versioned=True)
    @writes
    def save_page(self, request: Request, reference: str, page: str) -> Response:
        """Keep the answers of one page. ``If-Match`` names its version; 0 for one never saved."""
        case = self.get_object()
        locked(case)
        stored = case.draft_pages.filter(page=page).first()
        version = stored.version if stored else 0
        self.check_version(version)
        answers: dict[str, Any] = self.given(PageInput)["answers"]
        row = drafting.save_page(case, page, answers=answers, version=version, **self.actor)
        return Response(PageShape(row).data, headers={"ETag": f'"{row.version}"'})

    @action(detail=True, methods=["post"])
    @operation(Nothing, PageShape, status=201, versioned=True)
    @writes
    def scenarios(self, request: Request, reference: str) -> Response:
        """Add a scenario; its page is answered as any other."""
        case = self._locked()
        self.given(Nothing)
        row = drafting.add_scenario(case, **self.actor)
        return Response(PageShape(row).data, status=201)

    @action(detail=True, methods=["get"])
    @operation(gives=QuestionShape, listed=True)
    def questions(self, request: Request, reference: str) -> Response:
        """What the reviewers asked the team, and the answers, as the page shows them to the caller:
        while reviewers are blind to each other, neither reads what the other asks.
        """
        found = asked.of_case(self.get_object(), self.request.user)
        rows = [one.question for one in found.every]
        rows.sort(key=lambda row: (row.asked_at, row.pk))
        return Response({"results": QuestionShape(rows, many=True).data})

    @action(detail=True, methods=["post"], url_path=rf"questions/(?P<question>{UUID})/answer")
    @operation(AnswerInput, QuestionShape)
    @writes
    def answer_question(self, request: Request, reference: str, question: str) -> Response:
        """Answer one question; with the last one the case goes back to its reviewers."""
        row = get_object_or_404(Question, review__use_case=self.get_object(), uid=question)
        row = questions.answer(row, **self.given(AnswerInput), **self.actor)
        return Response(QuestionShape(row).data)

    @action(detail=True, methods=["get"])
    @operation(gives=SubmissionShape, listed=True)
    def submissions(self, request: Request, reference: str) -> Response:
        """Every filing: frozen, with its digest."""
        rows = self.get_object().submissions.order_by("number")
        return Response({"results": SubmissionShape(rows, many=True).data})

    def _pages(self, case: UseCase) -> QuerySet[DraftPage]:
        require(can_read_draft(self.request.user, case))
        return DraftPage.objects.filter(use_case=case)

    def _locked(self) -> UseCase:
        """The case that is meant, locked, at the version that the caller has read."""
        case = self.get_object()
        locked(case)
        self.check_version(self._again(case).version)  # type: ignore[attr-defined]
        return case

    def _again(self, case: UseCase) -> UseCase:
        return self.get_queryset().get(pk=case.pk)
