"""Limited Access: applications, grants bound to one use, and policy exceptions."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from reviews.api.base import Resource, answered_before, operation, writes
from reviews.api.shapes import (
    CustomerLink,
    Input,
    Nothing,
    Person,
    Reason,
    Seen,
    Shape,
    StandingField,
    TeamLink,
)
from reviews.api.signature import check_password
from reviews.domain.enums import ExceptionKind, GrantStanding, RequestStanding, Scope, Sector
from reviews.domain.vetting_fields import BY_ID, Kind
from reviews.models import (
    AccessApplication,
    AccessGrant,
    Capability,
    Customer,
    IntendedUse,
    PolicyException,
    Team,
    UseCase,
)
from reviews.permissions.access import can_countersign_exception, can_decide_application, can_file
from reviews.permissions.rulings import require
from reviews.selectors.access_filters import ApplicationFilter, ExceptionFilter, GrantFilter
from reviews.services import access, exceptions, grants


class ApplicationShape(Shape):
    """``answers``: the vetting form by field, without mail addresses."""

    customer = CustomerLink()
    capability = serializers.CharField(source="capability.slug")
    team = TeamLink()
    filed_by = Person()
    decided_by = Person(allow_null=True)
    answers = serializers.SerializerMethodField()

    class Meta:
        model = AccessApplication
        fields = (
            "uid",
            "customer",
            "capability",
            "use_code",
            "use_description",
            "answers",
            "state",
            "team",
            "filed_by",
            "filed_at",
            "filed_on",
            "decided_by",
            "decided_at",
            "decision_reason",
        )
        read_only_fields = fields

    def get_answers(self, row: AccessApplication) -> dict[str, Any]:
        mails = {name for name, field in BY_ID.items() if field.kind is Kind.MAIL}
        return {name: said for name, said in row.vetting.items() if name not in mails}


class NewCustomerInput(Input):
    name = serializers.CharField(max_length=300)
    country = serializers.CharField(max_length=2, allow_blank=True, default="")


class NewApplication(Input):
    """``customer`` by key, or ``new_customer`` by name. ``answers``: the vetting form by field."""

    team = serializers.SlugRelatedField("uid", queryset=Team.objects.all())
    customer = Seen("uid", queryset=Customer.objects.all(), required=False)
    new_customer = NewCustomerInput(required=False)
    capability = serializers.SlugRelatedField("slug", queryset=Capability.objects.current())
    sector = serializers.ChoiceField(Sector.choices)
    use_code = serializers.CharField(max_length=20, allow_blank=True, default="")
    use_description = serializers.CharField(max_length=5_000, allow_blank=True, default="")
    answers = serializers.DictField()

    def validate(self, said: dict[str, Any]) -> dict[str, Any]:
        if ("customer" in said) == ("new_customer" in said):
            raise serializers.ValidationError(
                {"customer": [gettext("Name one: customer or new_customer.")]}
            )
        new = said.pop("new_customer", None)
        if new is not None:
            said["customer"] = access.NewCustomer(**new)
        return {**said, "sector": Sector(said["sector"])}


class Verdict(Input):
    """``granted`` false denies. ``reverify_by``: needed for a grant, its last day (inclusive)."""

    granted = serializers.BooleanField()
    reason = serializers.CharField(max_length=5_000)
    reverify_by = serializers.DateField(allow_null=True, default=None)

    def validate(self, said: dict[str, Any]) -> dict[str, Any]:
        if said["granted"] and said["reverify_by"] is None:
            raise serializers.ValidationError({"reverify_by": [gettext("A grant needs this day.")]})
        return said


class Applications(Resource):
    """Applications for Limited Access."""

    serializer_class = ApplicationShape
    filterset = ApplicationFilter
    order = "-filed_at"
    read_scope = Scope.REGISTER_READ
    write_scope = Scope.REGISTER_WRITE

    def get_queryset(self) -> QuerySet[AccessApplication]:
        return AccessApplication.objects.visible_to(self.request.user).select_related(
            "customer", "capability", "team", "filed_by", "decided_by"
        )

    @operation(NewApplication, status=201)
    @writes
    def create(self, request: Request) -> Response:
        """Ask for one capability, for one customer and one use."""
        said = self.given(NewApplication)
        team = said.pop("team")
        require(can_file(request.user, team))
        row = access.file_application(team, **said, **self.actor)
        return self.answer(self._again(row), status=201)

    @action(detail=True, methods=["post"])
    @operation(Nothing)
    @writes
    def withdraw(self, request: Request, uid: str) -> Response:
        """As the team: no longer ask for it."""
        row = self.get_object()
        self.given(Nothing)
        return self.answer(self._again(access.withdraw_application(row, **self.actor)))

    @action(detail=True, methods=["post"])
    @operation(Verdict)
    @writes
    def decide(self, request: Request, uid: str) -> Response:
        """As a lead: grant it until a day, or deny it; the team reads the reason."""
        row = self.get_object()
        require(can_decide_application(request.user, row))
        said = self.given(Verdict)
        if said.pop("granted"):
            access.grant(row, **said, **self.actor)
        else:
            access.deny(row, reason=said["reason"], **self.actor)
        return self.answer(self._again(row))

    def _again(self, row: AccessApplication) -> AccessApplication:
        return self.get_queryset().get(pk=row.pk)


class GrantShape(Shape):
    """``reverify_by``: it lapses the day after."""

    application = serializers.UUIDField(source="application.uid")
    customer = CustomerLink()
    capability = serializers.CharField(source="capability.slug")
    granted_by = Person()
    standing = StandingField(GrantStanding)

    class Meta:
        model = AccessGrant
        fields = (
            "uid",
            "application",
            "customer",
            "capability",
            "use_code",
            "use_description",
            "standing",
            "granted_by",
            "granted_at",
            "granted_on",
            "reverify_by",
            "revoked_on",
            "revoked_reason",
            "transferred_at",
            "transfer_reason",
        )
        read_only_fields = fields


class Reverification(Input):
    """``note``: what was confirmed, and how; ``next_by``: the next such day (inclusive)."""

    note = serializers.CharField(max_length=5_000)
    next_by = serializers.DateField()


class Transfer(Reason):
    to = Seen("uid", queryset=Customer.objects.all())


class Grants(Resource):
    """Permissions to use one capability for one use."""

    serializer_class = GrantShape
    filterset = GrantFilter
    order = "-granted_at"
    read_scope = Scope.REGISTER_READ
    write_scope = Scope.REGISTER_WRITE

    def get_queryset(self) -> QuerySet[AccessGrant]:
        return AccessGrant.objects.visible_to(self.request.user).select_related(
            "application", "customer", "capability", "granted_by"
        )

    @action(detail=True, methods=["post"], url_path="re-verify")
    @operation(Reverification)
    @writes
    def reverify(self, request: Request, uid: str) -> Response:
        """Confirm its facts again; it runs on."""
        row = self.get_object()
        grants.reverify(row, **self.given(Reverification), **self.actor)
        return self.answer(self._again(row))

    @action(detail=True, methods=["post"])
    @operation(Transfer)
    @writes
    def transfer(self, request: Request, uid: str) -> Response:
        """Hand it to another customer; the answer is the new grant."""
        issued = grants.transfer(self.get_object(), **self.given(Transfer), **self.actor)
        return self.answer(self._again(issued))

    @action(detail=True, methods=["post"])
    @operation(Reason)
    @writes
    def revoke(self, request: Request, uid: str) -> Response:
        """End it at once."""
        row = grants.revoke(self.get_object(), **self.given(Reason), **self.actor)
        return self.answer(self._again(row))

    def _again(self, row: AccessGrant) -> AccessGrant:
        return self.get_queryset().get(pk=row.pk)


class ExceptionShape(Shape):
    """``scope``: who may use what, and where."""

    use_case = serializers.CharField(source="use_case.reference")
    scenario = serializers.UUIDField(source="intended_use.uid")
    customer = CustomerLink(allow_null=True)
    capability = serializers.CharField(source="capability.slug")
    standing = StandingField(RequestStanding)
    asked_by = Person()
    granted_by = Person(allow_null=True)
    countersigned_by = Person(allow_null=True)

    class Meta:
        model = PolicyException
        fields = (
            "uid",
            "kind",
            "use_case",
            "scenario",
            "customer",
            "capability",
            "scope",
            "reason",
            "until",
            "state",
            "standing",
            "asked_by",
            "asked_at",
            "granted_by",
            "granted_at",
            "countersigned_by",
            "countersigned_at",
            "closed_at",
            "closed_reason",
        )
        read_only_fields = fields


class NewException(Input):
    """``until``: its last day (inclusive)."""

    use_case = Seen("reference", queryset=UseCase.objects.all())
    scenario = serializers.UUIDField()
    kind = serializers.ChoiceField(ExceptionKind.choices)
    capability = serializers.SlugRelatedField("slug", queryset=Capability.objects.current())
    scope = serializers.CharField(max_length=5_000)
    reason = serializers.CharField(max_length=5_000)
    until = serializers.DateField()


class Password(Input):
    """The second lead's own, typed again."""

    password = serializers.CharField(trim_whitespace=False, max_length=500, write_only=True)


