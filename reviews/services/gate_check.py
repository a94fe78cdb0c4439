"""Ask the gate about the answers of one use case: catalogue, register and form together.

Reads only. It stands among the services because filing rests on it, in the same transaction.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from reviews.domain import gate, intake
from reviews.domain.enums import ApplicationState, GrantStanding, RequestState, Sector
from reviews.domain.gate import Policies
from reviews.domain.gate.facts import Application, Said
from reviews.domain.gate.reading import catalogue
from reviews.domain.gate.words import facts_from
from reviews.domain.intake import Answers
from reviews.domain.intake.outcome import GateOutcome, is_triggered
from reviews.integrations import data_files
from reviews.models import (
    AccessApplication,
    AccessGrant,
    Capability,
    CapabilityPolicy,
    Customer,
    Deployment,
    Extension,
    GateRule,
    PolicyException,
    Probe,
    UseCase,
    UseRule,
)
from reviews.models.catalogue import HolidayCalendar

Words = dict[str, Any]


def ask(use_case: UseCase, answers: Answers, *, on: date) -> GateOutcome:
    """Every scenario and capability of these answers, judged on this business day."""
    policies = read_policies(intake.capability_slugs(answers))
    customer = _customer(answers)
    said = {key: dict(words) for key, words in intake.fact_sets(answers).items()}
    recorded = {slug: _Record(use_case, customer, slug) for slug in policies}
    return GateOutcome(
        on,
        {
            key: gate.decide_each(
                [
                    (policies[slug], facts_from(recorded[slug].add_to(words, key, one, on)).final())
                    for slug, one in policies.items()
                ],
                on,
            )
            for key, words in said.items()
        },
        is_triggered(answers),
    )


def read_policies(slugs: Sequence[str]) -> dict[str, Policies]:
    """What the catalogue says today of these capabilities. Five queries, none without slugs."""
    if not slugs:
        return {}
    capabilities = list(Capability.objects.filter(slug__in=slugs).values())
    dated = CapabilityPolicy.objects.current().filter(capability__slug__in=slugs)
    tables: Mapping[str, Sequence[Mapping[str, Any]]] = {
        "capability": capabilities,
        "policy": [
            {**row, "capabilities": [row.pop("capability__slug")]}
            for row in dated.values(*_columns(CapabilityPolicy), "capability__slug")
        ],
        "use": list(UseRule.objects.current().values()),
        "gate_rule": list(GateRule.objects.current().values()),
        "probe": list(Probe.objects.current().values()),
    }
    calendars = {name: data_files.holidays(name) for name in HolidayCalendar.values}
    return catalogue(tables, calendars)


def _columns(model: type[CapabilityPolicy]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


def _customer(answers: Answers) -> Customer | None:
    page = answers.get("deployment", {})
    uid = str(page.get("customer") or "")
    if page.get("for_customer") != "yes" or uid in ("", "other"):
        return None
    return Customer.objects.filter(uid=uid).first()


class _Record:
    """What the portal keeps of one customer and one capability; read once, at most five queries."""

    def __init__(self, use_case: UseCase, customer: Customer | None, slug: str) -> None:
        self.customer = customer
        mine = {"customer": customer, "capability__slug": slug}
        self.grants = list(AccessGrant.objects.filter(**mine)) if customer else []
        self.applications = list(AccessApplication.objects.filter(**mine)) if customer else []
        self.deployments = list(Deployment.objects.filter(**mine)) if customer else []
        self.extensions = (
            list(
                Extension.objects.filter(
                    deployment__in=self.deployments, state=RequestState.GRANTED
                )
            )
            if self.deployments
            else []
        )
        self.exceptions = list(
            PolicyException.objects.filter(
                use_case=use_case, capability__slug=slug, state=RequestState.GRANTED
            ).select_related("intended_use")
        )

    def add_to(
        self, words: Mapping[str, object], scenario: str, policies: Policies, on: date
    ) -> Words:
        """The form's words with the register's put over them: what is on record is not asked."""
        policy = policies.in_force(on)
        cutoff = policy.new_customer_cutoff_on if policy else None
        return {
            **words,
            **self._who(words, cutoff),
            **self._grant(str(words.get("use") or ""), on),
            **self._extension(),
            **self._exception(scenario),
        }

    def _who(self, words: Mapping[str, object], cutoff: date | None) -> Words:
        found: Words = {}
        if self.customer is None:
            return found
        if self.customer.is_managed is not None:
            found["managed"] = Said.YES if self.customer.is_managed else Said.NO
        if self.customer.sector != Sector.UNKNOWN and words.get("sector", "unknown") == "unknown":
            found["sector"] = self.customer.sector
        since = [row.in_use_since for row in self.deployments]
        if cutoff and any(day and day <= cutoff for day in since):
            found["existing"] = Said.YES
        elif cutoff and since and all(since):
            found["existing"] = Said.NO
        return found

    def _grant(self, use: str, on: date) -> Words:
        """The grant for this use, else the one that says most, else the applications."""
        order = [GrantStanding.RUNNING, GrantStanding.LAPSED, GrantStanding.REVOKED]
        standing = [(row, row.standing(on=on)) for row in self.grants]
        ranked = sorted(
            (pair for pair in standing if pair[1] in order),
            key=lambda pair: (order.index(pair[1]), pair[0].use_code != use, -pair[0].pk),
        )
        filed = {ApplicationState(row.state) for row in self.applications if row.use_code == use}
        if ranked and ranked[0][1] is not GrantStanding.RUNNING and ApplicationState.FILED in filed:
            return {"application": Application.FILED}
        if ranked:
            grant, state = ranked[0]
            word = {GrantStanding.LAPSED: Application.LAPSED}.get(state, Application.GRANTED)
            if state is GrantStanding.REVOKED:
                word = Application.REVOKED
            until = grant.reverify_by if word is Application.GRANTED else None
            return {"application": word, "granted_use": grant.use_code, "granted_until": until}
        if ApplicationState.FILED in filed:
            return {"application": Application.FILED}
        denied = ApplicationState.DENIED in filed
        return {"application": Application.DENIED} if denied else {}

    def _extension(self) -> Words:
        days = [row.until for row in self.extensions]
        return {"extension_until": max(days)} if days else {}

    def _exception(self, scenario: str) -> Words:
        if not self.exceptions:
            return {}
        covering = [row for row in self.exceptions if row.intended_use.key == scenario]
        best = max(covering or self.exceptions, key=lambda row: row.until)
        return {
            "exception_until": best.until,
            "exception_covers": Said.YES if covering else Said.NO,
            "exception_scope": best.scope,
        }
