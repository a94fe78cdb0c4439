"""What happens around customers: register, verify, extend, apply for access, grant, end."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from reviews.domain.enums import DeploymentStatus, Sector
from reviews.models import AccessGrant, Customer, Extension
from reviews.services import access, extensions, grants, registering
from reviews.services.demo.story import Step, table
from reviews.services.demo.world import World


def register(world: World, step: Step) -> None:
    """The customer, and what it runs as the register was taken over."""
    story, by = step.story, world.person(step.by)
    world.customers[step.key] = registering.register_customer(
        step.key,
        is_managed=story.get("managed"),
        sector=Sector(story.get("sector", Sector.UNKNOWN)),
        country=story.get("country", ""),
        region=story.get("region", ""),
        tier=story.get("tier", ""),
        owner=world.person(story["owner"]) if "owner" in story else None,
        by=by,
        **step.when,
    )
    for number, entry in enumerate(story.get("runs", ()), start=1):
        _run(world, step, entry, minutes=number)


def run(world: World, step: Step) -> None:
    """A running use that was found later."""
    _run(world, step, step.given, minutes=0)


def verify(world: World, step: Step) -> None:
    world.customers[step.key] = registering.verify_managed(
        world.customers[step.key],
        is_managed=step.given["managed"],
        note=step.given["note"],
        by=world.person(step.by),
        **step.when,
    )


def extend(world: World, step: Step) -> None:
    """Ask for a later last day of one running use."""
    extensions.ask(
        world.deployments[step.key, step.given["use"]],
        until=step.given["until"],
        reason=step.given["reason"],
        by=world.person(step.by),
        **step.when,
    )


def grant_extension(world: World, step: Step) -> None:
    by, reason = world.person(step.by), step.given["reason"]
    extensions.grant(_extension(world, step), reason=reason, by=by, **step.when)


def refuse_extension(world: World, step: Step) -> None:
    by, reason = world.person(step.by), step.given["reason"]
    extensions.refuse(_extension(world, step), reason=reason, by=by, **step.when)


def apply(world: World, step: Step) -> None:
    """File a Limited Access application with all the facts of the vetting form."""
    story = step.story
    customer = world.customers[story["customer"]]
    world.applications[step.key] = access.file_application(
        world.teams[story["team"]],
        customer=customer,
        capability=world.capabilities[story["capability"]],
        sector=Sector(story["sector"]),
        use_code=story.get("use", ""),
        use_description=story.get("description", ""),
        answers={**table("defaults")["vetting"], **_facts(customer, step), **story["says"]},
        by=world.person(step.by),
        **step.when,
    )


def grant(world: World, step: Step) -> None:
    access.grant(
        world.applications[step.key],
        reason=step.given["reason"],
        reverify_by=step.given["reverify_by"],
        by=world.person(step.by),
        **step.when,
    )


def deny(world: World, step: Step) -> None:
    by, reason = world.person(step.by), step.given["reason"]
    access.deny(world.applications[step.key], reason=reason, by=by, **step.when)


def withdraw_application(world: World, step: Step) -> None:
    by = world.person(step.by)
    access.withdraw_application(world.applications[step.key], by=by, **step.when)


def reverify(world: World, step: Step) -> None:
    grants.reverify(
        _grant(world, step),
        note=step.given["note"],
        next_by=step.given["next_by"],
        by=world.person(step.by),
        **step.when,
    )


def transfer(world: World, step: Step) -> None:
    grants.transfer(
        _grant(world, step),
        to=world.customers[step.given["to"]],
        reason=step.given["reason"],
        by=world.person(step.by),
        **step.when,
    )


def revoke(world: World, step: Step) -> None:
    by, reason = world.person(step.by), step.given["reason"]
    grants.revoke(_grant(world, step), reason=reason, by=by, **step.when)


def _run(world: World, step: Step, entry: Mapping[str, Any], *, minutes: int) -> None:
    deployment = registering.register_deployment(
        world.customers[step.key],
        capability=world.capabilities[entry["capability"]],
        use=entry["use"],
        in_use_since=entry.get("since"),
        time_zone=step.story.get("time_zone", "UTC"),
        by=world.person(step.by),
        **step.later(minutes),
    )
    world.deployments[step.key, entry["use"]] = deployment
    # No verb moves a deployment along yet: the demo takes over how far each customer has come.
    deployment.status = DeploymentStatus(entry.get("status", DeploymentStatus.DISCOVERED))
    deployment.discontinued_on = entry.get("discontinued")
    deployment.save(update_fields=["status", "discontinued_on"])


def _facts(customer: Customer, step: Step) -> dict[str, Any]:
    """What the form asks and the register or the day of filing answers."""
    terms_on: date = step.story.get("terms_on", step.on)
    return {
        "organisation": customer.name,
        "country": customer.country,
        "operations": [step.story["capability"]],
        "terms_accepted_on": terms_on.isoformat(),
    }


def _extension(world: World, step: Step) -> Extension:
    return Extension.objects.filter(
        deployment=world.deployments[step.key, step.given["use"]]
    ).latest("pk")


def _grant(world: World, step: Step) -> AccessGrant:
    return AccessGrant.objects.filter(application=world.applications[step.key]).latest("pk")
