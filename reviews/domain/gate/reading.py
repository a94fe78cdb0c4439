"""From parsed tables (the catalogue's files) to the values that the gate reads."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from reviews.domain.calendars import NO_HOLIDAYS
from reviews.domain.gate.catalogue import GateRule, Policies, Policy, Probe, Stance, UseRule
from reviews.domain.gate.stops import check_rules

Table = Mapping[str, Any]


def catalogue(
    tables: Mapping[str, Sequence[Table]],
    holidays: Mapping[str, frozenset[date]] | None = None,
) -> dict[str, Policies]:
    """Every capability by slug. ``tables``: ``capability``, ``policy``, ``use``, ``gate_rule``,
    ``probe``, ``source``, each a list of entries with the field names of the files.

    ``holidays``: days by name of calendar. Raises ``ValueError`` for a stop without a test.
    """
    titles = {source["code"]: str(source["title"]) for source in tables.get("source", ())}
    uses = {entry["code"]: use_rule(entry, titles) for entry in tables.get("use", ())}
    rules = {entry["code"]: gate_rule(entry, titles) for entry in tables.get("gate_rule", ())}
    probes = {entry["code"]: probe(entry) for entry in tables.get("probe", ())}
    check_rules(rules)
    return {
        entry["slug"]: Policies(
            slug=entry["slug"],
            name=entry["name"],
            family=entry["family"],
            is_face_service=entry.get("is_face_service", False),
            alternatives=tuple(entry.get("alternatives", ())),
            dated=tuple(
                policy(table, entry["slug"], uses, titles, holidays or {})
                for table in tables.get("policy", ())
                if entry["slug"] in table["capabilities"]
            ),
            uses=uses,
            rules=rules,
            probes=probes,
        )
        for entry in tables["capability"]
    }


def policy(
    table: Table,
    slug: str,
    uses: Mapping[str, UseRule],
    titles: Mapping[str, str],
    holidays: Mapping[str, frozenset[date]],
) -> Policy:
    return Policy(
        stance=Stance(table["stance"]),
        effective_from=table["effective_from"],
        new_customer_cutoff_on=table.get("new_customer_cutoff_on"),
        last_permitted_on=table.get("last_permitted_on"),
        review_business_days=table.get("review_business_days", 0),
        holidays=holidays.get(table.get("holiday_calendar", "none"), NO_HOLIDAYS),
        requires_managed_customer=table.get("requires_managed_customer", False),
        requires_review=table.get("requires_review", False),
        permitted_exceptions=frozenset(table.get("permitted_exceptions", ())),
        uses=closed_list(table.get("use_list", ""), uses),
        edition=table.get("use_list_edition", ""),
        eligibility_note=table.get("eligibility_note", ""),
        feedback_route=table.get("feedback_route", ""),
        version=_citation(table, f"{slug}@{table['effective_from']}"),
        source=_source(table, titles),
    )


def closed_list(name: str, uses: Mapping[str, UseRule]) -> Mapping[str, UseRule] | None:
    """The approved uses of a list; ``None`` where the policy names none."""
    if not name:
        return None
    return {
        code: use for code, use in uses.items() if use.kind == "approved" and use.use_list == name
    }


def use_rule(table: Table, titles: Mapping[str, str]) -> UseRule:
    return UseRule(
        code=table["code"],
        kind=table["kind"],
        text=table["text"],
        use_list=table.get("use_list", ""),
        sector=table.get("sector", "any"),
        families=frozenset(table.get("families", ())),
        sets=tuple(table.get("sets", ())),
        edition=table.get("edition", ""),
        in_force_from=table.get("in_force_from"),
        source=_source(table, titles),
        version=_citation(table, table["code"]),
    )


def gate_rule(table: Table, titles: Mapping[str, str]) -> GateRule:
    return GateRule(
        code=table["code"],
        is_stop=table["result"] == "stop",
        condition=table["condition"],
        outcome=table["outcome"],
        families=frozenset(table.get("families", ())),
        capabilities=frozenset(table.get("capability_slugs", ())),
        in_force_from=table.get("in_force_from"),
        face_service_from=table.get("face_service_from"),
        needs_sensitive_review=table.get("needs_sensitive_review", False),
        needs_senior_decision=table.get("needs_senior_decision", False),
        goals=tuple(table.get("goals", ())),
        must_show=tuple(table.get("must_show", ())),
        source=_source(table, titles),
        version=_citation(table, table["code"]),
    )


def probe(table: Table) -> Probe:
    return Probe(
        code=table["code"],
        families=frozenset(table.get("families", ())),
        sets=tuple(table.get("sets", ())),
        sets_when=tuple(
            (further["fact"], further["value"], tuple(further["sets"]))
            for further in table.get("sets_when", ())
        ),
    )


def _source(table: Table, titles: Mapping[str, str]) -> str:
    """Titles of the sources, as shown to people; rows of the database carry them already."""
    if "source" in table:
        return str(table["source"])
    return "; ".join(titles[code] for code in table.get("sources", ()))


def _citation(table: Table, code: str) -> str:
    """How a finding names the version: ``STOP-EU-EMO v2``."""
    return f"{table.get('code', code)} v{table.get('version', 1)}"
