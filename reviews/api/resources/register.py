"""The register: customers, their deployments, and later last days for them."""

from django.db.models import QuerySet, Subquery
from django.utils.translation import gettext
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from reviews.api.base import Resource, operation, writes
from reviews.api.shapes import (
    CustomerLink,
    Input,
    Nothing,
    Person,
    Reason,
    Seen,
    Shape,
    StandingField,
)
from reviews.domain.enums import DeploymentStatus, RequestStanding, Scope, Sector
from reviews.domain.errors import StateConflict
from reviews.models import Capability, Customer, Deployment, Extension
from reviews.models.access import sees_all_access
from reviews.permissions.access import can_register
from reviews.permissions.rulings import require
from reviews.selectors.access_filters import CustomerFilter, ExtensionFilter
from reviews.selectors.sunset.days import of_row
from reviews.selectors.sunset.filters import DeploymentFilter
from reviews.services import extensions, registering
from reviews.services.reminding import by_hand
from reviews.services.sunset import statuses


class CustomerShape(Shape):
    """``is_managed``: works with an account team of the provider; null while not known."""

    owner = Person(allow_null=True)

    class Meta:
        model = Customer
        fields = (
            "uid",
            "name",
            "is_managed",
            "verified_at",
            "sector",
            "country",
            "region",
            "tier",
            "owner",
            "registered_at",
        )
        read_only_fields = fields


class NewCustomer(Input):
    """``country``: ISO 3166. Verify afterwards whether it is managed."""

    name = serializers.CharField(max_length=300)
    sector = serializers.ChoiceField(Sector.choices, default=Sector.UNKNOWN)
    country = serializers.CharField(max_length=2, allow_blank=True, default="")
    region = serializers.CharField(max_length=60, allow_blank=True, default="")
    tier = serializers.CharField(max_length=40, allow_blank=True, default="")


class Verified(Input):
    """``note``: how it was verified."""

    is_managed = serializers.BooleanField()
    note = serializers.CharField(max_length=5_000)


class Customers(Resource):
    """Organisations that use, or ask to use, a capability."""

    serializer_class = CustomerShape
    filterset = CustomerFilter
    order = "name"
    read_scope = Scope.REGISTER_READ
    write_scope = Scope.REGISTER_WRITE

    def get_queryset(self) -> QuerySet[Customer]:
        return Customer.objects.visible_to(self.request.user).select_related("owner")

    @operation(NewCustomer, status=201)
    @writes
    def create(self, request: Request) -> Response:
        """Add a customer to the register."""
        require(can_register(request.user))
        said = self.given(NewCustomer)
        said["sector"] = Sector(said["sector"])
        row = registering.register_customer(**said, **self.actor)
        return self.answer(row, status=201)

    @action(detail=True, methods=["post"])
    @operation(Verified)
    @writes
    def verify(self, request: Request, uid: str) -> Response:
        """Set down whether the customer is managed, and how that is known."""
        row = self.get_object()
        require(can_register(request.user))
        registering.verify_managed(row, **self.given(Verified), **self.actor)
        return self.answer(self.get_queryset().get(pk=row.pk))


class DeploymentShape(Shape):
    """``last_permitted_on`` is inclusive; null where nothing ends or waits.

    ``plan`` and ``note`` are null for who does not see the whole register.
    """

    customer = CustomerLink()
    capability = serializers.CharField(source="capability.slug")
    last_permitted_on = serializers.DateField(allow_null=True)
    plan = serializers.SerializerMethodField()
    note = serializers.SerializerMethodField()

    class Meta:
        model = Deployment
        fields = (
            "uid",
            "customer",
            "capability",
            "use",
            "status",
            "in_use_since",
            "last_permitted_on",
            "discontinued_on",
            "time_zone",
            "registered_at",
            "heard_at",
            "snoozed_until",
            "plan",
            "note",
            "version",
        )
        read_only_fields = fields

    def get_plan(self, row: Deployment) -> str | None:
        return row.plan if sees_all_access(self.context["request"].user) else None

    def get_note(self, row: Deployment) -> str | None:
        return row.note if sees_all_access(self.context["request"].user) else None


class NewDeployment(Input):
    """``in_use_since``: first day of use; null while not known."""

    customer = Seen("uid", queryset=Customer.objects.all())
    capability = serializers.SlugRelatedField("slug", queryset=Capability.objects.current())
    use = serializers.CharField(max_length=300)
    in_use_since = serializers.DateField(allow_null=True, default=None)
    time_zone = serializers.CharField(max_length=64, default="UTC")


class Move(Input):
    """``plan``: for “plan filed”; empty: the one on record holds."""

    status = serializers.ChoiceField(DeploymentStatus.choices)
    reason = serializers.CharField(max_length=5_000)
    plan = serializers.CharField(max_length=20_000, allow_blank=True, default="")


class Attestation(Input):
    """``said_by``: who at the customer says so; ``stopped_on``: the last day of use."""

    said_by = serializers.CharField(max_length=200)
    stopped_on = serializers.DateField()
    reason = serializers.CharField(max_length=5_000)


class Later(Input):
    """``until``: the last permitted day that is asked for (inclusive)."""

    until = serializers.DateField()
    reason = serializers.CharField(max_length=5_000)