class Exceptions(Resource):
    """Time-boxed permissions to depart from a policy."""

    serializer_class = ExceptionShape
    filterset = ExceptionFilter
    order = "-asked_at"
    read_scope = Scope.REGISTER_READ
    write_scope = Scope.REGISTER_WRITE

    def get_queryset(self) -> QuerySet[PolicyException]:
        return PolicyException.objects.visible_to(self.request.user).select_related(
            "use_case",
            "intended_use",
            "customer",
            "capability",
            "asked_by",
            "granted_by",
            "countersigned_by",
        )

    @operation(NewException, status=201)
    @writes
    def create(self, request: Request) -> Response:
        """Ask for one scenario of a use case to depart from a policy."""
        said = self.given(NewException)
        case, key = said.pop("use_case"), said.pop("scenario")
        scenario = get_object_or_404(IntendedUse.objects.select_related(), use_case=case, uid=key)
        said["kind"] = ExceptionKind(said["kind"])
        row = exceptions.ask(scenario, **said, **self.actor)
        return self.answer(self._again(row), status=201)

    @action(detail=True, methods=["post"])
    @operation(Nothing)
    @writes
    def grant(self, request: Request, uid: str) -> Response:
        """As a lead: agree; it takes effect once a second lead has countersigned."""
        row = self.get_object()
        self.given(Nothing)
        return self.answer(self._again(exceptions.grant(row, **self.actor)))

    @action(detail=True, methods=["post"])
    @operation(Password)
    def countersign(self, request: Request, uid: str) -> Response:
        """As a second lead: agree, with the password again."""
        row = self.get_object()
        if (kept := answered_before(request)) is not None:
            return kept
        require(can_countersign_exception(request.user, row))
        # Before the transaction, whose end would forget how often a password was tried.
        check_password(request, self.given(Password)["password"])
        return self._countersign(request)

    @writes
    def _countersign(self, request: Request) -> Response:
        return self.answer(self._again(exceptions.countersign(self.get_object(), **self.actor)))

    @action(detail=True, methods=["post"])
    @operation(Reason)
    @writes
    def refuse(self, request: Request, uid: str) -> Response:
        """As a lead, or the second one: say no."""
        row = exceptions.refuse(self.get_object(), **self.given(Reason), **self.actor)
        return self.answer(self._again(row))

    @action(detail=True, methods=["post"])
    @operation(Reason)
    @writes
    def revoke(self, request: Request, uid: str) -> Response:
        """End it at once."""
        row = exceptions.revoke(self.get_object(), **self.given(Reason), **self.actor)
        return self.answer(self._again(row))

    def _again(self, row: PolicyException) -> PolicyException:
        return self.get_queryset().get(pk=row.pk)
