"""The sheets of the regional account teams: most of the register came from them."""

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any

from reviews.domain.enums import DeploymentStatus
from reviews.domain.errors import BadDataFile
from reviews.models import CustomerContact
from reviews.services.demo.story import Step, entries
from reviews.services.demo.world import World
from reviews.services.sunset import contacts, importing

_OF_ACCOUNT = ("sector", "country", "region", "tier", "owner", "time_zone")
_COLUMNS = (
    "customer",
    "capability",
    "use",
    "in_use_since",
    "status",
    "plan",
    "stopped_on",
    "attested_by",
    "contact_name",
    "contact_email",
    *_OF_ACCOUNT,
)
"""Of the account teams' sheets: those of the import."""


def take_over(world: World, step: Step) -> None:
    """The sheet of the regional account teams: what is new on it, and what stands otherwise."""
    by = world.person(step.by)
    sheet, now = io.StringIO(), step.on.isoformat()
    out = csv.DictWriter(sheet, _COLUMNS)
    out.writeheader()
    out.writerows(line for account in entries("account") for line in _lines(account, now))
    raw = sheet.getvalue().encode()
    report = importing.import_deployments(raw, file_name=step.key, by=by, **step.when)
    if report.rejected:
        raise BadDataFile(f"demo: {step.key}: {report.rejected[0]}.")
    sure = {one["contact"]["email"] for one in entries("account") if _is_sure(one)}
    fresh = CustomerContact.objects.filter(email__in=sure, confirmed_at=None, registered_at=step.at)
    for contact in fresh:
        contacts.confirm(contact, reason="Called on that day.", by=by, **step.later(30))


def _lines(account: Mapping[str, Any], now: str) -> Iterator[dict[str, str]]:
    """The customer's uses that the sheet of this day (as ISO text) says something new of."""
    contact = account.get("contact", {})
    for entry in account["runs"]:
        known = {_first_sheet(entry): DeploymentStatus.DISCOVERED.value, **entry.get("was", {})}
        if now not in known:
            continue
        has_ended = known[now] == DeploymentStatus.DISCONTINUED
        yield {
            "customer": account["name"],
            "capability": entry["capability"],
            "use": entry["use"],
            "in_use_since": str(entry.get("since", "")),
            "status": known[now],
            "plan": entry.get("plan", "") if known[now] == DeploymentStatus.PLAN_FILED else "",
            "stopped_on": str(entry["stopped_on"]) if has_ended else "",
            "attested_by": contact.get("name", account["name"]) if has_ended else "",
            "contact_name": contact.get("name", ""),
            "contact_email": contact.get("email", ""),
            **{name: account.get(name, "") for name in _OF_ACCOUNT},
        }


def _first_sheet(entry: Mapping[str, Any]) -> str:
    """The day of the first sheet on which the use can stand: it has to run by then."""
    days = sorted(sheet["on"] for sheet in entries("sheet"))
    return next(day for day in days if day >= entry.get("since", day)).isoformat()


def _is_sure(account: Mapping[str, Any]) -> bool:
    return account.get("contact", {}).get("confirmed", False)
