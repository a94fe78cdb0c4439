"""Capabilities and their policies, and the gate: may this be used, on which day, and why."""

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from reviews.api.base import Resource
from reviews.api.problems import Problem
from reviews.api.shapes import Shape
from reviews.domain.gate import Finding, UnreadableFacts, text_of
from reviews.domain.gate.words import as_data
from reviews.models import Capability, CapabilityPolicy, Customer
from reviews.selectors import gate

FACTS = (
    "existing",
    "managed",
    "application",
    "granted_use",
    "use",
    "purpose",
    "setting",
    "region",
    "sector",
    "end_user",
    "realtime_bodycam",
    "medical_or_safety",
    "extension_until",
)
"""Facts that the gate may be told in the address; each may be ``unknown``."""


class PolicyShape(Shape):
    class Meta:
        model = CapabilityPolicy
        fields = (
            "stance",
            "effective_from",
            "new_customer_cutoff_on",
            "last_permitted_on",
            "requires_managed_customer",
            "requires_review",
            "use_list",
            "summary",
            "edition",
            "source",
        )


class CapabilityShape(Shape):
    service = serializers.CharField(source="service.name")
    policies = PolicyShape(many=True, source="current_policies")

    class Meta:
        model = Capability
        fields = ("slug", "name", "service", "family", "sensitivity", "summary", "policies")
        expandable = ("policies",)


class Capabilities(Resource):
    """Features of services whose use is governed."""

    serializer_class = CapabilityShape
    lookup_field = "slug"
    lookup_value_regex = "[-a-z0-9]+"
    order = "name"
    parameters = {"availability": ("customer", "on", *FACTS)}

    def get_queryset(self) -> QuerySet[Capability]:
        policies = CapabilityPolicy.objects.current().order_by("effective_from", "pk")
        return (
            Capability.objects.current()
            .select_related("service")
            .prefetch_related(Prefetch("policies", policies, to_attr="current_policies"))
        )

    @action(detail=True, methods=["get"])
    def availability(self, request: Request, slug: str) -> Response:
        """The gate's answer for this capability on a day, with every reason and every date.

        Always 200 where the question can be read: “refused” is an answer, not an error.
        """
        query = request.query_params
        said = {name: query[name] for name in FACTS if query.get(name)}
        self.get_object()
        try:
            results = gate.answers(
                [slug], said, on=self._day(), customer=self._customer(), final=True
            )
        except UnreadableFacts as error:
            pointers = {f"/{name}": words for name, words in error.errors.items()}
            raise Problem(400, "bad_input", error.message, pointers=pointers) from None
        return Response(as_data(results[0], written))

    def _day(self) -> Any:
        text = self.request.query_params.get("on", "")
        if not text:
            return self.request.today
        field = serializers.DateField()
        try:
            return field.to_internal_value(text)
        except serializers.ValidationError as error:
            words = " ".join(map(str, error.detail))
            raise Problem(400, "bad_input", words, pointers={"/on": words}) from None

    def _customer(self) -> Customer | None:
        text = self.request.query_params.get("customer", "")
        if text in {"", "unknown"}:
            return None
        field = serializers.UUIDField()
        try:
            uid = field.to_internal_value(text)
        except serializers.ValidationError as error:
            words = " ".join(map(str, error.detail))
            raise Problem(400, "bad_input", words, pointers={"/customer": words}) from None
        found = Customer.objects.visible_to(self.request.user).filter(uid=uid).first()
        if found is None:
            words = gettext("There is no such customer, or you may not see it.")
            raise Problem(400, "bad_input", words, pointers={"/customer": words})
        return found


def written(finding: Finding) -> str:
    """A finding in words, in the language of the request."""
    return text_of(
        finding,
        gettext,
        lambda day: date_format(day, "j F Y"),
        lambda days: ngettext("%d day", "%d days", days) % days,
    )