class ExtensionShape(Shape):
    """``asked_by``: null where the customer asked by the link of a mail."""

    deployment = serializers.UUIDField(source="deployment.uid")
    customer = CustomerLink(source="deployment.customer")
    capability = serializers.CharField(source="deployment.capability.slug")
    standing = StandingField(RequestStanding)
    asked_by = Person(allow_null=True)
    decided_by = Person(allow_null=True)

    class Meta:
        model = Extension
        fields = (
            "uid",
            "deployment",
            "customer",
            "capability",
            "until",
            "reason",
            "state",
            "standing",
            "asked_by",
            "asked_at",
            "decided_by",
            "decided_at",
            "decision_reason",
        )
        read_only_fields = fields


class Deployments(Resource):
    """Running uses of a capability by a customer."""

    serializer_class = DeploymentShape
    filterset = DeploymentFilter
    order = "-registered_at"
    read_scope = Scope.REGISTER_READ
    write_scope = Scope.REGISTER_WRITE

    def get_queryset(self) -> QuerySet[Deployment]:
        last = of_row().filter(is_open=True).values("last_day")[:1]
        rows = Deployment.objects.visible_to(self.request.user)
        return rows.select_related("customer", "capability").annotate(
            last_permitted_on=Subquery(last)
        )

    @operation(NewDeployment, status=201)
    @writes
    def create(self, request: Request) -> Response:
        """Add a running use to the register."""
        require(can_register(request.user))
        said = self.given(NewDeployment)
        row = registering.register_deployment(said.pop("customer"), **said, **self.actor)
        return self.answer(self._again(row), status=201)

    @action(detail=True, methods=["post"])
    @operation(Move, versioned=True)
    @writes
    def status(self, request: Request, uid: str) -> Response:
        """Set where the customer stands, with a reason."""
        row = self._locked()
        said = self.given(Move)
        said["status"] = DeploymentStatus(said["status"])
        return self.answer(self._again(statuses.set_status(row, **said, **self.actor)))

    @action(detail=True, methods=["post"])
    @operation(Attestation, versioned=True)
    @writes
    def attest(self, request: Request, uid: str) -> Response:
        """Set down that the customer has stopped."""
        row = self._locked()
        statuses.attest(row, **self.given(Attestation), **self.actor)
        return self.answer(self._again(row))

    @action(detail=True, methods=["post"])
    @operation(Later, ExtensionShape, status=201, versioned=True)
    @writes
    def extend(self, request: Request, uid: str) -> Response:
        """Ask for a later last day; a lead decides on ``extensions/<uid>/``."""
        row = self._locked()
        asked = extensions.ask(row, **self.given(Later), **self.actor)
        return Response(ExtensionShape(asked, context=self._context()).data, status=201)

    @action(detail=True, methods=["post"])
    @operation(Nothing, versioned=True)
    @writes
    def remind(self, request: Request, uid: str) -> Response:
        """Write to its contacts now; 409 says why nobody can be written to."""
        row = self._locked()
        self.given(Nothing)
        effect = by_hand.remind([row.pk], **self.actor)
        if not effect.reached:
            why = effect.skipped[row.pk]
            raise StateConflict(gettext("Nobody was written to: %(why)s.") % {"why": why.value})
        return self.answer(self._again(row))

    def _locked(self) -> Deployment:
        row = self.get_object()
        fresh = Deployment.objects.select_for_update().get(pk=row.pk)
        self.check_version(fresh.version)
        return fresh

    def _again(self, row: Deployment) -> Deployment:
        return self.get_queryset().get(pk=row.pk)

    def _context(self) -> dict[str, object]:
        return {"request": self.request}


class NewExtension(Later):
    deployment = Seen("uid", queryset=Deployment.objects.all())


class Extensions(Resource):
    """Later last permitted days: asked for, then granted or refused by a lead."""

    serializer_class = ExtensionShape
    filterset = ExtensionFilter
    order = "-asked_at"
    read_scope = Scope.REGISTER_READ
    write_scope = Scope.REGISTER_WRITE

    def get_queryset(self) -> QuerySet[Extension]:
        return Extension.objects.visible_to(self.request.user).select_related(
            "deployment__customer", "deployment__capability", "asked_by", "decided_by"
        )

    @operation(NewExtension, status=201)
    @writes
    def create(self, request: Request) -> Response:
        """Ask for a later last day of a deployment."""
        said = self.given(NewExtension)
        row = extensions.ask(said.pop("deployment"), **said, **self.actor)
        return self.answer(self._again(row), status=201)

    @action(detail=True, methods=["post"])
    @operation(Reason)
    @writes
    def grant(self, request: Request, uid: str) -> Response:
        """As a lead: move the last permitted day of this deployment."""
        row = extensions.grant(self.get_object(), **self.given(Reason), **self.actor)
        return self.answer(self._again(row))

    @action(detail=True, methods=["post"])
    @operation(Reason)
    @writes
    def refuse(self, request: Request, uid: str) -> Response:
        """As a lead: the last permitted day stays."""
        row = extensions.refuse(self.get_object(), **self.given(Reason), **self.actor)
        return self.answer(self._again(row))

    def _again(self, row: Extension) -> Extension:
        return self.get_queryset().get(pk=row.pk)
